"""One size of study, from a DuckDB file to a DuckDB file."""

import math
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, run

SPEC = StudySpec(estimation=(-279, -30), statistics=("csect_t", "patell", "bmp"))
"""250 estimation sessions, 21 event days, and what most readers ask for."""
BATTERY = StudySpec(estimation=(-279, -30))
"""Every statistic but the resampling ones."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many securities, sessions, events and tags."""

    securities: int
    sessions: int
    events: int
    tags: int = 20


SIZES = {
    "S": Size(securities=500, sessions=1000, events=1_000),
    "M": Size(securities=5000, sessions=5000, events=100_000),
    "L": Size(securities=5000, sessions=5000, events=1_000_000),
}


def made_events(size: Size) -> StudyEvents:
    """Return events at random sessions, far enough from the ends."""
    rng = np.random.default_rng(1)
    security = rng.integers(0, size.securities, size.events)
    session = rng.integers(280, size.sessions - 11, size.events)
    return StudyEvents(
        event_id=np.char.zfill(np.arange(size.events).astype("U12"), 12),
        security=security,
        position=security * size.sessions + session,
        group=np.array([f"tag{i:02d}" for i in range(size.tags)])[rng.integers(0, size.tags, size.events)],
    )


def made_panel(size: Size) -> Panel:
    """Return the panel of a size in memory."""
    rng = np.random.default_rng(0)
    market = rng.normal(0.0003, 0.01, size.sessions)
    return Panel(
        tickers=[f"T{i}" for i in range(size.securities)],
        offsets=np.arange(size.securities + 1) * size.sessions,
        sessions=np.tile(np.datetime64("2000-01-03") + np.arange(size.sessions), size.securities),
        returns=(market + rng.normal(0, 0.02, (size.securities, size.sessions))).ravel(),
        benchmark=np.tile(market, size.securities),
    )


def write_panel(connection: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Store returns that follow one market, in (security, session) order."""
    rng = np.random.default_rng(0)
    market = rng.normal(0.0003, 0.01, size.sessions)
    sessions = np.datetime64("2000-01-03") + np.arange(size.sessions)
    connection.execute("create table panel (security integer, session date, ret double, benchmark double)")
    for start in range(0, size.securities, 500):
        part = np.arange(start, min(start + 500, size.securities))
        rows = pa.table(
            {
                "security": np.repeat(part.astype(np.int32), size.sessions),
                "session": np.tile(sessions, len(part)),
                "ret": (market + rng.normal(0, 0.02, (len(part), size.sessions))).ravel(),
                "benchmark": np.tile(market, len(part)),
            }
        )
        connection.register("rows", rows)
        connection.execute("insert into panel select * from rows")
        connection.unregister("rows")


def scan(connection: duckdb.DuckDBPyConnection, size: Size) -> Panel:
    """Read the columns that a study needs."""
    rows = connection.execute("select session, ret, benchmark from panel").fetchnumpy()
    return Panel(
        tickers=[f"T{i}" for i in range(size.securities)],
        offsets=np.arange(size.securities + 1) * size.sessions,
        sessions=np.asarray(rows["session"], dtype="datetime64[D]"),
        returns=np.asarray(rows["ret"]),
        benchmark=np.asarray(rows["benchmark"]),
    )


def write(connection: duckdb.DuckDBPyConnection, rows: pa.Table, name: str) -> None:
    """Store rows as a table."""
    connection.register("rows", rows)
    connection.execute(f"create or replace table {name} as select * from rows")  # noqa: S608  # a name of ours
    connection.unregister("rows")


def output(result: StudyResult) -> pa.Table:
    """Return AR, CAR and SAR of every event and day as rows."""
    found = result.abnormal
    n, days = found.ar.shape
    return pa.table(
        {
            "event": np.repeat(np.arange(n, dtype=np.int32), days),
            "day": np.tile(np.arange(-10, 11, dtype=np.int32), n),
            "ar": found.ar.ravel(),
            "car": np.cumsum(found.ar, axis=1).ravel(),
            "sar": found.sar.ravel(),
        }
    )


def measure(name: str, *, battery: bool) -> str:
    """Return a line: the floor (scan and write alone), the study between them, their ratio and the peak memory."""
    size, spec = SIZES[name], BATTERY if battery else SPEC
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "benchmark.duckdb")) as connection:
        write_panel(connection, size)
        events = made_events(size)
        scan(connection, size)  # the file is warm for both
        start = time.perf_counter()
        panel = scan(connection, size)
        scanned = time.perf_counter()
        result = run(panel, events, spec)
        studied = time.perf_counter()
        rows = output(result)
        shaped = time.perf_counter()
        write(connection, rows, "event_windows")
        written = time.perf_counter()
    scan_time, study_time, write_time = scanned - start, shaped - scanned, written - shaped
    floor = scan_time + write_time
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    return (
        f"{name} {size.securities} x {size.sessions} sessions, {size.events} events"
        f"{', whole battery' if battery else ''}: scan {scan_time:.2f} s, study {study_time:.2f} s "
        f"(run {studied - scanned:.2f} s), write {write_time:.2f} s; {(floor + study_time) / floor:.2f} x the floor, "
        f"{size.events / (studied - scanned):,.0f} events/s, peak {peak:.2f} GB"
    )


def print_curve() -> None:
    """Print the time of a study against its events and against its rows, with the exponent between neighbours."""
    widest = Size(securities=2000, sessions=2500, events=300_000)
    panel = made_panel(widest)
    print("events at 5 million rows")
    _print_growth((e, panel, made_events(replace(widest, events=e))) for e in (1_000, 10_000, 30_000, 100_000, 300_000))
    print("rows at 10,000 events")
    sizes = [Size(securities=s, sessions=2500, events=10_000) for s in (40, 400, 4000)]
    _print_growth((size.securities * size.sessions, made_panel(size), made_events(size)) for size in sizes)


def _print_growth(studies: Iterable[tuple[int, Panel, StudyEvents]]) -> None:
    before: tuple[int, float] | None = None
    for number, panel, events in studies:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            run(panel, events, SPEC)
            times.append(time.perf_counter() - start)
        least = min(times)
        grown = f", exponent {math.log(least / before[1]) / math.log(number / before[0]):.2f}" if before else ""
        print(f"{number:>12,} {least:8.3f} s{grown}", flush=True)
        before = number, least
