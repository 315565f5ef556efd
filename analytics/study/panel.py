"""What a study reads: flat daily series in (security, session) order, and the events placed in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.errors import InputError, RequestError

ALL = "all"
"""Name of the group of every event."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Column = NDArray[Any]
"""A column of any kind, such as names."""
Table = Mapping[str, Column]
"""Columns of equal length by name."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Daily series of S securities over R rows; a row is one session of the security's own exchange.

    A security's rows run without gap from its first to its last bar, in session order; rows of a security follow each
    other. NaN means missing; an infinite number is refused with the row it stands in (InputError).
    """

    tickers: Sequence[str]
    """(S,) in the order of the rows."""
    offsets: Integers
    """(S + 1,) first row of each security, and R."""
    sessions: NDArray[np.datetime64]
    """(R,) local date of the session, unit D."""
    returns: Floats
    """(R,) simple return since the preceding session, a share: 0.0165 is 1.65 %."""
    benchmark: Floats | None = None
    """(R,) simple return of the security's market index between the same two dates."""
    factors: Floats | None = None
    """(R, F) factor returns as shares, columns named by `factor_names`."""
    factor_names: tuple[str, ...] = ()
    """Names of the columns of `factors`: mkt_rf, smb, hml, mom, rmw, cma."""
    risk_free: Floats | None = None
    """(R,) simple daily risk-free return."""
    turnover: Floats | None = None
    """(R,) ln(volume / shares outstanding); no volume is missing."""
    tagged: NDArray[np.bool_] | None = None
    """(R,) whether any tagged event of the security has its session 0 here; None takes the events of the study."""

    def __post_init__(self) -> None:
        rows = len(self.sessions)
        if len(self.offsets) != len(self.tickers) + 1 or self.offsets[0] != 0 or self.offsets[-1] != rows:
            raise InputError(
                f"The offsets of a panel of {len(self.tickers)} securities and {rows} rows do not cover it.",
                hint="Give the first row of each security, then the number of rows.",
            )
        for name in ("returns", "benchmark", "factors", "risk_free", "turnover"):
            column = getattr(self, name)
            if column is not None:
                self._check_column(name, column)
        self._check_order()

    def factor(self, name: str) -> Floats:
        """Return the (R,) series of a factor; RequestError where the panel has none of that name."""
        if self.factors is None or name not in self.factor_names:
            raise RequestError(
                f"The model needs the factor {name}, which is not loaded.",
                hint=f"Loaded: {', '.join(self.factor_names) or 'none'}. Load a factor file or choose model market.",
            )
        return self.factors[:, self.factor_names.index(name)]

    def series(self, name: str) -> Floats:
        """Return the (R,) series of that name; RequestError where the panel has none."""
        column: Floats | None = getattr(self, name)
        if column is None:
            raise RequestError(f"The study needs the series {name}, which is not loaded.", hint="Load it first.")
        return column

    def _check_column(self, name: str, column: Floats) -> None:
        if len(column) != len(self.sessions):
            raise InputError(f"The series {name} has {len(column)} rows, the panel has {len(self.sessions)}.")
        # One reduction finds an infinity without a temporary as long as the panel; NaN passes through fmax and fmin.
        if len(column) and not np.isinf([np.fmax.reduce(column, axis=None), np.fmin.reduce(column, axis=None)]).any():
            return
        for row in np.unique(np.nonzero(np.isinf(column))[0]):
            raise InputError(
                f"The series {name} is infinite at {self._place(row)}.", hint="Mark a missing value as NaN."
            )

    def _check_order(self) -> None:
        later = self.sessions[1:] > self.sessions[:-1]
        later[self.offsets[1:-1][(self.offsets[1:-1] > 0) & (self.offsets[1:-1] < len(self.sessions))] - 1] = True
        if not later.all():
            row = int(np.argmin(later)) + 1
            raise InputError(
                f"The sessions of a security do not rise at {self._place(row)}.",
                hint="Give each session once, in order.",
            )

    def _place(self, row: int) -> str:
        security = int(np.searchsorted(self.offsets, row, side="right")) - 1
        return f"{self.tickers[security]} on {self.sessions[row]}"


@dataclass(frozen=True, kw_only=True)
class StudyEvents:
    """N events placed in a panel, kept in order of (event_id, security) whatever the order they are given in.

    Key: event_id and security; a pair given twice is refused (InputError).
    """

    event_id: Column
    """(N,)"""
    security: Integers
    """(N,) index into the panel's tickers."""
    position: Integers
    """(N,) row of session 0 in the panel."""
    group: Column | None = None
    """(N,) tag by which results are grouped beside the group of all; "" for an event without, None for no groups."""

    def __post_init__(self) -> None:
        order = _order(self.event_id, self.security)
        if self.group is not None and (np.asarray(self.group) == ALL).any():
            raise InputError(f"A tag is called {ALL}, which is the group of every event.", hint="Give it another name.")
        for name in ("event_id", "security", "position", "group"):
            column = getattr(self, name)
            if column is None:
                continue
            if len(column) != len(self.event_id):
                raise InputError(f"The events have {len(self.event_id)} ids and {len(column)} values of {name}.")
            object.__setattr__(self, name, np.asarray(column)[order] if order is not None else np.asarray(column))
        same = (self.event_id[1:] == self.event_id[:-1]) & (self.security[1:] == self.security[:-1])
        if same.any():
            twice = self.event_id[int(np.argmax(same))]
            raise InputError(f"The event {twice} is given twice for one security.", hint="Give each pair once.")

    def __len__(self) -> int:
        return len(self.event_id)

    def part(self, chosen: Integers) -> "StudyEvents":
        """Return some of the events."""
        return StudyEvents(
            event_id=self.event_id[chosen],
            security=self.security[chosen],
            position=self.position[chosen],
            group=None if self.group is None else self.group[chosen],
        )

    def check(self, panel: Panel) -> None:
        """Raise InputError where an event does not stand on a row of its own security."""
        known = (self.security >= 0) & (self.security < len(panel.tickers))
        safe = np.where(known, self.security, 0)
        inside = known & (self.position >= panel.offsets[safe]) & (self.position < panel.offsets[safe + 1])
        if not inside.all():
            i = int(np.argmin(inside))
            raise InputError(
                f"The event {self.event_id[i]} stands at row {self.position[i]}, which is no row of security "
                f"{self.security[i]}.",
                hint="Positions are rows of the whole panel, inside the security's offsets.",
            )


def _order(event_id: Column, security: Integers) -> Integers | None:
    """Return the order by (event_id, security), or None where the events are in it already."""
    before = event_id[:-1] < event_id[1:]
    tied = event_id[:-1] == event_id[1:]
    if (before | (tied & (security[:-1] <= security[1:]))).all():
        return None
    return np.lexsort((security, event_id))
