"""A list of links: one story per bullet, its date in the address, the publisher in brackets after it."""

import re

from analytics.news.reading import Reading, clean, heading_day, iso_day, language_of
from analytics.records import Item

_LINK = re.compile(r"^\s*[*+-]\s+\[(?P<headline>.+?)\]\((?P<url>\S+?)\)(?:\s*\((?P<source>[^()]+)\))?\s*$")


def is_link_list(text: str) -> bool:
    """Tell whether most lines with words on them are links in a list."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()]
    return len(lines) > 1 and sum(bool(_LINK.match(line)) for line in lines) * 2 > len(lines)


def read_links(name: str, text: str) -> Reading:
    """Read each bullet as a story; the page's own date stands in its first line or in its name."""
    lines = text.split("\n")
    links = [(number, found) for number, line in enumerate(lines, start=1) if (found := _LINK.match(line))]
    heading = clean(next((line for line in lines if line.strip() and not _LINK.match(line)), "").strip("*# "))
    return Reading(
        format="links",
        items=tuple(_item(name, place, line, found) for place, (line, found) in enumerate(links, start=1)),
        title=heading,
        issue_date=heading_day(heading) or iso_day(name),
    )


def _item(name: str, place: int, line: int, found: re.Match[str]) -> Item:
    headline = clean(found["headline"])
    return Item(
        document=name,
        item_no=place,
        headline=headline,
        body="",
        source=clean(found["source"] or ""),
        language=language_of(headline),
        line=line,
        url=found["url"],
    )
