"""The commands as a user types them: the installed program, in a process of its own."""

import csv
import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

DIGEST = """---
title: A day
date: 2024-11-06
---

# A day

## 英伟达发布新一代芯片

11 月 4 日消息，英伟达发布新一代数据中心芯片。（来源：测试社）

## 高通与谷歌扩大合作

11 月 5 日消息，高通宣布与谷歌扩大合作，共同开发车载芯片。（来源：测试社）
"""


@pytest.fixture
def newswake(home: Path) -> Run:
    program = Path(sys.executable).with_name("newswake")

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NEWSWAKE_HOME": str(home), "COLUMNS": "200"}
        return subprocess.run(
            [program, *map(str, arguments)], capture_output=True, encoding="utf-8", env=environment, check=False
        )

    return run


def answer(run: subprocess.CompletedProcess[str]) -> Any:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_rank_shows_the_change_of_the_fifth_of_november(newswake: Run) -> None:
    before = answer(newswake("rank", "--date", "2024-11-04", "--format", "json"))
    after = answer(newswake("rank", "--date", "2024-11-05", "--format", "json"))
    assert [(row["rank"], row["ticker"]) for row in before[:2]] == [(1, "AAPL"), (2, "NVDA")]
    assert [(row["rank"], row["ticker"]) for row in after[:2]] == [(1, "NVDA"), (2, "AAPL")]
    # 24.53 billion shares at 139.91, 15.115823 billion at 223.45: the published closes of that day.
    assert after[0]["market_cap_usd"] == pytest.approx(139.91 * 24.53e9, rel=1e-9)
    assert after[1]["market_cap_usd"] == pytest.approx(223.45 * 15_115_823_000, rel=1e-9)
    assert {"rank", "company", "ticker", "close", "currency", "shares", "market_cap_usd", "as_of"} <= set(after[0])


def test_rank_on_a_closed_day_says_which_session_it_takes(newswake: Run) -> None:
    run = newswake("rank", "--date", "2024-11-03", "--format", "json")
    assert answer(run)[0]["as_of"] == "2024-11-01"
    assert "2024-11-03 was no session; the ranking is of the session before, 2024-11-01." in run.stderr


def test_overtakes_has_the_headline_during_the_day_and_the_change_at_the_close(newswake: Run) -> None:
    found = answer(newswake("overtakes", "--from", "2024-11-04", "--to", "2024-11-05", "--format", "json"))
    pairs = {(row["session"], row["overtaker"], row["overtaken"], row["basis"]) for row in found}
    assert ("2024-11-04", "NVDA", "AAPL", "intraday") in pairs
    assert ("2024-11-05", "NVDA", "AAPL", "close") in pairs


def test_overtakes_that_last_leave_out_those_undone_the_next_day(newswake: Run) -> None:
    once = answer(newswake("overtakes", "--format", "json"))
    lasting = answer(newswake("overtakes", "--persist", "3", "--format", "json"))
    undone = {(row["session"], row["overtaker"]) for row in once} - {(r["session"], r["overtaker"]) for r in lasting}
    assert ("2024-11-18", "AAPL") in undone  # Nvidia was first again on the 19th
    assert ("2024-11-05", "NVDA") in {(row["session"], row["overtaker"]) for row in lasting}


def test_claims_of_the_headline_are_reached_during_the_day_alone(newswake: Run) -> None:
    found = {row["kind"]: row for row in answer(newswake("claims", "--format", "json"))}
    assert {row["verdict"] for row in found.values()} == {"intraday_only"}
    assert found["price_change"]["stated"] == 0.0165
    assert found["price_change"]["computed"] == pytest.approx(136.05 / 135.40 - 1, abs=1e-12)
    assert found["market_cap"]["stated"] == 3.38e12
    assert found["market_cap"]["computed"] == pytest.approx(136.05 * 24.53e9, rel=1e-12)


def test_add_reads_a_digest_once(newswake: Run, tmp_path: Path) -> None:
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST, encoding="utf-8")
    first = answer(newswake("add", digest, "--format", "json"))
    again = answer(newswake("add", digest, "--format", "json"))
    assert first == [{"document": "day.md", "outcome": "read", "stories": 2, "reasons": []}]
    assert again[0]["outcome"] == "unchanged"
    events = answer(newswake("events", "--format", "json"))
    assert [row["event_date"] for row in events] == ["2024-11-04", "2024-11-05"]
    assert events[0]["tickers"] == ["NVDA"]


def test_a_batch_goes_on_after_a_document_that_cannot_be_read(newswake: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.md").write_text(DIGEST, encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    run = newswake("add", folder, "--format", "json")
    outcomes = {row["document"]: row["outcome"] for row in json.loads(run.stdout)}
    assert outcomes == {"good.md": "read", "empty.md": "refused", "picture.png": "refused"}
    assert run.returncode == 3


def test_nothing_to_read_is_an_error_that_keeps_what_is_stored(newswake: Run, tmp_path: Path) -> None:
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST, encoding="utf-8")
    newswake("add", digest)
    run = newswake("add", tmp_path / "absent.md")
    assert run.returncode == 1
    assert "absent.md" in run.stdout
    assert len(answer(newswake("events", "--format", "json"))) == 2


def test_removing_a_document_removes_its_events(newswake: Run, tmp_path: Path) -> None:
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST, encoding="utf-8")
    newswake("add", digest)
    assert newswake("remove", "day.md").returncode == 0
    assert answer(newswake("events", "--format", "json")) == []
    run = newswake("remove", "day.md")
    assert run.returncode == 1
    assert "day.md" in run.stderr


def test_the_sample_stays_as_it_is_beside_the_users_data(newswake: Run, tmp_path: Path) -> None:
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST, encoding="utf-8")
    newswake("add", digest)
    assert len(answer(newswake("events", "--sample", "--format", "json"))) == 14
    # The user's version has the sample's prices and companies, not its digest.
    assert answer(newswake("rank", "--date", "2024-11-05", "--format", "json"))[0]["ticker"] == "NVDA"


def test_study_of_the_sample_has_all_that_others_build_on(newswake: Run) -> None:
    found = answer(newswake("study", "--format", "json"))
    assert {"by_event", "by_day", "statistics", "excluded", "manifest"} <= set(found)
    studied = {row["ticker"]: row for row in found["by_event"]}
    assert {"NVDA", "1024.HK", "601127.SS", "TSLA", "QCOM"} <= set(studied)
    assert {row["m"] for row in studied.values()} == {120}
    day = found["by_day"][0]
    assert {"event_id", "ticker", "offset", "session", "ret", "expected", "ar", "car", "sar"} <= set(day)
    row = found["statistics"][0]
    assert {"scope", "from_offset", "to_offset", "statistic", "value", "df", "n", "p", "reason"} <= set(row)
    assert "private" in {row["reason"] for row in found["excluded"]}
    pairs = found["manifest"]["pairs"]
    assert pairs["selected"] == pairs["studied"] + pairs["excluded"]


def test_study_csv_is_plain_utf8_on_standard_output(newswake: Run) -> None:
    run = newswake("study", "--format", "csv", "--table", "by_day")
    assert run.returncode == 0
    assert not run.stdout.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert {int(row["offset"]) for row in rows} == set(range(-10, 11))


def test_a_report_can_be_opened_in_a_spreadsheet(newswake: Run, tmp_path: Path) -> None:
    assert newswake("report", "--out", tmp_path / "report").returncode == 0
    content = (tmp_path / "report" / "events.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "英伟达" in content.decode("utf-8-sig")
    manifest = json.loads((tmp_path / "report" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["events.csv"]["rows"] == 14


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rank", "--date", "5 November"), "is not a date"),
        (("study", "--window", "10"), "is not a window"),
        (("study", "--window", "-10,10", "--estimation", "-130,-5"), "overlaps"),
        (("study", "--events", "mine.csv"), "come as a pair"),
        (("overtakes", "--persist", "0"), "at least one session"),
        (("sql", "select 1", "--param", "x"), "gives no value"),
        (("frobnicate",), "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_what_to_do(newswake: Run, arguments: tuple[str, ...], words: str) -> None:
    run = newswake(*arguments)
    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_sql_refuses_what_is_no_select(newswake: Run) -> None:
    run = newswake("sql", "drop table events")
    assert run.returncode == 1
    assert "SELECT" in run.stderr


def test_sql_answers_in_csv(newswake: Run) -> None:
    run = newswake("sql", "select count(*) as events from events", "--format", "csv")
    assert run.stdout == "events\n14\n"


def test_no_result_drives_the_terminal(newswake: Run) -> None:
    run = newswake("sql", "select '\x1b[31m[red]' as \"\x1b[2J[/red]\", '\u202ea\x07' as b")
    assert run.returncode == 0
    assert run.stdout.split() == ["[2J[/red]", "b", "[31m[red]", "a"]


def test_sql_explains_and_gives_programs_more_rows_than_people(newswake: Run) -> None:
    assert "Seq Scan" in newswake("sql", "EXPLAIN select * from events where headline = 'a'").stdout
    run = newswake("sql", "from range(10001)", "--format", "csv")
    assert run.stdout.count("\n") == 10_002
    assert run.stderr == ""


def test_a_busy_port_is_said(newswake: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = newswake("serve", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert run.returncode == 2
    assert "is busy" in run.stderr


@pytest.mark.parametrize(
    "command",
    [
        "add",
        "remove",
        "documents",
        "events",
        "claims",
        "study",
        "report",
        "sql",
        "rank",
        "overtakes",
        "prices",
        "serve",
    ],
)
def test_every_command_explains_itself(newswake: Run, command: str) -> None:
    run = newswake(command, "--help")
    assert run.returncode == 0
    assert "Usage" in run.stdout


def test_a_command_waits_for_nothing_that_it_does_not_need() -> None:
    heavy = ("pandas", "scipy.stats", "streamlit", "yfinance", "exchange_calendars", "pyspark")
    code = f"import sys, analytics.cli\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
