"""What kind of news a story is: weighted patterns of data/rules/event_types.csv over headline, lead and body."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from analytics.news import rules
from analytics.records import TypeTag

_HAN = re.compile(r"[\u3400-\u9fff]")
_ENOUGH = 3.0
"""Weight from which a type is tagged at all."""
_LITTLE = 1.5
"""Weight of the lead alone, which decides where the headline says nothing."""
_SHARE = 0.75
"""Share of the heaviest type's weight that a further type needs."""
_COMPANIONS = {
    "mcap_milestone": {"price_move", "results"},
    "denial": {"deal_mna", "deal_funding", "people_org", "incident", "partnership", "product"},
    "statement": {"results", "price_move", "product"},
    "product": {"partnership"},
    "deal_funding": {"partnership"},
    "legal": {"people_org"},
    "regulation": {"deal_mna"},
    "incident": {"denial", "legal"},
    "deal_mna": {"people_org"},
    "people_org": {"denial"},
}
"""Types that come with a primary type as a rule: what is denied or spoken of, the price behind a milestone."""
_COMPANION = 1.5
"""Weight that such a type needs."""
_MOST = 3
_CLAUSE = 20
"""Characters of a headline before the name or title of whoever speaks in it."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    type: str
    where: str
    pattern: re.Pattern[str]
    weight: float
    name: str


@cache
def _rules(language: str) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            type=row["type"],
            where=row["where"],
            pattern=re.compile(row["pattern"]),
            weight=float(row["weight"]),
            name=f"event_types.csv, line {line}",
        )
        for line, row in enumerate(rules.table("event_types.csv"), start=2)
        if row["language"] == language
    )


@cache
def _speaker(language: str) -> re.Pattern[str]:
    """Return the names and titles of those who speak, in the first clause of a headline."""
    words = "|".join(row["pattern"] for row in rules.table("speakers.csv") if row["language"] == language)
    return re.compile(f"^[^：:，,]{{0,{_CLAUSE}}}?(?:{words})")


def find_types(headline: str, body: str, *, names_company: bool) -> tuple[TypeTag, ...]:
    """Return the event types of a story, the primary one first.

    Where no pattern weighs enough, the headline of a named company is most often about what it makes ("product");
    without a company the story is "other".
    """
    tags, weights = _weigh(headline, body, names_company=names_company)
    ranked = sorted((t for t in weights if weights[t] > 0), key=lambda type_: -weights[type_])
    if ranked and weights[ranked[0]] >= _ENOUGH:
        primary = ranked[0]
        heavy = [t for t in ranked if weights[t] >= _needed(t, primary, weights[primary])]
        return tuple(tags[type_] for type_ in heavy[:_MOST])
    if ranked and weights[ranked[0]] >= _LITTLE:
        return (tags[ranked[0]],)
    default = "product" if names_company else "other"
    return (TypeTag(type=default, text=headline, start=0, rule="no pattern weighs enough"),)


def _needed(type_: str, primary: str, heaviest: float) -> float:
    if type_ in _COMPANIONS.get(primary, ()):
        return _COMPANION
    return max(_ENOUGH, _SHARE * heaviest)


def _weigh(headline: str, body: str, *, names_company: bool) -> tuple[dict[str, TypeTag], dict[str, float]]:
    language = "zh" if _HAN.search(headline) else "en"
    speaker = _speaker(language).match(headline)
    spoken = speaker.end() if speaker else len(headline)
    texts = {
        "headline": (headline, 0),
        "speaker": (headline[spoken:], spoken),  # what follows the name or title of a person
        "nameless": ("" if names_company else headline, 0),  # a headline that names no company
        "lead": (body.partition("\n")[0], len(headline) + 1),
        "body": (body, len(headline) + 1),
    }
    weights: dict[str, float] = defaultdict(float)
    tags: dict[str, TypeTag] = {}
    for rule in _rules(language):
        text, offset = texts[rule.where]
        if match := rule.pattern.search(text):
            weights[rule.type] += rule.weight
            tag = TypeTag(
                type=rule.type,
                text=match[0],
                start=offset + match.start(),
                rule=rule.name,
            )
            tags.setdefault(rule.type, tag)
    return tags, weights
