"""Money amounts and percentages in a story: value in base units, unit, and what each one measures."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from analytics.news import rules
from analytics.news.figure_kinds import kind_of
from analytics.records import Figure, Language

_PERCENTAGES = frozenset({"pct", "pp"})
_CHANGES = frozenset({"growth_pct", "price_change_pct"})


def _table(name: str) -> dict[str, str]:
    """Return the words of a table of rules, each with what it means."""
    return {word: told for word, told, *_ in (row.values() for row in rules.table(name))}


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CURRENCIES = _table("currencies.csv")
_SCALES = {word: float(factor) for word, factor in _table("scales.csv").items()}
_SCALE = _any_of(word for word in _SCALES if not word.isascii())
_SCALE_EN = _any_of(word for word in _SCALES if word.isascii())
_CURRENCY = _any_of(word for word in _CURRENCIES if not word.isascii() and word not in "￥£€¥")
_CURRENCY_EN = _any_of(word for word in _CURRENCIES if word.isascii() and word.isalpha())
_SIGN = r"(?:US|HK|NT|A|C|S)?\$|£|€|¥|￥|RMB|USD|EUR|HKD|人民币|港币|新台币|台币|美金"

_DIGITS = r"\d\d{0,14}(?:,\d{3}){0,5}(?:\.\d{1,9})?"
_NUMBER = re.compile(_DIGITS)
_JOINED = re.compile(r"[A-Za-z0-9.,]")
_TO = "[-–—~～至到－]"
# A range has one unit: "增长 35% 至 730 亿美元" is two figures.
_AFTER = re.compile(
    rf"(?:\s?[%％]?\s?{_TO}\s?(?P<high_percent>{_DIGITS})(?=\s?[%％])"
    rf"|\s?(?P<low_scale>{_SCALE})?\s?(?:{_CURRENCY})?\s?{_TO}\s?"
    rf"(?P<high>{_DIGITS})(?=\s?(?:{_SCALE})?\s?(?:{_CURRENCY})))?"
    r"\s?(?:(?:多|余|来|几)?\s?个?(?P<points>百分点|percentage points)|(?P<percent>[%％]|percent\b)"
    rf"|(?P<scale>{_SCALE})?\s?(?:多|余|来)?\s?(?P<more_scale>亿|万)?\s?(?P<currency>{_CURRENCY})"
    r"(?!宇宙|素|件|组|器|年|旦|老|首|数据|气)"
    rf"|(?P<scale_en>{_SCALE_EN})?\s?(?P<currency_en>{_CURRENCY_EN})\b)"
)
_LISTED = re.compile(rf"(?:\s?/\s?{_DIGITS})+(?=\s?(?:{_SCALE})?\s?(?:{_CURRENCY}))")
"""Further prices of a list with one unit: "189/299 美元"."""
_SIGN_BEFORE = re.compile(rf"(?<![A-Za-z])(?P<sign>{_SIGN})\s?$")
_LONGEST_SIGN = 5
_AFTER_SIGNED = re.compile(
    rf"(?:\s?(?:-|–|to|至|到)\s?(?:{_SIGN})?(?P<high>{_DIGITS}))?"
    rf"\s?(?:(?P<scale>{_SCALE})|(?P<scale_en>{_SCALE_EN})(?![A-Za-z]))?(?:\s?元)?"
)
_BARE = re.compile(
    rf"(?<![A-Za-z0-9.,])(?P<number>{_DIGITS})\s?(?P<scale>万亿|亿|万)"
    r"(?=$|[，。；：、！？\s」）]|估值|市值|票房|营收|罚单)"
)
_MONEY_WORDS = re.compile(r"市值|估值|营收|融资|净利|收入|票房|罚|身家|投资|奖励|赔|薪酬|售价|补贴")
_EQUIVALENT = re.compile(r"[^（()）\d]{0,4}[（(][^（()）]{0,16}$|[^（()）\d。]{0,4}，?(?:折合|约合)(?:人民币)?约?\s?$")
_ESTIMATE = re.compile(r"预计|预期|预估|预测|有望|目标(?!价)")
_COMPARED = re.compile(r"去年|上年|此前|上一轮|上一年")
_UP = re.compile(r"涨|增|升|提高|高于|上扬|收高|走高|up|rise|rose|gain|grew|surge", re.IGNORECASE)
_DOWN = re.compile(r"跌|降|减|下滑|缩水|下挫|低于|收低|走低|down|fall|fell|drop|lost", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Amount:
    start: int
    end: int
    value: float
    high: float | None
    unit: str


def find_figures(text: str, language: Language) -> tuple[Figure, ...]:
    """Return the figures of `text` (headline, line feed, body) in order, repeats included."""
    figures: list[Figure] = []
    for amount in _amounts(text, language):
        figures.append(_figure(amount, text, figures[-1] if figures else None))
    bare = _bare_amounts(text.partition("\n")[0], figures)
    return tuple(sorted((*figures, *(_figure(amount, text, None) for amount in bare)), key=lambda f: f.start))


def _amounts(text: str, language: Language) -> Iterator[_Amount]:
    end = 0
    for number in _NUMBER.finditer(text):
        if number.start() < end or (number.start() and _JOINED.match(text[number.start() - 1])):
            continue
        if amount := _signed(text, number) or _followed(text, number, language):
            end = amount.end
            yield amount


def _signed(text: str, number: re.Match[str]) -> _Amount | None:
    """Return the amount of a number that a currency sign stands before: "$1.1bn", "人民币 1 万元"."""
    sign = _SIGN_BEFORE.search(text, max(0, number.start() - _LONGEST_SIGN), number.start())
    after = _AFTER_SIGNED.match(text, number.end())
    if sign is None or after is None:
        return None
    scale = _scale(after["scale"], after["scale_en"])
    return _Amount(
        start=sign.start(),
        end=after.end(),
        value=_value(number[0], scale),
        high=_value(after["high"], scale) if after["high"] else None,
        unit=_CURRENCIES[sign["sign"]],
    )


def _followed(text: str, number: re.Match[str], language: Language) -> _Amount | None:
    """Return the amount of a number that a unit follows; a scale said once counts for a whole range or list."""
    listed = _LISTED.match(text, number.end())
    after = _AFTER.match(text, listed.end() if listed else number.end())
    if after is None:
        return None
    scale = _scale(after["scale"], after["more_scale"], after["scale_en"])
    high = after["high"] or after["high_percent"]
    return _Amount(
        start=number.start(),
        end=number.end() if listed else after.end(),
        value=_value(number[0], _scale(after["low_scale"]) if after["low_scale"] else scale),
        high=_value(high, scale) if high else None,
        unit=_unit(after, language),
    )


def _scale(*words: str | None) -> float:
    product = 1.0
    for word in filter(None, words):
        product *= _SCALES[word]
    return product


def _value(digits: str, scale: float) -> float:
    # 3.38 * 1e12 is 3379999999999.9995: rounding to the digits that were written gives the number that was meant.
    return float(f"{float(digits.replace(',', '')) * scale:.12g}")


def _unit(after: re.Match[str], language: Language) -> str:
    if after["points"]:
        return "pp"
    if after["percent"]:
        return "pct"
    word = after["currency"] or after["currency_en"]
    return "TWD" if word == "元" and language == "zh-Hant" else _CURRENCIES[word]


def _bare_amounts(headline: str, figures: list[Figure]) -> Iterator[_Amount]:
    """Yield the amounts that a headline gives without a currency, in that of the same amount elsewhere or in yuan."""
    for match in _BARE.finditer(headline):
        if _MONEY_WORDS.search(headline[max(0, match.start() - 10) : match.end() + 4]):
            value = _value(match["number"], _SCALES[match["scale"]])
            unit = next((figure.unit for figure in figures if figure.value == value), "CNY")
            yield _Amount(start=match.start(), end=match.end(), value=value, high=None, unit=unit)


def _figure(amount: _Amount, text: str, previous: Figure | None) -> Figure:
    conversion = previous is not None and _is_conversion(text, previous, amount)
    kind = previous.kind if previous and conversion else kind_of(text, amount.start, amount.end, amount.unit)
    return Figure(
        text=text[amount.start : amount.end],
        start=amount.start,
        value=amount.value,
        value_high=amount.high,
        unit=amount.unit,
        kind=kind,
        direction=_direction(text, amount) if kind in _CHANGES else None,
        is_conversion=conversion,
        qualifier=None if conversion else _qualifier(text, amount.start),
    )


def _is_conversion(text: str, previous: Figure, amount: _Amount) -> bool:
    if amount.unit == previous.unit or _PERCENTAGES & {amount.unit, previous.unit}:
        return False
    return _EQUIVALENT.match(text[previous.start + len(previous.text) : amount.start]) is not None


def _direction(text: str, amount: _Amount) -> Literal["up", "down"] | None:
    near = text[max(0, amount.start - 10) : amount.start] + text[amount.end : amount.end + 4]
    if _DOWN.search(near):
        return "down"
    return "up" if _UP.search(near) else None


def _qualifier(text: str, start: int) -> Literal["estimate", "comparison_period"] | None:
    near = text[max(0, start - 24) : start]
    if _ESTIMATE.search(near):
        return "estimate"
    return "comparison_period" if _COMPARED.search(near) else None
