import csv
import re

import pytest

from analytics.config import resource
from tests.news.conftest import Tagger

TYPES = {
    "mcap_milestone", "price_move", "results", "deal_mna", "deal_funding", "capital_markets", "product", "partnership",
    "regulation", "legal", "denial", "people_org", "statement", "incident", "research", "industry_data", "other",
}  # fmt: skip


def test_every_rule_of_types_matches_its_example_and_names_a_known_type() -> None:
    with (resource("data/rules") / "event_types.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["type"] for row in rows} == TYPES
    for row in rows:
        assert re.search(row["pattern"], row["example"]), row
        assert row["where"] in {"headline", "speaker", "nameless", "lead", "body"}
        assert float(row["weight"])


@pytest.mark.parametrize(
    ("headline", "primary"),
    [
        ("英伟达市值首次超过微软，跃居全球第一", "mcap_milestone"),
        ("特斯拉股价收跌 6%", "price_move"),
        ("小米公布三季度财报：营收同比增长 30%", "results"),
        ("小鹏汽车 9 月交付 2.1 万辆", "results"),
        ("AMD 宣布收购服务器厂商 ZT Systems", "deal_mna"),
        ("Anthropic 完成新一轮融资，估值 600 亿美元", "deal_funding"),
        ("地平线机器人通过港交所聆讯，启动招股", "capital_markets"),
        ("苹果宣布回购 1100 亿美元股票", "capital_markets"),
        ("荣耀 Magic7 系列手机发布，4499 元起", "product"),
        ("丰田与英伟达达成战略合作", "partnership"),
        ("欧盟对 Meta 处以 8 亿欧元罚款", "regulation"),
        ("纽约时报起诉 OpenAI 侵权", "legal"),
        ("腾讯否认收购育碧", "denial"),
        ("英特尔 CEO 基辛格离职", "people_org"),
        ("OpenAI 创始人：超级智能可能在几千天内到来", "statement"),
        ("CrowdStrike 更新致全球微软系统大面积宕机", "incident"),
        ("科学家首次发现暗物质存在的新证据", "research"),
        ("IDC：三季度全球智能手机出货量同比增长 4%", "industry_data"),
        ("Microsoft sued over cloud licences", "legal"),
        ("Nvidia to acquire a software firm", "deal_mna"),
    ],
)
def test_the_primary_type_of_a_headline(tag: Tagger, headline: str, primary: str) -> None:
    assert tag(headline).types[0].type == primary


def test_a_headline_that_says_nothing_is_about_a_product_if_it_names_a_company(tag: Tagger) -> None:
    assert tag("英伟达的一天").types[0].type == "product"
    assert tag("平凡的一天").types[0].type == "other"


@pytest.mark.parametrize(
    ("headline", "body", "modality"),
    [
        ("苹果发布新款平板", "11 月 4 日，苹果宣布新款平板上市。", "confirmed"),
        ("消息称苹果正开发折叠手机", "11 月 4 日消息，知情人士称新机明年推出。", "rumor"),
        ("传英伟达考虑投资一家初创公司", "11 月 4 日消息，详情未知。", "rumor"),
        ("字节跳动上半年营收增长 35%", "11 月 4 日消息，据媒体报道，营收增长。", "reported"),
        ("腾讯否认收购育碧", "11 月 4 日，腾讯回应称消息不实。", "denied"),
    ],
)
def test_how_certain_a_story_is(tag: Tagger, headline: str, body: str, modality: str) -> None:
    assert tag(headline, body).modality == modality


@pytest.mark.parametrize(
    ("headline", "body", "roles"),
    [
        ("微软收购动视暴雪", "交易完成。", {"Microsoft": "acquirer", "Activision Blizzard": "target"}),
        ("软银向 OpenAI 投资 400 亿美元", "交易完成。", {"SoftBank Group": "investor", "OpenAI": "target"}),
        ("消费者起诉亚马逊", "案件已受理。", {"Amazon": "defendant"}),
        ("真我 GT7 发布，搭载骁龙 8 至尊版", "售价公布。", {"realme": "subject", "Qualcomm": "supplier"}),
        ("英伟达市值超越苹果", "收盘创新高。", {"NVIDIA": "subject", "Apple": "competitor"}),
        (
            "台积电市值突破万亿",
            "此前仅有苹果、微软、谷歌达到。",
            {"TSMC": "subject", "Apple": "background", "Microsoft": "background", "Alphabet": "background"},
        ),
        (
            "英伟达股价大涨",
            "摩根士丹利分析师上调目标价。",
            {"NVIDIA": "subject", "Morgan Stanley": "background"},
        ),
        ("字节否认荣耀前 CEO 加盟", "消息不实。", {"ByteDance": "subject", "Honor": "background"}),
        ("谷歌发布新模型", "与 OpenAI 竞争加剧。", {"Alphabet": "subject", "OpenAI": "competitor"}),
    ],
)
def test_the_parts_that_companies_play(tag: Tagger, headline: str, body: str, roles: dict[str, str]) -> None:
    assert {company.company: company.role for company in tag(headline, body).companies} == roles


@pytest.mark.parametrize(
    ("headline", "body", "companies"),
    [
        ("微信上线新功能", "用户可以试用。", ["Tencent"]),
        ("某手机发布", "可以登录微信和 QQ，支持支付宝。", []),
        ("余承东预告新机", "华为新机即将发布。", ["Huawei"]),
        ("马斯克谈火星", "他在 X 平台上发文。", []),
        ("支付机构换股东", "持有方「北京某某富达科技有限公司」股东变更。", ["北京某某富达科技"]),
        ("钾离子电池问世", "11 月 4 日，Group1 公司宣布推出新电池。", ["Group1"]),
    ],
)
def test_products_people_and_unknown_firms(tag: Tagger, headline: str, body: str, companies: list[str]) -> None:
    assert [company.company for company in tag(headline, body).companies] == companies


def test_every_speaker_matches_its_example() -> None:
    with (resource("data/rules") / "speakers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert re.search(row["pattern"], row["example"]), row
        assert (row["language"] in {"zh", "en"}, row["kind"] in {"title", "person"}) == (True, True)
    assert len({(row["pattern"], row["language"]) for row in rows}) == len(rows)


def test_a_speaker_makes_a_statement_and_a_leaker_does_not(tag: Tagger) -> None:
    assert tag("某车企董事长：价格战没有赢家").types[0].type == "statement"
    assert tag("辛顿警告：机器可能失控").types[0].type == "statement"
    assert tag("知情人士：苹果搁置智能戒指").types[0].type == "product"


def test_every_cue_of_certainty_matches_its_example() -> None:
    with (resource("data/rules") / "modality.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.search(row["pattern"], row["example"], re.IGNORECASE), row


@pytest.mark.parametrize(
    ("headline", "body", "modality"),
    [
        ("传音控股发布新机", "11 月 4 日，新机在内罗毕发布。", "confirmed"),  # a name, no hearsay
        ("消息称某显卡已停产", "11 月 4 日消息，据外媒消息，产线已经关闭。", "reported"),  # done, if only heard of
        ("英伟达新专利曝光", "11 月 4 日消息，专利局公开了一项专利。", "reported"),
        ("某车企新车渲染图曝光", "11 月 4 日消息，新车将于明年推出。", "rumor"),
        ("苹果计划在某国建厂", "产线将多元化。\n知情人士称，工厂明年投产。", "rumor"),
        ("比亚迪否认收购蔚来汽车", "11 月 4 日消息，网传信息不实。", "denied"),
        ("欧盟指控某平台垄断", "据报道，欧盟委员会日前表示，将展开调查。", "confirmed"),
        ("Chip startup in talks to raise $1bn", "", "rumor"),
    ],
)
def test_hearsay_reports_and_own_words(tag: Tagger, headline: str, body: str, modality: str) -> None:
    assert tag(headline, body).modality == modality
