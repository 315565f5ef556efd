"""Print the study on this process and on Spark side by side: `uv run --extra spark python -m tests.benchmarks.spark`.

Both start from the same Parquet files and end with the statistics in memory; each runs in a process of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from analytics.spark import Spark, study_folder
from analytics.study import Panel, StudyEvents, StudyResult, run
from tests.benchmarks.study import SPEC, Size, made_events

SIZES = {
    "rows 1e6": Size(securities=200, sessions=5000, events=10_000),
    "rows 1e7": Size(securities=2000, sessions=5000, events=10_000),
    "M": Size(securities=5000, sessions=5000, events=100_000),
    "L": Size(securities=5000, sessions=5000, events=1_000_000),
    "events 1e7": Size(securities=5000, sessions=5000, events=10_000_000),
    "rows 1e8": Size(securities=20_000, sessions=5000, events=100_000),
}
_MARKET = "^MARKET"
_TEXT = {name: pa.string() for name in ("event_id", "ticker", "story_id", "role", "headline")}


def main() -> None:
    """Measure the sizes asked for, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["rows 1e6"], help=f"any of {', '.join(map(repr, SIZES))}")
    parser.add_argument("--master", default=f"local[{os.cpu_count()}]")
    parser.add_argument("--check", action="store_true", help="hold both against each other to 1e-12")
    parser.add_argument("--here", nargs=2, metavar=("ENGINE", "DIR"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(_measure(asked.here[0], asked.here[1], asked.master, SIZES[asked.sizes[0]]), flush=True)
        return
    for name in asked.sizes:
        with tempfile.TemporaryDirectory(prefix="newswake-benchmark-") as folder:
            write_folder(Path(folder), SIZES[name])
            if asked.check:
                _check(folder, asked.master)
                continue
            print(f"{name}: {SIZES[name]}", flush=True)
            for engine in ("local", "spark"):
                here = [sys.executable, "-m", "tests.benchmarks.spark", name, "--master", asked.master]
                subprocess.run([*here, "--here", engine, folder], check=False)


def write_folder(folder: Path, size: Size) -> None:
    """Write the prices of a size in files of 500 securities, and its events."""
    rng = np.random.default_rng(0)
    market = rng.normal(0.0003, 0.01, size.sessions)
    tickers = [_ticker(i) for i in range(size.securities)]
    _write(folder / "prices", 0, _prices([_MARKET], market[None]))
    for start in range(0, size.securities, 500):
        part = tickers[start : start + 500]
        _write(folder / "prices", start + 1, _prices(part, market + rng.normal(0, 0.02, (len(part), size.sessions))))
    lines = pa.table({"ticker": [*tickers, _MARKET]})
    for name, value in (("currency", "USD"), ("benchmark", _MARKET)):
        lines = lines.append_column(name, pa.array([value] * len(lines)))
    _write(folder / "securities", 0, lines)
    _write(folder / "events", 0, _events(size))
    _write(
        folder / "news", 0, pa.table({n: pa.array([], kind) for n, kind in (_TEXT | {"position": pa.int32()}).items()})
    )
    _write(folder / "about", 0, pa.table({"data_version": ["made"], "date_rule": ["same"], "selection": ["{}"]}))


def _ticker(number: int) -> str:
    return f"T{number:06d}"


def _days(sessions: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.datetime64("2000-01-03") + np.arange(sessions)


def _prices(tickers: list[str], returns: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> pa.Table:
    days = _days(returns.shape[1])
    number = np.repeat(np.arange(len(tickers), dtype=np.int32), len(days))
    return pa.table(
        {
            "ticker": pa.DictionaryArray.from_arrays(number, tickers).cast(pa.string()),
            "session": np.tile(days, len(tickers)),
            "previous_session": np.tile(days - 1, len(tickers)),
            "daily_return": returns.ravel(),
        }
    )


def _events(size: Size) -> pa.Table:
    made = made_events(size)
    ticker = pa.DictionaryArray.from_arrays(
        made.security.astype(np.int32), [_ticker(i) for i in range(size.securities)]
    )
    whole = pa.table(
        {
            "event_id": pa.array(made.event_id),
            "ticker": ticker.cast(pa.string()),
            "type": pa.array(made.group),
            "session": _days(size.sessions)[made.position % size.sessions],
        }
    )
    for name in ("company", "role", "modality", "rule", "reason"):
        whole = whole.append_column(name, pa.nulls(len(whole), pa.string()))
    return whole


def _write(folder: Path, number: int, table: pa.Table) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / f"part-{number:06d}.parquet")


def local(folder: str) -> StudyResult:
    """Study the folder in this process: rows in order, one benchmark for all of them."""
    root = Path(folder)
    prices = ds.dataset(root / "prices").to_table(["ticker", "session", "daily_return"])
    market = prices.filter(pc.equal(prices["ticker"], _MARKET))["daily_return"].to_numpy()
    prices = prices.filter(pc.not_equal(prices["ticker"], _MARKET))
    events = pq.read_table(root / "events", columns=["event_id", "ticker", "type", "session"])
    tickers = pq.read_table(root / "securities")["ticker"].to_pylist()[:-1]
    security = pc.index_in(events["ticker"], pa.array(tickers)).to_numpy().astype(np.int64)
    days = prices["session"].slice(0, len(market)).to_numpy().astype("datetime64[D]")
    day = np.searchsorted(days, events["session"].to_numpy().astype("datetime64[D]"))
    panel = Panel(
        tickers=tickers,
        offsets=np.arange(len(tickers) + 1) * len(market),
        sessions=prices["session"].to_numpy().astype("datetime64[D]"),
        returns=prices["daily_return"].to_numpy(),
        benchmark=np.tile(market, len(tickers)),
    )
    placed = StudyEvents(
        event_id=np.array(events["event_id"].to_pylist(), dtype=np.str_),
        security=security,
        position=panel.offsets[security] + day,
        group=np.array(events["type"].to_pylist(), dtype=np.str_),
    )
    return run(panel, placed, SPEC)


def _on_spark(folder: str, master: str) -> StudyResult:
    return study_folder(Spark(master=master), folder, SPEC, by="type").result


def _measure(engine: str, folder: str, master: str, size: Size) -> str:
    start = time.perf_counter()
    result = local(folder) if engine == "local" else _on_spark(folder, master)
    took = time.perf_counter() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    unit = 1e9 if sys.platform == "darwin" else 1e6
    studied = result.manifest["with_result"]
    return (
        f"  {engine}: {took:.1f} s, {size.events / took:,.0f} events/s, {studied} with a result, "
        f"largest process {peak / unit:.1f} GB"
    )


def _check(folder: str, master: str) -> None:
    """Fail where the two engines differ by more than 1e-12."""
    own, spread = local(folder), _on_spark(folder, master)
    for name in ("by_event", "statistics"):
        for column, values in getattr(own, name).items():
            other = getattr(spread, name)[column]
            if values.dtype.kind == "f":
                np.testing.assert_allclose(other, values, rtol=1e-12, atol=1e-12, err_msg=f"{name}.{column}")
            else:
                np.testing.assert_array_equal(other, values, err_msg=f"{name}.{column}")
    print(f"the same to 1e-12: {len(own.events)} events, {len(own.statistics['value'])} statistics")


if __name__ == "__main__":
    main()
