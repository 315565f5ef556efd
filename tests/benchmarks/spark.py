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
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from analytics.spark import Spark, study_folder
from analytics.spark import folder as spark_folder
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, run
from tests.benchmarks.study import BATTERY, SPEC, Size, made_events

SIZES = {
    "rows 1e6": Size(securities=200, sessions=5000, events=10_000),
    "rows 1e7": Size(securities=2000, sessions=5000, events=10_000),
    "M": Size(securities=5000, sessions=5000, events=100_000),
    "L": Size(securities=5000, sessions=5000, events=1_000_000),
    "events 1e7": Size(securities=5000, sessions=5000, events=10_000_000),
    "rows 1e8": Size(securities=20_000, sessions=5000, events=100_000),
    "even": Size(securities=500, sessions=2500, events=300_000),
    "skew": Size(securities=500, sessions=2500, events=300_000),
}
_HOT = {"skew": 0.9}
"""Share of the events that one security has, in sizes where it is not its share of the securities."""
_ENGINES = ("local", "spark")
_LIMIT = 600
"""Seconds for an engine and a size."""
_CLOSE = 1e-12
_TABLES = ("by_event", "by_day", "by_window", "statistics", "summary", "diagnosis")
_MARKET = "^MARKET"
_TEXT = {name: pa.string() for name in ("event_id", "ticker", "story_id", "role", "headline")}


def main() -> None:
    """Measure the sizes asked for, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["rows 1e6"], help=f"any of {', '.join(map(repr, SIZES))}")
    parser.add_argument("--master", default=f"local[{os.cpu_count()}]")
    parser.add_argument("--engine", choices=_ENGINES, help="one of them alone")
    parser.add_argument("--battery", action="store_true", help="every statistic, not csect_t, patell and bmp alone")
    parser.add_argument("--check", action="store_true", help="hold both against each other to 1e-12")
    parser.add_argument("--here", nargs=2, metavar=("ENGINE", "DIR"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    spec = BATTERY if asked.battery else SPEC
    if asked.here:
        engine, folder = asked.here
        print(_measure(engine, Path(folder), Spark(master=asked.master), SIZES[asked.sizes[0]], spec), flush=True)
        return
    for name in asked.sizes:
        with tempfile.TemporaryDirectory(prefix="newswake-benchmark-") as folder:
            write_folder(Path(folder), SIZES[name], hot=_HOT.get(name, 0))
            print(f"{name}: {SIZES[name]}", flush=True)
            if asked.check:
                check(Path(folder), Spark(master=asked.master), spec)
                continue
            for engine in [asked.engine] if asked.engine else _ENGINES:
                here = [sys.executable, "-m", "tests.benchmarks.spark", name, "--master", asked.master]
                battery = ["--battery"] if asked.battery else []
                _run(engine, [*here, *battery, "--here", engine, folder])


def _run(engine: str, command: list[str]) -> None:
    try:
        code = subprocess.run(command, check=False, timeout=_LIMIT).returncode
    except subprocess.TimeoutExpired:
        print(f"  {engine}: not done after {_LIMIT} s", flush=True)
    else:
        if code:
            print(f"  {engine}: ended by {code}, which is lack of memory if it is -9", flush=True)


def write_folder(folder: Path, size: Size, *, hot: float = 0) -> None:
    """Write the prices of a size in files of 500 securities, and its events, a share of them on the first security."""
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
    _write(folder / "events", 0, _events(size, hot))
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


def _events(size: Size, hot: float) -> pa.Table:
    made = made_events(size)
    security = np.where(np.arange(size.events) < hot * size.events, 0, made.security)
    ticker = pa.DictionaryArray.from_arrays(security.astype(np.int32), [_ticker(i) for i in range(size.securities)])
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


def local(folder: Path, spec: StudySpec) -> StudyResult:
    """Study the folder in this process: rows in order, one benchmark for all of them."""
    prices = ds.dataset(folder / "prices").to_table(["ticker", "session", "daily_return"])
    market = prices.filter(pc.equal(prices["ticker"], _MARKET))["daily_return"].to_numpy()
    prices = prices.filter(pc.not_equal(prices["ticker"], _MARKET))
    events = pq.read_table(folder / "events", columns=["event_id", "ticker", "type", "session"])
    tickers = pq.read_table(folder / "securities")["ticker"].to_pylist()[:-1]
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
    return run(panel, placed, spec)


def _on_spark(folder: Path, spark: Spark, spec: StudySpec) -> StudyResult:
    return study_folder(spark, str(folder), spec, by="type").result


def _measure(engine: str, folder: Path, spark: Spark, size: Size, spec: StudySpec) -> str:
    came, collected = [], spark_folder._collected

    def counted(estimates: pa.Table) -> Any:
        came.append(f"{estimates.nbytes / size.events:,.0f} bytes an event came back, ")
        return collected(estimates)

    spark_folder._collected = counted
    start = time.perf_counter()
    result = local(folder, spec) if engine == "local" else _on_spark(folder, spark, spec)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    studied = result.manifest["with_result"]
    return (
        f"  {engine}: {took:.1f} s, {size.events / took:,.0f} events/s, {studied} with a result, "
        f"{''.join(came)}{peak:.1f} GB at most in the process that asked"
    )


def check(folder: Path, spark: Spark, spec: StudySpec) -> None:
    """Fail where the two engines differ by more than 1e-12, and print the greatest difference."""
    own, spread = local(folder, spec), _on_spark(folder, spark, spec)
    greatest: dict[str, float] = {}
    for name in _TABLES:
        for column, values in getattr(own, name).items():
            other = getattr(spread, name)[column]
            if values.dtype.kind != "f":
                np.testing.assert_array_equal(other, values, err_msg=f"{name}.{column}")
                continue
            np.testing.assert_allclose(other, values, rtol=_CLOSE, atol=_CLOSE, err_msg=f"{name}.{column}")
            apart = np.abs(other - values)[np.isfinite(values)] / np.maximum(np.abs(values[np.isfinite(values)]), 1)
            greatest[f"{name}.{column}"] = float(apart.max(initial=0))
    worst = max(greatest, key=lambda column: greatest[column])
    print(f"  the same to {_CLOSE}: {len(own.events)} events, {len(own.statistics['value'])} statistics")
    print(f"  greatest difference, of values above 1 relative: {greatest[worst]:.1e} in {worst}")


if __name__ == "__main__":
    main()
