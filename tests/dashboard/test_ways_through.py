"""The ways through the dashboard in a real browser. Prices: closes of 2024-11-04 as printed by the exchanges."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.conftest import PATIENCE, Visit, served, visiting

pytestmark = pytest.mark.xdist_group("browser")

DIGEST = (
    "---\ndate: 2024-11-06\n---\n\n## 特斯拉召回部分车辆\n\n11 月 5 日消息，特斯拉召回部分车辆。（来源：IT 之家）\n"
)
PAGES = ("Today", "Event", "Study", "Market cap", "SQL", "Data", "Method")


def test_every_page_opens(visit: Visit) -> None:
    visit.open()
    for title in PAGES:
        visit.go(title)
        assert visit.page.locator("[data-testid=stException]").count() == 0, title


def test_a_shared_chinese_address_is_chinese_from_the_first_look(visit: Visit) -> None:
    visit.open("?app_lang=zh")
    visit.shows("添加自己的数据")
    assert "Green rises" not in visit.text()
    assert visit.page.get_by_role("link", name="市值", exact=True).count() == 1


def test_the_first_page_answers_in_words(visit: Visit) -> None:
    visit.open()
    visit.shows("Did this news move the stock?")
    # 136.05 after 135.40 is +0.48%; 136.05 x 24.53 bn shares is 3.337 tn. The headline said 1.65% and 3.38 tn.
    visit.shows("says +1.65%; reached during the day, not at the close: the close of 2024-11-04 was +0.48%")
    visit.shows("3.337 tn USD")


def test_the_ranking_of_a_day_is_in_the_address(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04")
    visit.shows("2. NVIDIA")
    text = visit.text()
    # 222.01 x 15.115823 bn shares, and 136.05 x 24.53 bn.
    assert text.index("1. Apple") < text.index("3.356 tn USD") < text.index("2. NVIDIA") < text.index("3.337 tn USD")
    visit.open("market_cap?cap_day=2024-11-05")
    visit.shows("1. NVIDIA")


def test_a_table_is_downloaded_as_csv(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04")
    content = visit.download("CSV · 9")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["ticker"] for row in rows][:2] == ["AAPL", "NVDA"]
    assert float(rows[0]["market_cap_usd"]) == pytest.approx(222.01 * 15_115_823_000)


def test_a_story_leads_to_its_numbers_and_the_address_can_be_shared(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("link", name="Every number of this story").nth(1).click()
    visit.page.wait_for_url("**/event?event_id=*")
    visit.settle()
    visit.page.get_by_text("Parameters of the study").click()
    visit.page.get_by_role("spinbutton", name="Window to").fill("5")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**event_last=5*")
    visit.settle()
    shared = visit.page.url.removeprefix(visit.base)
    visit.open(shared)
    visit.page.get_by_text("Cumulative, −10..+5").first.wait_for()


def test_the_back_button_takes_a_choice_back(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04")
    visit.shows("1. Apple")
    visit.page.get_by_role("spinbutton", name="Sessions an overtake lasts").fill("3")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**cap_persist=3*")
    visit.settle()
    visit.page.go_back()
    expect(visit.page.get_by_role("spinbutton", name="Sessions an overtake lasts")).to_have_value("1", timeout=PATIENCE)


def test_a_wrong_address_is_named(visit: Visit) -> None:
    visit.open("market_cap?cap_day=yesterday")
    visit.shows("The address asks for Day = yesterday")


def test_a_page_or_a_parameter_that_does_not_exist_is_named(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04&cap_size=3")
    visit.shows("The address names cap_size, which newswake does not know")
    visit.go("Event")
    assert "The address names" not in visit.text()
    visit.open("markets")
    visit.shows("There is no page markets; Today is shown.")
    visit.errors.clear()  # the page of that name was not found


def test_sql_runs_when_asked_and_not_before(visit: Visit) -> None:
    visit.open("sql_console?sql_query=select%2041%20%2B%201%20as%20answer")
    assert "1 rows" not in visit.text()
    visit.page.get_by_role("button", name="Run").click()
    visit.page.wait_for_selector("[data-testid=stDataFrame]")
    assert result_file(visit, "CSV").decode("utf-8-sig") == "answer\n42\n"
    assert result_file(visit, "JSON") == b'[\n{"answer": 42}\n]\n'
    assert pq.read_table(io.BytesIO(result_file(visit, "Parquet"))).to_pylist() == [{"answer": 42}]


def result_file(visit: Visit, kind: str) -> bytes:
    """Return the bytes of a query's file; the grid has a button of its own that is called CSV, too."""
    with visit.page.expect_download(timeout=PATIENCE) as waiting:
        visit.page.locator(f".st-key-sql_{kind} button").click()
    return Path(waiting.value.path()).read_bytes()


def test_a_file_holds_more_than_the_screen(visit: Visit) -> None:
    visit.open("sql_console?sql_query=from%20range(20000)")
    visit.page.get_by_role("button", name="Run").click()
    visit.page.get_by_text("First 10,000 rows of more").wait_for(timeout=PATIENCE)
    visit.shows("A file holds the first 1,000,000 rows, or 100 MB.")
    assert result_file(visit, "CSV").count(b"\n") == 20_001


def test_sql_that_is_refused_shows_where(visit: Visit) -> None:
    visit.open("sql_console?sql_query=select%20headlin%20from%20events")
    visit.page.get_by_role("button", name="Run").click()
    visit.page.get_by_text("The query did not run").wait_for()
    visit.settle()
    visit.shows("headline")
    visit.shows("^")


def test_a_long_query_is_cancelled(visit: Visit) -> None:
    visit.open(
        "sql_console?sql_query=select%20count(*)%20from%20range(100000000000)%20t%20where%20range%20%25%207%20%3D%203"
    )
    visit.page.get_by_role("button", name="Run").click()
    visit.page.get_by_role("button", name="Cancel").click(timeout=PATIENCE)
    visit.page.get_by_text("The query was cancelled.").wait_for(timeout=PATIENCE)


def test_the_language_is_switched_and_stays(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("radio", name="中文").click()
    visit.page.get_by_role("heading", name="新闻推动股价了吗？").wait_for()
    visit.go("市值")
    visit.shows("收盘")
    header = visit.download("CSV，9 行").decode("utf-8-sig").split("\n")[0]
    assert header.startswith("名次,变化,公司,代码,市值")


def test_the_browsers_language_is_the_first_one(browser: Browser, server: str) -> None:
    with visiting(browser, server, locale="zh-CN", color_scheme="dark") as chinese:
        chinese.open()
        chinese.shows("新闻推动股价了吗？")
        background = chinese.page.evaluate(
            "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        )
        assert background == "rgb(16, 22, 31)"


@pytest.mark.parametrize(
    "path", ["", "event?event_id=ff32b5f0fffa", "study", "market_cap", "sql_console", "data", "method"]
)
def test_a_page_fits_a_phone(browser: Browser, server: str, path: str) -> None:
    with visiting(browser, server, viewport={"width": 390, "height": 844}) as phone:
        phone.open(path)
        wide = phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390


def test_charts_and_tables_have_names_for_those_who_cannot_see_them(visit: Visit) -> None:
    visit.open("event?event_id=2bb42e9cf6cc")
    visit.page.wait_for_selector("[data-testid=stPlotlyChart]")
    named = visit.page.locator("[data-testid=stPlotlyChart] [aria-label], [data-testid=stPlotlyChart][aria-label]")
    labels = [named.nth(number).get_attribute("aria-label") or "" for number in range(named.count())]
    assert any("Abnormal return of Seres (601127.SS)" in label for label in labels)


def test_a_study_is_taken_away_as_one_page_that_needs_no_network(visit: Visit, tmp_path: Path) -> None:
    visit.open("study")
    page = tmp_path / "study.html"
    page.write_bytes(visit.download("HTML report"))
    offline = visit.page.context.browser.new_context(offline=True)  # type: ignore[union-attr]  # it has one
    opened = offline.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request",
        lambda request: faults.append(request.url) if not request.url.startswith(("file:", "data:", "blob:")) else None,
    )
    opened.goto(page.as_uri())
    opened.wait_for_selector(".main-svg")
    assert faults == []
    offline.close()


def test_a_digest_is_added_and_read_at_once(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(tmp_path_factory.mktemp("own"), sample=False) as address, visiting(browser, address) as own:
        own.open("data")
        own.page.get_by_role("tab", name="Paste").click()
        own.page.get_by_label("Text of a digest").fill(DIGEST)
        own.page.keyboard.press("Control+Enter")
        own.page.get_by_role("button", name="Read and tag").locator("visible=true").click()
        own.page.get_by_text("Done. A new version is shown.").wait_for(timeout=PATIENCE)
        own.go("Today")
        own.shows("特斯拉召回部分车辆")
