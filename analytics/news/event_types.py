"""What kind of news a story is: weighted patterns of data/rules/event_types.csv over headline, lead and body."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from analytics.config import resource
from analytics.records import TypeTag

_ENOUGH = 3.0
"""Weight from which a type is tagged at all."""
_SHARE = 0.75
"""Share of the heaviest type's weight that a further type needs."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    type: str
    where: str
    pattern: re.Pattern[str]
    weight: float


@cache
def _rules() -> tuple[_Rule, ...]:
    with (resource("data/rules") / "event_types.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            _Rule(
                type=row["type"],
                where=row["where"],
                pattern=re.compile(row["pattern"]),
                weight=float(row["weight"]),
            )
            for row in csv.DictReader(file)
        )


def find_types(headline: str, body: str) -> tuple[TypeTag, ...]:
    """Return the event types of a story, the primary one first; "other" where no pattern weighs enough."""
    lead = body.partition("\n")[0]
    texts = {"headline": (headline, 0), "lead": (lead, len(headline) + 1), "body": (body, len(headline) + 1)}
    weights: dict[str, float] = defaultdict(float)
    tags: dict[str, TypeTag] = {}
    for rule in _rules():
        text, offset = texts[rule.where]
        if match := rule.pattern.search(text):
            weights[rule.type] += rule.weight
            tag = TypeTag(
                type=rule.type,
                text=match[0],
                start=offset + match.start(),
                rule=f"{rule.where}: {rule.pattern.pattern[:40]}",
            )
            tags.setdefault(rule.type, tag)
    ranked = sorted(weights, key=lambda type_: -weights[type_])
    chosen = [t for t in ranked if weights[t] >= max(_ENOUGH, _SHARE * weights[ranked[0]])]
    if not chosen:
        return (TypeTag(type="other", text=headline, start=0, rule="no pattern weighs enough"),)
    return tuple(tags[type_] for type_ in chosen[:3])
