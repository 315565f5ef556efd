"""What a command prints: a table for people, CSV or JSON for programs."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from analytics.report.numbers import cell
from analytics.report.tables import csv_text, json_text, rows

_NUMBERS = ("int", "double", "decimal")
_WIDE = 200


class Format(StrEnum):
    """How a command prints its result."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def show(
    table: pa.Table, chosen: Format, *, title: str, columns: Iterable[str] = (), notes: Iterable[str] = ()
) -> None:
    """Print one table; `columns` are those that people see, programs get all.

    Notes follow, on standard error where standard output belongs to a program.
    """
    match chosen:
        case Format.CSV:
            sys.stdout.write(csv_text(table))
        case Format.JSON:
            sys.stdout.write(json_text(table))
        case Format.TABLE:
            print_table(table.select(list(columns)) if columns else table, title=title)
    say(notes, error=chosen is not Format.TABLE)


def print_table(table: pa.Table, *, title: str) -> None:
    """Print a table for people."""
    drawn = Table(title=escape(title), title_justify="left", header_style="bold", box=None, pad_edge=False)
    for field in table.schema:
        number = str(field.type).startswith(_NUMBERS)
        drawn.add_column(
            escape(_inert(field.name)), justify="right" if number else "left", overflow="fold", no_wrap=number
        )
    for row in rows(table):
        drawn.add_row(*(escape(_inert(cell(name, value))) for name, value in row.items()))
    _console().print(drawn)
    if table.num_rows == 0:
        _console().print("(no rows)")


def say(lines: Iterable[str], *, error: bool = False) -> None:
    """Print sentences, on standard error where standard output belongs to a program."""
    for line in lines:
        _console(error=error).print(escape(_inert(line)), highlight=False, soft_wrap=True)


def send(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json_text(value))


@contextmanager
def counting(what: str) -> Iterator[Callable[[], None]]:
    """Show how many things are done so far, on standard error and to people alone; yields what counts one."""
    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_console(error=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda: bar.advance(task)


def _console(*, error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    # A pipe has no width; nothing is cut or folded there that a person may still want to read.
    return Console(file=stream, width=None if stream.isatty() else _WIDE)


def _inert(text: str) -> str:
    """Drop control characters: a headline must not drive the terminal that shows it."""
    return "".join(character for character in text if character.isprintable() or character == "\n")


def records_table(records: Sequence[Any]) -> pa.Table:
    """Return dataclass records of one kind, at least one, as a table with one column a field."""
    return pa.Table.from_pylist([asdict(record) for record in records])
