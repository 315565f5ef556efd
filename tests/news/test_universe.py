import csv
from datetime import date
from pathlib import Path

import pytest

from analytics.config import resource
from analytics.errors import InputError
from analytics.news.mentions import find_mentions
from analytics.news.universe import Alias, Decoy, Universe, load_universe
from analytics.news.universe_check import faults_of

CALENDARS = {"XNYS", "XHKG", "XSHG", "XSHE", "XTKS", "XKRX", "XTAI", "XLON", "XETR", "XPAR"}


def named(text: str, universe: Universe) -> list[str]:
    """Return the companies that a headline names."""
    return [mention.company for mention in find_mentions(f"{text}\n", len(text), universe)]


def test_the_supplied_files_have_no_fault() -> None:
    assert faults_of(resource("data/universe")) == ()


def test_every_company_of_the_compiled_list_is_carried_over(shared: Path, universe: Universe) -> None:
    renamed = {
        "X Corp (Twitter)": "X Corp. (Twitter)",
        "Figure": "Figure AI",
        "SSI": "Safe Superintelligence",
        "Strategy (MicroStrategy)": "Strategy",
        "Foxconn (Hon Hai)": "Foxconn",
        "Nothing": "Nothing Technology",
    }
    known = {company.company for company in universe.companies}
    tickers = {security.ticker for security in universe.securities}
    with (shared / "universe" / "entities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {renamed.get(row["canonical"], row["canonical"]) for row in rows} <= known
    assert {row["primary_ticker"] for row in rows if row["primary_ticker"]} <= tickers


@pytest.mark.parametrize(
    ("company", "day", "ticker"),
    [
        ("Meta Platforms", "2022-06-08", "FB"),
        ("Meta Platforms", "2022-06-09", "META"),
        ("X Corp. (Twitter)", "2022-10-27", "TWTR"),
        ("X Corp. (Twitter)", "2022-10-28", None),
        ("Arm Holdings", "2023-09-13", None),
        ("Arm Holdings", "2023-09-14", "ARM"),
        ("Alibaba", "2024-11-04", "BABA"),
        ("Tencent", "2024-11-04", "0700.HK"),
        ("OpenAI", "2024-11-04", None),
        ("Activision Blizzard", "2024-01-02", None),
        ("Block", "2025-01-20", "SQ"),
        ("Block", "2025-01-21", "XYZ"),
    ],
)
def test_the_primary_line_is_the_one_of_the_day(universe: Universe, company: str, day: str, ticker: str | None) -> None:
    line = universe.primary_on(company, date.fromisoformat(day))
    assert (line.ticker if line else None) == ticker


@pytest.mark.parametrize(
    ("ticker", "exchange", "currency", "ratio"),
    [
        ("NVDA", "XNYS", "USD", 1),
        ("BABA", "XNYS", "USD", 8),
        ("9988.HK", "XHKG", "HKD", 1),
        ("TSM", "XNYS", "USD", 5),
        ("2330.TW", "XTAI", "TWD", 1),
        ("601127.SS", "XSHG", "CNY", 1),
        ("300750.SZ", "XSHE", "CNY", 1),
        ("9984.T", "XTKS", "JPY", 1),
        ("005930.KS", "XKRX", "KRW", 1),
        ("BMW.DE", "XETR", "EUR", 1),
    ],
)
def test_lines_have_their_calendar_currency_and_ratio(
    universe: Universe, ticker: str, exchange: str, currency: str, ratio: float
) -> None:
    line = universe.by_ticker[ticker]
    assert (line.exchange, line.currency, line.ordinary_per_unit) == (exchange, currency, ratio)
    assert exchange in CALENDARS


def test_every_rule_of_an_alias_finds_its_company_in_its_example(universe: Universe) -> None:
    rules: list[Alias] = [alias for alias in universe.aliases if alias.requires or alias.scope]
    assert len(rules) > 40
    for alias in rules:
        assert alias.company in named(alias.example, universe), alias


def test_every_decoy_hides_its_words_in_its_example(universe: Universe) -> None:
    by_alias = {alias.alias: alias.company for alias in universe.aliases}
    for decoy in universe.decoys:
        assert decoy.phrase in decoy.example
        assert decoy.hides in decoy.phrase
        assert by_alias.get(decoy.hides, "") not in named(decoy.example, universe), decoy


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("京东方向苹果供应屏幕", ["BOE", "Apple"]),
        ("《王者荣耀》开启新赛季", ["Tencent"]),
        ("大众点评改版", ["Meituan"]),
        ("LG新能源扩产", ["LG Energy Solution"]),
        ("LG 新能源扩产", ["LG Energy Solution"]),
        ("B站与哔哩哔哩", ["Bilibili", "Bilibili"]),
        ("英伟达(NVDA.US)收高", ["NVIDIA", "NVIDIA"]),
        ("Shares of $TSLA and Apple (NASDAQ: AAPL)", ["Tesla", "Apple", "Apple"]),
        ("快手-W（1024.HK）", ["Kuaishou", "Kuaishou"]),
        ("戴尔（DELL.N）", ["Dell", "Dell"]),
        ("NET COST OF AI FOR ALL", []),
        ("Metal and Metadata", []),
        ("OPENAI 与 Openness", ["OpenAI"]),
        ("通用人工智能与高通量测序", []),
    ],
)
def test_names_are_found_whole_and_the_longest_first(universe: Universe, text: str, companies: list[str]) -> None:
    assert named(text, universe) == companies


def test_venues_count_in_headlines_only(universe: Universe) -> None:
    text = "某公司发布新机\n董事长在微博发文，另据微博热搜。"
    assert find_mentions(text, text.index("\n"), universe) == []
    assert named("微博：处置违规账号", universe) == ["Weibo"]


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_user_adds_companies_in_files_of_the_same_form(tmp_path: Path) -> None:
    write(tmp_path, "companies.csv", "company,name_zh,public,country,sector,source", "Acme,顶峰,true,US,,own list")
    write(
        tmp_path,
        "securities.csv",
        "ticker,company,exchange,currency,is_primary,ordinary_per_unit,share_class,valid_from,valid_to",
        "ACME,Acme,XNYS,USD,true,1,,2020-01-02,",
    )
    write(tmp_path, "aliases.csv", "company,alias,language,kind", "Acme,顶峰科技,zh,name")
    supplied = resource("data/universe")
    assert faults_of(supplied, tmp_path) == ()
    universe = load_universe(supplied, tmp_path)
    assert named("顶峰科技与英伟达合作", universe) == ["Acme", "NVIDIA"]
    line = universe.primary_on("Acme", date(2024, 1, 2))
    assert line
    assert line.ticker == "ACME"


def test_each_fault_is_named_by_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "companies.csv", "company,name_zh,public,country,sector,source", "Acme,顶峰,yes,USA,,own list")
    write(
        tmp_path,
        "securities.csv",
        "ticker,company,exchange,currency,is_primary,ordinary_per_unit,share_class,valid_from,valid_to",
        "ACME,Acme,NYSE!,dollar,true,0,,2020-13-01,2019-01-01",
        "ACME2,Nobody,XNYS,USD,true,1,,2020-01-01,2019-01-01",
    )
    write(tmp_path, "aliases.csv", "company,alias,language,kind,requires", "Acme,苹果,zh,name,(")
    faults = [fault.removeprefix(f"{tmp_path}/") for fault in faults_of(resource("data/universe"), tmp_path)]
    assert faults == [
        "companies.csv, line 2: public 'yes' is not one of false, true.",
        "companies.csv, line 2: country 'USA' is not an ISO country such as US, or empty.",
        "securities.csv, line 2: exchange 'NYSE!' is not a market code of ISO 10383 such as XNYS.",
        "securities.csv, line 2: currency 'dollar' is not an ISO currency such as USD.",
        "securities.csv, line 2: ordinary_per_unit '0' is not a number above 0.",
        "securities.csv, line 2: valid_from '2020-13-01' is not a date such as 2024-11-04.",
        "securities.csv, line 2: valid_from 2020-13-01 is after valid_to 2019-01-01.",
        "securities.csv, line 3: company 'Nobody' is not in companies.csv.",
        "securities.csv, line 3: valid_from 2020-01-01 is after valid_to 2019-01-01.",
        "aliases.csv, line 2: requires '(' is not a regular expression.",
        faults[-1],
    ]
    assert faults[-1].startswith("aliases.csv, line 2: '苹果' was given already in ")


def test_a_row_that_cannot_be_read_stops_the_load_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "exposures.csv", "company,ticker,kind,valid_from,valid_to,source", "OpenAI,MSFT,investor,soon,,x")
    with pytest.raises(InputError, match=r"exposures\.csv, line 2"):
        load_universe(resource("data/universe"), tmp_path)


def test_one_automaton_serves_ten_thousand_issuers(universe: Universe) -> None:
    more = tuple(
        Alias(
            company=f"Firm {n}",
            alias=f"Firm {n} Holdings",
            language="en",
            kind="name",
            scope="",
            requires="",
            example="",
        )
        for n in range(10_000)
    )
    large = Universe(
        companies=universe.companies,
        securities=universe.securities,
        aliases=universe.aliases + more,
        exposures=(),
        decoys=(Decoy(phrase="Firm 1 Holdings Cup", hides="Firm 1 Holdings", example=""),),
    )
    assert named("Firm 9999 Holdings, Firm 1 Holdings Cup, Firm 1 Holdings", large) == ["Firm 9999", "Firm 1"]
