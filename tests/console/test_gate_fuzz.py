"""Whatever text gets through the gate changes nothing, even without the limits of a process around it."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.store import worker
from tests.console import attacks

FRAGMENTS = [
    *(
        "select",
        "1",
        "*",
        "from",
        "prices",
        "where",
        "close",
        "=",
        "'x'",
        ",",
        "(",
        ")",
        ";",
        "--",
        "\n",
        "/*",
        "*/",
        "$$",
    ),
    *("'", '"', "\\", "\x00", "\u00a0", "\ufeff", "with a as", "a", "union all", "returning *", "explain", "analyze"),
    *("delete from prices", "update prices set close = 0", "insert into prices values ('X', 1)", "drop table prices"),
    *(
        "copy prices to '/dev/null'",
        "attach ':memory:' as b",
        "set threads = 1",
        "pragma version",
        "call",
        "checkpoint",
    ),
    *("begin", "commit", "rollback", "prepare p as", "execute p", "pivot prices on", "in", "values", "query('", "')"),
    *("create temp table t as", "limit 3", "lateral", "$1", "?", "[", "]", "{", "}", ":", "::", "exists", "not"),
]
KNOWN = [*attacks.CHANGING.values(), *attacks.WRITING.values(), *(first for first, _ in attacks.LINGERING.values())]


@pytest.fixture(scope="module")
def walled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("version") / "1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table prices as select 'NVDA' as ticker, i as close from range(20) t(i)")
    with worker.open_walled(path, copied_bytes=1 << 30, memory_bytes=1 << 28, seconds=5) as connection:
        yield connection


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A known attack with pieces of it taken out, moved or replaced by fragments."""
    words = draw(st.sampled_from(KNOWN)).split(" ")
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(words)))
        words[place : place + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(FRAGMENTS), max_size=2))
    return " ".join(words)


texts = st.one_of(mutated(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join), st.text(max_size=60))


@given(texts)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_changes_anything(walled: duckdb.DuckDBPyConnection, text: str) -> None:
    header, _ = worker.answer(walled, {"sql": text, "parameters": {}, "rows": 10, "bytes": 1 << 20, "explain": False})
    assert header.get("error") != ""
    with walled.cursor() as cursor:
        cursor.execute("use version")
        counted = cursor.execute("select count(*), sum(close), count(distinct ticker) from prices").fetchall()
        named = cursor.execute("select database_name, table_name from duckdb_tables()").fetchall()
    assert counted == [(20, 190, 1)]
    assert named == [("version", "prices")]
