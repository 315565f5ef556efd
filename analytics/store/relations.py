"""The tables, marts and macros of a version, each declared in one .sql file with its key and its columns' meaning."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import StoreError
from analytics.store.faults import reported

SQL = Path(__file__).parents[1] / "sql"

_HEAD = re.compile(r"-- ([a-z_][a-z0-9_]*): (.+)")
_CREATE = re.compile(r"^create (table|view|macro) (\w+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A relation as its file declares it. Key: name."""

    name: str
    folder: str
    """tables | marts | macros"""
    kind: str
    """table | view | macro"""
    description: str
    key: tuple[str, ...]
    """Columns that tell its rows apart; empty for a macro."""
    reads: tuple[str, ...]
    """Relations that must exist before it."""
    columns: dict[str, str]
    """Column -> meaning and unit, for tables and views."""
    sql: str


@cache
def relations(root: Path = SQL) -> dict[str, Relation]:
    """Return name -> relation, each after the relations that it reads."""
    found = {
        path.stem: _read(path) for folder in ("tables", "macros", "marts") for path in (root / folder).glob("*.sql")
    }
    order = TopologicalSorter({name: found[name].reads for name in sorted(found)})
    return {name: found[name] for name in order.static_order()}


@cache
def views_hash() -> str:
    """Return a hash of the marts and macros as this newswake declares them."""
    made = "".join(relation.sql for relation in relations().values() if relation.folder != "tables")
    return hashlib.sha256(made.encode()).hexdigest()[:12]


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the base tables that `connection` does not have yet."""
    present = {name for (name,) in connection.execute("show tables").fetchall()}
    for relation in _in("tables"):
        if relation.name not in present:
            _create(connection, relation)


def create_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the marts and macros anew, whatever an older version held under their names."""
    made = [relation for relation in relations().values() if relation.folder != "tables"]
    for relation in reversed(made):
        _drop(connection, relation.name)
    for relation in made:
        _create(connection, relation)


def duplicate_keys(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """Return the keys that more than one row of relation `name` has, each with its number of rows as `rows`."""
    key = ", ".join('"' + column + '"' for column in relations()[name].key)  # offset is a keyword
    counted = connection.table(name).aggregate(key + ", count(*) as rows", key)
    duplicates: list[dict[str, Any]] = counted.filter("rows > 1").to_arrow_table().to_pylist()
    return duplicates


def _in(folder: str) -> list[Relation]:
    return [relation for relation in relations().values() if relation.folder == folder]


def _read(path: Path) -> Relation:
    sql = path.read_text(encoding="utf-8")
    created = _CREATE.search(sql)
    if created is None or created[2] != path.stem:
        raise StoreError(
            f"{path.name} creates no relation named {path.stem}.", hint="One relation a file, named after it."
        )
    description, entries = _head(sql)
    return Relation(
        name=path.stem,
        folder=path.parent.name,
        kind=created[1],
        description=description,
        key=_names(entries.pop("key", "")),
        reads=_names(entries.pop("reads", "")),
        columns=entries,
        sql=sql,
    )


def _head(sql: str) -> tuple[str, dict[str, str]]:
    """Split the leading comment into the description and its `name: text` entries."""
    description, entries = [], {}
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        if entry := _HEAD.fullmatch(line):
            entries[entry[1]] = entry[2]
        else:
            description.append(line.removeprefix("--").strip())
    return " ".join(description), entries


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _create(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    with reported(f"{relation.folder}/{relation.name}.sql"):
        connection.execute(relation.sql)
        for comment in _comments(relation):
            connection.execute(comment)


def _comments(relation: Relation) -> list[str]:
    """Return the `comment on` statements; a comment takes no parameter, so its text becomes a literal here."""
    kind = "macro table" if relation.kind == "macro" else relation.kind
    named = [(kind, relation.name, relation.description)]
    if relation.kind != "macro":
        named += [("column", relation.name + "." + column, text) for column, text in relation.columns.items()]
    return [" ".join(("comment on", what, name, "is '" + text.replace("'", "''") + "'")) for what, name, text in named]


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop `name` whatever kind it was made as: a mart may change from view to table between versions."""
    for kind in ("view", "table", "macro table"):
        try:
            connection.execute(" ".join(("drop", kind, "if exists", name)))
        except duckdb.CatalogException:
            continue  # it exists as another kind
