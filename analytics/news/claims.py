"""What a story states that prices can check: a price change, a market cap, an overtake."""

import re
from collections.abc import Iterator
from itertools import pairwise

from analytics.news.mentions import Mention
from analytics.records import Claim, CompanyTag, Figure

_OVERTAKE = re.compile(r"超越|超过|反超|赶超|取代|overtakes?|surpass(?:es|ed)?|passes")
_RANK = re.compile(r"市值|最有价值|most valuable|market cap")
_DIGITS = re.compile(r"[\d,]*\d(?:\.\d+)?")
_SENTENCE = 200
_STOP = re.compile(r"[。；\n]")
# A change over more than one session, or one of a moment, is not the session's own.
_SPAN = re.compile(r"今年以来|年初至今|累计|过去|一年|本周|本月|近期|盘后|盘前|两日|三日|以来|如今|一度|涨幅已")
_INDEX = re.compile(r"[纳道标恒沪深]指|指数|大盘|标普|道琼斯")


def find_claims(
    text: str, mentions: list[Mention], companies: tuple[CompanyTag, ...], figures: tuple[Figure, ...]
) -> tuple[Claim, ...]:
    """Return the claims in the order of the text, each about a company that is tagged and listed."""
    tickers = {tag.company: tag.ticker for tag in companies if tag.ticker}
    claims = [*_figure_claims(text, mentions, tickers, figures), *_overtakes(text, mentions, tickers)]
    return tuple({(claim.kind, claim.ticker, claim.rival, claim.stated): claim for claim in reversed(claims)}.values())[
        ::-1
    ]


def _figure_claims(
    text: str, mentions: list[Mention], tickers: dict[str, str], figures: tuple[Figure, ...]
) -> Iterator[Claim]:
    for figure in figures:
        ticker = _about(text, mentions, tickers, figure.start)
        if ticker is None or figure.is_conversion or figure.value_high is not None:
            continue
        if figure.kind == "price_change_pct" and figure.direction and _is_of_the_session(text, figure):
            sign = 1 if figure.direction == "up" else -1
            share = sign * round(figure.value / 100, 10)
            half = round(_rounding(figure) / 100, 12)
            yield Claim(
                kind="price_change",
                ticker=ticker,
                rival=None,
                stated=share,
                rounding=half,
                unit="share",
                text=figure.text,
            )
        elif figure.kind == "market_cap":
            yield Claim(
                kind="market_cap",
                ticker=ticker,
                rival=None,
                stated=figure.value,
                rounding=_rounding(figure),
                unit=figure.unit,
                text=figure.text,
            )


def _is_of_the_session(text: str, figure: Figure) -> bool:
    sentence = text[_sentence_start(text, figure.start) : figure.start]
    clause = re.split(r"[，、,]", sentence)[-1]
    return not (_SPAN.search(sentence) or _INDEX.search(clause))


def _overtakes(text: str, mentions: list[Mention], tickers: dict[str, str]) -> Iterator[Claim]:
    """Yield "A overtakes B" where both are listed and the sentence speaks of value, not of sales."""
    for before, after in pairwise(mentions):
        between = text[before.end : after.start]
        if before.kind != "name" or _STOP.search(between) or not _OVERTAKE.search(between):
            continue
        ticker, rival = tickers.get(before.company), tickers.get(after.company)
        sentence = text[_sentence_start(text, before.start) : _sentence_end(text, after.end)]
        if ticker and rival and ticker != rival and _RANK.search(sentence):
            words = text[before.start : after.end]
            yield Claim(kind="overtake", ticker=ticker, rival=rival, stated=None, rounding=0.0, unit="rank", text=words)


def _rounding(figure: Figure) -> float:
    """Return half a unit of the last digit printed: 5e9 for 3.38 trillion."""
    digits = _DIGITS.search(figure.text)
    if digits is None:
        return 0.0
    printed = digits[0].replace(",", "")
    scale = figure.value / float(printed) if float(printed) else 0.0
    return 0.5 * 10.0 ** -len(printed.partition(".")[2]) * scale


def _about(text: str, mentions: list[Mention], tickers: dict[str, str], start: int) -> str | None:
    """Return the ticker named last before a figure in its sentence, else the first one of the story."""
    begin = _sentence_start(text, start)
    near = [m for m in mentions if begin <= m.start < start and m.company in tickers]
    if near:
        return tickers[near[-1].company]
    return next((tickers[m.company] for m in mentions if m.company in tickers), None)


def _sentence_start(text: str, position: int) -> int:
    first = max(0, position - _SENTENCE)
    return max(first, *(text.rfind(mark, first, position) + 1 for mark in "。；\n"))


def _sentence_end(text: str, position: int) -> int:
    found = _STOP.search(text, position, position + _SENTENCE)
    return found.start() if found else position + _SENTENCE
