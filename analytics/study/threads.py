"""Blocks of work on every core: NumPy lets go of the interpreter while it computes."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")


def on_every_core(work: Callable[[Part], Outcome], parts: Iterable[Part]) -> Iterator[Outcome]:
    """Yield the outcome of each part, in the order of the parts: sums over them are the same on any machine.

    Meanwhile BLAS keeps to one thread: its own threads wait by spinning, and under ours they took four times the
    processor time of the whole battery. OMP_NUM_THREADS is the number of ours as it is of theirs: Spark sets it to the
    cores of one task, as every core has a worker of its own.
    """
    every = list(parts)
    told = os.environ.get("OMP_NUM_THREADS", "")  # may be empty, or a list for nested loops
    threads = min(int(told) if told.isdecimal() else os.cpu_count() or 1, len(every))
    if threads <= 1:
        yield from map(work, every)
        return
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, every)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
