"""A folder of Parquet files made from arrays, as another system would write it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.study import Panel, StudyEvents

MARKET = "^MARKET"


def write_folder(
    folder: Path, panel: Panel, events: StudyEvents, *, extra: list[dict[str, object]] | None = None
) -> None:
    """Write a panel with one market for all and its events; `extra` events are written as they are."""
    market = panel.series("benchmark")[panel.offsets[0] : panel.offsets[1]]
    days = panel.sessions[panel.offsets[0] : panel.offsets[1]]
    own = [
        _prices(ticker, panel.sessions[first:end], panel.returns[first:end])
        for ticker, first, end in zip(panel.tickers, panel.offsets[:-1], panel.offsets[1:], strict=True)
    ]
    _write(folder, "prices", pa.concat_tables([*own, _prices(MARKET, days, market)]))
    lines = {"ticker": [*panel.tickers, MARKET], "currency": "USD", "benchmark": MARKET}
    _write(folder, "securities", pa.Table.from_pylist([lines | {"ticker": t} for t in lines["ticker"]]))
    tickers = np.asarray(panel.tickers)[events.security]
    rows = pa.table(
        {
            "event_id": events.event_id.tolist(),
            "ticker": tickers.tolist(),
            "company": tickers.tolist(),
            "type": ["other"] * len(events) if events.group is None else events.group.tolist(),
            "session": panel.sessions[events.position],
        }
    )
    for name in ("role", "modality", "rule", "reason"):
        rows = rows.append_column(name, pa.nulls(len(events), pa.string()))
    more = [pa.Table.from_pylist(extra, rows.schema)] if extra else []
    _write(folder, "events", pa.concat_tables([rows, *more]))
    news = {name: pa.string() for name in ("event_id", "ticker", "story_id", "role", "headline")}
    _write(
        folder, "news", pa.table({name: pa.array([], kind) for name, kind in (news | {"position": pa.int32()}).items()})
    )
    _write(folder, "about", pa.table({"data_version": ["made"], "date_rule": ["same"], "selection": ["{}"]}))


def _prices(ticker: str, days: np.ndarray[tuple[int], np.dtype[np.datetime64]], returns: object) -> pa.Table:
    values = pa.array(returns, from_pandas=True)
    before = np.append(days[:1] - 1, days[:-1])  # a first return counts from the day before
    ticker_column = pa.array([ticker]).take(pa.array(np.zeros(len(days), dtype=np.int64)))
    return pa.table({"ticker": ticker_column, "session": days, "previous_session": before, "daily_return": values})


def _write(folder: Path, name: str, table: pa.Table) -> None:
    (folder / name).mkdir(parents=True)
    pq.write_table(table, folder / name / "part.parquet")
