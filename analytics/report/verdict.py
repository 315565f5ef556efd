"""Results in a sentence, for readers who have never read a paper on event studies."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analytics.report.numbers import amount, percent, probability
from analytics.report.words import Words

_UNUSUAL, _LARGE = 95, 80
"""Out of 100 ordinary days, how many must have moved less."""

_LEVEL = 0.05
"""Adjusted p below which a group's effect is told from zero."""
_NAMED = 8
"""How many of a long row a sentence names."""


def ordinary_of_100(smaller: int, ordinary: int) -> int:
    """Return how many of 100 ordinary days moved less, rounded down so that nothing is overstated."""
    return 100 * smaller // ordinary


def grade(move: Mapping[str, Any]) -> str:
    """Return unusual, large, ordinary, or none where the move could not be measured."""
    if move["ar"] is None or not move["ordinary_days"]:
        return "none"
    share = ordinary_of_100(move["smaller_days"], move["ordinary_days"])
    return "unusual" if share >= _UNUSUAL else "large" if share >= _LARGE else "ordinary"


def judgement(move: Mapping[str, Any], words: Words) -> str:
    """Return the plain verdict on the day-0 move: how many ordinary days it exceeds, or why there is none."""
    found = grade(move)
    if found == "none":
        return words("verdict.none", reason=words.code("reason", move["reason"] or "no_prices"))
    share = ordinary_of_100(move["smaller_days"], move["ordinary_days"])
    return words(f"verdict.{found}", share=share)


def sentence(move: Mapping[str, Any], name: str, words: Words) -> str:
    """Return the answer in a sentence: by how much the security beat or trailed the market, and how unusual that is."""
    if move["ar"] is None:
        return judgement(move, words)
    key = "verdict.beat" if move["ar"] >= 0 else "verdict.trailed"
    size = percent(abs(move["ar"])).lstrip("+")
    return words(key, name=name, size=size, session=move["session"]) + " " + judgement(move, words)


def summary(moves: Iterable[Mapping[str, Any]], names: Mapping[str, str], words: Words, *, stories: int) -> str:
    """Return what a digest comes to: how much of it was measured, and which securities moved unusually, largest first.

    News on one security and session is one move.
    """
    found = {(row["ticker"], row["session"]): row for row in moves if grade(row) != "none"}
    unusual = sorted((row for row in found.values() if grade(row) == "unusual"), key=lambda row: -abs(row["ar"]))
    said = words("today.summary", stories=stories, measured=len(found))
    if not found:
        return said
    told = [f"{names.get(row['company'], row['company'])} {moved(row['ar'])}" for row in unusual]
    rest = words("today.summary.unusual", moves=some(told, words)) if told else words("today.summary.quiet")
    return f"{said} {rest}"


def some(told: Sequence[str], words: Words) -> str:
    """Return the first of these in a row, and how many more there are."""
    named = words("list.comma").join(told[:_NAMED])
    return words("list.more", named=named, more=len(told) - _NAMED) if len(told) > _NAMED else named


def moved(value: float | None) -> str:
    """Return a move with its arrow, sign and unit: "▲ +1.02%"."""
    if value is None:
        return "–"
    return f"{'▲' if value > 0 else '▼' if value < 0 else '■'} {percent(value)}"


def average(effect: Mapping[str, Any], diagnosis: Mapping[str, Any], words: Words, window: str) -> str:
    """Return what an average effect says, what stands in its way, and which tests to trust."""
    if effect["lower"] is None:
        said = words("average.no_interval", n=effect["n"], window=window)
    else:
        clear = effect["lower"] > 0 or effect["upper"] < 0
        said = words(f"average.{'clear' if clear else 'unclear'}", n=effect["n"], window=window)
    warnings = [words(f"diagnosis.{name}") for name in ("clustered", "variance_raised", "thin") if diagnosis[name]]
    return " ".join((said, *warnings, words("diagnosis.trust", tests=_trusted(diagnosis, words))))


def groups(rows: Iterable[Mapping[str, Any]], kind: str, words: Words) -> str:
    """Return which group's average effect is the largest, and which can be told from zero once all were looked at.

    `rows`: group, n, mean, p and p_bh; `kind` is that of the groups' codes. Empty where no group can be tested.
    """
    tested = [row for row in rows if row["group"] != "all" and row["p_bh"] is not None]
    if not tested:
        return ""
    largest = max(tested, key=lambda row: abs(row["mean"]))
    said = words(
        "groups.largest",
        group=words.code(kind, largest["group"]),
        mean=percent(largest["mean"]),
        n=largest["n"],
        p=probability(largest["p"]),
        adjusted=probability(largest["p_bh"]),
    )
    clear = [words.code(kind, row["group"]) for row in tested if row["p_bh"] < _LEVEL]
    rest = words("groups.clear", groups=some(clear, words)) if clear else words("groups.unclear", count=len(tested))
    return f"{said} {rest}"


def _trusted(diagnosis: Mapping[str, Any], words: Words) -> str:
    """Return the tests to trust, in words and by convention id."""
    ids = str(diagnosis["recommended"]).split(", ")
    return words("list.comma").join(f"{words.code('statistic', name)} ({name})" for name in ids)


def claim(row: Mapping[str, Any], words: Words) -> str:
    """Return what came of a headline's statement about prices: stated, at the close, at the day's high or low."""
    stated, close, high = (_figure(row[name], row, words) for name in ("stated", "computed", "computed_high"))
    key = f"claim.{row['verdict']}" if row["verdict"] != "intraday_only" else f"claim.intraday_{row['basis']}"
    if row["kind"] == "overtake":
        key = f"claim.overtake.{row['verdict']}"
    return words(key, stated=stated, close=close, high=high, session=row["session"], rival=row["rival"])


def _figure(value: float | None, row: Mapping[str, Any], words: Words) -> str:
    if value is None:
        return "–"
    return f"{amount(value, words.language)} {row['unit']}" if row["kind"] == "market_cap" else percent(value)
