"""A sheet: the table of a CSV or Parquet file before anything in it is believed.

Every step is an Arrow kernel over whole columns, so that 25 million rows need no Python per row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from analytics.errors import InputError
from analytics.market.headers import checked_head, joined_names
from analytics.market.tables import NAME

# What spreadsheets, R and Yahoo write where there is no figure. "NaN" is not among them: it is a figure gone wrong.
_ABSENT = ["", "NA", "N/A", "null", "None"]
_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"
_HEAD_BYTES = 2**16
_CELL_BYTES = 8
_MOST_BYTES = 8 * 2**30
REFUSED = pa.schema([("line", pa.int64()), ("reason", pa.string())])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The columns of a file, CSV cells as text, with the place of each row."""

    name: str
    """Name of the file."""
    columns: pa.Table
    lines: np.ndarray
    """Line of each row in a CSV file, whose header is line 1; number of each row in a Parquet file, from 1."""
    refused: pa.Table
    """Rows left out so far: line, reason."""

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.columns.column_names)

    def renamed(self, spelling: Callable[[str], str]) -> "Sheet":
        """Return the sheet with the names of its columns respelled; two that become the same are an InputError."""
        names = [spelling(name) for name in self.names]
        repeated = [name for place, name in enumerate(names) if name in names[:place]]
        if repeated:
            raise InputError(f"the column {repeated[0]!r} stands more than once.", where=self.name, hint="Keep one.")
        return replace(self, columns=self.columns.rename_columns(names))

    def melted(self, *, keep: Sequence[str], label: str, value: str) -> "Sheet":
        """Return one row per row and column outside `keep`; an empty cell states nothing and makes no row."""
        parts, lines = [], []
        for name in self.names:
            if name in keep:
                continue
            stated = pc.is_valid(self.columns[name])
            part = self.columns.select(keep).filter(stated)
            part = part.append_column(label, pa.repeat(name, part.num_rows))
            parts.append(part.append_column(value, self.columns[name].filter(stated)))
            lines.append(self.lines[stated.to_numpy()])
        return replace(self, columns=pa.concat_tables(parts), lines=np.concatenate(lines))

    def stacked(self, groups: Mapping[str, Mapping[str, str]], *, keep: str, label: str) -> "Sheet":
        """Return one row per row and group: `keep`, the group's columns by their new names, and the group as `label`.

        A row in which a group states nothing makes no row.
        """
        parts, lines = [], []
        for group, columns in groups.items():
            part = pa.table({keep: self.columns[keep], **{new: self.columns[old] for new, old in columns.items()}})
            stated = _stated(part.drop_columns(keep))
            part = part.append_column(label, pa.repeat(group, part.num_rows))
            parts.append(part.filter(pa.array(stated)))
            lines.append(self.lines[stated])
        stack = pa.concat_tables(parts, promote_options="permissive")
        return replace(self, columns=stack, lines=np.concatenate(lines))


def read_sheet(path: Path) -> Sheet:
    """Read a .csv (.csv.gz) or .parquet file; one that is neither, cannot be read or has no row is an InputError."""
    if path.is_dir():
        raise InputError("this is a folder.", where=str(path), hint="Name the files in it.")
    if not path.is_file():
        raise InputError("there is no such file.", where=str(path), hint="Check the path.")
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if not suffixes & {".parquet", ".pq", ".csv", ".txt"}:
        raise InputError("this kind of file is not known.", where=path.name, hint="Allowed are .csv and .parquet.")
    try:
        sheet = _parquet(path) if suffixes & {".parquet", ".pq"} else _csv(path)
    except (OSError, EOFError, pa.ArrowException) as error:
        raise InputError(
            f"{str(error).rstrip('. ')}.", where=path.name, hint="Is it a readable CSV (UTF-8, comma) or Parquet file?"
        ) from error
    if sheet.columns.num_rows == sheet.refused.num_rows == 0:
        raise InputError("it holds no row of data.", where=path.name, hint="Is it the right file?")
    return sheet


def _csv(path: Path) -> Sheet:
    with pa.input_stream(path) as stream:
        names = joined_names(checked_head(stream.read(_HEAD_BYTES), name=path.name))
    with pa.input_stream(path) as stream:
        if names is None:
            return csv_sheet(stream, name=path.name)
        rows = stream.read().split(b"\n", 3)[3:]
        return csv_sheet(BytesIO(b"\n".join([names.encode(), *rows])), name=path.name, first_line=3)


def csv_sheet(stream: BinaryIO, *, name: str, first_line: int = 1) -> Sheet:
    """Read CSV text whose header stands on line `first_line` of the file `name`."""
    malformed: list[tuple[int, str]] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        malformed.append((row.number, f"{row.actual_columns} cells instead of {row.expected_columns}: {row.text}"))
        return "skip"

    columns = pyarrow.csv.read_csv(
        stream,
        read_options=pyarrow.csv.ReadOptions(use_threads=False),  # threads do not tell the number of a malformed row
        parse_options=pyarrow.csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=refuse),
        convert_options=pyarrow.csv.ConvertOptions(
            default_column_type=pa.string(), null_values=_ABSENT, strings_can_be_null=True
        ),
    )
    numbers = np.arange(2, columns.num_rows + len(malformed) + 2)
    lines = np.setdiff1d(numbers, [number for number, _ in malformed]) + (first_line - 1)
    refused = [{"line": number + first_line - 1, "reason": reason} for number, reason in malformed]
    sheet = Sheet(name=name, columns=columns, lines=lines, refused=pa.Table.from_pylist(refused, REFUSED))
    return _without_blank_lines(sheet)


def numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as float64; text that is no number becomes NaN, which every rule for a figure refuses."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False)
    text = texts(column).cast(pa.string())
    readable = pc.match_substring_regex(text, r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$")
    return pc.if_else(readable, text, "nan").cast(pa.float64())


def days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as dates; text that is no date in the form 2024-11-04 or 20241104 becomes null.

    An instant stands for a date where it is a midnight of its own zone: in another zone it may lie on the day before.
    """
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = pc.local_timestamp(column)
        column = pc.if_else(pc.equal(column, pc.floor_temporal(column, unit="day")), column, None)
    if pa.types.is_temporal(column.type):
        return column.cast(pa.date32(), safe=False)
    text = texts(column).cast(pa.string())
    text = pc.replace_substring_regex(text, r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3")
    text = pc.replace_substring_regex(text, _MIDNIGHT, r"\1")
    day = pc.strptime(text, format="%Y-%m-%d", unit="s", error_is_null=True).cast(pa.date32())
    # Arrow's strptime reads 2024-02-30 as 1 March and a year of two digits as one of the first century.
    return pc.if_else(pc.equal(day.cast(pa.string()), text), day, None)


def texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text without white space around it; nothing but white space becomes null.

    Names stay names where there is nothing to trim.
    """
    if pa.types.is_dictionary(column.type):
        names = column.unify_dictionaries()
        known = pa.chunked_array([part.dictionary for part in names.chunks[:1]], pa.string())
        return names if texts(known).equals(known) else texts(column.cast(pa.string()))
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    blank = pc.equal(text, "")
    return pc.if_else(blank, None, text) if pc.any(blank).as_py() else text  # a copy of 25 million texts takes a second


def _parquet(path: Path) -> Sheet:
    described = pq.read_metadata(path)
    unpacked = described.num_rows * described.num_columns * _CELL_BYTES
    if unpacked > _MOST_BYTES:  # a small file may unpack to more than any memory
        raise InputError(
            f"its {described.num_rows:,} rows take {unpacked / 2**30:,.0f} GB of memory.",
            where=path.name,
            hint=f"Split it: {_MOST_BYTES / 2**30:.0f} GB are read at once.",
        )
    # With its buffers before it, reading takes the whole file once more in memory, and twice the time.
    columns = pq.read_table(path, read_dictionary=_texts(described), pre_buffer=False)
    for field in columns.schema:
        if any(strange(field.type) for strange in (pa.types.is_nested, pa.types.is_time, pa.types.is_duration)):
            raise InputError(
                f"the column {field.name!r} holds values of the type {field.type}.",
                where=path.name,
                hint="Text, numbers and dates can be read.",
            )
    columns = columns.cast(pa.schema([(field.name, _plain(field.type)) for field in columns.schema]))
    lines = np.arange(1, columns.num_rows + 1)
    return Sheet(name=path.name, columns=columns, lines=lines, refused=REFUSED.empty_table())


def _texts(described: pq.FileMetaData) -> list[str]:
    return [column.name for column in described.schema if column.logical_type.type == "STRING"]


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return plain values for the categories of pandas; those of text are names."""
    return kind.value_type if pa.types.is_dictionary(kind) and kind != NAME else kind


def _without_blank_lines(sheet: Sheet) -> Sheet:
    stated = _stated(sheet.columns)
    return replace(sheet, columns=sheet.columns.filter(pa.array(stated)), lines=sheet.lines[stated])


def _stated(columns: pa.Table) -> np.ndarray:
    """Return a mask over the rows: True where any cell has a value."""
    stated = np.zeros(columns.num_rows, dtype=bool)
    for column in columns.columns:
        stated |= column.is_valid().to_numpy()
    return stated
