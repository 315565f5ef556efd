"""A feed as it was saved or fetched, RSS or Atom: one story per entry."""

import calendar
import io
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import feedparser

from analytics.news.reading import Reading, clean, language_of
from analytics.records import Item


def is_feed(data: bytes) -> bool:
    """Tell whether the bytes begin as RSS or Atom does."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf"))


def read_feed(name: str, data: bytes) -> Reading:
    """Read each entry as a story; a feed that declares entities is refused, since they can be made to swell."""
    if b"<!entity" in data.lower():
        return Reading(format="feed", items=(), reasons=("The feed declares XML entities, which are not read.",))
    # A file object: feedparser takes a string or bytes for an address or a path first.
    parsed = feedparser.parse(io.BytesIO(data))
    entries = [(number, entry) for number, entry in enumerate(parsed.entries, start=1) if entry.get("title")]
    items = tuple(_item(name, place, number, entry) for place, (number, entry) in enumerate(entries, start=1))
    days = [item.published_at.date() for item in items if item.published_at]
    return Reading(
        format="feed",
        items=items,
        title=_plain(parsed.feed.get("title", "")),
        source=_plain(parsed.feed.get("title", "")),
        url=parsed.feed.get("link", ""),
        issue_date=max(days, default=None),
        reasons=tuple(_reasons(parsed, len(parsed.entries) - len(entries))),
    )


def _reasons(parsed: Any, untitled: int) -> list[str]:
    reasons = [f"{untitled} entries have no title and were left out."] if untitled else []
    if parsed.bozo and not parsed.entries:
        reasons.append(f"The feed cannot be read: {parsed.bozo_exception}.")
    elif not parsed.entries:
        reasons.append("The feed has no entries.")
    return reasons


def _item(name: str, place: int, number: int, entry: Any) -> Item:
    headline, body = _plain(entry.title), _plain(entry.get("summary", ""))
    return Item(
        document=name,
        item_no=place,
        headline=headline,
        body=body,
        source=_plain(entry.get("source", {}).get("title", "")),
        language=language_of(headline + body),
        line=number,
        published_at=_published(entry),
        url=entry.get("link", ""),
    )


def _published(entry: Any) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


class _Words(HTMLParser):
    """Gathers the words of a piece of HTML; what scripts and styles hold is not among them."""

    _SILENT = frozenset({"script", "style"})
    _BREAKS = frozenset({"p", "br", "div", "li"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the signature
        self._silent = tag in self._SILENT
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag not in self._SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _plain(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    lines = (clean(line) for line in "".join(parser.words).split("\n"))
    return "\n".join(line for line in lines if line)
