"""Prices fetched for the stored events: what is missing is asked for, kept in batches, compared with the past."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.market.quality import flagged
from analytics.market.restatements import compare
from analytics.market.yahoo import Fetched, fetch
from analytics.pipeline.build import derive
from analytics.pipeline.publish import writing
from analytics.pipeline.snapshot import open_snapshot
from analytics.store import load, query

BATCH = 20
"""Tickers kept at once: an interrupted run loses fewer than these."""
OVERLAP = timedelta(days=10)
"""Days asked for again, to notice that the vendor has rewritten its past."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of one ticker."""

    ticker: str
    outcome: str
    bars: int
    """Bars that were new or restated."""
    problem: str = ""
    """What did not come and what to do about it."""


@dataclass(frozen=True, kw_only=True)
class _Need:
    ticker: str
    first: date
    last: date
    """Span to ask for now."""
    covered: date
    """First day of the span that is covered once it came."""


def fetch_prices(home: Path, *, client: Any = None, progress: Callable[[str], None] = lambda _: None) -> list[Asked]:
    """Fetch from Yahoo what the stored events still need, and publish it batch by batch.

    Securities, the benchmarks of their exchanges and their currencies are asked for, over the estimation and event
    windows of their events. A ticker that fails is listed with what to do; the next run asks for it again.
    """
    with open_snapshot(home) as data:
        needs = list(_missing(data.ask("fetch_needs", today=datetime.now(UTC).date())))
    asked: list[Asked] = []
    for start in range(0, len(needs), BATCH):
        came = []
        for need in needs[start : start + BATCH]:
            came.append((need, next(iter(fetch([need.ticker], need.first, need.last, client=client)))))
            progress(f"{need.ticker}: {came[-1][1].outcome}")
        with writing(home) as connection:
            asked += [_keep(connection, need, fetched) for need, fetched in came]
            derive(connection)
        if came[-1][1].outcome == "rate limited":
            break
    return asked


def _missing(needs: pa.Table) -> Iterator[_Need]:
    for row in needs.to_pylist():
        first, last = row["first_day"], row["last_day"]
        had_first, had_last = row["fetched_first"], row["fetched_last"]
        if had_first is None or first < had_first:
            yield _Need(ticker=row["ticker"], first=first, last=max(last, had_last or last), covered=first)
        elif last > had_last:
            yield _Need(ticker=row["ticker"], first=had_last - OVERLAP, last=last, covered=had_first)


def _keep(connection: Any, need: _Need, fetched: Fetched) -> Asked:
    """Store what came for one ticker, and what it says about the stored past."""
    now = datetime.now(UTC)
    problem = " ".join(str(one) for one in fetched.problems)
    changed = 0
    if fetched.outcome == "fetched":
        if need.ticker.endswith("=X"):
            changed = load.replace(connection, "fx", _rates(fetched))
        else:
            changed = _keep_bars(connection, fetched, now)
            load.replace(connection, "splits", fetched.splits)
            load.replace(connection, "shares", fetched.shares)
    query.change(
        connection,
        "note_fetch",
        ticker=need.ticker,
        first_day=need.covered if fetched.outcome == "fetched" else None,
        last_day=need.last if fetched.outcome == "fetched" else None,
        outcome=fetched.outcome,
        problem=problem,
        asked_at=now,
    )
    return Asked(ticker=need.ticker, outcome=fetched.outcome, bars=changed, problem=problem)


def _keep_bars(connection: Any, fetched: Fetched, now: datetime) -> int:
    stored = query.run(connection, "stored_bars", tickers=[fetched.ticker])
    found = compare(stored, fetched.bars)
    if found.restated.num_rows:
        noted = found.restated.rename_columns(["ticker", "session", "figure", "stored", "fetched"])
        noted = noted.append_column("noticed_at", pa.repeat(pa.scalar(now, pa.timestamp("us", "UTC")), noted.num_rows))
        load.insert(connection, "restatements", noted)
    sessions = pa.concat_tables([found.new.select(["session"]), found.restated.select(["session"])])
    fresh = fetched.bars.filter(pc.is_in(fetched.bars["session"], value_set=sessions["session"].combine_chunks()))
    return load.replace(connection, "prices", flagged(fresh)) if fresh.num_rows else 0


def _rates(fetched: Fetched) -> pa.Table:
    bars = fetched.bars
    return pa.table(
        {
            "currency": pa.repeat(fetched.ticker.removesuffix("=X"), bars.num_rows),
            "day": bars["session"],
            "per_usd": bars["close"],
            "source": bars["source"],
        }
    )
