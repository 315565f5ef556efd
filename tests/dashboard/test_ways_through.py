"""The ways through the dashboard in a real browser. Prices: closes of 2024-11-04 as printed by the exchanges."""

import csv
import io

import pytest

from tests.dashboard.conftest import Visit

pytestmark = pytest.mark.xdist_group("browser")

PAGES = ("Today", "Event", "Study", "Market cap", "SQL", "Data", "Method")


def test_every_page_opens(visit: Visit) -> None:
    visit.open()
    for title in PAGES:
        visit.go(title)
        assert visit.page.locator("[data-testid=stException]").count() == 0, title


def test_the_first_page_answers_in_words(visit: Visit) -> None:
    visit.open()
    text = visit.text()
    assert "Did this news move the stock?" in text
    # 136.05 after 135.40 is +0.48%; 136.05 x 24.53 bn shares is 3.337 tn. The headline said 1.65% and 3.38 tn.
    assert "says +1.65%; reached during the day, not at the close: the close of 2024-11-04 was +0.48%" in text
    assert "3.337 tn USD" in text


def test_the_ranking_of_a_day_is_in_the_address(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04")
    text = visit.text()
    # 222.01 x 15.115823 bn shares, and 136.05 x 24.53 bn.
    assert text.index("1. Apple") < text.index("3.356 tn USD") < text.index("2. NVIDIA") < text.index("3.337 tn USD")
    visit.open("market_cap?cap_day=2024-11-05")
    assert "1. NVIDIA" in visit.text()


def test_a_table_is_downloaded_as_csv(visit: Visit) -> None:
    visit.open("market_cap?cap_day=2024-11-04")
    content = visit.download("CSV, 9 rows")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["ticker"] for row in rows][:2] == ["AAPL", "NVDA"]
    assert float(rows[0]["market_cap_usd"]) == pytest.approx(222.01 * 15_115_823_000)
