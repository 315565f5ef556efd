"""How certain a story is by its own words: the cues of data/rules/modality.csv in headline, lead and body."""

import re
from functools import cache

from analytics.news import rules
from analytics.records import Modality, TypeTag

_FACTS = frozenset(
    {"results", "industry_data", "incident", "legal", "price_move", "mcap_milestone", "research", "statement"}
)
"""Types of what has happened: a nameless source reports it, it is no plan."""
_OPENING = 60
"""Characters of a lead that name the source of all of it, not of a detail."""
_SOURCES = 200
"""Characters of a body within which a plan names who tells of it."""


@cache
def _cue(name: str) -> re.Pattern[str]:
    patterns = [row["pattern"] for row in rules.table("modality.csv") if row["cue"] == name]
    return re.compile("|".join(patterns), re.IGNORECASE)


def modality_of(headline: str, body: str, types: tuple[TypeTag, ...]) -> Modality:
    """Return denied, rumor (an unconfirmed plan, talks, a leak), reported (a third party tells a fact) or confirmed."""
    lead = body.partition("\n")[0]
    if any(tag.type == "denial" for tag in types) and _cue("denied").search(headline + body):
        return "denied"
    if _is_rumor(headline, body, lead, types[0].type):
        return "rumor"
    # Whoever it is about says so, whoever else tells it.
    if _cue("own words").search(headline + lead):
        return "confirmed"
    third_party = _cue("reported").search(lead) or _cue("reported").search(headline) or _cue("heard").search(headline)
    return "reported" if third_party else "confirmed"


def _is_rumor(headline: str, body: str, lead: str, primary: str) -> bool:
    """Tell whether someone without a name says it, or guesses, or tells of a plan that nobody has announced."""
    if primary in _FACTS or _cue("done").search(headline):
        return False
    announced = _cue("announced").search(headline + lead) is not None
    guessed = primary != "regulation" and _cue("guess").search(headline) and not _cue("said").search(lead)
    if _cue("leak").search(headline) or guessed or _cue("nameless").search(lead, 0, _OPENING):
        return not announced or _cue("nameless").search(headline + lead) is not None
    planned = _cue("plan").search(headline) is not None
    return planned and not announced and _cue("reported").search(body[:_SOURCES]) is not None
