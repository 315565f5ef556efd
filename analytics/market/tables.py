"""The columns of the tables that the market fills, as analytics/sql/tables describes them."""

import pyarrow as pa

_TEXT, _DAY, _NUMBER, _INSTANT = pa.string(), pa.date32(), pa.float64(), pa.timestamp("us", "UTC")

PRICE_COLUMNS = ("open", "high", "low", "close", "adj_close")
BAR_COLUMNS = (*PRICE_COLUMNS, "volume")

PRICES = pa.schema(
    [
        ("ticker", _TEXT),
        ("session", _DAY),
        *((name, _NUMBER) for name in BAR_COLUMNS),
        ("source", _TEXT),
        ("fetched_at", _INSTANT),
        ("flags", pa.list_(_TEXT)),
    ]
)
SHARES = pa.schema([("ticker", _TEXT), ("as_of", _DAY), ("shares", _NUMBER), ("basis", _TEXT), ("source", _TEXT)])
SPLITS = pa.schema([("ticker", _TEXT), ("session", _DAY), ("ratio", _NUMBER)])
# Not stored: `adj_close` has them. The amount is in the currency in which the dividend was declared.
DIVIDENDS = pa.schema([("ticker", _TEXT), ("session", _DAY), ("amount", _NUMBER)])
SESSIONS = pa.schema(
    [("exchange", _TEXT), ("session", _DAY), ("open_at", _INSTANT), ("close_at", _INSTANT), ("position", pa.int32())]
)
