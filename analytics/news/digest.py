"""A daily digest in Markdown: front matter, a title, and one story under each heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rapidfuzz import fuzz

from analytics.news.reading import Reading, clean, heading_day, iso_day, language_of
from analytics.news.source_note import split_source
from analytics.records import Item

_FRONT_MATTER = re.compile(r"\A\ufeff?\s*---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
# Indented text and text above dashes is prose in a digest, not code and not a heading.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["code", "lheading", "reference"])
_LONGEST_LINE = 20_000

_NOTICE = re.compile(r"此内容因违规|环境异常|该内容已被发布者删除|内容无法查看|链接已过期|参数错误")
_TAIL = re.compile(r"\*\s*(?:头图|图片|题图|封面).{0,6}来源|^(?:热点视频|更多阅读|点赞关注|观看更多|预览时标签)")
_CAPTION = re.compile(r"^(?:图片?|图源|题图)?\s*来源\s*[:：].{1,24}$|^图源\s*[:：].{1,24}$")
_STRAY_MARKS = re.compile(r"\*\*+")
_ENDED = re.compile(r"[。！？.!?」』”）)…;；~～]$")
_SAME_TITLE = 75
"""Likeness (0..100) from which a top heading repeats the title; re-posted issues change a word or two."""


@dataclass
class _Draft:
    headline: str
    line: int
    kind: str
    paragraphs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Block:
    kind: str
    """heading1, heading2, prose or rule"""
    text: str
    line: int


def read_digest(name: str, text: str) -> Reading:
    """Read a Markdown digest; headings of the platform, its tail and its bylines are no stories."""
    front, body, offset = _split_front_matter(text)
    body, reasons = _drop_endless_lines(body, offset)
    title = front.get("title", "")
    drafts, notices = _stories(_blocks(body, offset), title)
    if not title and _is_titled(drafts):
        title = drafts.pop(0).headline
    items = tuple(_item(name, number, draft) for number, draft in enumerate(drafts, start=1))
    return Reading(
        format="digest",
        items=items,
        title=title,
        source=front.get("source", ""),
        url=front.get("url", ""),
        issue_date=iso_day(front.get("date", "")) or iso_day(name) or heading_day(title),
        reasons=(*reasons, *notices, *_cut_off(items)),
    )


def _split_front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """Return the fields, the text after them and the number of lines before it.

    Read line by line: a title with ": " in it is not valid YAML, yet common, and YAML's anchors can be made to swell.
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text, 0
    pairs = (line.split(":", 1) for line in found[1].splitlines() if ":" in line)
    fields = {key.strip().lower(): clean(value).strip("\"'") for key, value in pairs}
    return fields, text[found.end() :], text.count("\n", 0, found.end())


def _drop_endless_lines(body: str, offset: int) -> tuple[str, list[str]]:
    """Empty the lines that no one wrote by hand: Markdown takes quadratic time on some of them."""
    lines = body.split("\n")
    endless = [number for number, line in enumerate(lines) if len(line) > _LONGEST_LINE]
    for number in endless:
        lines[number] = ""
    reasons = [f"Line {n + offset + 1} is longer than {_LONGEST_LINE:,} characters and was left out." for n in endless]
    return "\n".join(lines), reasons


def _blocks(body: str, offset: int) -> Iterator[_Block]:
    kind = "prose"
    for token in _MARKDOWN.parse(body):
        if token.type == "heading_open":
            kind = {"h1": "heading1", "h2": "heading2"}.get(token.tag, "prose")
        elif token.type == "hr":
            yield _Block("rule", "", _line(token, offset))
        elif token.type == "inline":
            yield _Block(kind, _words(token), _line(token, offset))
            kind = "prose"


def _line(token: Token, offset: int) -> int:
    return offset + (token.map[0] if token.map else 0) + 1


def _words(inline: Token) -> str:
    """Return the visible words of a block; the caption that follows an image on its line is none of them."""
    children = inline.children or []
    text = "".join(_word(child) for child in children)
    text = clean(_STRAY_MARKS.sub("", text))
    has_image = any(child.type == "image" for child in children)
    return "" if has_image and _CAPTION.search(text) else text


def _word(child: Token) -> str:
    if child.type in {"text", "code_inline", "html_inline"}:
        return child.content
    return "\n" if child.type in {"softbreak", "hardbreak"} else ""


def _stories(blocks: Iterator[_Block], title: str) -> tuple[list[_Draft], list[str]]:
    """Gather the blocks under each story's heading; the rest of a digest has no open story to go to."""
    drafts: list[_Draft] = []
    notices: list[str] = []
    story: _Draft | None = None
    for block in blocks:
        if block.kind in {"heading1", "heading2"}:
            story = None
            if _NOTICE.search(block.text):
                notices.append(f"Line {block.line}: a notice of the platform stands in place of a story.")
            elif _is_story(block, title):
                story = _Draft(block.text, block.line, block.kind)
                drafts.append(story)
        elif block.kind == "rule" or _TAIL.search(block.text):
            story = None
        elif story and block.text:
            story.paragraphs.append(block.text)
    stray = [d for d in drafts if not d.paragraphs and fuzz.ratio(d.headline, title) >= _SAME_TITLE]
    return [draft for draft in drafts if draft not in stray], notices


def _is_titled(drafts: list[_Draft]) -> bool:
    """Tell whether the first heading is the title: the only one of its rank, without a story under it or with a day."""
    levels = [draft.kind for draft in drafts]
    if levels[:1] != ["heading1"] or "heading2" not in levels or "heading1" in levels[1:]:
        return False
    return not drafts[0].paragraphs or heading_day(drafts[0].headline) is not None


def _is_story(block: _Block, title: str) -> bool:
    if not block.text or _TAIL.search(block.text):
        return False
    return block.kind == "heading2" or fuzz.ratio(block.text, title) < _SAME_TITLE


def _item(name: str, number: int, draft: _Draft) -> Item:
    body, source = split_source("\n".join(draft.paragraphs))
    return Item(
        document=name,
        item_no=number,
        headline=draft.headline.replace("\n", " "),
        body=body,
        source=source,
        language=language_of(draft.headline + body),
        line=draft.line,
    )


def _cut_off(items: tuple[Item, ...]) -> list[str]:
    """Say so when the last story stops in the middle of a sentence."""
    if not items:
        return ["No story was found under a heading."]
    last = items[-1]
    if last.source or _ENDED.search(last.body):
        return []
    return [f"Line {last.line}: the document ends in the middle of story {last.item_no}, “{last.headline}”."]
