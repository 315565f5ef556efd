"""What a figure measures, by the telling words of data/rules/figure_kinds.csv around it."""

import re
from functools import cache

from analytics.news import rules

_PERCENTAGES = frozenset({"pct", "pp"})
_CLAUSE = re.compile(r"[。；\n]")
_BEFORE = 26
_FAR_BEFORE = 60
_AFTER = 8


@cache
def _words(unit: str) -> re.Pattern[str]:
    """Return one pattern for the words of all kinds, each kind a group; of two that match at a place the first wins."""
    kinds = [f"(?P<{row['kind']}>{row['pattern']})" for row in rules.table("figure_kinds.csv") if row["unit"] == unit]
    return re.compile("|".join(kinds), re.IGNORECASE)


def kind_of(text: str, start: int, end: int, unit: str) -> str:
    """Return the kind whose word stands nearest before the figure, else right after it, else farther before it."""
    if unit == "pp":
        return "other"
    words = _words("percent" if unit in _PERCENTAGES else "money")
    before = _CLAUSE.split(text[max(0, start - _FAR_BEFORE) : start])[-1]
    after = _CLAUSE.split(text[end : end + _AFTER])[0]
    found = _last(words, before[-_BEFORE:]) or words.search(after) or _last(words, before)
    return (found and found.lastgroup) or "other"


def _last(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in words.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return found
