"""Where a text names companies: every alias of the universe in one pass, the longest match first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from analytics.news.universe import Alias, Universe

_LATIN = re.compile(r"[A-Za-z0-9]")
_LETTER = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONG_NAME = 6
"""Characters from which a Latin name in capitals is still a name: OPENAI is one, META could be a word."""
_SUFFIXES = {"US": "", "O": "", "N": "", "HK": ".HK", "SH": ".SS", "SS": ".SS", "SZ": ".SZ"}
# Bare capitals are words far more often than tickers: NVDA.US, NASDAQ: NVDA, $NVDA, 1024.HK are the ones that count.
_TICKER_MARK = re.compile(r"[.$:：](?:US|O|N|HK|S[HSZ]|KS|TW|DE|T|\s*[A-Z0-9])")
_TICKER = re.compile(
    r"(?<![A-Za-z0-9])(?:\$(?P<cash>[A-Z]{1,5}(?:-[AB])?)"
    r"|(?:NASDAQ|Nasdaq|NYSE|纳斯达克|纽交所|HKEX|港交所|SEHK|HKG)\s*[:：]\s*(?P<listed>[A-Z]{1,5}|\d{4,5})"
    r"|(?P<code>[A-Z]{1,5}|\d{4,6})\.(?P<place>US|O|N|HK|SH|SS|SZ|KS|TW|DE|T))(?![A-Za-z0-9])"
)


@dataclass(frozen=True, kw_only=True)
class Mention:
    """Words in a text that name a company."""

    company: str
    kind: str
    start: int
    end: int
    text: str
    rule: str


def find_mentions(text: str, headline_length: int, universe: Universe) -> list[Mention]:
    """Return the mentions in `text` (headline, line feed, body) in order, without overlaps."""
    mentions = list(_ticker_mentions(text, universe)) if _TICKER_MARK.search(text) else []
    for last, (length, alias) in _automaton(universe).iter_long(text):
        start, end = last + 1 - length, last + 1
        if alias and _stands_alone(text, start, end, alias.kind) and _is_meant(alias, text, start, headline_length):
            mentions.append(
                Mention(
                    company=alias.company,
                    kind=alias.kind,
                    start=start,
                    end=end,
                    text=text[start:end],
                    rule=f"{alias.kind} {alias.alias}",
                )
            )
    return sorted(mentions, key=lambda mention: mention.start)


@lru_cache(maxsize=4)
def _automaton(universe: Universe) -> Any:
    automaton = ahocorasick.Automaton()
    for alias in universe.aliases:
        for spelling in _spellings(alias.alias):
            automaton.add_word(spelling, (len(spelling), alias))
    for decoy in universe.decoys:
        automaton.add_word(decoy.phrase, (len(decoy.phrase), None))
    automaton.make_automaton()
    return automaton


def _spellings(alias: str) -> set[str]:
    """Return the alias as it is, without the space between Chinese and Latin, and in capitals where it is long."""
    if _HAN.search(alias):
        return {alias, alias.replace(" ", "")}
    return {alias, alias.upper()} if len(alias) >= _LONG_NAME else {alias}


def _stands_alone(text: str, start: int, end: int, kind: str) -> bool:
    """Latin words end where letters and digits end; Chinese has no such mark, its traps are decoys.

    A product may be followed by its number: "iPhone17" is an iPhone, "Meta2" is not Meta.
    """
    before_joins = start > 0 and _LATIN.match(text[start]) and _LATIN.match(text[start - 1])
    joining = _LETTER if kind == "product" else _LATIN
    after_joins = end < len(text) and _LATIN.match(text[end - 1]) and joining.match(text[end])
    return not (before_joins or after_joins)


def _is_meant(alias: Alias, text: str, start: int, headline_length: int) -> bool:
    if alias.scope == "headline" and start > headline_length:
        return False
    return not alias.requires or _pattern(alias.requires).search(text) is not None


@lru_cache(maxsize=1024)
def _pattern(requires: str) -> re.Pattern[str]:
    return re.compile(requires)


def _ticker_mentions(text: str, universe: Universe) -> Iterator[Mention]:
    for match in _TICKER.finditer(text):
        if mention := _ticker_mention(match, universe):
            yield mention


def _ticker_mention(match: re.Match[str], universe: Universe) -> Mention | None:
    code = match["cash"] or match["listed"] or match["code"]
    place = match["place"] or ""
    suffix = _SUFFIXES.get(place, f".{place}")
    ticker = f"{int(code):04d}.HK" if code.isdigit() and suffix in {".", ".HK"} else code + suffix.rstrip(".")
    security = universe.by_ticker.get(ticker)
    if security is None:
        return None
    return Mention(
        company=security.company,
        kind="name",
        start=match.start(),
        end=match.end(),
        text=match[0],
        rule=f"ticker {ticker}",
    )
