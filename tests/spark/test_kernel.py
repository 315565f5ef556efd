"""What workers hand back and what becomes of it, without Spark: parts by hand, in the wrong order."""

import numpy as np
import pyarrow as pa
import pytest

from analytics.pipeline.studies import as_table
from analytics.spark.collected import result
from analytics.spark.kernel import columns, estimated
from analytics.study import Panel, StudyEvents, StudySpec, run
from tests.spark.same import assert_same_table
from tests.study.made import made_panel


def handed_over(panel: Panel, events: StudyEvents, parts: int, spec: StudySpec) -> pa.Table:
    """Return the estimates of events shared out at random, the rows of the panel in no order."""
    rng = np.random.default_rng(7)
    tickers = np.asarray(panel.tickers)
    rows = pa.table(
        {
            "ticker": np.repeat(tickers, np.diff(panel.offsets)).tolist(),
            "session": panel.sessions,
            "returns": pa.array(panel.returns, from_pandas=True),
            "benchmark": pa.array(panel.series("benchmark"), from_pandas=True),
        }
    )
    rows = rows.take(pa.array(rng.permutation(rows.num_rows)))
    asked = pa.table(
        {
            "event_id": events.event_id.tolist(),
            "ticker": tickers[events.security].tolist(),
            "session": panel.sessions[events.position],
        }
    )
    part = rng.integers(0, parts, len(events))
    found = [estimated(asked.take(pa.array(np.flatnonzero(part == p))), rows, spec) for p in range(parts)]
    return pa.concat_tables(found[::-1])


def some_events(panel: Panel, count: int) -> StudyEvents:
    rng = np.random.default_rng(3)
    security = rng.integers(0, len(panel.tickers), count)
    return StudyEvents(
        event_id=np.array([f"e{i:06d}" for i in range(count)]),
        security=security,
        position=panel.offsets[security] + rng.integers(0, np.diff(panel.offsets)[security]),
        group=np.array(["deal", "rumor", ""])[rng.integers(0, 3, count)],
    )


@pytest.mark.parametrize(
    "spec",
    [
        StudySpec(),
        StudySpec(window=(2, 8), estimation=(-90, -1), statistics=("csect_t", "bmp_adj", "corrado")),
        StudySpec(model="market_adjusted", statistics=("csect_t", "patell", "bmp")),
        StudySpec(window=(-5, -2), estimation=(20, 120), returns="log", statistics=("csect_t",)),
    ],
)
def test_events_of_several_parts_give_the_result_of_one_process(spec: StudySpec) -> None:
    panel = made_panel(securities=4, sessions=400, missing=0.02)
    events = some_events(panel, 300)
    back = handed_over(panel, events, 3, spec)
    assert back.column_names == list(columns(spec))
    tags = None if events.group is None else pa.chunked_array([events.group.tolist()])
    found, expected = (
        result(dict(zip(back.column_names, back.columns, strict=True)), tags, spec),
        run(panel, events, spec),
    )
    for name in ("by_event", "by_day", "by_window", "statistics", "summary", "diagnosis", "excluded"):
        assert_same_table(as_table(getattr(found, name)), as_table(getattr(expected, name)), name)


def test_a_row_of_prices_comes_back_once() -> None:
    panel = made_panel(securities=2, sessions=400)
    events = StudyEvents(
        event_id=np.array(["a", "b", "c"]),
        security=np.array([0, 0, 1]),
        position=np.array([205, 200, panel.offsets[1] + 395]),
    )
    spec = StudySpec(statistics=("csect_t",))
    back = handed_over(panel, events, 1, spec)
    assert back["event_id"].to_pylist() == ["b", "a", "c"]  # by security and row
    assert [len(days) for days in back["session"].to_pylist()] == [21, 5, 15]
    assert [len(values) for values in back["returns"].to_pylist()] == [21, 5, 15]
    assert "residuals" not in back.column_names
