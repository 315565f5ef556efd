"""Sifting the rows of a sheet: those that break a rule are refused with their line and the rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.market.sheet import REFUSED, Sheet


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule that a column must keep; rows that break it are refused."""

    column: str
    bad: pa.Array | pa.ChunkedArray
    """True for each row that breaks the rule."""
    rule: str
    """The rule in words, following the name of the column and the value."""


def positive(column: str, values: pa.Array | pa.ChunkedArray, *, zero: bool = False) -> Check:
    """Return the check that each figure given is finite and above 0, or not below it where `zero` is allowed."""
    enough = pc.greater_equal(values, 0.0) if zero else pc.greater(values, 0.0)
    bad = pc.invert(pc.and_(pc.is_finite(values), enough))
    return Check(
        column=column, bad=bad, rule=f"is not a finite number {'of at least' if zero else 'above'} 0 such as 1234.5"
    )


def given(column: str, values: pa.ChunkedArray, rule: str = "is missing") -> Check:
    """Return the check that each row has a value."""
    return Check(column=column, bad=pc.is_null(values), rule=rule)


def sift(
    sheet: Sheet, rows: Mapping[str, pa.Array | pa.ChunkedArray], *, key: Sequence[str], checks: Sequence[Check]
) -> Sheet:
    """Return the rows that pass, with those that do not added to `refused` under the first rule that they break.

    Of several rows with the same key the first that passes is kept.
    """
    table = pa.table(dict(rows))
    broken = np.zeros(table.num_rows, dtype=np.int8)  # 0, or the place of the broken rule from 1
    for place, check in enumerate(checks, start=1):
        if pc.any(check.bad).as_py():  # most rules are kept by every row
            broken[np.asarray(pc.fill_null(check.bad, fill_value=False)) & (broken == 0)] = place
    refused = [sheet.refused]
    for place, check in enumerate(checks, start=1):
        places = np.flatnonzero(broken == place)
        if places.size:
            refused.append(_refusal(sheet.lines[places], _sentences(sheet, check, places)))
    passed = broken == 0
    repeats = _repeats(_filtered(table.select(key), passed))
    if repeats.any():
        again = np.flatnonzero(passed)[repeats]
        passed[again] = False
        refused.append(
            _refusal(sheet.lines[again], pa.repeat(f"a second row for the same {', '.join(key)}", again.size))
        )
    left_out = pa.concat_tables(refused).sort_by("line")
    lines = sheet.lines if passed.all() else sheet.lines[passed]
    return replace(sheet, columns=_filtered(table, passed), lines=lines, refused=left_out)


def _filtered(table: pa.Table, mask: np.ndarray) -> pa.Table:
    return table if mask.all() else table.filter(pa.array(mask))


def _repeats(key: pa.Table) -> np.ndarray:
    """Return a mask over the rows: True where an earlier row has the same key."""
    columns = [_codes(column) for column in key.columns]
    repeats, rising = np.zeros(key.num_rows, dtype=bool), np.zeros(max(key.num_rows - 1, 0), dtype=bool)
    for column in reversed(columns):
        rising = (column[1:] > column[:-1]) | ((column[1:] == column[:-1]) & rising)
    if rising.all():  # rows in order, as most files have them, need no sorting
        return repeats
    order = np.lexsort(columns[::-1])  # stable: of several with a key the first stays first
    repeats[order[1:]] = np.all([column[order[1:]] == column[order[:-1]] for column in columns], axis=0)
    return repeats


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Return a number for each value of a key, the same for the same value."""
    whole = column.combine_chunks()
    if pa.types.is_date(whole.type):
        return np.asarray(whole.cast(pa.int32()))
    return np.asarray(whole.dictionary_encode().indices)


def _sentences(sheet: Sheet, check: Check, places: np.ndarray) -> pa.Array:
    cells = sheet.columns[check.column].take(places).cast(pa.string()).fill_null("").combine_chunks()
    return pc.binary_join_element_wise(f"{check.column} '", cells, f"' {check.rule}", "")


def _refusal(lines: np.ndarray, reasons: pa.Array) -> pa.Table:
    return pa.table({"line": lines, "reason": reasons}, schema=REFUSED)
