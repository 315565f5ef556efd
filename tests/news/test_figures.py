import csv
import re

import pytest

from analytics.config import resource
from analytics.news.figures import find_figures
from analytics.records import Language


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("总市值达 3.38 万亿美元", [(3.38e12, None, "USD")]),
        ("营收730亿美元左右", [(73e9, None, "USD")]),
        ("净亏损237亿韩元", [(237e8, None, "KRW")]),
        ("收入 7596.9 亿新台币（约合 235 亿美元）", [(759.69e9, None, "TWD"), (23.5e9, None, "USD")]),
        ("定价 37.98-40.78 万元", [(379_800, 407_800, "CNY")]),
        ("溢价 4000 元到 6500 元", [(4000, 6500, "CNY")]),
        ("投入 30 亿至 40 亿美元", [(3e9, 4e9, "USD")]),
        ("两种版本价格分别为 189/299 美元", [(189, None, "USD"), (299, None, "USD")]),
        ("三款车售价 9.98/10.98/12.5 万元", [(99_800, None, "CNY"), (109_800, None, "CNY"), (125_000, None, "CNY")]),
        ("奖励人民币 1 万元", [(10_000, None, "CNY")]),
        ("超过 300 多亿美元", [(30e9, None, "USD")]),
        ("1,234.5 万港元", [(12_345_000, None, "HKD")]),
        ("上涨 1.65%", [(1.65, None, "pct")]),
        ("份额 33％", [(33, None, "pct")]),
        ("增长 20%-30%", [(20, 30, "pct")]),
        ("提升了 9 个百分点", [(9, None, "pp")]),
        ("增长 35% 至 730 亿美元", [(35, None, "pct"), (73e9, None, "USD")]),
        ("commits $1.1bn to expand, a $11 billion market", [(1.1e9, None, "USD"), (11e9, None, "USD")]),
        ("fined €500m; up 3 percent", [(5e8, None, "EUR"), (3, None, "pct")]),
        ("数十亿美元的投资，近百亿元", []),
        ("10 万张显卡，1.7 亿美国人，20 名员工", []),
        ("投入 100 元宇宙项目", []),
        ("iPhone 16 售 F6.3-8.0 镜头", []),
    ],
)
def test_values_and_units(text: str, figures: list[tuple[float, float | None, str]]) -> None:
    assert [
        (figure.value, figure.value_high, figure.unit) for figure in find_figures(f"\n{text}", "zh-Hans")
    ] == figures


def test_a_headline_amount_without_currency_takes_that_of_the_same_amount() -> None:
    figures = find_figures("市值突破 3.5 万亿\n总市值达到 3.5 万亿美元，用户 3 亿。", "zh-Hans")
    assert [(figure.value, figure.unit) for figure in figures] == [(3.5e12, "USD"), (3.5e12, "USD")]


@pytest.mark.parametrize(("language", "unit"), [("zh-Hans", "CNY"), ("zh-Hant", "TWD")])
def test_a_bare_yuan_is_that_of_the_script(language: Language, unit: str) -> None:
    assert [figure.unit for figure in find_figures("\n售价 100 元", language)] == [unit]


def test_a_bracketed_equivalent_is_a_conversion_and_measures_the_same() -> None:
    first, second, third = find_figures("\n营收约 730 亿美元（约 5192.21 亿元人民币），罚款 5 亿元", "zh-Hans")
    assert [first.is_conversion, second.is_conversion, third.is_conversion] == [False, True, False]
    assert [first.kind, second.kind, third.kind] == ["revenue", "revenue", "damages_or_penalty"]


def test_an_equivalent_without_brackets_is_a_conversion_too() -> None:
    figures = find_figures("\n收入突破 10 亿美元大关，折合人民币约 70.71 亿元。", "zh-Hans")
    assert [(figure.value, figure.unit, figure.is_conversion) for figure in figures] == [
        (1e9, "USD", False),
        (7.071e9, "CNY", True),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "direction"),
    [
        ("股价上涨 1.65%", "price_change_pct", "up"),
        ("股价盘后大跌 9%", "price_change_pct", "down"),
        ("营收同比增长 8%", "growth_pct", "up"),
        ("出货量同比下降 3.2%", "growth_pct", "down"),
        ("毛利率为 57.8%", "margin_pct", None),
        ("持有 51% 股权", "stake_pct", None),
    ],
)
def test_what_a_percentage_measures(text: str, kind: str, direction: str | None) -> None:
    (figure,) = find_figures(f"\n公司{text}。", "zh-Hans")
    assert (figure.kind, figure.direction) == (kind, direction)


def test_every_rule_of_kinds_matches_its_example() -> None:
    with (resource("data/rules") / "figure_kinds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.search(row["pattern"], row["example"], re.IGNORECASE), row["kind"]
