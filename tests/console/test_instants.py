"""Instants with a zone come out of the worker, which can open no database of zones."""

from datetime import UTC, datetime

from analytics.pipeline.snapshot import Snapshot


def test_an_instant_keeps_its_zone(sample: Snapshot) -> None:
    found = sample.sql("select timestamptz '2024-11-04 14:30:00+00' as open_at, null::timestamptz as absent").table
    assert found.to_pylist() == [{"open_at": datetime(2024, 11, 4, 14, 30, tzinfo=UTC), "absent": None}]


def test_a_result_without_rows_keeps_its_columns(sample: Snapshot) -> None:
    found = sample.sql("select event_id, headline from events where false").table
    assert found.column_names == ["event_id", "headline"]
