"""Money amounts and percentages in a story: value in base units, unit, and what each one measures."""

import re
from collections.abc import Iterator
from typing import Literal

from analytics.records import Figure, Language

_SCALES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "千": 1e3,
    "兆": 1e12, "trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "thousand": 1e3,
    "T": 1e12, "B": 1e9, "b": 1e9, "M": 1e6, "m": 1e6, "K": 1e3, "k": 1e3,
}  # fmt: skip
_CURRENCIES = {
    "美元": "USD", "美金": "USD", "刀": "USD", "元人民币": "CNY", "人民币": "CNY", "元新台币": "TWD", "新台币": "TWD", "台币": "TWD",
    "元台币": "TWD", "港元": "HKD", "港币": "HKD", "元港币": "HKD", "港幣": "HKD", "日元": "JPY", "日圆": "JPY", "欧元": "EUR",
    "英镑": "GBP", "韩元": "KRW", "韩圆": "KRW", "韩币": "KRW", "卢布": "RUB", "印度卢比": "INR", "卢比": "INR", "加元": "CAD",
    "加拿大元": "CAD", "澳元": "AUD", "澳大利亚元": "AUD", "新加坡元": "SGD", "新元": "SGD", "瑞士法郎": "CHF", "瑞郎": "CHF",
    "泰铢": "THB", "越南盾": "VND", "巴西雷亚尔": "BRL", "雷亚尔": "BRL", "迪拉姆": "AED", "里亚尔": "SAR", "瑞典克朗": "SEK",
    "挪威克朗": "NOK", "丹麦克朗": "DKK", "兹罗提": "PLN", "印尼盾": "IDR", "令吉": "MYR", "比索": "MXN", "土耳其里拉": "TRY", "里拉": "TRY",
    "元": "CNY", "块钱": "CNY",
    "$": "USD", "US$": "USD", "USD": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "C$": "CAD", "S$": "SGD", "£": "GBP",
    "€": "EUR", "¥": "CNY", "￥": "CNY", "RMB": "CNY", "CNY": "CNY", "EUR": "EUR", "GBP": "GBP", "JPY": "JPY", "HKD": "HKD",
    "dollars": "USD", "euros": "EUR", "pounds": "GBP", "yen": "JPY", "yuan": "CNY", "won": "KRW",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


def _choice(words: dict[str, object] | dict[str, float] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SCALE_ZH = _choice({word: 0 for word in _SCALES if not word.isascii()})
_SCALE_EN = _choice({word: 0 for word in _SCALES if word.isascii()})
_CURRENCY_ZH = _choice({word: "" for word in _CURRENCIES if not word.isascii() and word not in "￥£€¥"})
_AFTER_EN = r"USD|CNY|RMB|EUR|GBP|JPY|HKD|dollars|euros|pounds|yen|yuan|won"
_SIGNS = r"(?:US|HK|NT|A|C|S)?\$|£|€|¥|￥|RMB|USD|EUR|HKD|人民币|港币|新台币|台币|美金|约合人民币"
_TO = "[-–—~～至到－]"
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<number>{_NUMBER})(?!\d)"
    # A range has one unit: "增长 35% 至 730 亿美元" is two figures.
    rf"(?:\s?%?\s?{_TO}\s?(?P<high_pct>{_NUMBER})(?=\s?[%％])"
    rf"|\s?(?P<low_scale>{_SCALE_ZH})?\s?(?:{_CURRENCY_ZH})?\s?{_TO}\s?(?P<high>{_NUMBER})(?=\s?(?:{_SCALE_ZH})?\s?(?:{_CURRENCY_ZH})))?"
    r"\s?(?:"
    r"(?:多|余|来|几)?\s?个?(?P<points>百分点)|(?P<percent>[%％])"
    rf"|(?P<scale>{_SCALE_ZH})?\s?(?:多|余|来)?\s?(?P<scale2>亿|万)?\s?(?P<currency>{_CURRENCY_ZH})(?!宇宙|素|件|组|器|年|旦|老|首|数据|气)"
    rf"|(?P<scale_en>{_SCALE_EN})?\s?(?P<currency_en>{_AFTER_EN})\b|(?P<percent_en>percent(?:age points)?)\b"
    r")"
    rf"|(?<![A-Za-z])(?P<sign>{_SIGNS})\s?(?P<number2>{_NUMBER})(?:\s?(?:-|–|to)\s?(?:{_SIGNS})?(?P<high2>{_NUMBER}))?"
    rf"\s?(?:(?P<scale3>{_SCALE_ZH})|(?P<scale4>{_SCALE_EN})(?![A-Za-z]))?(?P<tail>\s?元)?"
)
_BRACKETED = re.compile(r"[^（()）\d]{0,4}[（(][^（()）]{0,16}$")


def find_figures(text: str, language: Language) -> tuple[Figure, ...]:
    """Return the figures of `text` (headline, line feed, body) in order, repeats included."""
    figures: list[Figure] = []
    for match in _FIGURE.finditer(text):
        previous = figures[-1] if figures else None
        figures.append(_figure(match, text, previous, language))
    return tuple(figures)


def _figure(match: re.Match[str], text: str, previous: Figure | None, language: Language) -> Figure:
    unit = _unit(match, language)
    value, high = _values(match)
    start = match.start()
    conversion = previous is not None and _is_conversion(text, previous, start, unit)
    kind = previous.kind if previous and conversion else _kind(text, start, match.end(), unit)
    return Figure(
        text=match[0].strip(),
        start=start,
        value=value,
        value_high=high,
        unit=unit,
        kind=kind,
        direction=_direction(text, start, match.end()) if unit in {"pct", "pp"} else None,
        is_conversion=conversion,
        qualifier=_qualifier(text, start),
    )


def _unit(match: re.Match[str], language: Language) -> str:
    if match["points"] or (match["percent_en"] or "").endswith("points"):
        return "pp"
    if match["percent"] or match["percent_en"]:
        return "pct"
    word = match["sign"] or match["currency"] or match["currency_en"]
    if word == "元" and language == "zh-Hant":
        return "TWD"
    return _CURRENCIES[word.removeprefix("约合")]


def _values(match: re.Match[str]) -> tuple[float, float | None]:
    """Return the value in base units and the upper end of a range; a scale said once counts for both ends."""
    number, high = match["number"] or match["number2"], match["high"] or match["high_pct"] or match["high2"]
    scales = (match["scale"], match["scale2"], match["scale3"], match["scale_en"], match["scale4"])
    scale = 1.0
    for word in filter(None, scales):
        scale *= _SCALES[word]
    low_scale = _SCALES[match["low_scale"]] if match["low_scale"] else scale
    low = _number(number, low_scale)
    return low, _number(high, scale) if high else None


def _number(digits: str, scale: float) -> float:
    # 3.38 * 1e12 is 3379999999999.9995: rounding to the digits that were written gives the number that was meant.
    return float(f"{float(digits.replace(',', '')) * scale:.12g}")


def _is_conversion(text: str, previous: Figure, start: int, unit: str) -> bool:
    if unit == previous.unit or "p" in {unit[0], previous.unit[0]}:
        return False
    return _BRACKETED.match(text[previous.start + len(previous.text) : start]) is not None


_KINDS = (
    ("target_price", re.compile(r"目标价")),
    ("market_cap_change", re.compile(r"市值[^，。]{0,6}(?:蒸发|缩水|抹去|增加)|蒸发")),
    ("market_cap", re.compile(r"市值")),
    ("turnover", re.compile(r"成交")),
    ("stake_pct", re.compile(r"持股|股权|股份|持有|占股")),
    ("margin_pct", re.compile(r"毛利率|利润率|净利率|纯益率")),
    ("market_share_pct", re.compile(r"份额|占比|占有率|市占")),
    ("eps", re.compile(r"每股(?:收益|盈利|摊薄)|EPS", re.IGNORECASE)),
    ("profit", re.compile(r"利润|盈利|净利|亏损|毛利")),
    ("valuation", re.compile(r"估值")),
    ("funding_amount", re.compile(r"融资|投资|筹集|募资|注资")),
    ("damages_or_penalty", re.compile(r"罚|赔偿|索赔|和解|诉讼")),
    ("net_worth", re.compile(r"身家|净资产|财富")),
    ("deal_value", re.compile(r"收购|交易|合同|订单|报价")),
    ("revenue", re.compile(r"营收|收入|销售额|营业额|revenue", re.IGNORECASE)),
    ("share_price", re.compile(r"股价|每股|/股|收盘|收报|报收")),
    ("product_price", re.compile(r"售价|定价|价格|起售|首发|预售|预订|售|月租|租金|价")),
    ("budget", re.compile(r"预算|投入|支出|成本")),
)  # fmt: skip
_PRICE_KINDS = re.compile(r"股价|股票|收涨|收跌|收高|收低|涨幅|跌幅|盘前|盘后|盘中|大涨|大跌|暴涨|暴跌|涨超|跌超|涨|跌")
_GROWTH = re.compile(r"增长|增幅|同比|环比|下降|下滑|减少|上升|增加|提升|growth|grew", re.IGNORECASE)
_PERCENT_ONLY = {"stake_pct", "margin_pct", "market_share_pct"}
_MONEY_ONLY = {kind for kind, _ in _KINDS} - _PERCENT_ONLY
_UP = re.compile(r"涨|增|升|提高|高于|上扬|up|rise|rose|gain|grew|surge", re.IGNORECASE)
_DOWN = re.compile(r"跌|降|减|下滑|缩水|下挫|低于|裁|down|fall|fell|drop|lost", re.IGNORECASE)


def _kind(text: str, start: int, end: int, unit: str) -> str:
    """Name what the figure measures by the last telling word of its own clause, else of the clause before."""
    clause_start = max(text.rfind(mark, 0, start) for mark in "，。；：\n,;")
    near = text[max(clause_start, start - 24, 0) : start] + text[end : end + 6]
    allowed = _MONEY_ONLY if unit not in {"pct", "pp"} else _PERCENT_ONLY
    kind = next((kind for kind, words in _KINDS if kind in allowed and words.search(near)), None)
    if kind:
        return kind
    if unit == "pct":
        if _GROWTH.search(near):
            return "growth_pct"
        if _PRICE_KINDS.search(near):
            return "price_change_pct"
    far = text[max(0, start - 40) : start]
    return next((kind for kind, words in _KINDS if kind in allowed and words.search(far)), "other")


def _direction(text: str, start: int, end: int) -> Literal["up", "down"] | None:
    near = text[max(0, start - 10) : start] + text[end : end + 4]
    if _DOWN.search(near):
        return "down"
    return "up" if _UP.search(near) else None


def _qualifier(text: str, start: int) -> Literal["estimate", "comparison_period"] | None:
    near = text[max(0, start - 16) : start]
    if re.search(r"预计|预期|预估|预测|有望|目标", near):
        return "estimate"
    return "comparison_period" if re.search(r"去年|上年|此前|上一轮|高于|上一年", near) else None


def spans(figures: tuple[Figure, ...]) -> Iterator[tuple[int, int]]:
    """Yield where each figure starts and ends."""
    for figure in figures:
        yield figure.start, figure.start + len(figure.text)
