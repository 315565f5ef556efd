"""Every relation has the key that its file declares, on the sample."""

import pytest

from analytics.pipeline.snapshot import Snapshot
from analytics.store import versions
from analytics.store.relations import duplicate_keys, relations

_KEYED = [name for name, relation in relations().items() if relation.key]


@pytest.mark.parametrize("name", _KEYED)
def test_no_two_rows_have_the_same_key(sample: Snapshot, name: str) -> None:
    with versions.open_version(sample.version) as connection:
        assert duplicate_keys(connection, name) == []


def test_every_table_and_view_declares_its_key_and_every_column() -> None:
    for relation in relations().values():
        if relation.kind != "macro":
            assert relation.key, relation.name
            assert set(relation.key) <= set(relation.columns), relation.name
        assert relation.description, relation.name


def test_every_column_in_the_database_is_described(sample: Snapshot) -> None:
    with versions.open_version(sample.version) as connection:
        for name, relation in relations().items():
            if relation.kind != "macro":
                assert set(connection.table(name).columns) == set(relation.columns), name
