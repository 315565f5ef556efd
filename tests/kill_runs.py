"""Kill a writer at random moments and see that the last published version is whole: `python -m tests.kill_runs 300`.

Each version holds as many splits as its number says, so a version that lost or doubled rows is seen.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd  # noqa: F401 - Arrow imports it at the first table: every child would be killed while it does
import pyarrow as pa

from analytics.store import load, relations, versions

LONGEST = 0.6  # seconds until the kill: a version is built in a tenth to a fifth of one


def publish(home: Path) -> None:
    """Publish a version with one more split than the one before."""
    with versions.writing(home) as connection:
        relations.create_tables(connection)
        shown = versions.current(home)
        day = date.fromordinal(738_000 + (shown.number if shown else 0))
        load.insert(connection, "splits", pa.table({"ticker": ["NVDA"], "session": [day], "ratio": [10.0]}))


def publish_without_end(home: Path) -> None:
    """Publish version after version."""
    while True:
        publish(home)


def check(home: Path) -> None:
    """Fail unless every kept version is whole and the shown one is the last."""
    assert set(versions.verify(home).values()) <= {""}
    shown = versions.current(home)
    kept = versions.versions(home)
    assert shown == (kept[-1] if kept else None)
    assert all(version.rows["splits"] == version.number for version in kept)


def in_child(work: Callable[[Path], None], home: Path) -> int:
    """Start `work` in a process of its own: DuckDB's threads do not survive a fork, so this one never opens it."""
    child = os.fork()
    if child == 0:
        try:
            work(home)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the child must not go on as the parent
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def left_behind(home: Path) -> str:
    """Say in what state the kill left the folder."""
    held = versions.versions(home)
    files = {path.name for path in (home / "versions").glob("*.duckdb")}
    if "building.duckdb" in files:
        return "a half-built file"
    if files - {version.path.name for version in held}:
        return "a file that is not named"
    return "a manifest half-written" if (home / "versions" / "manifest.json.next").exists() else "nothing"


def main(runs: int) -> None:
    """Kill `runs` writers, checking after each, and print what the kills met."""
    met: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.waitpid(in_child(publish, home), 0)
        for _ in range(runs):
            writer = in_child(publish_without_end, home)
            time.sleep(random.uniform(0, LONGEST))  # noqa: S311 - not a secret
            os.kill(writer, signal.SIGKILL)
            _, ended = os.waitpid(writer, 0)
            assert os.WIFSIGNALED(ended), "the writer failed by itself"
            met[left_behind(home)] += 1
            _, status = os.waitpid(in_child(check, home), 0)
            assert status == 0, "a version is damaged"
        shown = versions.current(home)
    print(f"{runs} kills, {shown.number if shown else 0} versions published, none damaged; left behind: {dict(met)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
