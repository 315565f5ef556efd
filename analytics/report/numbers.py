"""Numbers as people read them: the last step, after which nothing is computed."""

from datetime import date, datetime
from typing import Any

_SCALES = {
    "en": ((1e12, " tn"), (1e9, " bn"), (1e6, " m")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
SHARES = {
    "ret",
    "expected",
    "ar",
    "car",
    "mean",
    "median",
    "winsorised_mean",
    "lower",
    "upper",
    "se",
    "car_se",
    "smallest_effect",
    "smallest_effect_before",
    "sigma",
    "alpha",
    "bhar",
    "day_return",
    "market_cap_change",
    "gap_to_next",
    "difference",
    "daily_return",
    "close_change",
}
_DEVIATIONS = {"sigma", "se", "car_se"}
"""Shares that have no sign."""
AMOUNTS = {"market_cap", "market_cap_usd", "overtaker_market_cap_usd", "overtaken_market_cap_usd", "shares"}
PROBABILITIES = {"p", "p_car", "p_one_sided", "p_bh", "variance_p"}


def minus(number: str) -> str:
    """Return the text of a number with the sign that the axes of charts have; a hyphen is for files and programs."""
    return number.replace("-", "−")


def percent(value: float | None, digits: int = 2) -> str:
    """Return a share with sign and unit: 0.0165 is "+1.65%"; "–" where there is none."""
    return "–" if value is None else minus(f"{value:+.{digits}%}")


def amount(value: float | None, language: str = "en") -> str:
    """Return an amount with its scale: 3.38e12 is "3.380 tn", in Chinese "3.380万亿"."""
    if value is None:
        return "–"
    for scale, name in _SCALES[language]:
        if abs(value) >= scale:
            return minus(f"{value / scale:,.3f}{name}")
    return minus(f"{value:,.2f}")


def figure(value: float | None, *, signed: bool = False) -> str:
    """Return a number without a unit to two digits, such as a t or a beta."""
    return "–" if value is None else minus(f"{value:{'+' if signed else ''}.2f}")


def window(offsets: tuple[int, int]) -> str:
    """Return a window of offsets with signs: (-10, 0) is "−10..0"."""
    return "..".join(map(offset, offsets))


def offset(sessions: int) -> str:
    """Return a number of sessions with its sign."""
    return minus(f"{sessions:+d}") if sessions else "0"


def probability(value: float | None) -> str:
    """Return a p-value to three digits, never as zero."""
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004  # the last digit shown


def cell(column: str, value: Any) -> str:
    """Return one cell of a table for people, by the meaning that the column's name has everywhere in newswake."""
    if value is None or value != value:  # noqa: PLR0124  # NaN alone differs from itself
        return "–"
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return _measured(column, value)
        case int():
            return minus(str(value))
        case list():
            return ", ".join(cell(column, part) for part in value)
        case dict():
            return " ".join(str(part) for part in value.values() if part)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M UTC")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _measured(column: str, value: float) -> str:
    if column in _DEVIATIONS:
        return f"{value:.2%}"
    if column in SHARES:
        return percent(value)
    if column in AMOUNTS:
        return amount(value)
    if column in PROBABILITIES:
        return probability(value)
    return minus(f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.4g}")  # noqa: PLR2004  # four digits tell
