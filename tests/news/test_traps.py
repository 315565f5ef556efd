"""What real digests do that a plain dictionary of names gets wrong, one invented sentence each."""

from datetime import date

import pytest

from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe
from tests.news.conftest import Tagger


@pytest.mark.parametrize(
    "note",
    [
        "（来源：新浪科技）",
        "（来源：网易科技、腾讯新闻）",
        "（36 氪）",
        "（消息来源：腾讯科技",
        "(来源：新浪财经、36 氪)",
    ],
)
def test_a_source_note_names_no_company(tag: Tagger, note: str) -> None:
    event = tag("某手机发布", f"11 月 4 日消息，新机今日发布。{note}")
    assert event.companies == ()
    assert event.item.source


@pytest.mark.parametrize(
    "body",
    [
        "11 月 4 日，董事长在微博发文预告新机。",
        "11 月 4 日，有用户在 X 平台上晒出新机。",
        "11 月 4 日，代码已在 GitHub 公开。",
        "11 月 4 日，天眼查显示，公司股东变更。",
        "11 月 4 日，据 The Information 报道，新机推迟。",
        "11 月 4 日，有用户在「哔哩哔哩」等平台发布视频。",
    ],
)
def test_a_place_to_publish_is_no_subject(tag: Tagger, body: str) -> None:
    assert tag("某手机发布", body).companies == ()


@pytest.mark.parametrize(
    ("headline", "companies"),
    [
        ("京东方发布新屏幕", {"BOE"}),
        ("某战队夺得王者荣耀世界冠军杯", set()),
        ("通用人工智能何时到来", set()),
        ("通用汽车召回旧款车型", {"General Motors"}),
        ("大众对新规反应热烈", set()),
        ("大众汽车召回旧款车型", {"Volkswagen"}),
        ("北美的票房高于预期", set()),
        ("欢聚小贷注销牌照", set()),
        ("GM 大师镜头亮相", set()),
        ("HBM 内存供不应求", set()),
        ("江苏宁沪高速扩建", set()),
        ("COST OF AI FOR ALL NET USERS", set()),
    ],
)
def test_words_inside_words_are_no_companies(tag: Tagger, headline: str, companies: set[str]) -> None:
    assert {company.company for company in tag(headline).companies} == companies


def test_one_person_is_several_companies_by_context(tag: Tagger) -> None:
    assert tag("马斯克谈教育", "11 月 4 日，他说孩子应多读书。").companies == ()
    assert {c.company for c in tag("马斯克的 xAI 发布新模型").companies} == {"xAI"}
    assert {c.company for c in tag("马斯克：星舰下月试飞").companies} == {"SpaceX"}
    assert {c.company for c in tag("马斯克：特斯拉将降价").companies} == {"Tesla"}


def test_a_former_employer_is_background(tag: Tagger) -> None:
    event = tag("谷歌聘请前 OpenAI 负责人", "11 月 4 日消息，他将加入谷歌。")
    assert {c.company: c.role for c in event.companies} == {"Alphabet": "subject", "OpenAI": "background"}


def test_a_private_company_is_tagged_as_itself_and_its_exposures_stand_apart(tag: Tagger, universe: Universe) -> None:
    event = tag("OpenAI 发布新模型", "11 月 4 日，新模型上线。")
    assert [(c.company, c.ticker) for c in event.companies] == [("OpenAI", None)]
    assert "MSFT" in {exposure.ticker for exposure in universe.exposures if exposure.company == "OpenAI"}


def test_a_listing_counts_from_its_first_day_on(tag: Tagger) -> None:
    before = tag("Arm 发布新架构", "8 月 1 日消息，新架构发布。", date="2023-08-03")
    after = tag("Arm 发布新架构", "11 月 4 日消息，新架构发布。")
    assert [event.companies[0].ticker for event in (before, after)] == [None, "ARM"]


def test_the_archive_day_is_not_the_news_day(universe: Universe) -> None:
    text = (
        "---\ndate: 2025-01-02\n---\n"
        "## 甲\n\n12 月 31 日消息，发布。\n\n## 乙\n\n12 月 31 日消息，发布会定于 1 月 9 日。\n\n"
        "## 丙\n\n近日，有传闻。\n"
    )
    events = tag_document(read_document("issue.md", text.encode()), universe)
    assert {event.event_date for event in events} == {date(2024, 12, 31)}
    assert [event.date_basis for event in events] == ["explicit", "explicit", "fallback_mode"]


@pytest.mark.parametrize(
    ("headline", "body", "company", "role"),
    [
        # A list that acts together, one that stands beside, a bank that brings a firm to market.
        ("某创业公司完成融资", "投资方既有阿里、小米、腾讯等大厂，也有基金。", "Xiaomi", "investor"),
        ("华为充电机器人亮相", "覆盖品牌包括小鹏汽车、比亚迪、赛力斯、长城汽车等。", "BYD", "partner"),
        ("软银成立新公司", "消息公布。\nArm、微软、英伟达和甲骨文是初始技术合作伙伴。", "NVIDIA", "partner"),
        ("小米汽车裁员", "消息公布。\n此前报道，福特曾裁员。", "Ford", "background"),
        ("绿源集团递表港交所", "消息公布。中信建投为其保荐人。", "CSC Financial", "background"),
        ("IDC：华为重回第一", "消息公布。\n小米以 17% 的市场份额位居第二。", "Xiaomi", "competitor"),
        ("哔哩哔哩开启大促", "消息公布。\n该站今年联手天猫开启直播。", "Alibaba", "partner"),
    ],
)
def test_the_part_of_a_company_in_a_list(tag: Tagger, headline: str, body: str, company: str, role: str) -> None:
    assert {c.company: c.role for c in tag(headline, f"11 月 4 日，{body}").companies}.get(company) == role
