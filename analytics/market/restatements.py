"""What a new fetch says about the stored history: bars to append, and a past that the vendor has rewritten."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.market.tables import BAR_COLUMNS

_KEY = ["ticker", "session"]
_ORDER = [("ticker", "ascending"), ("session", "ascending")]
# Arrow joins and sorts plain text alone.
_FIGURES = pa.schema(
    [("ticker", pa.string()), ("session", pa.date32()), *((column, pa.float64()) for column in BAR_COLUMNS)]
)
TOLERANCE = 1e-6
"""Smallest relative difference that counts: vendors send prices as 32-bit floats, good for seven digits."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Fetched bars against stored ones."""

    new: pa.Table
    """Fetched rows whose sessions are not stored yet: what to append."""
    restated: pa.Table
    """One row per figure that differs: ticker, session, column, stored, fetched; an absent figure is null."""
    vanished: pa.Table
    """Stored sessions, within the span fetched for their ticker, that the vendor no longer has: ticker, session."""


def compare(stored: pa.Table, fetched: pa.Table) -> Comparison:
    """Compare fetched rows of the table `prices` with stored rows of it; key of both: ticker, session.

    A split rewrites the prices and the volume of the whole past, a dividend its adjusted closes: then each session has
    a row per figure, with one ratio of fetched to stored.
    """
    old, now = _figures(stored), _figures(fetched)
    both = old.join(now, _KEY, join_type="inner", left_suffix=" stored", right_suffix=" fetched")
    restated = pa.concat_tables([_restated(both, column) for column in BAR_COLUMNS])
    return Comparison(
        new=fetched.take(_absent(now, old)),
        restated=restated.sort_by([*_ORDER, ("column", "ascending")]),
        vanished=_vanished(old, now),
    )


def _figures(rows: pa.Table) -> pa.Table:
    return rows.select([*_KEY, *BAR_COLUMNS]).cast(_FIGURES)


def _absent(rows: pa.Table, others: pa.Table) -> pa.ChunkedArray:
    """Return the places of the rows whose key no other row has."""
    keys = rows.select(_KEY).append_column("place", pa.array(np.arange(rows.num_rows)))
    return keys.join(others.select(_KEY), _KEY, join_type="left anti").sort_by("place")["place"]


def _restated(both: pa.Table, column: str) -> pa.Table:
    old, new = both[f"{column} stored"], both[f"{column} fetched"]
    appeared = pc.xor(pc.is_null(old), pc.is_null(new))
    moved = pc.greater(pc.abs(pc.subtract(new, old)), pc.multiply(pc.abs(old), TOLERANCE))
    differs = pc.or_(appeared, pc.fill_null(moved, fill_value=False))
    columns = {"column": pa.repeat(column, both.num_rows), "stored": old, "fetched": new}
    return pa.table({name: both[name] for name in _KEY} | columns).filter(differs)


def _vanished(stored: pa.Table, fetched: pa.Table) -> pa.Table:
    gone = stored.select(_KEY).take(_absent(stored, fetched))
    spans = fetched.group_by("ticker").aggregate([("session", "min"), ("session", "max")])
    gone = gone.join(spans, "ticker", join_type="inner")
    day = gone["session"]
    within = pc.and_(pc.greater_equal(day, gone["session_min"]), pc.less_equal(day, gone["session_max"]))
    return gone.filter(within).select(_KEY).sort_by(_ORDER)
