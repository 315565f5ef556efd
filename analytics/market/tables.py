"""The columns of the tables that the market fills, as analytics/sql/tables describes them."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

_CHUNK = 100_000
# A name that stands in thousands of rows, kept once: as plain text, 25 million of them take seconds at every step.
NAME = pa.dictionary(pa.int32(), pa.string())
_TEXT, _DAY, _NUMBER, _INSTANT = pa.string(), pa.date32(), pa.float64(), pa.timestamp("us", "UTC")

PRICE_COLUMNS = ("open", "high", "low", "close", "adj_close")
BAR_COLUMNS = (*PRICE_COLUMNS, "volume")

PRICES = pa.schema(
    [
        ("ticker", NAME),
        ("session", _DAY),
        *((name, _NUMBER) for name in BAR_COLUMNS),
        ("source", NAME),
        ("fetched_at", _INSTANT),
        ("flags", pa.list_(_TEXT)),
    ]
)
SHARES = pa.schema([("ticker", _TEXT), ("as_of", _DAY), ("shares", _NUMBER), ("basis", _TEXT), ("source", _TEXT)])
FX = pa.schema([("currency", _TEXT), ("day", _DAY), ("per_usd", _NUMBER), ("source", _TEXT)])
SPLITS = pa.schema([("ticker", _TEXT), ("session", _DAY), ("ratio", _NUMBER)])
# Not stored: `adj_close` has them. The amount is in the currency in which the dividend was declared.
DIVIDENDS = pa.schema([("ticker", _TEXT), ("session", _DAY), ("amount", _NUMBER)])
SESSIONS = pa.schema(
    [("exchange", _TEXT), ("session", _DAY), ("open_at", _INSTANT), ("close_at", _INSTANT), ("position", pa.int32())]
)


def as_prices(rows: pa.Table, *, source: str, fetched_at: datetime) -> pa.Table:
    """Return rows in the columns of the table `prices`: absent figures are null, no check has flagged anything yet."""
    constant = {"source": source, "fetched_at": fetched_at, "flags": []}
    columns = {name: rows[name] for name in rows.column_names}
    for field in PRICES:
        if field.name not in columns:
            columns[field.name] = repeated(pa.scalar(constant.get(field.name), field.type), rows.num_rows)
    columns["source"] = pc.fill_null(columns["source"], source)
    # The parts of a long file have names of their own each, which Arrow does not group.
    return pa.table({name: columns[name] for name in PRICES.names}, schema=PRICES).unify_dictionaries()


def repeated(value: pa.Scalar, count: int) -> pa.ChunkedArray:
    """Return a column of one value: its chunks are one array, so that 25 million rows cost the memory of 100,000."""
    chunk = pa.repeat(value, min(max(count, 1), _CHUNK))  # Arrow cannot repeat a list no times
    whole, rest = divmod(count, _CHUNK)
    return pa.chunked_array([*[chunk] * whole, chunk.slice(0, rest)], value.type)
