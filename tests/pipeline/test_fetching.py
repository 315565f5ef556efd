"""What the stored events need is fetched by the real client from a server on loopback, and only what is missing."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.market import yahoo as client
from analytics.pipeline.adding import add_documents
from analytics.pipeline.fetching import fetch_prices
from analytics.pipeline.snapshot import open_snapshot
from tests.market.test_yahoo import yahoo  # noqa: F401  # the fixture
from tests.market.yahoo_server import Answer, LoopbackDoor, Yahoo, chart, failure, instant, share_counts

DIGEST = """---
title: A day
date: 2024-11-06
---

# A day

## 英伟达发布新一代芯片

11 月 4 日消息，英伟达发布新一代数据中心芯片。（来源：测试社）
"""
DAYS = [date(2024, 10, 31), date(2024, 11, 1), date(2024, 11, 4), date(2024, 11, 5)]
CLOSES = [132.76, 135.40, 136.05, 139.91]


@pytest.fixture
def with_digest(home: Path, tmp_path: Path) -> Path:
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST, encoding="utf-8")
    add_documents(home, [str(digest)])
    return home


def outcomes(home: Path, port: int) -> dict[str, str]:
    with LoopbackDoor(port) as door:
        return {one.ticker: one.outcome for one in fetch_prices(home, client=door)}


def test_securities_and_benchmarks_are_fetched_once(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, CLOSES)]
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70])]
    assert outcomes(with_digest, yahoo.port) == {"NVDA": "fetched", "SPY": "fetched"}
    assert outcomes(with_digest, yahoo.port) == {}
    with open_snapshot(with_digest) as data:
        bars = data.ask("stored_bars", tickers=["NVDA"]).to_pylist()
    assert {row["session"]: row["close"] for row in bars if row["source"] == "Yahoo Finance"} == dict(
        zip(DAYS, CLOSES, strict=True)
    )


def test_one_ticker_can_be_asked_for_alone(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70])]
    with LoopbackDoor(yahoo.port) as door:
        assert [one.ticker for one in fetch_prices(with_digest, tickers=["SPY"], client=door)] == ["SPY"]


def test_a_ticker_that_fails_is_asked_again(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["NVDA"] = [failure(404, "No data found, symbol may be delisted")]
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70])]
    assert outcomes(with_digest, yahoo.port)["NVDA"] != "fetched"
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, CLOSES)]
    assert outcomes(with_digest, yahoo.port) == {"NVDA": "fetched"}
    with open_snapshot(with_digest) as data:
        noted = {row["ticker"]: row["outcome"] for row in data.ask("fetches").to_pylist()}
    assert noted == {"NVDA": "fetched", "SPY": "fetched"}


def test_a_rewritten_past_is_noted_and_taken(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, [close / 2 for close in CLOSES])]
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70])]
    outcomes(with_digest, yahoo.port)
    with open_snapshot(with_digest) as data:
        noted = data.sql("select session, stored, fetched from restatements where ticker = 'NVDA' and figure = 'close'")
    rows = {row["session"]: (row["stored"], row["fetched"]) for row in noted.table.to_pylist()}
    assert rows[date(2024, 11, 4)] == (136.05, pytest.approx(68.025))
    assert datetime.now(UTC).date() >= max(rows)


def test_a_split_since_the_last_fetch_renews_the_whole_series(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70])]
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, CLOSES)]
    outcomes(with_digest, yahoo.port)
    later = with_digest.parent / "later.md"
    later.write_text(DIGEST.replace("2024-11-06", "2025-01-16").replace("11 月 4 日", "1 月 14 日"), encoding="utf-8")
    add_documents(with_digest, [str(later)])
    after = [*DAYS, date(2025, 1, 14)]
    second = instant(after[-1], "America/New_York")
    split = {"splits": {str(second): {"date": second, "numerator": 2, "denominator": 1, "splitRatio": "2:1"}}}
    halved = [*(close / 2 for close in CLOSES), 66.0]
    yahoo.charts["NVDA"] = [chart("NVDA", after, halved, events=split)]
    assert outcomes(with_digest, yahoo.port)["NVDA"] == "fetched"
    with open_snapshot(with_digest) as data:
        bars = data.ask("stored_bars", tickers=["NVDA"]).to_pylist()
    closes = {row["session"]: row["close"] for row in bars}
    assert [closes[day] for day in after] == halved


def test_share_counts_that_failed_are_asked_for_again(with_digest: Path, yahoo: Yahoo) -> None:  # noqa: F811
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, CLOSES)]
    yahoo.charts["SPY"] = [chart("SPY", DAYS, [568.64, 571.04, 569.81, 576.70], instrument="ETF")]
    yahoo.shares["NVDA"] = [failure(500, "Internal")]
    assert outcomes(with_digest, yahoo.port) == {"NVDA": "fetched", "SPY": "fetched"}
    yahoo.shares["NVDA"] = [share_counts([date(2024, 10, 1)], [24_490_000_000])]
    assert outcomes(with_digest, yahoo.port) == {"NVDA": "fetched"}
    with open_snapshot(with_digest) as data:
        found = data.sql("select shares from shares where ticker = 'NVDA' and basis = 'as_reported'")
    assert found.table["shares"].to_pylist() == [24_490_000_000]
    assert outcomes(with_digest, yahoo.port) == {}


def test_what_did_not_come_is_said_bar_by_bar_and_ticker_by_ticker(
    with_digest: Path,
    yahoo: Yahoo,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yahoo.charts["NVDA"] = [chart("NVDA", DAYS, [132.76, None, 136.05, 139.91])]
    nothing = Answer(body='{"chart": {"result": [], "error": null}}')
    yahoo.charts["SPY"] = [chart("SPY", DAYS[:1], [568.64]), nothing]  # the first question is for the time zone
    with LoopbackDoor(yahoo.port) as door:
        nvda, spy = fetch_prices(with_digest, client=door)
    assert (nvda.bars, spy.outcome) == (3, "empty")
    assert "The bar of 2024-11-01 was left out: close" in " ".join(nvda.problems)
    assert "delisted" not in " ".join(spy.problems)
    assert "SPY" in " ".join(spy.problems)
    monkeypatch.setattr(client, "PAUSES", (0.0,))
    yahoo.charts["NVDA"] = [failure(429, "Too Many Requests")]
    shutil.rmtree(with_digest / "versions")
    add_documents(with_digest, [str(with_digest.parent / "day.md")])
    with LoopbackDoor(yahoo.port) as door:
        nvda, spy = fetch_prices(with_digest, client=door)
    assert (nvda.outcome, spy.outcome) == ("rate limited", "not asked")
