from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from analytics.config import resource
from analytics.errors import InputError, RequestError
from analytics.news.corrections import Correction, correct_events
from analytics.news.documents import read_document
from analytics.news.events import tag_document, undated_items
from analytics.news.scoring import score
from analytics.news.stories import link_stories
from analytics.news.universe import Universe
from analytics.records import Event
from tests.news.conftest import Tagger, assert_tags_point_at_their_words
from tests.news.tagging_speed import stories_per_second, with_issuers


@pytest.fixture(scope="module")
def sample(universe: Universe) -> tuple[Event, ...]:
    path = resource("data/sample") / "digest.md"
    return tag_document(read_document(path.name, path.read_bytes()), universe)


# Read off the digest by hand: day, primary type, listed lines that are not background.
SAMPLE = [
    ("2024-11-04", "mcap_milestone", {"NVDA", "AAPL", "MSFT"}),
    ("2024-11-05", "results", set()),
    ("2024-11-04", "deal_funding", {"NVDA"}),
    ("2024-11-04", "product", {"TSLA"}),
    ("2024-11-04", "statement", set()),
    ("2024-11-03", "regulation", {"1024.HK"}),
    ("2024-11-04", "product", set()),
    ("2024-11-04", "product", set()),
    ("2024-11-04", "denial", {"601127.SS"}),
    ("2024-11-04", "industry_data", set()),
    ("2024-11-04", "product", set()),
    ("2024-11-04", "product", {"QCOM"}),
    ("2024-11-04", "research", set()),
]


def test_the_embedded_digest_is_tagged_as_it_reads(sample: tuple[Event, ...]) -> None:
    found = [
        (
            e.event_date.isoformat(),
            e.types[0].type,
            {c.ticker for c in e.companies if c.ticker and c.role != "background"},
        )
        for e in sample
    ]
    assert found[: len(SAMPLE)] == SAMPLE
    assert sample[13].types[0].type == "other"
    assert sample[0].market_date == date(2024, 11, 4)
    assert [event.date_basis for event in sample[5:9]] == ["explicit_body", *["fallback_mode"] * 3]
    assert [event.precision for event in sample[5:9]] == ["day", *["unknown"] * 3]


def test_the_first_story_claims_what_prices_can_check(sample: tuple[Event, ...]) -> None:
    claims = {(c.kind, c.ticker, c.rival, c.stated, c.unit) for c in sample[0].claims}
    assert claims == {
        ("price_change", "NVDA", None, 0.0165, "share"),
        ("market_cap", "NVDA", None, 3.38e12, "USD"),
        ("overtake", "NVDA", "AAPL", None, "rank"),
    }
    assert all(event.claims == () for event in sample[1:])


def test_the_claims_of_the_real_story(shared: Path, universe: Universe) -> None:
    document = read_document("seed.md", (shared / "corpus" / "seed.md").read_bytes())
    claims = tag_document(document, universe)[0].claims
    assert {(claim.kind, claim.ticker, claim.rival, claim.stated) for claim in claims} == {
        ("price_change", "NVDA", None, 0.0165),
        ("market_cap", "NVDA", None, 3.38e12),
        ("overtake", "NVDA", "AAPL", None),
    }


def test_claims_are_about_the_company_named_last(tag: Tagger) -> None:
    event = tag("中概股大涨", "11 月 4 日消息，小鹏汽车股价上涨 18%，京东股价下跌 2.5%。今年以来京东股价累计上涨 40%。")
    assert [(claim.ticker, claim.stated) for claim in event.claims] == [("XPEV", 0.18), ("JD", -0.025)]


def test_an_overtake_in_sales_is_no_claim(tag: Tagger) -> None:
    assert tag("比亚迪销量超越特斯拉", "11 月 4 日消息，比亚迪销量首次超过特斯拉。").claims == ()


def test_traditional_text_is_tagged_in_its_own_words(tag: Tagger) -> None:
    body = "11 月 4 日消息，輝達股價上漲 1.65%，市值達 3.38 兆美元，超越蘋果，軟體與智慧型手機需求帶動台積電。"
    event = tag("輝達市值超越蘋果，再度成為全球市值最高公司", body)
    assert event.item.language == "zh-Hant"
    assert {company.company: company.text for company in event.companies} == {
        "NVIDIA": "輝達",
        "Apple": "蘋果",
        "TSMC": "台積電",
    }
    assert [(figure.value, figure.unit) for figure in event.figures] == [(1.65, "pct"), (3.38e12, "USD")]
    assert_tags_point_at_their_words(event)
    assert event.types[0].type == "mcap_milestone"


def test_an_item_without_any_day_is_named_and_becomes_no_event(universe: Universe) -> None:
    document = read_document("paste.txt", "英伟达发布新款显卡\n售价公布。".encode())
    assert tag_document(document, universe) == ()
    assert [item.headline for item in undated_items(document)] == ["英伟达发布新款显卡"]


def test_an_undated_text_is_dated_by_a_day_with_its_year_or_by_its_name(universe: Universe) -> None:
    text = "英伟达发布新款显卡\n2024 年 11 月 4 日，新款显卡发布。"
    (event,) = tag_document(read_document("paste.txt", text.encode()), universe)
    assert (event.event_date, event.date_basis) == (date(2024, 11, 4), "explicit")
    (event,) = tag_document(read_document("2024-11-06 notes.txt", "英伟达发布新款显卡".encode()), universe)
    assert (event.event_date, event.date_basis) == (date(2024, 11, 6), "fallback_issue")


def test_identifiers_do_not_change_with_the_other_stories(universe: Universe) -> None:
    one = tag_document(read_document("a.md", "---\ndate: 2024-11-06\n---\n## 甲\n乙。\n".encode()), universe)
    two = tag_document(
        read_document("a.md", "---\ndate: 2024-11-06\n---\n## 丙\n丁。\n## 甲\n乙。\n".encode()), universe
    )
    assert one[0].event_id == two[1].event_id


def linked(*events: Event) -> list[int]:
    """Return for each event the place of the first telling of its story."""
    ids = [event.event_id for event in events]
    return [ids.index(event.story_id) for event in link_stories(events)]


def test_a_repost_a_follow_up_and_a_denial_are_one_story(tag: Tagger) -> None:
    rumour = tag("消息称比亚迪将收购蔚来汽车", "11 月 3 日消息，知情人士透露。")
    repost = tag("消息称比亚迪将要收购蔚来汽车", "11 月 4 日消息，知情人士透露。", date="2024-11-07")
    denial = tag("比亚迪否认收购蔚来汽车：严重不实", "11 月 5 日消息，公司回应。", date="2024-11-08")
    other = tag("比亚迪发布新款轿车", "11 月 5 日消息，新车上市。")
    assert linked(rumour, repost, denial, other) == [0, 0, 0, 3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苹果发布 iPhone 16", "苹果发布 iPhone 17"),
        ("小米公布三季度财报，营收增长", "小米发布新款平板"),
        ("英伟达股价大涨", "特斯拉股价大涨"),
        ("一加 13 手机发布：首发骁龙 8 至尊版处理器", "真我 GT7 手机发布：搭载骁龙 8 至尊版处理器"),
    ],
)
def test_different_stories_stay_apart(tag: Tagger, one: str, other: str) -> None:
    assert linked(tag(one), tag(other)) == [0, 1]


def test_a_story_told_ten_thousand_times_is_linked_in_no_time(tag: Tagger) -> None:
    told, other = tag("英伟达市值超越苹果"), tag("特斯拉发布新车")
    many = [replace(told, event_id=f"t{number}", story_id=f"t{number}") for number in range(10_000)]
    start = process_time()
    linked_events = link_stories([other, *many])
    assert process_time() - start < 5  # comparing each with each takes half a minute
    assert {event.story_id for event in linked_events[1:]} == {"t0"}
    assert linked_events[0].story_id == other.event_id


def test_thousands_of_different_headlines_about_one_company_are_linked_in_seconds(tag: Tagger) -> None:
    draw = np.random.default_rng(3)
    words = ["".join(map(chr, pair)) for pair in draw.integers(0x4E00, 0x7FFF, (3000, 2)).tolist()]
    told = tag("英伟达发布新品")
    headlines = ["英伟达" + "".join(chosen) for chosen in draw.choice(words, (4000, 6)).tolist()]
    many = [
        replace(told, event_id=f"t{n}", story_id=f"t{n}", item=replace(told.item, headline=headline))
        for n, headline in enumerate(headlines)
    ]
    repost = replace(many[0], event_id="repost", event_date=date(2024, 11, 6))
    start = process_time()
    linked_events = link_stories([*many, repost])
    assert process_time() - start < 10  # comparing pair by pair takes four times as long
    assert linked_events[-1].story_id == linked_events[0].story_id == "t0"
    assert len({event.story_id for event in linked_events}) > 3900


def test_two_tellings_of_a_story_about_no_company_are_one(tag: Tagger) -> None:
    assert linked(
        tag("导演谈新片：剧本推翻了 9 版"), tag("导演谈新片剧本：推翻 9 版，更写实"), tag("天文学家发现新行星")
    ) == [0, 0, 2]


def test_the_same_words_a_month_later_are_news_of_their_own(tag: Tagger) -> None:
    early = tag("小鹏汽车公布交付量", "10 月 1 日消息，交付公布。", date="2024-10-03")
    late = tag("小鹏汽车公布交付量", "11 月 1 日消息，交付公布。", date="2024-11-03")
    assert linked(early, replace(late, event_id="later", story_id="later")) == [0, 1]


def test_corrections_win_and_leftovers_are_named(tag: Tagger, universe: Universe) -> None:
    event = tag("英伟达洽谈投资 xAI", "11 月 4 日消息，知情人士透露。")
    changes = [
        Correction(event_id=event.event_id, field="event_date", value="2024-11-03"),
        Correction(event_id=event.event_id, field="types", value="partnership;product"),
        Correction(event_id=event.event_id, field="tickers", value="AMD"),
        Correction(event_id=event.event_id, field="modality", value="denied"),
        Correction(event_id="gone", field="types", value="other"),
    ]
    (corrected,), reasons = correct_events([event], changes, universe)
    assert (corrected.event_date, corrected.date_basis) == (date(2024, 11, 3), "corrected")
    assert [tag.type for tag in corrected.types] == ["partnership", "product"]
    assert [(c.company, c.ticker, c.rule == "correction") for c in corrected.companies] == [
        ("AMD", "AMD", True),
        ("xAI", None, False),
    ]
    assert corrected.modality == "denied"
    assert reasons == ("The correction of types speaks of event gone, which is gone.",)


@pytest.mark.parametrize(("field", "value"), [("headline", "x"), ("event_date", "soon"), ("modality", "maybe")])
def test_a_correction_that_is_not_allowed_says_what_is(tag: Tagger, universe: Universe, field: str, value: str) -> None:
    event = tag("英伟达发布新品")
    with pytest.raises(RequestError, match=r"Choose one of|Write it like"):
        correct_events([event], [Correction(event_id=event.event_id, field=field, value=value)], universe)


GOLD = """{"doc": "d", "item_no": 1, "headline": "h", "event_date": "2024-11-04", "modality": "confirmed", \
"companies": [{"name_in_text": "英伟达", "canonical": "NVIDIA", "ticker": "NVDA", "role": "subject"}, \
{"name_in_text": "谷歌", "canonical": "Alphabet", "ticker": "GOOG", "alt_tickers": ["GOOGL"], "role": "partner"}, \
{"name_in_text": "某厂", "canonical": "Factory", "ticker": null, "role": "supplier"}], \
"event_types": ["partnership", "results"], "figures": [{"value": 5e8, "unit": "USD"}], "source_attribution": "it 之家"}
"""


def test_a_score_is_counted_by_hand(tmp_path: Path, universe: Universe) -> None:
    (tmp_path / "gold.jsonl").write_text(GOLD, encoding="utf-8")
    body = "11 月 4 日消息，双方签署 5 亿美元协议，另有 3% 的份额。（来源：IT之家）"
    digest = f"---\ndate: 2024-11-06\n---\n## 英伟达与谷歌达成战略合作\n\n{body}\n"
    (tmp_path / "d.md").write_text(digest, encoding="utf-8")
    result = score(tmp_path / "gold.jsonl", tmp_path, universe)
    assert result["tickers_all"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 2}
    assert result["private"] == {"precision": None, "recall": 0.0, "f1": 0.0, "n": 1}
    assert (result["types"]["precision"], result["types"]["recall"]) == (1.0, 0.5)
    assert result["types"]["micro_f1"] == 0.6667
    assert result["types"]["classes"]["results"] == {"precision": None, "recall": 0.0, "f1": 0.0, "n": 1}
    assert (result["figures"]["precision"], result["figures"]["recall"]) == (0.5, 1.0)
    assert result["event_date"]["exact"] == result["split"]["exact"] == result["source"]["exact"] == 1.0
    assert result["languages"]["zh-Hans"]["tickers_all"]["f1"] == 1.0
    assert [(error["field"], error["labelled"], error["tagged"]) for error in result["errors"]] == [
        ("private", ["Factory"], []),
        ("types", ["partnership", "results"], ["partnership"]),
        ("figures", [("500000000", "USD")], [("500000000", "USD"), ("3", "pct")]),
    ]


def test_a_score_needs_the_labelled_documents(tmp_path: Path, universe: Universe) -> None:
    (tmp_path / "gold.jsonl").write_text(GOLD, encoding="utf-8")
    with pytest.raises(InputError, match=r"the labelled document is not there\. Name the folder it is in\."):
        score(tmp_path / "gold.jsonl", tmp_path, universe)
    for row in ("[]", '{"doc": 1, "item_no": 1}'):
        (tmp_path / "gold.jsonl").write_text(f"{row}\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"gold\.jsonl, line 1: this is no label\. Each line"):
            score(tmp_path / "gold.jsonl", tmp_path, universe)


def test_a_label_names_its_document_with_or_without_the_ending(tmp_path: Path, universe: Universe) -> None:
    second = GOLD.replace('"d", "item_no": 1', '"d.md", "item_no": 2')
    (tmp_path / "gold.jsonl").write_text(GOLD + second, encoding="utf-8")
    digest = "---\ndate: 2024-11-06\n---\n## 甲\n\n11 月 4 日消息。\n\n## 乙\n\n11 月 4 日消息。\n"
    (tmp_path / "d.md").write_text(digest, encoding="utf-8")
    result = score(tmp_path / "gold.jsonl", tmp_path, universe)
    assert result["split"] == {"exact": 1.0, "n": 1}
    assert result["event_date"]["n"] == 2


BARS = {
    ("tickers_all", "f1"): 0.93,
    ("tickers_relevant", "f1"): 0.90,
    ("types", "micro_f1"): 0.80,
    ("figures", "f1"): 0.97,
    ("event_date", "exact"): 0.97,
    ("split", "exact"): 0.97,
    ("source", "exact"): 0.95,
    ("modality", "accuracy"): 0.80,
    ("private", "f1"): 0.80,
}


@pytest.mark.parametrize("labels", ["seed", "dev"])
def test_labelled_stories_are_tagged_above_the_bars(shared: Path, universe: Universe, labels: str) -> None:
    result = score(shared / "gold" / f"{labels}.jsonl", shared / "corpus", universe)
    below = {key: result[key[0]][key[1]] for key, bar in BARS.items() if result[key[0]][key[1]] < bar}
    assert not below, result["errors"]


def test_tagging_is_fast_also_with_ten_thousand_issuers(universe: Universe) -> None:
    # 2,000 stories a second are reached on an idle core; a loaded machine is granted a factor of five.
    assert stories_per_second(universe, rounds=5) > 400
    assert stories_per_second(with_issuers(universe, 10_000), rounds=5) > 400


@pytest.mark.parametrize(
    ("headline", "body", "company", "role"),
    [
        ("某手机发布", "11 月 4 日消息，新机搭载骁龙 8 至尊版。", "Qualcomm", "supplier"),
        ("小米发布新机", "11 月 4 日消息，新机首发天玑 9400 处理器。", "MediaTek", "supplier"),
        (
            "优必选发布机器人",
            "消息。\n公司已与吉利汽车、富士康、顺丰在内的多家企业合作。",
            "Geely Automobile",
            "partner",
        ),
        ("某展会开幕", "11 月 4 日消息，机器人由创业公司萌友智能打造。", "萌友智能", "subject"),
        ("某导演谈新作", "11 月 4 日消息，Moonfarm 社长在采访中谈到新作。", "Moonfarm", "subject"),
    ],
)
def test_a_company_of_the_body_is_tagged_with_its_part(
    tag: Tagger, headline: str, body: str, company: str, role: str
) -> None:
    assert {tagged.company: tagged.role for tagged in tag(headline, body).companies}.get(company) == role


@pytest.mark.parametrize(
    ("headline", "types"),
    [
        ("某车企回应与供应商合作破裂传闻", ["denial", "partnership"]),
        ("马斯克回应广告商暂停投放", ["statement"]),
        ("奔驰将投资数十亿美元建设电动汽车工厂", ["product"]),
        ("新款机器人问世：可处置故障", ["product"]),
        ("美国版权局：AI 作品不受版权法保护", ["regulation"]),
    ],
)
def test_what_is_denied_or_planned_is_told_from_what_is_said(tag: Tagger, headline: str, types: list[str]) -> None:
    assert [found.type for found in tag(headline).types][: len(types)] == types


@pytest.mark.parametrize(
    ("headline", "body", "modality"),
    [
        ("某公司将裁员", "11 月 4 日，据某报报道，公司计划裁员，发言人证实了这一计划。", "confirmed"),
        ("大众考虑建设电池工厂", "11 月 4 日消息，据某网站报道，公司正在考虑选址。", "rumor"),
        ("科学家发现新材料，有望替代硅", "11 月 4 日，研究人员介绍了这种材料。", "confirmed"),
    ],
)
def test_own_words_confirm_and_plans_are_rumours(tag: Tagger, headline: str, body: str, modality: str) -> None:
    assert tag(headline, body).modality == modality
