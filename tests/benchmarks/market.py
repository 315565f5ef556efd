"""Prices of 5,000 tickers over twenty years: imported, ranked, overtaken, brought up to date by a day."""

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.market.sessions import session_table
from analytics.pipeline.publish import import_files, sample_version
from analytics.store import versions

SPANS = {"S": date(2024, 1, 1), "M": date(2006, 1, 1)}
"""First day by size; the last is always the end of 2025."""
TICKERS = {"XNYS": 4000, "XHKG": 1000}
LAST = date(2025, 12, 30)
NEXT = date(2025, 12, 31)


def tickers(exchange: str) -> list[str]:
    """Return made-up tickers that belong to an exchange."""
    numbers = range(TICKERS[exchange])
    if exchange == "XHKG":
        return [f"{number:04d}.HK" for number in numbers]
    return ["Q" + "".join(chr(65 + number // 26**place % 26) for place in (3, 2, 1, 0)) for number in numbers]


def bars(exchange: str, first: date, last: date) -> pa.Table:
    """Return bars of every ticker and session, in order of both."""
    sessions = session_table(exchange, first, last)["session"].combine_chunks()
    names, days = tickers(exchange), len(sessions)
    rng = np.random.default_rng(0)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (len(names), days)), axis=1)).ravel()
    return pa.table(
        {
            "ticker": pa.array(names).take(pa.array(np.repeat(np.arange(len(names)), days))),
            "date": sessions.take(pa.array(np.tile(np.arange(days), len(names)))),
            "open": close * 0.999,
            "high": close * 1.01,
            "low": close * 0.99,
            "close": close,
            "adj_close": close,
            "volume": np.full(close.size, 1000.0),
        }
    )


def write_files(folder: Path, first: date) -> dict[str, Path]:
    """Write prices, the prices of the next day, share counts and currency rates as Parquet."""
    names = [name for exchange in TICKERS for name in tickers(exchange)]
    years = [date(year, 1, 1) for year in range(first.year, 2026)]
    count = np.random.default_rng(1).integers(1, 1000, len(names)) * 1e7
    days = session_table("XHKG", first, NEXT)["session"]
    tables = {
        "prices": pa.concat_tables([bars(exchange, first, LAST) for exchange in TICKERS]),
        "next": pa.concat_tables([bars(exchange, NEXT, NEXT) for exchange in TICKERS]),
        "shares": pa.table(
            {
                "ticker": np.repeat(names, len(years)),
                "as_of": years * len(names),
                "shares": np.repeat(count, len(years)),
            }
        ),
        "fx": pa.table({"currency": ["HKD"] * len(days), "date": days, "per_usd": np.full(len(days), 7.8)}),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: folder / f"{name}.parquet" for name in tables}


def measure(name: str) -> Iterator[str]:
    """Yield a line per step: its seconds, and what copying, hashing and syncing the published file take alone."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        files = write_files(Path(folder), SPANS[name])
        sample_version(home)
        rows = pq.ParquetFile(files["prices"]).metadata.num_rows
        taken = _timed(lambda: import_files(home, [(table, files[table]) for table in ("shares", "fx", "prices")]))
        disk, floor = _copying(home), _loading(files["prices"], Path(folder) / "floor.duckdb")
        yield (
            f"import of {rows:,} rows: {taken:.2f} s, of which disk {disk:.2f} s; DuckDB alone, from the file to "
            f"a table and a checkpoint: {floor:.2f} s; peak {_peak():.2f} GB"
        )
        shown = versions.current(home)
        assert shown is not None
        with versions.open_version(shown) as connection:
            ranks = "select count(*), sum(rank), sum(market_cap_usd) from ranks"
            taken = _timed(lambda: connection.execute(ranks).fetchall())
            yield f"ranks of every day: {taken:.2f} s"
            overtakes = "select count(*), sum(overtaker_rank) from overtakes"
            yield f"ranks and overtakes of every day: {_timed(lambda: connection.execute(overtakes).fetchall()):.2f} s"
        taken = _timed(lambda: import_files(home, [("prices", files["next"])]))
        yield f"the next day: {taken:.2f} s, of which publishing {_copying(home):.2f} s; peak {_peak():.2f} GB"


def _loading(file: Path, database: Path) -> float:
    """Return the seconds that DuckDB itself takes for a table of the file's rows, unchecked, written to disk."""

    def load() -> None:
        with duckdb.connect(str(database)) as connection:
            connection.execute("create table prices as from read_parquet($file)", {"file": str(file)})
            connection.execute("checkpoint")

    return _timed(load)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _copying(home: Path) -> float:
    """Return the seconds that copying, hashing and syncing the published file take: what every publication costs."""
    shown = versions.current(home)
    assert shown is not None
    beside = home / "copy"

    def copy() -> None:
        shutil.copyfile(shown.path, beside)
        versions._sha256(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())

    taken = _timed(copy)
    beside.unlink()
    return taken


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
