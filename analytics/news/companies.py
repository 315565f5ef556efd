"""Which companies a story is about, each once, with its part in it and how much it is about them."""

import re
from datetime import date

from analytics.news.mentions import Mention, find_mentions
from analytics.news.universe import Universe
from analytics.records import CompanyTag, TypeTag

# A firm outside the universe is known by its registered name.
_REGISTERED = re.compile(r"(?:[「“]|，|。|\n|^|为|的|是)([\u4e00-\u9fff]{2,4}[\u4e00-\u9fff（）]{2,14}?(?:股份)?有限公司)")
_LEGAL_FORM = re.compile(r"(?:股份)?有限公司$")
_FORMER = re.compile(r"(?:前|离职的?|原)\s?$")


def tag_companies(text: str, headline: str, day: date, types: tuple[TypeTag, ...], universe: Universe) -> tuple[CompanyTag, ...]:
    """Return a tag per company named in `text` (headline, line feed, body), the ones in the headline first.

    Products and people stand for their company only where it is not named itself.
    """
    mentions = find_mentions(text, len(headline), universe)
    named = {mention.company for mention in mentions if mention.kind == "name"}
    by_company: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.kind == "name" or (mention.company not in named and mention.start <= len(headline)):
            by_company.setdefault(mention.company, []).append(mention)
    tags = [_tag(found, text, headline, day, types, universe) for found in by_company.values()]
    return tuple(sorted((*tags, *_registered(text, tags)), key=lambda tag: (-tag.relevance, tag.start)))


def _tag(
    found: list[Mention], text: str, headline: str, day: date, types: tuple[TypeTag, ...], universe: Universe
) -> CompanyTag:
    first = found[0]
    line = universe.primary_on(first.company, day)
    role = _role(found, text, headline, types)
    return CompanyTag(
        company=first.company,
        ticker=line.ticker if line else None,
        role=role,
        relevance=_relevance(found, headline, role),
        text=first.text,
        start=first.start,
        rule=first.rule,
    )


def _role(found: list[Mention], text: str, headline: str, types: tuple[TypeTag, ...]) -> str:
    first = found[0]
    if _FORMER.search(text[: first.start]) and len(found) == 1:
        return "background"
    if first.start <= len(headline):
        return "subject"
    return "background" if len(found) == 1 and first.start > len(headline) + 120 else "competitor"


def _relevance(found: list[Mention], headline: str, role: str) -> float:
    if role == "background":
        return 0.1
    in_headline = found[0].start <= len(headline)
    return min(1.0, (0.6 if in_headline else 0.2) + 0.1 * len(found))


def _registered(text: str, tags: list[CompanyTag]) -> list[CompanyTag]:
    found = {}
    for match in _REGISTERED.finditer(text):
        name = match[1]
        if not any(tag.text in name for tag in tags):
            found.setdefault(
                name,
                CompanyTag(
                    company=_LEGAL_FORM.sub("", name),
                    ticker=None,
                    role="subject",
                    relevance=0.3,
                    text=name,
                    start=match.start(1),
                    rule="registered name",
                ),
            )
    return list(found.values())
