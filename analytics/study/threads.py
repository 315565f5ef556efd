"""Blocks of work on every core: NumPy lets go of the interpreter while it computes."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")


def on_every_core(work: Callable[[Part], Outcome], parts: Iterable[Part]) -> Iterator[Outcome]:
    """Yield the outcome of each part, in the order of the parts: sums over them are the same on any machine."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, parts)
