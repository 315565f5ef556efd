"""Which companies a story is about, each once, with its part in it and how much it is about them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from analytics.news.firms import find_firms
from analytics.news.mentions import Mention
from analytics.news.roles import role_of
from analytics.news.universe import Universe
from analytics.records import CompanyTag, TypeTag

_ANYWHERE = ("name", "supplier")
# "携手天猫": a product that acts stands for its company. "在微博、哔哩哔哩等平台发文": a place to publish does not.
_ACTS = re.compile(r"(?:联手|携手|联合|牵手|接入|入驻)\s?$")
_VENUE = re.compile(r"[」”』]?(?:等|在内)[^，。；]{0,6}平台|平台上?(?:发|晒|称|表示)")
_BEFORE = 4
_BACKGROUND = 0.1
_IN_HEADLINE = 0.6
_IN_BODY = 0.2
_PER_MENTION = 0.1


def tag_companies(
    text: str, headline: str, day: date, types: tuple[TypeTag, ...], mentions: list[Mention], universe: Universe
) -> tuple[CompanyTag, ...]:
    """Return a tag per company named in `text` (headline, line feed, body), the most relevant first."""
    firms = [firm for firm in find_firms(text) if not any(_overlap(firm, mention) for mention in mentions)]
    by_company = _by_company([*_counted(mentions, text, len(headline)), *firms])
    named_first = {company for company, found in by_company.items() if found[0].start <= len(headline)}
    tags = [
        _tag(found, role_of(found, text, headline, types, named_first), len(headline), day, universe)
        for found in by_company.values()
    ]
    return tuple(sorted(tags, key=lambda tag: (-tag.relevance, tag.start)))


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _counted(mentions: list[Mention], text: str, headline_length: int) -> Iterator[Mention]:
    """Yield the mentions that count: a product or a person stands for its company in a headline, or where it acts.

    Elsewhere it counts if the company is named too, as one more mention of it; a part that names its maker
    ("搭载骁龙 8") counts anywhere, a place to publish nowhere.
    """
    named = {mention.company for mention in mentions if mention.kind == "name"}
    for mention in mentions:
        counts = mention.kind in _ANYWHERE or mention.start <= headline_length or mention.company in named
        acts = counts or _ACTS.search(text[max(0, mention.start - _BEFORE) : mention.start])
        if acts and not _VENUE.match(text, mention.end):
            yield mention


def _by_company(mentions: list[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda mention: mention.start):
        found[mention.company].append(mention)
    return found


def _tag(found: list[Mention], role: str, headline_length: int, day: date, universe: Universe) -> CompanyTag:
    shown = next((mention for mention in found if mention.kind == "name"), found[0])
    line = universe.primary_on(shown.company, day)
    return CompanyTag(
        company=shown.company,
        ticker=line.ticker if line else None,
        role=role,
        relevance=_relevance(found, role, headline_length),
        text=shown.text,
        start=shown.start,
        rule=shown.rule,
    )


def _relevance(found: list[Mention], role: str, headline_length: int) -> float:
    if role == "background":
        return _BACKGROUND
    base = _IN_HEADLINE if found[0].start <= headline_length else _IN_BODY
    return round(min(1.0, base + _PER_MENTION * len(found)), 2)
