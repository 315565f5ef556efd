from collections.abc import Callable

import pytest

from analytics.config import resource
from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe, load_universe
from analytics.records import Event

Tagger = Callable[..., Event]


@pytest.fixture(scope="session")
def universe() -> Universe:
    return load_universe(resource("data/universe"))


@pytest.fixture(scope="session")
def tag(universe: Universe) -> Tagger:
    """Return a function that tags one story of an issue of 2024-11-06."""

    def tagged(headline: str, body: str = "11 月 4 日消息，详情如下。", date: str = "2024-11-06") -> Event:
        text = f"---\ntitle: 日报\ndate: {date}\n---\n\n## {headline}\n\n{body}\n"
        (event,) = tag_document(read_document("issue.md", text.encode()), universe)
        return event

    return tagged


def assert_tags_point_at_their_words(event: Event) -> None:
    text = f"{event.item.headline}\n{event.item.body}"
    places = [(tag.start, tag.text) for tag in event.companies]
    places += [(tag.start, tag.text) for tag in event.types]
    places += [(figure.start, figure.text) for figure in event.figures]
    for start, words in places:
        assert text[start : start + len(words)] == words
