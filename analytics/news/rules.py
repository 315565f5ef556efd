"""The tables of data/rules, which a user can read: each rule in a row, with the sentence that made it."""

import csv
from functools import cache

from analytics.config import resource


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of data/rules/`name`, in order, by the names of its columns."""
    with (resource("data/rules") / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
