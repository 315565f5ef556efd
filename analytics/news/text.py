"""Plain or pasted text: one story, its first line the headline."""

from analytics.news.reading import Reading, clean, iso_day, language_of
from analytics.news.source_note import split_source
from analytics.records import Item

_LONGEST_HEADLINE = 120


def read_text(name: str, text: str) -> Reading:
    """Read the whole text as one story."""
    lines = [(number, clean(line)) for number, line in enumerate(text.split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        return Reading(format="text", items=(), reasons=("The document holds no words.",))
    number, headline = lines[0]
    body, source = split_source("\n".join(line for _, line in lines[1:]))
    if len(headline) > _LONGEST_HEADLINE:
        headline, body = headline[:_LONGEST_HEADLINE], f"{headline}\n{body}".rstrip()
    item = Item(
        document=name,
        item_no=1,
        headline=headline,
        body=body,
        source=source,
        language=language_of(headline + body),
        line=number,
    )
    return Reading(format="text", items=(item,), issue_date=iso_day(name))
