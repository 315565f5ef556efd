"""The console's example library and catalog on the sample: each example answers, each name is explained."""

import pytest

from analytics.pipeline.snapshot import Snapshot
from dashboard.examples import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_rows(name: str, sample: Snapshot) -> None:
    given = {"day": "2024-11-04"} if "$day" in EXAMPLES[name] else {}
    assert sample.sql(EXAMPLES[name], given).rows.num_rows > 0


def test_every_table_view_macro_and_column_is_explained(sample: Snapshot) -> None:
    for entry in sample.console().catalog():
        assert entry.comment, entry.name
        if entry.kind != "macro":  # DuckDB keeps no comment for a parameter
            assert all(meaning for _, _, meaning in entry.columns), entry.name
