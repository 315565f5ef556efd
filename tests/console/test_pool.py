"""Many readers on few workers: everyone is served, nobody waits for one, a cancelled query is gone."""

import gc
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from analytics.errors import QueryError
from analytics.store.console import Console
from analytics.store.pool import Limits

ENDLESS = "select sum(a.close) from prices a, prices b, prices c, prices d"
SLOW = "select sleep_ms(1000)"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("version") / "1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table prices as select i as close from range(2000) t(i)")
    return path


def worker_of(console: Console) -> int:
    """Return the process id of an idle worker."""
    console.run("select 1")
    return console._pool._idle[-1]._process.pid


def cancelled_after(console: Console, seconds: float, sql: str) -> float:
    """Cancel `sql` after `seconds` and return how long it took from there."""
    threading.Timer(seconds, console.cancel).start()
    started = time.monotonic()
    with pytest.raises(QueryError, match="cancelled"):
        console.run(sql)
    return time.monotonic() - started - seconds


def test_twenty_readers_are_all_served(path: Path) -> None:
    consoles = [Console(path) for _ in range(20)]

    def read(number: int) -> list[int]:
        sql = "select $number + count(*) from prices"
        return [consoles[number].run(sql, {"number": number}).rows.column(0)[0].as_py() for _ in range(5)]

    with ThreadPoolExecutor(20) as readers:
        answers = list(readers.map(read, range(20)))
    assert answers == [[2000 + number] * 5 for number in range(20)]
    assert len(consoles[0]._pool._idle) <= consoles[0]._pool.limits.workers


def test_one_reader_with_many_queries_does_not_keep_others_waiting(path: Path) -> None:
    limits = Limits(workers=1, seconds=20)
    greedy, modest = Console(path, limits=limits), Console(path, limits=limits)
    modest.run("select 1")
    with ThreadPoolExecutor(6) as threads:
        for _ in range(5):
            threads.submit(greedy.run, SLOW)
        time.sleep(0.2)
        started = time.monotonic()
        modest.run("select 1")
        assert time.monotonic() - started < 2.5  # the one that runs and no other of the five


def test_a_running_query_is_cancelled_at_once(path: Path) -> None:
    console = Console(path)
    console.run("select 1")
    assert cancelled_after(console, 0.3, ENDLESS) < 0.5
    assert console.run("select 1").rows.num_rows == 1


def test_a_waiting_query_is_cancelled_at_once(path: Path) -> None:
    limits = Limits(workers=1, seconds=5)
    first, second = Console(path, limits=limits), Console(path, limits=limits)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(first.run, "select sleep_ms(2000)")
        time.sleep(0.2)
        assert cancelled_after(second, 0.3, "select 1") < 0.5
        assert running.result().rows.num_rows == 1


def test_cancelling_with_nothing_to_cancel_ends_nobody_elses_query(path: Path) -> None:
    console = Console(path)
    console.run("select 1")
    console.cancel()
    assert console.run("select 1").rows.num_rows == 1


def test_who_waits_too_long_is_told_so(path: Path) -> None:
    limits = Limits(workers=1, seconds=20, waiting_seconds=0.2)
    first, second = Console(path, limits=limits), Console(path, limits=limits)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(first.run, SLOW)
        time.sleep(0.1)
        with pytest.raises(QueryError, match="Too many queries"):
            second.run("select 1")
        running.result()


def test_a_worker_that_dies_between_queries_costs_one_query(path: Path) -> None:
    console = Console(path, limits=Limits(workers=1))
    os.kill(worker_of(console), signal.SIGKILL)
    with pytest.raises(QueryError):
        console.run("select 1")
    assert console.run("select 1").rows.num_rows == 1


def test_a_version_that_is_gone_is_an_error_with_advice(tmp_path: Path) -> None:
    console = Console(tmp_path / "gone.duckdb", limits=Limits(workers=1, waiting_seconds=5))
    for _ in range(3):  # a worker that failed takes no place in the line
        with pytest.raises(QueryError, match="cannot start on this version"):
            console.run("select 1")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the limits on Linux alone")
def test_the_system_limits_a_worker(path: Path) -> None:
    console = Console(path)
    pid = worker_of(console)
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    bounds = {name: re.search(rf"{name} +(\d+)", limits) for name in ("Max file size", "Max core file size")}
    assert [found and found[1] for found in bounds.values()] == ["0", "0"]
    opened = re.search(r"Max open files +(\d+)", limits)
    assert opened is not None
    assert int(opened[1]) < 32
    space = re.search(r"Max address space +(\d+)", limits)
    assert space is not None
    assert int(space[1]) < 4 << 30
    assert Path(f"/proc/{pid}/environ").read_text(encoding="ascii").split("=")[0] == "ARROW_DEFAULT_MEMORY_POOL"
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    opened_files = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    assert not any(str(path) in file for file in opened_files)
    assert all(file.endswith("(deleted)") for file in opened_files if "duckdb" in file)


def test_workers_end_with_the_last_console(path: Path) -> None:
    console = Console(path, limits=Limits(workers=1, seconds=11))
    pid = worker_of(console)
    del console
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


APP = """
import os, sys
from pathlib import Path
from analytics.store.console import Console
console = Console(Path(sys.argv[1]))
console.run("select 1")
print(console._pool._idle[-1]._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_workers_end_with_an_app_that_is_killed(path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", APP, str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == -signal.SIGKILL
    for _ in range(50):
        if not Path(f"/proc/{int(ran.stdout)}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives the app")


def resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the memory on Linux alone")
def test_the_memory_of_the_app_stays_flat(path: Path) -> None:
    console = Console(path, limits=Limits(memory_bytes=256 << 20))
    hostile = ["select repeat('x', 1000000) from range(1000)", "select repeat('x', 400000000)", "from range(100000000)"]
    take_all(console, hostile * 2)
    before = resident()
    take_all(console, hostile * 5)
    assert resident() - before < 32 << 20


def take_all(console: Console, hostile: list[str]) -> None:
    for sql in hostile:
        with suppress(QueryError):
            console.run(sql)
