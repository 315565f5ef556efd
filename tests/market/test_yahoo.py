"""yfinance itself, against a server on loopback that speaks Yahoo's formats. Expected rows are what the server said."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yfinance
from yfinance import cache
from yfinance.base import TickerBase
from yfinance.data import SingletonMeta

from analytics.errors import FetchError
from analytics.market import yahoo as module
from analytics.market.door import Door
from analytics.market.restatements import compare
from analytics.market.yahoo import Fetched, fetch, rate_ticker, rates
from tests.market.yahoo_server import Answer, LoopbackDoor, Yahoo, chart, failure, instant, share_counts

MON, TUE, WED, THU = (date(2024, 6, day) for day in (3, 4, 5, 6))
FRI, NEXT = date(2024, 6, 7), date(2024, 6, 10)
OUTAGE = Answer(body="<html>Will be right back...</html>", headers=(("Content-Type", "text/html"),))


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    for scheme in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(scheme, "http://127.0.0.1:9")  # a session that is not the door's reaches nothing
    monkeypatch.setattr(cache._TzCacheManager, "_tz_cache", cache._TzCacheDummy())
    monkeypatch.setattr(cache._CookieCacheManager, "_Cookie_cache", cache._CookieCacheDummy())
    monkeypatch.setattr(SingletonMeta, "_instances", {})
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0, 0.0))
    answers = Yahoo()
    server = answers.served()
    yield answers
    server.shutdown()
    server.server_close()
    assert answers.strays == []


def fetched(
    yahoo: Yahoo, *tickers: str, first: date = MON, last: date = FRI, patience: float = 10.0, **options: dict[str, str]
) -> list[Fetched]:
    with LoopbackDoor(yahoo.port, timeout=patience) as door:
        return list(fetch(tickers, first, last, client=door, **options))


def bars(result: Fetched) -> list[tuple[date, float]]:
    return [(row["session"], row["close"]) for row in result.bars.to_pylist()]


def test_bars_and_share_counts_come_in_the_columns_of_their_tables(yahoo: Yahoo) -> None:
    yahoo.charts["NVDA"] = [
        chart(
            "NVDA",
            [MON, TUE],
            [115.0, 116.44],
            open=[113.62, 115.72],
            high=[115.0, 116.6],
            low=[112.0, 114.05],
            adjclose=[114.9, 116.34],
            volume=[438392000, 403324000],
        )
    ]
    yahoo.shares["NVDA"] = [share_counts([date(2024, 5, 24), date(2024, 5, 24), MON], [1, 2460000000, 2459800000])]
    before = datetime.now(UTC)
    (result,) = fetched(yahoo, "NVDA")
    assert (result.outcome, result.problems, result.currency) == ("fetched", (), "USD")
    first, second = result.bars.to_pylist()
    assert before <= first.pop("fetched_at") <= datetime.now(UTC)
    assert first == {
        "ticker": "NVDA",
        "session": MON,
        "open": 113.62,
        "high": 115.0,
        "low": 112.0,
        "close": 115.0,
        "adj_close": 114.9,
        "volume": 438392000.0,
        "source": "Yahoo Finance",
        "flags": [],
    }
    assert (second["session"], second["close"]) == (TUE, 116.44)
    assert [tuple(row.values()) for row in result.shares.to_pylist()] == [
        ("NVDA", date(2024, 5, 24), 2460000000.0, "as_reported", "Yahoo Finance"),
        ("NVDA", MON, 2459800000.0, "as_reported", "Yahoo Finance"),
    ]


def test_the_span_bounds_the_bars_but_splits_and_counts_reach_from_a_year_before_until_today(yahoo: Yahoo) -> None:
    early, late = date(2024, 5, 20), NEXT
    seconds = [instant(day, "America/New_York") for day in (early, late)]
    events = {"splits": {str(day): {"date": day, "numerator": 2, "denominator": 1} for day in seconds}}
    days = [early, MON, TUE, FRI, late]
    yahoo.charts["NVDA"] = [chart("NVDA", days, [1.0, 2.0, 3.0, 4.0, 5.0], events=events)]
    yahoo.shares["NVDA"] = [share_counts([early, late], [10, 40])]
    (result,) = fetched(yahoo, "NVDA", first=MON, last=FRI)
    assert bars(result) == [(MON, 2.0), (TUE, 3.0), (FRI, 4.0)]
    assert result.splits["session"].to_pylist() == [early, late]
    assert result.shares["as_of"].to_pylist() == [early, late]
    year_before = instant(MON - timedelta(days=365), "America/New_York") - 9 * 3600 - 1800
    spans = [query for query in yahoo.queries if "period1" in query]
    assert [int(span["period1"][0]) for span in spans] == [year_before, year_before]
    assert all(int(span["period2"][0]) > time.time() for span in spans)


def test_a_split_and_a_dividend_in_mid_history_become_rows_of_their_own(yahoo: Yahoo) -> None:
    second = instant(NEXT, "America/New_York")
    events = {
        "splits": {str(second): {"date": second, "numerator": 10, "denominator": 1, "splitRatio": "10:1"}},
        "dividends": {str(second): {"date": second, "amount": 0.01, "currency": "CAD"}},  # declared in another one
    }
    yahoo.charts["NVDA"] = [chart("NVDA", [FRI, NEXT], [120.89, 121.79], events=events)]
    (result,) = fetched(yahoo, "NVDA", last=NEXT)
    assert result.splits.to_pylist() == [{"ticker": "NVDA", "session": NEXT, "ratio": 10.0}]
    assert result.dividends.to_pylist() == [{"ticker": "NVDA", "session": NEXT, "amount": 0.01}]
    assert bars(result) == [(FRI, 120.89), (NEXT, 121.79)]


def test_a_bar_without_a_close_or_with_an_impossible_price_is_left_out_with_its_reason(yahoo: Yahoo) -> None:
    closes = [115.0, None, 0.0, 122.0]
    volume = [1000, None, 1000, 1000]
    yahoo.charts["NVDA"] = [chart("NVDA", [MON, TUE, WED, THU], closes, low=[115.0, None, 1.0, -1.0], volume=volume)]
    (result,) = fetched(yahoo, "NVDA")
    assert bars(result) == [(MON, 115.0)]
    assert [tuple(row.values()) for row in result.refused.to_pylist()] == [
        (TUE, "close '' is missing"),
        (WED, "open '0' is not a finite number above 0 such as 1234.5"),
        (THU, "low '-1' is not a finite number above 0 such as 1234.5"),
    ]


def test_the_bar_of_a_session_that_is_still_open_is_left_out(yahoo: Yahoo) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in (9, 0)]
    yahoo.charts["BTC-USD"] = [
        chart("BTC-USD", days, [68000.0, 69000.0], zone="UTC", instrument="CRYPTOCURRENCY"),
    ]
    (result,) = fetched(yahoo, "BTC-USD", first=days[0], last=today)
    assert bars(result) == [(days[0], 68000.0)]
    assert [row["session"] for row in result.refused.to_pylist()] == [today]


@pytest.mark.parametrize(
    ("clock", "first_open"),
    [
        ("2024-06-03 19:59", MON),  # a minute before the close of New York in summer
        ("2024-06-03 20:00", TUE),
        ("2024-06-04 03:59", TUE),  # still Monday there
        ("2024-07-03 17:00", date(2024, 7, 4)),  # half-day
        ("2100-01-04 23:00", date(2100, 1, 4)),  # past the end of the calendar
    ],
)
def test_a_session_counts_from_its_close(clock: str, first_open: date) -> None:
    now = datetime.fromisoformat(clock).replace(tzinfo=UTC)
    assert module._open_from("NVDA", ZoneInfo("America/New_York"), now) == first_open


def test_pence_become_pounds(yahoo: Yahoo) -> None:
    yahoo.charts["VOD.L"] = [chart("VOD.L", [MON], [75.5], zone="Europe/London", currency="GBp")]
    (result,) = fetched(yahoo, "VOD.L")
    assert (result.currency, result.bars["session"].to_pylist()) == ("GBP", [MON])
    assert result.bars["close"].to_pylist() == pytest.approx([0.755])
    assert result.bars["volume"].to_pylist() == [1000.0]


def test_a_wrong_currency_is_refused_unless_it_is_the_security_s_own(yahoo: Yahoo) -> None:
    yahoo.charts["0700.HK"] = [chart("0700.HK", [MON], [50.0], zone="Asia/Hong_Kong", currency="USD")]
    (result,) = fetched(yahoo, "0700.HK")
    assert (result.outcome, result.bars.num_rows) == ("wrong currency", 0)
    assert "0700.HK is quoted in USD where HKD was expected" in str(result.problems[0])
    (stated,) = fetched(yahoo, "0700.HK", currencies={"0700.HK": "USD"})
    assert (stated.outcome, stated.currency) == ("fetched", "USD")


def test_a_currency_is_fetched_like_a_ticker_and_becomes_rates(yahoo: Yahoo) -> None:
    days = [MON, TUE]
    yahoo.charts["HKD=X"] = [
        chart("HKD=X", days, [7.8181, 7.8159], zone="Europe/London", currency="HKD", instrument="CURRENCY")
    ]
    (result,) = fetched(yahoo, rate_ticker("HKD"))
    assert rates(result).to_pylist() == [
        {"currency": "HKD", "day": MON, "per_usd": 7.8181, "source": "Yahoo Finance"},
        {"currency": "HKD", "day": TUE, "per_usd": 7.8159, "source": "Yahoo Finance"},
    ]


def test_an_unknown_ticker_is_not_called_delisted(yahoo: Yahoo) -> None:
    (result,) = fetched(yahoo, "NOPE")
    assert (result.outcome, result.bars.num_rows) == ("unknown", 0)
    assert result.problems[0].message == "NOPE gave no prices (no such ticker)."
    assert "does not mean that it was delisted" in result.problems[0].hint


def test_a_span_before_the_listing_is_empty_in_yahoos_own_words(yahoo: Yahoo) -> None:
    known, refused = chart("RKLB", [MON], [1.0]), failure(400, "Data doesn't exist for startDate = 1, endDate = 2")
    yahoo.charts["RKLB"] = [known, refused]
    (result,) = fetched(yahoo, "RKLB")
    assert result.outcome == "empty"
    assert "Data doesn't exist for startDate" in result.problems[0].message


@pytest.mark.parametrize(
    ("passing", "outcome"),
    [
        (Answer(status=429, body="Too Many Requests"), "rate limited"),
        (Answer(status=500, body="<html>Internal Server Error</html>"), "unreachable"),
        (failure(503, "Service Unavailable"), "unreachable"),
        (OUTAGE, "unreachable"),
        (Answer(body=chart("NVDA", [MON], [115.0]).body, cut=True), "unreachable"),
        (Answer(body="{}", delay=1.0), "unreachable"),
    ],
    ids=["429", "500", "503 in JSON", "outage page", "cut", "slow"],
)
def test_a_passing_fault_is_asked_again_and_named_when_it_stays(
    yahoo: Yahoo, passing: Answer, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = 0.5 if passing.delay else 10.0
    good = chart("NVDA", [MON], [115.0])
    yahoo.charts["NVDA"] = [good, passing, passing, good]
    (result,) = fetched(yahoo, "NVDA", patience=patience)
    assert (result.outcome, bars(result)) == ("fetched", [(MON, 115.0)])
    monkeypatch.setattr(module, "PAUSES", (0.0,))
    yahoo.charts["NVDA"] = [passing]
    (stuck,) = fetched(yahoo, "NVDA", patience=patience)
    assert (stuck.outcome, stuck.bars.num_rows) == (outcome, 0)
    assert "only the rest is asked for" in stuck.problems[0].hint


def test_a_fault_of_the_first_question_or_of_the_share_counts_passes_too(yahoo: Yahoo) -> None:
    fault = Answer(status=500, body="oops")
    yahoo.charts["NVDA"] = [fault, fault, chart("NVDA", [MON], [115.0])]
    yahoo.shares["NVDA"] = [fault, fault, share_counts([MON], [2459800000])]
    (result,) = fetched(yahoo, "NVDA")
    assert (result.outcome, result.problems) == ("fetched", ())
    assert result.shares["shares"].to_pylist() == [2459800000.0]


def test_once_the_rate_is_limited_the_tickers_left_are_not_asked(yahoo: Yahoo) -> None:
    yahoo.charts = {"AAPL": [chart("AAPL", [MON], [194.0])], "MSFT": [Answer(status=429)]}
    results = fetched(yahoo, "AAPL", "MSFT", "NVDA", "TSLA")
    assert [result.outcome for result in results] == ["fetched", "rate limited", "rate limited", "rate limited"]
    assert (yahoo.asked["chart NVDA"], yahoo.asked["chart TSLA"]) == (0, 0)
    assert "NVDA was not asked" in str(results[2].problems[0])


def test_one_ticker_that_fails_does_not_stop_the_others(yahoo: Yahoo) -> None:
    yahoo.charts = {
        "GOOD": [chart("GOOD", [MON], [1.0])],
        "BAD": [Answer(body="[]")],
        "SPY": [chart("SPY", [MON], [2.0])],
    }
    assert [result.outcome for result in fetched(yahoo, "GOOD", "BAD", "SPY")] == ["fetched", "unreadable", "fetched"]


@pytest.mark.parametrize(
    "half",
    [
        '{"chart": {"result": [{"meta": {"exchangeTimezoneName": "America/New_York"}}], "error": null}}',
        '{"chart": {"result": [{"meta": {"currency": "USD", "exchangeTimezoneName": "America/New_York",'
        ' "instrumentType": "EQUITY", "validRanges": []}, "indicators": {"quote": [{"open": [1]}]}}], "error": null}}',
    ],
)
def test_a_half_empty_answer_is_unreadable_and_says_so(yahoo: Yahoo, half: str) -> None:
    yahoo.charts["NVDA"] = [chart("NVDA", [MON], [1.0]), Answer(body=half)]
    (result,) = fetched(yahoo, "NVDA")
    assert result.outcome == "unreadable"
    assert "Import its prices from a file" in result.problems[0].hint


@pytest.mark.parametrize(
    "nothing",
    [
        Answer(body='{"chart": {"result": [], "error": null}}'),
        Answer(body='{"chart": {"result": null, "error": null}}'),
        Answer(
            body='{"chart": {"result": [{"meta": {"currency": "USD", "exchangeTimezoneName": "America/New_York"},'
            ' "indicators": {"quote": [{}], "adjclose": [{}]}}], "error": null}}'
        ),
        chart("NVDA", [MON, TUE], [None, None]),
    ],
    ids=["no result", "null", "no timestamps", "no closes"],
)
def test_an_answer_without_bars_is_empty(yahoo: Yahoo, nothing: Answer) -> None:
    yahoo.charts["NVDA"] = [chart("NVDA", [MON], [1.0]), nothing]
    (result,) = fetched(yahoo, "NVDA")
    assert (result.outcome, result.bars.num_rows) == ("empty", 0)
    assert "Widen the span" in result.problems[0].hint
    assert result.refused.num_rows == nothing.body.count(str(instant(MON, "America/New_York"))) * 2


def test_a_failure_of_the_share_counts_keeps_the_bars_and_is_named(yahoo: Yahoo) -> None:
    yahoo.charts["NVDA"] = [chart("NVDA", [MON], [115.0])]
    yahoo.shares["NVDA"] = [Answer(status=500, body="oops")]
    (result,) = fetched(yahoo, "NVDA")
    assert (result.outcome, bars(result), result.shares.num_rows) == ("fetched", [(MON, 115.0)], 0)
    assert "NVDA gave no share counts" in str(result.problems[0])


def test_a_company_without_share_counts_is_named_and_a_fund_is_not_asked(yahoo: Yahoo) -> None:
    yahoo.charts = {
        "XYZ": [chart("XYZ", [MON], [1.0])],
        "SPY": [chart("SPY", [MON], [2.0], instrument="ETF")],
    }
    company, fund = fetched(yahoo, "XYZ", "SPY")
    assert [str(problem) for problem in company.problems] == [
        "Yahoo has no share counts of XYZ. Import them from a file."
    ]
    assert (fund.problems, yahoo.asked["shares SPY"]) == ((), 0)


def test_a_limited_crumb_does_not_stop_the_chart(yahoo: Yahoo) -> None:
    yahoo.crumb = Answer(status=429, body="Too Many Requests")
    yahoo.charts["NVDA"] = [chart("NVDA", [MON], [115.0])]
    (result,) = fetched(yahoo, "NVDA")
    assert (result.outcome, bars(result)) == ("fetched", [(MON, 115.0)])


def test_a_past_that_yahoo_has_rewritten_is_fetched_anew_and_told_apart(yahoo: Yahoo) -> None:
    yahoo.charts["NVDA"] = [chart("NVDA", [MON, TUE], [1150.0, 1164.4], volume=[40, 41])]
    (old,) = fetched(yahoo, "NVDA")
    yahoo.charts["NVDA"] = [chart("NVDA", [MON, TUE, WED], [115.0, 116.44, 122.44], volume=[400, 410, 528])]
    (new,) = fetched(yahoo, "NVDA")
    found = compare(old.bars, new.bars)
    assert found.new["session"].to_pylist() == [WED]
    rewritten = {(row["session"], row["column"]): row["fetched"] / row["stored"] for row in found.restated.to_pylist()}
    prices = {(day, column): 0.1 for day in (MON, TUE) for column in ("open", "high", "low", "close", "adj_close")}
    assert rewritten == pytest.approx(prices | {(day, "volume"): 10.0 for day in (MON, TUE)})


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/",
        "http://query2.finance.yahoo.com/",
        "https://yahoo.com.example.com/",
        "https://notyahoo.com/",
        "https://query2.finance.yahoo.com@example.com/",
        "file:///etc/passwd",
    ],
)
def test_the_door_refuses_what_is_not_yahoos(yahoo: Yahoo, address: str) -> None:
    with LoopbackDoor(yahoo.port) as door, pytest.raises(FetchError, match="is not Yahoo's"):
        door.get(address)
    assert sum(yahoo.asked.values()) == 0


def test_the_door_refuses_a_redirect_that_leads_away(yahoo: Yahoo) -> None:
    yahoo.home = Answer(status=302, headers=(("Location", "https://example.com/"),))
    with LoopbackDoor(yahoo.port) as door, pytest.raises(FetchError, match=r"https://example\.com/ is not Yahoo's"):
        door.get("https://fc.yahoo.com")


def test_the_door_follows_a_redirect_within_yahoo_and_gives_up_in_a_circle(yahoo: Yahoo) -> None:
    yahoo.home = Answer(status=302, headers=(("Location", "https://guce.yahoo.com/consent"),))
    with LoopbackDoor(yahoo.port) as door:
        assert "csrfToken" in door.get("https://fc.yahoo.com").text
        yahoo.home = Answer(status=302, headers=(("Location", "/"),))
        with pytest.raises(FetchError, match="redirected more than 10 times"):
            door.get("https://fc.yahoo.com")


def test_yfinance_takes_the_door_for_a_session() -> None:
    with Door() as door:
        assert isinstance(yfinance.Ticker("NVDA", session=door), TickerBase)
