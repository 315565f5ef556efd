import hashlib
from datetime import date
from pathlib import Path

import pytest

from analytics.config import resource
from analytics.news.documents import read_document

ISSUE = """---
title: 甲公司发布新机：首日售罄 | 日报
url: https://example.com/1
source: 示例周报
date: 2024-11-06
---

# 甲公司发布新机：首日售罄 | 日报

![cover](https://example.com/cover.png)

# 甲公司发布新机，首日售罄 | 日报

某编辑

## 甲公司发布新机

11 月 4 日消息，甲公司发布**新机**。

![](https://example.com/a.png)图片来源：视觉中国

售价 [3999 元](https://example.com/shop)起。（来源：IT 之家）

# 乙公司收购丙公司

11 月 5 日，乙公司宣布收购丙公司。（消息来源：界面新闻、财联社

\\*头图来源：某图库

这是尾部文字。

---

**热点视频**

尾部还有一句话。

## 丁公司否认传闻

丁公司表示消息不实。
"""


def read(text: str, name: str = "issue.md") -> list[tuple[str, str, str]]:
    return [(item.headline, item.body, item.source) for item in read_document(name, text.encode()).items]


def test_stories_are_the_headings_of_both_ranks_without_title_captions_and_tail() -> None:
    assert read(ISSUE) == [
        ("甲公司发布新机", "11 月 4 日消息，甲公司发布新机。\n售价 3999 元起。", "IT之家"),
        ("乙公司收购丙公司", "11 月 5 日，乙公司宣布收购丙公司。", "界面新闻、财联社"),
        ("丁公司否认传闻", "丁公司表示消息不实。", ""),
    ]


def test_the_document_carries_its_front_matter_lines_and_hash() -> None:
    document = read_document("issue.md", ISSUE.encode())
    assert (document.title, document.source, document.url) == (
        "甲公司发布新机：首日售罄 | 日报",
        "示例周报",
        "https://example.com/1",
    )
    assert document.issue_date == date(2024, 11, 6)
    assert document.outcome == "read"
    assert document.language == "zh-Hans"
    assert document.sha256 == hashlib.sha256(ISSUE.encode()).hexdigest()
    lines = ISSUE.splitlines()
    assert [lines[item.line - 1].lstrip("# ") for item in document.items] == [i.headline for i in document.items]


def test_a_title_with_a_colon_is_read_though_it_is_not_valid_yaml() -> None:
    document = read_document("issue.md", "---\ntitle: A: B: C\ndate: 2024-11-06\n---\n## 甲\n乙。\n".encode())
    assert (document.title, document.issue_date) == ("A: B: C", date(2024, 11, 6))


def test_a_stub_is_partly_read_and_says_what_stands_in_it() -> None:
    stub = "---\ntitle: 三条新闻\ndate: 2024-07-08\n---\n\n# 三条新闻\n\n## 此内容因违规无法查看\n\n接相关投诉。\n"
    document = read_document("stub.md", stub.encode())
    assert document.items == ()
    assert document.outcome == "partly read"
    assert document.reasons == (
        "Line 8: a notice of the platform stands in place of a story.",
        "No story was found under a heading.",
    )


def test_a_document_cut_off_in_a_sentence_keeps_its_stories_and_says_so() -> None:
    document = read_document("cut.md", "## 甲\n\n完整的一句。（来源：界面）\n\n## 乙\n\n说到一半的话，".encode())
    assert [item.headline for item in document.items] == ["甲", "乙"]
    assert document.outcome == "partly read"
    assert document.reasons == ("Line 5: the document ends in the middle of story 2, “乙”.",)


def test_scripts_controls_and_bidirectional_overrides_do_not_reach_the_words() -> None:
    ((headline, body, _),) = read("## 甲\u202e公\u200b司\n\n<script>alert(1)</script>新机\u0007发布。\n")
    assert headline == "甲公司"
    assert body == "<script>alert(1)</script>新机发布。"


def test_endless_lines_are_left_out_with_their_number() -> None:
    document = read_document("long.md", ("## 甲\n\n" + "[" * 30_000 + "\n\n乙。\n").encode())
    assert [item.body for item in document.items] == ["乙。"]
    assert document.reasons == ("Line 3 is longer than 20,000 characters and was left out.",)


@pytest.mark.parametrize(
    ("note", "source"),
    [
        ("（来源：IT 之家）", "IT之家"),
        ("（消息来源：新浪科技、36 氪）", "新浪科技、36 氪"),
        ("(来源：快科技）", "快科技"),
        ("（ 来源：TechWeb ）", "TechWeb"),
        ("（来源: TechWeb）", "TechWeb"),
        ("（来源：雷锋网，周天财经）", "雷锋网、周天财经"),
        ("（来源：央视新闻 / 财新）", "央视新闻、财新"),
        ("（第一财经日报）", "第一财经日报"),
        ("（IT 之家）", "IT之家"),
        ("（来源：澎湃新闻", "澎湃新闻"),
        ("\n\n来源：cnBeta", "cnBeta"),
        ("（来源：", ""),
        ("（右一）", ""),
    ],
)
def test_source_notes_in_every_spelling(note: str, source: str) -> None:
    ((_, body, found),) = read(f"## 甲\n\n甲公司发布新品。{note}\n")
    assert found == source
    assert body.startswith("甲公司发布新品。")
    assert "来源" not in body


def test_the_embedded_digest_has_fourteen_stories() -> None:
    path = resource("data/sample") / "digest.md"
    document = read_document(path.name, path.read_bytes())
    assert len(document.items) == 14
    assert document.outcome == "read"
    assert [item.source for item in document.items[5:9]] == ["界面新闻", "36 氪", "特工宇宙", "36 氪"]


def test_real_digests_are_split_like_the_labels(shared: Path) -> None:
    corpus = shared / "corpus"
    counts = {"seed": 14, "gp-2024-10-23": 15, "gp-2024-12-05": 10, "gp-2025-02-09": 8, "rh-2024-11-04": 8}
    read_counts = {n: len(read_document(f"{n}.md", (corpus / f"{n}.md").read_bytes()).items) for n in counts}
    assert read_counts == counts


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("# 2024-11-20 日报", date(2024, 11, 20)),
        ("# 科技早报 2024 年 11 月 20 日", date(2024, 11, 20)),
        ("# The morning, November 20, 2024\n\nA short day.", date(2024, 11, 20)),
        ("# 科技早报", None),
    ],
)
def test_a_digest_without_front_matter_has_its_title_and_day_on_top(title: str, day: date | None) -> None:
    found = read_document("pasted.md", f"{title}\n\n## 特斯拉召回部分车辆\n\n特斯拉召回部分车辆。\n".encode())
    assert [item.headline for item in found.items] == ["特斯拉召回部分车辆"]
    assert (found.title, found.issue_date) == (title.partition("\n")[0].lstrip("# "), day)


def test_a_top_heading_with_a_text_of_its_own_is_a_story() -> None:
    text = "# 英伟达发布财报\n\n营收超预期。\n\n## 特斯拉召回部分车辆\n\n特斯拉召回部分车辆。\n"
    assert len(read_document("2024-11-20.md", text.encode()).items) == 2
