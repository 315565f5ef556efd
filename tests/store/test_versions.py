"""Versions: what is published, kept, pruned, refused and left behind by a failure."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from analytics.errors import RequestError, StoreError
from analytics.store import load, relations, versions


def publish(home: Path, ratio: float = 2.0) -> versions.Version:
    """Publish a version with one more split than the one before."""
    with versions.writing(home) as connection:
        relations.create_tables(connection)
        splits = {"ticker": ["NVDA"], "session": [date(2024, 6, 10)], "ratio": [ratio]}
        load.insert(connection, "splits", pa.table(splits))
    version = versions.current(home)
    assert version is not None
    return version


def ratios(version: versions.Version) -> list[float]:
    with versions.open_version(version) as connection:
        return [ratio for (ratio,) in connection.execute("select ratio from splits order by ratio").fetchall()]


def test_nothing_is_shown_before_the_first_version(tmp_path: Path) -> None:
    assert versions.current(tmp_path) is None
    assert versions.versions(tmp_path) == ()


def test_the_next_version_starts_as_a_copy_of_the_current_one(tmp_path: Path) -> None:
    publish(tmp_path, 2.0)
    second = publish(tmp_path, 10.0)
    assert (second.number, second.rows["splits"], ratios(second)) == (2, 2, [2.0, 10.0])


def test_a_failure_leaves_the_current_version_and_no_file(tmp_path: Path) -> None:
    first = publish(tmp_path)
    with pytest.raises(StoreError, match="nothing does not exist"), versions.writing(tmp_path) as connection:
        connection.execute("delete from splits; delete from nothing")
    assert versions.current(tmp_path) == first
    assert [path.name for path in (tmp_path / "versions").glob("*.duckdb*")] == ["1.duckdb"]
    assert ratios(first) == [2.0]


def test_the_last_three_versions_are_kept(tmp_path: Path) -> None:
    for _ in range(5):
        publish(tmp_path)
    assert [version.number for version in versions.versions(tmp_path)] == [3, 4, 5]
    assert {path.name for path in (tmp_path / "versions").glob("*.duckdb")} == {"3.duckdb", "4.duckdb", "5.duckdb"}


def test_a_version_that_is_read_is_not_removed(tmp_path: Path) -> None:
    first = publish(tmp_path)
    with versions.open_version(first) as reader:
        for _ in range(3):
            publish(tmp_path)
        assert first.path.exists()
        assert reader.execute("select count(*) from splits").fetchall() == [(1,)]
    publish(tmp_path)
    assert not first.path.exists()


def test_going_back_shows_an_older_version(tmp_path: Path) -> None:
    publish(tmp_path)
    publish(tmp_path)
    versions.rollback(tmp_path, 1)
    shown = versions.current(tmp_path)
    assert shown is not None
    assert (shown.number, ratios(shown)) == (1, [2.0])
    assert publish(tmp_path).number == 3
    with pytest.raises(RequestError, match="no version 9"):
        versions.rollback(tmp_path, 9)


@pytest.mark.parametrize("step", [-1, 1], ids=["newer", "older"])
def test_a_version_of_another_schema_is_refused(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = publish(tmp_path)
    monkeypatch.setattr(versions, "SCHEMA", made.schema + step)
    with pytest.raises(StoreError, match=f"with schema {made.schema}; this is newswake .* schema {made.schema + step}"):
        versions.current(tmp_path)
    with pytest.raises(StoreError, match="schema"), versions.writing(tmp_path):
        pass
    with versions.writing(tmp_path, base="empty") as connection:
        relations.create_tables(connection)
    shown = versions.current(tmp_path)
    assert shown is not None
    assert (shown.number, shown.rows["splits"]) == (2, 0)


HOLDER = """
import sys, time
from pathlib import Path
from analytics.store import versions
with versions.writing(Path(sys.argv[1])) as connection:
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(home: Path, seconds: float) -> "subprocess.Popen[str]":
    """Start another process that writes for so long, and return once it does."""
    command = [sys.executable, "-c", HOLDER, str(home), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    with holder(tmp_path, 0.5):
        assert publish(tmp_path).number == 2


def test_a_second_writer_that_waits_too_long_names_the_first(tmp_path: Path) -> None:
    with holder(tmp_path, 60) as process:
        with (
            pytest.raises(StoreError, match=f"Process {process.pid} has been writing"),
            versions.writing(tmp_path, wait=0),
        ):
            pass
        process.kill()
    assert publish(tmp_path).number == 1


READER = """
import sys
from pathlib import Path
from analytics.store import versions
home, seen = Path(sys.argv[1]), []
print("reading", flush=True)
while not (home / "stop").exists():
    version = versions.current(home)
    with versions.open_version(version) as connection:
        [(splits,)] = connection.execute("select count(*) from splits").fetchall()
    assert splits == version.number
    seen.append(version.number)
assert seen == sorted(seen)
print(len(seen), seen[0], seen[-1])
"""


def test_a_reader_in_another_process_sees_whole_versions_and_is_never_refused(tmp_path: Path) -> None:
    publish(tmp_path)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        for _ in range(8):
            publish(tmp_path)
        (tmp_path / "stop").touch()
        said, error = reader.communicate()
    assert reader.returncode == 0, error
    reads, first, last = map(int, said.split())
    assert reads >= 2  # more than one version at least, whatever the machine does
    assert 1 <= first < last <= 9


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.store.test_versions import load_many
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
load_many(Path(sys.argv[1]))
"""


def load_many(home: Path) -> None:
    """Publish far more than 4 MB, at two places of a version: rows that are loaded, and rows that are checkpointed."""
    count = 300_000
    tickers = [f"{number * 2654435761 % 2**32:032b}" for number in range(count)]
    with versions.writing(home) as connection:
        splits = {"ticker": tickers, "session": [date(2024, 6, 10)] * count, "ratio": [2.0] * count}
        load.insert(connection, "splits", pa.table(splits))


def test_a_full_disk_leaves_the_version_and_no_file(tmp_path: Path) -> None:
    first = publish(tmp_path)
    ran = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    said = ran.stderr.splitlines()[-1]
    assert "StoreError: Table splits cannot be read or written. Is the disk full?" in said
    assert versions.current(tmp_path) == first
    assert versions.verify(tmp_path) == {1: ""}
    assert [path.name for path in (tmp_path / "versions").glob("*.duckdb*")] == ["1.duckdb"]


LATE = """
import os, resource, signal, sys
from pathlib import Path
from analytics.store import versions
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with versions.writing(Path(sys.argv[1])) as connection:
    connection.execute("create table more as select hash(i) as h from range(100000) t(i)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
"""


def test_a_disk_that_fills_at_the_checkpoint_leaves_the_version(tmp_path: Path) -> None:
    first = publish(tmp_path)
    ran = subprocess.run([sys.executable, "-c", LATE, str(tmp_path)], capture_output=True, text=True, check=False)
    said = ran.stderr.splitlines()[-1]
    assert "StoreError: The next version cannot be read or written. Is the disk full?" in said
    assert versions.current(tmp_path) == first
    assert versions.verify(tmp_path) == {1: ""}
    assert [path.name for path in (tmp_path / "versions").glob("*.duckdb*")] == ["1.duckdb"]


def test_errors_hold_no_path(tmp_path: Path) -> None:
    made = publish(tmp_path)
    made.path.write_bytes(b"no database")
    with pytest.raises(StoreError) as caught:
        versions.open_version(made)
    assert str(tmp_path) not in str(caught.value)


def test_too_little_free_disk_is_said_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(StoreError, match=r"needs .* MB of free disk, there are 1"), versions.writing(tmp_path):
        pass


def test_verifying_names_the_damaged_version(tmp_path: Path) -> None:
    first, second, third = (publish(tmp_path) for _ in range(3))
    second.path.write_bytes(second.path.read_bytes()[:-1] + b"x")
    third.path.unlink()
    wrong = versions.verify(tmp_path)
    assert wrong[first.number] == ""
    assert "changed" in wrong[second.number]
    assert "missing" in wrong[third.number]


@pytest.mark.parametrize("text", ["{", "[]", '{"current": 1, "versions": [{"number": 1}]}'])
def test_a_damaged_manifest_is_an_error_with_advice(text: str, tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / "versions" / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        versions.current(tmp_path)


def test_a_manifest_of_a_later_newswake_is_refused_by_its_schema(tmp_path: Path) -> None:
    publish(tmp_path)
    path = tmp_path / "versions" / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"schema": ', '"mood": "new", "schema": 9'), encoding="utf-8"
    )
    with pytest.raises(StoreError, match="with schema 9"):
        versions.current(tmp_path)


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    folder = publish(tmp_path).path.parent
    for name in ("building.duckdb", "building.duckdb.wal"):
        (folder / name).write_bytes(b"half")
    shutil.copyfile(folder / "1.duckdb", folder / "7.duckdb")  # finished, and killed before the manifest named it
    assert publish(tmp_path).number == 2
    left = sorted(path.name for path in (tmp_path / "versions").glob("*.duckdb*"))
    assert left == ["1.duckdb", "2.duckdb"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the killed writers are forked")
def test_a_kill_at_any_moment_leaves_a_whole_version() -> None:
    command = [sys.executable, "-m", "tests.kill_runs", "20"]
    ran = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert "none damaged" in ran.stdout, ran.stderr


SAMPLE = """
import sys, time
from pathlib import Path
from analytics.store import versions
def build(connection):
    time.sleep(0.3)
    connection.execute("create table made as select $1 as by_process", [sys.argv[2]])
made = versions.sample(Path(sys.argv[1]), "f00d", build)
print(versions.open_version(made).execute("from made").fetchall())
"""


def test_two_processes_that_build_the_sample_share_one(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", SAMPLE, str(tmp_path), name] for name in "ab"]
    builders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    said = {builder.communicate()[0] for builder in builders}
    assert said in ({"[('a',)]\n"}, {"[('b',)]\n"})
    assert [path.name for path in (tmp_path / "sample").glob("*.duckdb*")] == ["f00d.duckdb"]
