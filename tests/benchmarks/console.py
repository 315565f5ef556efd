"""The SQL console as readers meet it: how fast, how fair, and how much it takes of the app."""

import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from analytics.errors import QueryError
from analytics.pipeline.publish import sample_version
from analytics.store.console import Console

SMALL = "select ticker, max(close) as highest from prices group by ticker order by ticker"
RUNAWAY = "select sum(a.close) from prices a, prices b, prices c"
READERS = 20
_EACH = 5
_MANY = 1000


def measure() -> Iterator[str]:
    """Yield a line for each figure; every line says what is held against what."""
    with tempfile.TemporaryDirectory() as folder:
        path = sample_version(Path(folder)).path
        console = Console(path)
        yield f"first query, with the start of a worker: {_timed(console, SMALL):.2f} s"
        times = [_timed(console, SMALL) for _ in range(100)]
        yield f"a small query on a warm worker: {_told(times)}"
        yield f"cancel, until the next small query is answered: {_after_cancel(console):.2f} s"
        alone = _crowd(path)
        stop = _run_away(console)
        beside = _crowd(path)
        stop.set()
        yield f"{READERS} readers at once, {_EACH} queries each: {_told(alone)}"
        yield f"the same beside a runaway query: {_told(beside)}; {_ratio(beside, alone):.2f} times as slow"
        yield _memory(console)


def _timed(console: Console, sql: str) -> float:
    started = time.perf_counter()
    console.run(sql)
    return time.perf_counter() - started


def _after_cancel(console: Console) -> float:
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(_run_quietly, console)
        time.sleep(1)
        started = time.perf_counter()
        console.cancel()
        running.result()
    console.run(SMALL)
    return time.perf_counter() - started


def _run_quietly(console: Console) -> None:
    with suppress(QueryError):
        console.run(RUNAWAY)


def _run_away(console: Console) -> threading.Event:
    """Keep one worker busy until the event that is returned is set."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            _run_quietly(console)

    def end() -> None:
        stop.wait()
        console.cancel()

    for work in (run, end):
        threading.Thread(target=work, daemon=True).start()
    time.sleep(0.5)
    return stop


def _crowd(path: Path) -> list[float]:
    """Return the time of every query, in line included, of readers who all ask at once."""

    def ask(console: Console) -> list[float]:
        return [_timed(console, SMALL) for _ in range(_EACH)]

    with ThreadPoolExecutor(READERS) as threads:
        return [taken for times in threads.map(ask, [Console(path) for _ in range(READERS)]) for taken in times]


def _memory(console: Console) -> str:
    kilobyte = 1024 if sys.platform == "linux" else 1
    for _ in range(50):
        console.run("from prices")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(_MANY):
        console.run("from prices")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * kilobyte
    return f"growth of the app's peak memory over {_MANY} queries: {grown / 1e6:.1f} MB"


def _told(times: list[float]) -> str:
    slow = statistics.quantiles(times, n=20)[-1]
    return f"median {statistics.median(times) * 1000:.0f} ms, 95 of 100 within {slow * 1000:.0f} ms"


def _ratio(slower: list[float], faster: list[float]) -> float:
    return statistics.median(slower) / statistics.median(faster)
