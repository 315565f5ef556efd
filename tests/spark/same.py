"""Two studies held against each other: the same rows, words alike, numbers to 1e-12."""

import numpy as np
import pyarrow as pa

from analytics.pipeline.studies import Study


def assert_same(found: Study, expected: Study) -> None:
    """Fail where any table of two studies differs."""
    for name, table in expected.tables().items():
        assert_same_table(found.tables()[name], table, name)
    for part in ("pairs", "spec", "events", "with_result", "selection", "data_version"):
        assert found.manifest[part] == expected.manifest[part], part


def assert_same_table(found: pa.Table, expected: pa.Table, name: str) -> None:
    """Fail where two tables differ in columns, rows, words or, beyond 1e-12, numbers."""
    assert found.column_names == expected.column_names, name
    assert found.num_rows == expected.num_rows, name
    for column in expected.column_names:
        own, other = found[column], expected[column]
        assert own.is_null().equals(other.is_null()), (name, column)
        if pa.types.is_floating(other.type):
            values, right = (np.asarray(c.to_numpy(), dtype=np.float64) for c in (own, other))
            np.testing.assert_allclose(values, right, rtol=1e-12, atol=1e-12, err_msg=f"{name}.{column}")
        else:
            assert own.to_pylist() == other.to_pylist(), (name, column)
