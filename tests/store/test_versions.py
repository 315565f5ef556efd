"""Versions: what is published, kept, pruned, refused and left behind by a failure."""

from datetime import date
from pathlib import Path

import duckdb
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
    with pytest.raises(duckdb.CatalogException), versions.writing(tmp_path) as connection:
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


def test_a_version_of_another_schema_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path)
    monkeypatch.setattr(versions, "SCHEMA", versions.SCHEMA + 1)
    with pytest.raises(StoreError, match="with schema 1"):
        versions.current(tmp_path)
