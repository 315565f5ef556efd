"""A table of events through `newswake add`: what is wrong is named with file and line, the rest goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

from analytics.pipeline.adding import add_documents
from analytics.pipeline.snapshot import open_snapshot
from analytics.records import Selection


def test_rows_that_cannot_be_used_are_named_and_the_others_stored(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "headline,date,ticker,type\n"
        "Chip unveiled,2024-11-04,NVDA,product\n"
        "Undated,4 November,NVDA,product\n"
        "Unknown ticker,2024-11-05,ZZZZ.XX,product\n",
        encoding="utf-8",
    )
    (added,) = add_documents(home, [str(table)])
    assert (added.outcome, added.stories) == ("partly read", 2)
    assert any("mine.csv, line 3" in reason for reason in added.reasons)
    with open_snapshot(home) as data:
        assert data.events(Selection(tickers=("NVDA",)))["headline"].to_pylist() == ["Chip unveiled"]
        study = data.study()
    # The unknown ticker is an outcome with its name, not a silence.
    assert "ZZZZ.XX" in study.excluded["ticker"].to_pylist() + study.excluded["company"].to_pylist()


def test_a_table_without_the_needed_columns_says_which_they_are(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "wrong.csv"
    table.write_text("foo,bar\n1,2\n", encoding="utf-8")
    program = Path(sys.executable).with_name("newswake")
    environment = {**os.environ, "NEWSWAKE_HOME": str(home)}
    done = subprocess.run(
        [program, "add", str(table), "--format", "json"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 1
    (row,) = json.loads(done.stdout)
    assert row["outcome"] == "refused"
    assert "headline" in " ".join(row["reasons"])


def test_a_digest_cut_off_in_mid_story_keeps_what_is_there(home: Path, shared: Path) -> None:
    seed = (shared / "seeds" / "000_e02c3f6538aa9ec5.txt").read_bytes()
    cut = home.parent / "cut.md"
    cut.write_bytes(seed[: len(seed) // 2])
    (added,) = add_documents(home, [str(cut)])
    assert added.outcome in {"read", "partly read"}
    assert 3 <= added.stories < 14


def test_the_seed_digest_has_fourteen_stories(home: Path, shared: Path) -> None:
    (added,) = add_documents(home, [str(shared / "seeds" / "000_e02c3f6538aa9ec5.txt")])
    assert (added.outcome, added.stories) == ("read", 14)
    with open_snapshot(home) as data:
        events = data.events().to_pylist()
        claims = {row["kind"]: row["verdict"] for row in data.claims().to_pylist()}
    dates = [row["event_date"].isoformat() for row in events]
    assert dates[:2] == ["2024-11-04", "2024-11-05"]
    assert dates[5] == "2024-11-03"
    assert {"NVDA", "AAPL", "MSFT"} <= set(events[0]["tickers"])
    assert events[8]["modality"] == "denied"
    assert claims == {"price_change": "intraday_only", "market_cap": "intraday_only", "overtake": "intraday_only"}
