from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe
from tests.news.conftest import assert_tags_point_at_their_words


def test_a_list_of_links_has_a_story_per_bullet() -> None:
    text = (
        "**Monday, November 04 2024 - Links**\n\n"
        "  * [Apple buys an app](https://example.com/2024/11/01/apple/) (The Paper)\n"
        "  * [Nvidia chips back a $11bn loan](https://example.com/content/41b)\n"
    )
    document = read_document("links.md", text.encode())
    assert document.format == "links"
    assert document.issue_date == date(2024, 11, 4)
    assert [(item.headline, item.source, item.line) for item in document.items] == [
        ("Apple buys an app", "The Paper", 3),
        ("Nvidia chips back a $11bn loan", "", 4),
    ]


def test_pasted_text_is_one_story() -> None:
    document = read_document("paste.txt", "甲公司发布新机\n\n11 月 4 日消息，售价 3999 元。（来源：IT 之家）".encode())
    (item,) = document.items
    assert (item.headline, item.body, item.source) == ("甲公司发布新机", "11 月 4 日消息，售价 3999 元。", "IT之家")


def test_an_empty_document_is_refused() -> None:
    document = read_document("empty.md", b" \n ")
    assert (document.outcome, document.reasons) == ("refused", ("The document is empty.",))


def test_a_document_of_fifty_megabytes_is_refused_with_its_size() -> None:
    document = read_document("huge.md", b"x" * (50 * 2**20))
    assert document.outcome == "refused"
    assert document.reasons == ("The document has 50 MB and 8 MB are read: split it.",)


def test_bytes_that_are_no_text_are_refused() -> None:
    document = read_document("image.png", b"\x89PNG\x00\x00")
    assert document.reasons == ("The document is not text in UTF-8: it holds zero bytes.",)


@pytest.mark.parametrize("name", ["a.md", "a.csv"])
def test_another_encoding_is_read_as_far_as_it_goes_and_named(name: str) -> None:
    document = read_document(name, "headline,date\nAcme 发布新品,2024-11-04\n".encode("gb18030"))
    assert document.outcome == "partly read"
    assert document.reasons[0] == "Byte 20 is not UTF-8, perhaps others too; they were replaced: save it as UTF-8."


@pytest.mark.parametrize("word", ["英伟达", "AI ", "苹果、", "3 亿美元", "（来源：", "A公司", "9", "「", "周一"])
def test_a_story_without_end_is_cut_and_tagged_all_the_same(universe: Universe, word: str) -> None:
    text = "---\ndate: 2024-11-06\n---\n## 英伟达\n" + "\n".join(["x" + word * (19_000 // len(word))] * 60)
    document = read_document("a.md", text.encode())
    assert "Line 4: the story is cut after 20,000 characters." in document.reasons
    assert len(tag_document(document, universe)) == 1


NAMES = st.sampled_from(["a.md", "a.txt", "a.csv", "a.jsonl", "a.parquet", "a.xml", "a"])
BEGINNINGS = st.sampled_from(
    [b"", b"---\ndate: 2024-11-06\n---\n## ", b"<rss>", b"headline,date\n", b'{"headline": ', b"PAR1"]
)


@settings(max_examples=200, deadline=None)
@given(name=NAMES, beginning=BEGINNINGS, rest=st.binary(max_size=400))
def test_no_bytes_raise(universe: Universe, name: str, beginning: bytes, rest: bytes) -> None:
    document = read_document(name, beginning + rest)
    assert document.outcome == "read" or document.reasons
    tag_document(document, universe)


@settings(max_examples=200, deadline=None)
@given(
    words=st.text(alphabet="英伟达苹果超越市值涨跌约（）「」0123456789.%亿万元美 月日周\n-至，。XAIx$", max_size=300)
)
def test_no_story_raises_and_tags_point_at_their_words(universe: Universe, words: str) -> None:
    document = read_document("a.md", f"---\ndate: 2024-11-06\n---\n## 英伟达 {words}".encode())
    for event in tag_document(document, universe):
        assert_tags_point_at_their_words(event)


def test_every_real_digest_is_read(shared: Path, universe: Universe) -> None:
    for path in sorted((shared / "corpus").glob("*-*.md")):
        document = read_document(path.name, path.read_bytes())
        assert document.title
        assert bool(document.items) == (document.outcome == "read")
        assert len(tag_document(document, universe)) == len(document.items)


@pytest.mark.parametrize("text", ["蘋果", "輝達"])
def test_traditional_text_is_known_as_such(text: str) -> None:
    document = read_document("hant.md", f"## {text}發表會\n\n公司將於今年發表這款產品，預計銷量會成長。\n".encode())
    assert document.language == "zh-Hant"
