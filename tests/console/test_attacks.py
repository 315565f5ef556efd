"""Every attack does its harm on a connection without walls, and none on the console."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from analytics.errors import QueryError
from analytics.store.console import Console
from analytics.store.pool import Limits
from tests.console import attacks

SMALL = 128 << 20


@dataclass(frozen=True, kw_only=True)
class Place:
    """A version in one folder, and in another what an attack reads or makes."""

    db: Path
    folder: Path

    def aimed(self, sql: str) -> str:
        """Return the attack with this place's paths in it."""
        names = {"canary": "canary.csv", "csv": "rows.csv", "parquet": "canary.parquet", "other": "other.duckdb"}
        for name, file in {**names, "out": "out"}.items():
            sql = sql.replace("{" + name + "}", str(self.folder / file))
        return sql.replace("{db}", str(self.db)).replace("{folder}", str(self.folder))

    def state(self) -> dict[str, str]:
        """Return a hash of every file of both folders."""
        files = [*self.db.parent.rglob("*"), *self.folder.rglob("*")]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def build(base: Path) -> Place:
    place = Place(db=base / "home-of-the-version" / "version.duckdb", folder=base / "elsewhere")
    place.db.parent.mkdir()
    place.folder.mkdir()
    with duckdb.connect(str(place.db)) as connection:
        connection.execute("create table prices as select 'NVDA' as ticker, i as close from range(2000) t(i)")
        connection.execute(place.aimed("copy (select 'X' as ticker, 1 as close) to '{csv}'"))
        connection.execute(place.aimed(f"copy (select '{attacks.CANARY}' as \"{attacks.CANARY}\") to '{{parquet}}'"))
        connection.execute(place.aimed("export database '{folder}/exported'"))
    with duckdb.connect(str(place.folder / "other.duckdb")) as connection:
        connection.execute(f"create table secrets as select '{attacks.CANARY}' as a")
    for name in ("canary.csv", attacks.CANARY):
        (place.folder / name).write_text((attacks.CANARY + "\n") * 2, encoding="utf-8")
    (place.folder / "canary.csv.json").write_text(f'{{"a": "{attacks.CANARY}"}}\n', encoding="utf-8")
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return build(tmp_path)


@pytest.fixture
def bare(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection as an app without walls would share it among its readers."""
    with duckdb.connect(str(place.db), config={"home_directory": str(place.folder), "threads": 1}) as connection:
        yield connection


@dataclass(frozen=True, kw_only=True)
class Fort:
    """A place behind the console."""

    place: Place
    console: Console
    before: dict[str, str]

    def attack(self, sql: str) -> str:
        """Return the rows or the error that a reader sees."""
        try:
            return str(self.console.run(self.place.aimed(sql)).rows.to_pylist())
        except QueryError as error:
            return str(error)

    def assert_whole(self) -> None:
        """The app answers, from the same data, and no file came or changed."""
        counted = self.console.run("select count(*), sum(close) from prices").rows.to_pylist()
        assert counted == [{"c1": 2000, "c2": "1999000"}]
        assert self.place.state() == self.before


@pytest.fixture(scope="module", params=["copied", "attached"])
def fort(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fort:
    place = build(tmp_path_factory.mktemp("fort"))
    limits = Limits(seconds=20, memory_bytes=SMALL, copied_bytes=SMALL if request.param == "copied" else 0)
    return Fort(place=place, console=Console(place.db, limits=limits), before=place.state())


@pytest.fixture(scope="module")
def hurried(fort: Fort) -> Fort:
    """The same place with a clock of one second."""
    limits = Limits(seconds=1, memory_bytes=SMALL, copied_bytes=fort.console._pool.limits.copied_bytes)
    return Fort(place=fort.place, console=Console(fort.place.db, limits=limits), before=fort.before)


def seen(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    return str(connection.execute(sql).fetchall())


def assert_silent(answer: str, fort: Fort) -> None:
    """Neither the secret nor where the version, the app or its user live."""
    for text in (attacks.CANARY, str(fort.place.db.parent), sys.prefix, str(Path.home()), os.environ["PATH"]):
        assert text not in answer


@pytest.mark.parametrize("name", attacks.READING)
def test_reading_shows_the_secret_without_walls(name: str, place: Place, bare: duckdb.DuckDBPyConnection) -> None:
    assert attacks.CANARY in seen(bare, place.aimed(attacks.READING[name]))


@pytest.mark.parametrize("name", attacks.READING)
def test_reading_is_refused(name: str, fort: Fort) -> None:
    with pytest.raises(QueryError) as caught:
        fort.console.run(fort.place.aimed(attacks.READING[name]))
    assert_silent(str(caught.value), fort)
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.CLOSED)
def test_closed_doors_stay_closed(name: str, fort: Fort) -> None:
    with pytest.raises(QueryError) as caught:
        fort.console.run(fort.place.aimed(attacks.CLOSED[name]))
    assert_silent(str(caught.value), fort)
    fort.assert_whole()


def test_no_table_of_the_engine_tells_where_things_are(fort: Fort) -> None:
    told = "select distinct function_name from duckdb_functions() where function_type in ('table', 'table_macro')"
    names = fort.console.run(told).rows.column(0).to_pylist()
    assert "duckdb_settings" in names
    for name in sorted(names):
        assert_silent(fort.attack("from " + name + "()"), fort)
    fort.assert_whole()


@pytest.mark.parametrize(
    "value", [10**60, "\ud800", "x" * 2_000_000, float("nan"), float("inf"), "'; delete from prices; --", None, True]
)
def test_no_parameter_does_harm(value: str | float | None, fort: Fort) -> None:
    with suppress(QueryError):
        fort.console.run("select $value as given", {"value": value})
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.WRITING)
def test_writing_makes_a_file_without_walls(name: str, place: Place, bare: duckdb.DuckDBPyConnection) -> None:
    before = place.state()
    bare.execute(place.aimed(attacks.WRITING[name]))
    after = place.state()
    assert set(after) - set(before) - {str(place.db) + ".wal"} or name.endswith("to the own log")
    assert after != before


@pytest.mark.parametrize("name", attacks.WRITING)
def test_writing_is_refused(name: str, fort: Fort) -> None:
    with pytest.raises(QueryError) as caught:
        fort.console.run(fort.place.aimed(attacks.WRITING[name]))
    assert_silent(str(caught.value), fort)
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.CHANGING)
def test_changing_changes_the_rows_without_walls(name: str, place: Place, bare: duckdb.DuckDBPyConnection) -> None:
    before = seen(bare, "from prices")
    try:
        bare.execute(place.aimed(attacks.CHANGING[name]))
        after = seen(bare, "from prices")
    except duckdb.CatalogException:
        after = "gone"
    assert after != before


@pytest.mark.parametrize("name", attacks.CHANGING)
def test_changing_is_refused(name: str, fort: Fort) -> None:
    with pytest.raises(QueryError):
        fort.console.run(fort.place.aimed(attacks.CHANGING[name]))
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.LINGERING)
def test_lingering_is_seen_by_the_next_without_walls(name: str, bare: duckdb.DuckDBPyConnection) -> None:
    first, second = attacks.LINGERING[name]
    bare.execute(first)
    assert "left" in seen(bare, second.replace("{seeded}", seeded()))


@pytest.mark.parametrize("name", attacks.LINGERING)
def test_nothing_lingers(name: str, fort: Fort) -> None:
    first, second = attacks.LINGERING[name]
    fort.attack(first)
    assert "left" not in fort.attack(second.replace("{seeded}", seeded())).replace(second, "")
    fort.assert_whole()


def seeded() -> str:
    """Return what random() gives after setseed(0.5)."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("select setseed(0.5)")
        return str(connection.execute("select random()::text").fetchall()[0][0])


ALONE = """
import duckdb, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
connection = duckdb.connect(sys.argv[1], read_only=True, config={"threads": 1})
print("started", flush=True)
try:
    connection.execute(sys.argv[2]).fetchall()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10)
"""


@pytest.mark.parametrize("name", attacks.ENDLESS)
def test_the_endless_do_not_end_without_walls(name: str, place: Place) -> None:
    command = [sys.executable, "-c", ALONE, str(place.db), attacks.ENDLESS[name]]
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        subprocess.run(command, capture_output=True, timeout=3, check=False)
    assert caught.value.output.startswith(b"started")


@pytest.mark.parametrize("name", attacks.ENDLESS)
def test_the_endless_are_ended(name: str, hurried: Fort) -> None:
    with pytest.raises(QueryError, match=r"longer than 1 seconds|more than"):
        hurried.console.run(attacks.ENDLESS[name])
    hurried.assert_whole()


@pytest.mark.parametrize("name", attacks.GREEDY)
def test_the_greedy_take_memory_without_walls(name: str, place: Place) -> None:
    command = [sys.executable, "-c", ALONE, str(place.db), attacks.GREEDY[name]]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert int(ran.stdout.split()[-1]) > SMALL + (64 << 20)


@pytest.mark.parametrize("name", attacks.GREEDY)
def test_the_greedy_get_an_error_or_little(name: str, fort: Fort) -> None:
    assert len(fort.attack(attacks.GREEDY[name])) < 2 * SMALL
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.FAILING)
def test_failing_tells_where_the_engine_is_without_walls(name: str, bare: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error) as caught:
        bare.execute(attacks.FAILING[name]).fetchall()
    assert str(Path(duckdb.__file__).parents[1]) in str(caught.value)


@pytest.mark.parametrize("name", attacks.FAILING)
def test_failing_tells_nothing_and_ends_the_worker(name: str, fort: Fort) -> None:
    fort.assert_whole()
    before = {worker._process.pid for worker in fort.console._pool._idle}
    with pytest.raises(QueryError, match="INTERNAL") as caught:
        fort.console.run(attacks.FAILING[name])
    assert_silent(str(caught.value), fort)
    assert "0x" not in str(caught.value)
    assert {worker._process.pid for worker in fort.console._pool._idle} != before
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.GREEDY)
def test_the_greedy_leave_the_next_reader_as_much_as_they_had(name: str, fort: Fort) -> None:
    fort.attack(attacks.GREEDY[name])
    assert fort.attack("select length(repeat('x', 20000000)) as taken") == "[{'c1': 20000000}]"


def test_an_engine_out_of_memory_serves_no_one_else(fort: Fort) -> None:
    """After this query DuckDB 2.0.0 dies of a segmentation fault within the second, in the next reader's hands."""
    fort.assert_whole()
    before = {worker._process.pid for worker in fort.console._pool._idle}
    with pytest.raises(QueryError, match="Out of Memory"):
        fort.console.run(attacks.MALFORMED["enum pivot"])
    assert {worker._process.pid for worker in fort.console._pool._idle} != before
    fort.assert_whole()


@pytest.mark.parametrize("name", attacks.MALFORMED)
def test_the_malformed_are_answered(name: str, fort: Fort) -> None:
    assert_silent(fort.attack(attacks.MALFORMED[name]), fort)
    fort.assert_whole()


GATELESS = """
import json, sys
from pathlib import Path
from analytics.store import worker
if sys.argv[3] == "system alone":
    worker.SETTINGS = ()
connection = worker.open_walled(Path(sys.argv[1]), copied_bytes=int(sys.argv[2]), memory_bytes=1 << 28, seconds=5)
attacks = json.load(sys.stdin)
connection.cursor().execute("select 1").fetchall()
if sys.argv[3] == "system alone":
    worker.limit_process(worker.address_space()() + (1 << 28))
print("started", flush=True)
for sql in attacks:
    try:
        print(connection.cursor().execute("use version; " + sql).fetchall(), flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


@pytest.mark.parametrize("wall", ["engine alone", "system alone"])
@pytest.mark.parametrize("copied_bytes", [SMALL, 0], ids=["copied", "attached"])
def test_each_wall_behind_the_gate_holds_alone(wall: str, copied_bytes: int, place: Place) -> None:
    """Without the gate: DuckDB's settings without the system's limits, and the limits without the settings."""
    before = place.state()
    families = (attacks.READING, attacks.WRITING, attacks.CHANGING)
    tried = [place.aimed(sql) for family in families for sql in family.values()]
    tried.append(place.aimed("copy (select 'x'::blob) to '/proc/self/cwd/{db}.wal' (format blob)"))
    tried.append("select 'rows', count(*), sum(close) from version.main.prices")
    command = [sys.executable, "-c", GATELESS, str(place.db), str(copied_bytes), wall]
    while tried:  # an attack may end the process: the next one begins after it
        ran = subprocess.run(command, input=json.dumps(tried), capture_output=True, text=True, cwd="/", check=False)
        assert ran.stdout.startswith("started")
        assert attacks.CANARY not in ran.stdout
        tried = tried[len(ran.stdout.splitlines()) :]
    assert "('rows', 2000, 1999000)" in ran.stdout
    assert place.state() == before
    with duckdb.connect(str(place.db)) as reopened:
        assert seen(reopened, "select count(*), sum(close) from prices") == "[(2000, 1999000)]"
