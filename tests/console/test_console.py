"""The console as a reader meets it: results, limits, errors with their place."""

from datetime import date

import duckdb
import pytest

from analytics.errors import QueryError
from analytics.store.console import Console
from analytics.store.pool import Limits


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    path = tmp_path_factory.mktemp("version") / "1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table prices as select 'NVDA' as ticker, i as close from range(20000) t(i)")
        connection.execute("comment on table prices is 'bars'; comment on column prices.close is 'in USD'")
        connection.execute("create view dear as select ticker from prices where close > 100")
        connection.execute("create macro above(least) as table select * from prices where close > least")
    return Console(path, limits=Limits(seconds=3))


def test_a_select_gives_names_types_and_rows(console: Console) -> None:
    result = console.run("select ticker, close, date '2024-06-10' as close from prices order by close limit 1")
    assert result.columns == (("ticker", "VARCHAR"), ("close", "BIGINT"), ("close", "DATE"))
    assert result.rows.to_pylist() == [{"c1": "NVDA", "c2": 0, "c3": date(2024, 6, 10)}]
    assert not result.truncated


def test_a_result_is_cut_at_the_limit_and_says_so(console: Console) -> None:
    assert console.run("from prices").rows.num_rows == 10_000
    assert console.run("from prices").truncated
    assert not console.run("from prices", limit=20_000).truncated


def test_parameters_are_values_not_sql(console: Console) -> None:
    result = console.run("select count(*) from prices where ticker = $ticker", {"ticker": "x' or 1 = 1 --"})
    assert result.rows.to_pylist() == [{"c1": 0}]


def test_an_error_shows_line_caret_and_known_names(console: Console) -> None:
    with pytest.raises(QueryError) as caught:
        console.run("-- é\nselect ticker,\n  clse from prices")
    lines = ["line 3:   clse from prices", "          ^ Did you mean close or ticker?"]
    assert str(caught.value).splitlines()[1:] == lines


@pytest.mark.parametrize(("typed", "known"), [("pricse", "prices"), ("abov(1)", "above"), ("nothing_like_it", "")])
def test_unknown_tables_bring_the_nearest_known_one(typed: str, known: str, console: Console) -> None:
    with pytest.raises(QueryError) as caught:
        console.run(f"select * from {typed}")  # noqa: S608 - the console is there for it
    assert caught.value.hint == (f"Did you mean {known}?" if known else "")


def test_a_wrong_call_names_how_to_call(console: Console) -> None:
    with pytest.raises(QueryError) as caught:
        console.run("select date_diff(1, 2)")
    assert caught.value.hint.startswith(
        "Did you mean date_diff(part VARCHAR, startdate DATE, enddate DATE) -> BIGINT or"
    )


def test_of_a_long_line_an_error_shows_what_stands_near(console: Console) -> None:
    with pytest.raises(QueryError) as caught:
        console.run("select " + "1, " * 500 + "clse, " + "2, " * 500 + "3 from prices")
    _, line, caret = str(caught.value).splitlines()
    assert len(line) < 150
    assert line[caret.index("^") :].startswith("clse, 2")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("time '24:00'", "24:00:00"),
        ("'\\xFFa'::blob", "\\xFFa"),
        ("map {'a': 1}", "{a=1}"),
        ("'101'::bit", "101"),
        ("{'a': 1}::variant", "{'a': 1}"),
        ("'POINT(1 1)'::geometry", "POINT (1 1)"),
        ("interval 14 month", "1 year 2 months"),
        ("['infinity'::date]", "[infinity]"),
        ("2::uhugeint", "2"),
    ],
)
def test_what_arrow_cannot_carry_is_shown_as_duckdb_writes_it(value: str, shown: str, console: Console) -> None:
    assert console.run(f"select {value}").rows.to_pylist() == [{"c1": shown}]


@pytest.mark.parametrize("day", ["'infinity'::date", "'-infinity'::timestamptz", "'0044-01-01 (BC)'::date"])
def test_a_day_that_no_calendar_shows_is_refused_with_a_way_out(day: str, console: Console) -> None:
    with pytest.raises(QueryError, match="cast the column to varchar"):
        console.run(f"select {day}")


@pytest.mark.parametrize("end", [";", " ; -- é", ";; /* ; */", " -- ;", "\n;\n"])
def test_a_query_may_end_with_semicolons_and_comments(end: str, console: Console) -> None:
    assert console.run("select ';--' as a" + end).rows.to_pylist() == [{"c1": ";--"}]


def test_a_query_that_duckdb_can_end_costs_no_worker(console: Console) -> None:
    console.run("select 1")
    before = {worker._process.pid for worker in console._pool._idle}
    with pytest.raises(QueryError, match="longer than 3 seconds"):
        console.run("select sum(a.close) from prices a, prices b, prices c")
    assert {worker._process.pid for worker in console._pool._idle} == before


def test_a_query_that_takes_too_long_ends_and_the_next_one_runs(console: Console) -> None:
    with pytest.raises(QueryError, match="longer than 3 seconds"):
        console.run("select sleep_ms(10000)")
    assert console.run("select 1").rows.num_rows == 1


def test_explain_shows_the_plan(console: Console) -> None:
    assert "prices" in console.explain("select * from prices")


def test_names_that_come_again_are_numbered(console: Console) -> None:
    result = console.run("select 1 as a, 2 as a, 3 as a_2, 4 as a, 5 as a_2")
    assert result.table.to_pylist() == [{"a": 1, "a_2": 2, "a_2_2": 3, "a_3": 4, "a_2_3": 5}]


def test_an_empty_result_keeps_its_columns(console: Console) -> None:
    assert console.run("from prices where close < 0").rows.to_pydict() == {"c1": [], "c2": []}


def test_the_catalog_lists_tables_views_and_macros(console: Console) -> None:
    above, dear, prices = console.catalog()
    assert (above.kind, above.columns, above.rows) == ("macro", (("least", "", ""),), None)
    assert (dear.kind, dear.columns) == ("view", (("ticker", "VARCHAR", ""),))
    assert (prices.comment, prices.rows) == ("bars", 20_000)
    assert prices.columns == (("ticker", "VARCHAR", ""), ("close", "BIGINT", "in USD"))


def test_wide_rows_are_cut_by_bytes(console: Console) -> None:
    result = console.run("select repeat('x', 50000) as wide from prices")
    assert result.cut == "bytes"
    assert 100 < result.rows.num_rows < 400
