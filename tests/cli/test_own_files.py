"""A study of the user's own files: results, refusals and exit codes, without any stored data."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "prices.csv"


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    def written(events: str, tickers: dict[str, str]) -> tuple[Path, Path]:
        """Write events, and the sample's closes under other names."""
        (tmp_path / "events.csv").write_text(events, encoding="utf-8")
        with SAMPLE.open(encoding="utf-8") as source, (tmp_path / "prices.csv").open("w", encoding="utf-8") as out:
            out.write("ticker,date,close\n")
            for row in csv.DictReader(source):
                if row["ticker"] in tickers:
                    out.write(f"{tickers[row['ticker']]},{row['date']},{row['close']}\n")
        return tmp_path / "events.csv", tmp_path / "prices.csv"

    return written


@pytest.fixture
def study(tmp_path: Path) -> Run:
    program = Path(sys.executable).with_name("newswake")

    def run(events: Path, prices: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NEWSWAKE_HOME": str(tmp_path / "home")}
        command: list[str | Path] = [program, "study", "--events", str(events), "--prices", str(prices), *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)

    return run


def found(run: subprocess.CompletedProcess[str]) -> Any:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def closes(ticker: str) -> list[tuple[str, float]]:
    with SAMPLE.open(encoding="utf-8") as source:
        return [(row["date"], float(row["close"])) for row in csv.DictReader(source) if row["ticker"] == ticker]


def test_market_model_agrees_with_least_squares_done_here(files: Any, study: Run) -> None:
    paths = files("event_id,ticker,date\ne1,NVDA,2024-11-04\n", {"NVDA": "NVDA", "SPY": "SPY"})
    result = found(study(*paths, "--format", "json"))
    days = [day for day, _ in closes("NVDA")]
    returns = {
        ticker: np.diff([c for _, c in closes(ticker)]) / [c for _, c in closes(ticker)][:-1]
        for ticker in ("NVDA", "SPY")
    }
    zero = days.index("2024-11-04") - 1
    y, x = (returns[ticker][zero - 130 : zero - 10] for ticker in ("NVDA", "SPY"))
    beta, alpha = np.polyfit(x, y, 1)
    window = slice(zero - 10, zero + 11)
    car = (returns["NVDA"][window] - alpha - beta * returns["SPY"][window]).sum()
    row = result["by_event"][0]
    assert (row["m"], row["session"]) == (120, "2024-11-04")
    assert row["beta"] == pytest.approx(beta, rel=1e-10)
    assert row["alpha"] == pytest.approx(alpha, rel=1e-9)
    assert row["car"] == pytest.approx(car, rel=1e-10)


def test_news_after_the_close_belongs_to_the_next_session(files: Any, study: Run) -> None:
    events = """event_id,ticker,date,time,zone
before,NVDA,2024-11-04,15:59,America/New_York
at,NVDA,2024-11-04,16:00,America/New_York
beijing,NVDA,2024-11-06,04:59,Asia/Shanghai
weekend,NVDA,2024-11-09,12:00,America/New_York
half-day,NVDA,2024-11-29,13:00,America/New_York
"""
    result = found(
        study(
            *files(events, {"NVDA": "NVDA", "SPY": "SPY"}),
            "--format",
            "json",
            "--window",
            "-2,2",
            "--estimation",
            "-100,-3",
        )
    )
    sessions = {row["event_id"]: row["session"] for row in result["by_event"]}
    # 04:59 in Beijing on the 6th is 15:59 in New York on the 5th, the session that "at" takes too.
    assert sessions == {"before": "2024-11-04", "at": "2024-11-05", "weekend": "2024-11-11", "half-day": "2024-12-02"}
    assert {row["event_id"]: row["reason"] for row in result["excluded"]} == {"beijing": "merged"}


def test_a_ticker_of_no_known_exchange_takes_the_files_dates(files: Any, study: Run) -> None:
    paths = files("event_id,ticker,date,tag\ne1,AAA.ZZ,2024-11-04,x\n", {"NVDA": "AAA.ZZ", "SPY": "MKT.ZZ"})
    own = found(study(*paths, "--benchmark", "MKT.ZZ", "--format", "json"))["by_event"][0]
    known = files("event_id,ticker,date\ne1,NVDA,2024-11-04\n", {"NVDA": "NVDA", "SPY": "SPY"})
    assert own["car"] == found(study(*known, "--format", "json"))["by_event"][0]["car"]


def test_without_a_benchmark_the_command_names_the_mean_model(files: Any, study: Run) -> None:
    paths = files("event_id,ticker,date\ne1,NVDA,2024-11-04\n", {"NVDA": "NVDA"})
    run = study(*paths)
    assert run.returncode == 2
    assert "--model mean" in run.stderr
    assert len(found(study(*paths, "--model", "mean", "--format", "json"))["by_event"]) == 1


def test_every_row_ends_as_a_result_or_a_named_outcome(files: Any, study: Run) -> None:
    events = """event_id,ticker,date
good,NVDA,2024-11-04
unknown,ZZZZ,2024-11-04
early,NVDA,2024-04-10
late,NVDA,2024-12-05
future,NVDA,2031-01-06
undated,NVDA,5 November
,NVDA,2024-11-05
twice,NVDA,2024-11-12
twice,NVDA,2024-11-12
"""
    paths = files(events, {"NVDA": "NVDA", "SPY": "SPY"})
    with paths[1].open("a", encoding="utf-8") as prices:
        prices.write("NVDA,2024-12-06,0\nNVDA,2024-12-09,NaN\nNVDA,2024-12-10\n")
    result = found(study(*paths, "--format", "json"))
    reasons = {row["event_id"]: row["reason"] for row in result["excluded"] if row["event_id"]}
    assert reasons["unknown"] == "no_prices"
    assert reasons["early"] == "short_estimation"
    assert reasons["future"] in {"outside_calendar", "outside_prices"}
    lines = [row["reason"] for row in result["excluded"] if not row["event_id"]]
    for place in ("events.csv, line 7", "events.csv, line 8", "events.csv, line 10"):
        assert any(line.startswith(place) for line in lines), place
    assert sum(line.startswith("prices.csv, line") for line in lines) == 3
    assert {row["event_id"] for row in result["by_event"]} >= {"good", "twice"}


@pytest.mark.parametrize("table", ["summary", "diagnosis", "grid", "calendar_time"])
def test_every_table_is_there_for_own_files_too(files: Any, study: Run, table: str) -> None:
    events = "event_id,ticker,date\na,NVDA,2024-11-04\nb,TSLA,2024-11-05\nc,AAPL,2024-11-06\n"
    paths = files(events, {name: name for name in ("NVDA", "TSLA", "AAPL", "SPY")})
    run = study(*paths, "--table", table, "--format", "csv")
    assert run.returncode == 0, run.stderr
    assert len(list(csv.DictReader(run.stdout.splitlines()))) > 1


def test_size_explains_nothing_where_no_shares_are_known(files: Any, study: Run) -> None:
    run = study(
        *files("event_id,ticker,date\na,NVDA,2024-11-04\n", {"NVDA": "NVDA", "SPY": "SPY"}), "--table", "cross_section"
    )
    assert run.returncode == 2
    assert "No market capitalisation is known" in run.stderr


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("id,when\n1,2\n", "the column event_id is missing"),
        ("", "events.csv"),
        ("event_id,ticker,date\n", "events.csv: it holds no row of data"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_needed(files: Any, study: Run, events: str, words: str) -> None:
    run = study(*files(events, {"NVDA": "NVDA", "SPY": "SPY"}))
    assert run.returncode == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr
