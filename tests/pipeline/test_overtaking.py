"""Overtakes become events that are studied like news."""

from datetime import date
from pathlib import Path

from analytics.pipeline.overtaking import DOCUMENT, add_overtakes
from analytics.pipeline.snapshot import open_snapshot
from analytics.records import Selection


def test_an_overtake_is_two_events_on_its_session_and_can_be_studied(home: Path) -> None:
    with open_snapshot(home, sample=True) as data:
        found = data.overtakes(first_date=date(2024, 11, 4), last_date=date(2024, 11, 5))
    pairs = {(row["session"], row["overtaker"], row["overtaken"], row["basis"]) for row in found.to_pylist()}
    assert (date(2024, 11, 5), "NVDA", "AAPL", "close") in pairs  # at the close of the fifth Nvidia was first
    for _ in range(2):  # added again, they replace themselves
        assert add_overtakes(home, found) == 2 * found.num_rows
    with open_snapshot(home) as data:
        ahead = data.study(Selection(types=("overtakes",), tickers=("NVDA",))).by_event.to_pylist()
        behind = data.study(Selection(types=("overtaken",), tickers=("AAPL",))).by_event.to_pylist()
        assert data.events().num_rows == 2 * found.num_rows
        assert data.documents()["document"].to_pylist() == [DOCUMENT]
        # What the prices said is no claim to be held against the same prices.
        assert data.claims().num_rows == 0
    assert [row["session"] for row in ahead] == [row["session"] for row in behind] == [date(2024, 11, 5)]
