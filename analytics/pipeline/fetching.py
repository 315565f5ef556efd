"""Prices fetched for the stored events: what is missing is asked for, kept in batches, compared with the past."""

from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.market.quality import flagged
from analytics.market.restatements import Comparison, compare
from analytics.market.yahoo import Fetched, fetch, rates
from analytics.pipeline.build import derive
from analytics.pipeline.publish import writing
from analytics.pipeline.snapshot import open_snapshot
from analytics.store import load, query

BATCH = 20
"""Tickers kept at once: an interrupted run loses fewer than these."""
OVERLAP = timedelta(days=10)
"""Days asked for again, to notice that the vendor has rewritten its past."""


_NOT_ASKED = "Yahoo limits the rate: the next run asks for it."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of one ticker."""

    ticker: str
    outcome: str
    bars: int
    """Bars that were new or restated."""
    problems: tuple[str, ...] = ()
    """What did not come and what to do about it, a sentence each."""


@dataclass(frozen=True, kw_only=True)
class _Need:
    ticker: str
    first: date
    last: date
    """Span to ask for now."""
    covered: date
    """First day of the span that is covered once it came."""


def fetch_prices(
    home: Path,
    *,
    tickers: Collection[str] = (),
    client: Any = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Asked]:
    """Fetch from Yahoo what the stored events still need, of these tickers or all, and publish it batch by batch.

    Securities, the benchmarks of their exchanges and their currencies are asked for, over the estimation and event
    windows of their events. A ticker that fails is listed with what to do; the next run asks for it again.
    """
    from analytics.market.door import Door  # noqa: PLC0415  # libcurl; most commands fetch nothing

    with open_snapshot(home) as data:
        missing = _missing(data.ask("fetch_needs", today=datetime.now(UTC).date()))
        needs = [need for need in missing if not tickers or need.ticker in tickers]
    asked: list[Asked] = []
    with nullcontext(client) if client else Door() as door:
        for start in range(0, len(needs), BATCH):
            came = list(_ask(needs[start : start + BATCH], door, progress))
            with writing(home) as connection:
                asked += [_keep(connection, need, fetched) for need, fetched in came]
                derive(connection)
            if came[-1][1].outcome == "rate limited":
                break
    rest = [need.ticker for need in needs[len(asked) :]]
    return asked + [Asked(ticker=ticker, outcome="not asked", bars=0, problems=(_NOT_ASKED,)) for ticker in rest]


def _ask(needs: list[_Need], door: Any, progress: Callable[[str], None]) -> Iterator[tuple[_Need, Fetched]]:
    """Ask for each ticker, and end where the rate is limited: the next run asks for the rest."""
    for need in needs:
        (fetched,) = fetch([need.ticker], need.first, need.last, client=door)
        if need.first > need.covered and _split_since(fetched, need.first):
            # The stored bars stand on the basis before the split: they are asked for anew, all of them.
            (fetched,) = fetch([need.ticker], need.covered, need.last, client=door)
        progress(f"{need.ticker}: {fetched.outcome}")
        yield need, fetched
        if fetched.outcome == "rate limited":
            return


def _split_since(fetched: Fetched, day: date) -> bool:
    return any(session >= day for session in fetched.splits["session"].to_pylist())


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
    told = [sentence for one in fetched.problems for sentence in (one.message, one.hint) if sentence]
    problems = (*told, *_left_out(fetched.refused))
    # A question that failed is asked again by the next run; that Yahoo has no share counts is an answer.
    whole = fetched.outcome == "fetched" and not any(one.__cause__ for one in fetched.problems)
    changed = 0
    if fetched.outcome == "fetched":
        if need.ticker.endswith("=X"):
            changed = load.replace(connection, "fx", rates(fetched))
        else:
            changed = _keep_bars(connection, fetched, now)
            load.replace(connection, "splits", fetched.splits)
            load.replace(connection, "shares", fetched.shares)
    query.change(
        connection,
        "note_fetch",
        ticker=need.ticker,
        first_day=need.covered if whole else None,
        last_day=need.last if whole else None,
        outcome=fetched.outcome,
        problem=" ".join(problems),
        asked_at=now,
    )
    return Asked(ticker=need.ticker, outcome=fetched.outcome, bars=changed, problems=problems)


def _left_out(refused: pa.Table) -> Iterator[str]:
    """Say which bars were left out; that a session has not closed yet is no fault."""
    for row in refused.to_pylist():
        if "has not closed yet" not in row["reason"]:
            yield f"The bar of {row['session']} was left out: {row['reason']}."


def _keep_bars(connection: Any, fetched: Fetched, now: datetime) -> int:
    """Store new and rewritten bars, note what was rewritten or is gone, and return how many were stored."""
    stored = query.run(connection, "stored_bars", tickers=[fetched.ticker])
    found = compare(stored, fetched.bars)
    _note(connection, found, now)
    sessions = pa.concat_tables([found.new.select(["session"]), found.restated.select(["session"])])
    changed = sessions["session"].combine_chunks()
    fresh = fetched.bars.filter(pc.is_in(fetched.bars["session"], value_set=changed))
    if fresh.num_rows:
        # Some checks look at the neighbours of a bar, so the whole series is checked again.
        others = stored.filter(pc.invert(pc.is_in(stored["session"], value_set=changed)))
        load.replace(connection, "prices", flagged(pa.concat_tables([others.cast(fresh.schema), fresh])))
    return int(fresh.num_rows)


def _note(connection: Any, found: Comparison, now: datetime) -> None:
    """Note figures that the vendor gives differently now, and bars that it no longer has (figure "bar")."""
    rewritten = found.restated.rename_columns(["ticker", "session", "figure", "stored", "fetched"])
    gone = found.vanished.append_column("figure", pa.repeat("bar", found.vanished.num_rows))
    noted = pa.concat_tables([rewritten, gone], promote_options="default")
    instant = pa.repeat(pa.scalar(now, pa.timestamp("us", "UTC")), noted.num_rows)
    if noted.num_rows:
        load.insert(connection, "restatements", noted.append_column("noticed_at", instant))
