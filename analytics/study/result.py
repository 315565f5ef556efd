"""What a study gives back: tables of plain columns, keyed by event, day, window and statistic."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

from analytics.study.abnormal import Abnormal
from analytics.study.models import series
from analytics.study.panel import Column, Floats, Integers, Panel, StudyEvents, Table
from analytics.study.spec import FACTORS, StudySpec
from analytics.study.windows import place


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """The outcome of one study. Every event is in `by_event` or in `excluded`, once."""

    spec: StudySpec
    panel: Panel
    events: StudyEvents
    """The N events with a result, in event_id order."""
    abnormal: Abnormal
    """Their estimates, as matrices of event x offset and event x tested window."""
    statistics: Table
    """Key: scope, group, from_offset, to_offset, statistic."""
    summary: Table
    """Means, intervals and detectable effects. Key: scope (day, window, path), group, from_offset, to_offset.

    Where no chosen statistic reads the correlation between events it is null, and no interval is widened by it."""
    diagnosis: Table
    """What stands in the way and which tests to trust. Key: group, from_offset, to_offset."""
    placebo: Table
    """Means on drawn dates, where the placebo test was asked for. Key: group, from_offset, to_offset, draw."""
    excluded: Table
    """event_id, ticker, reason."""
    manifest: Mapping[str, Any]
    """What was used: parameters, counts, thresholds."""

    @cached_property
    def by_event(self) -> Table:
        """One row an event: estimates, and the test of its whole event window. Key: event_id, ticker.

        `observation` is the first event on the same security and session: the others are told, and counted once.
        """
        a, t = self.abnormal, self.abnormal.scar[:, 0]
        return {
            **self._key,
            "session": self.panel.sessions[self.events.position],
            "observation": self._observations,
            "m": a.m,
            "alpha": a.alpha,
            **self._betas,
            "sigma": a.sigma,
            "r2": a.r2,
            "car": a.car[:, 0],
            **({"bhar": a.bhar[:, 0]} if a.bhar.size else {}),
            "t_car": t,
            "df": self._df,
            "p_car": self._p(t, self._df),
            "reason": self._reasons[:, 0],
        }

    @cached_property
    def by_window(self) -> Table:
        """One row an event and tested window. Key: event_id, ticker, from_offset, to_offset."""
        a, windows = self.abnormal, np.array(self.spec.tested, dtype=np.int64)
        n, w = a.car.shape
        t, df = a.scar.ravel(), np.repeat(self._df, w)
        return {
            **{name: np.repeat(column, w) for name, column in self._key.items()},
            "from_offset": np.tile(windows[:, 0], n),
            "to_offset": np.tile(windows[:, 1], n),
            "car": a.car.ravel(),
            **({"bhar": a.bhar.ravel()} if a.bhar.size else {}),
            "variance": (a.sigma[:, None] ** 2 * a.car_factor).ravel(),
            "t_car": t,
            "df": df,
            "p_car": self._p(t, df),
            "reason": self._reasons.ravel(),
        }

    @cached_property
    def by_day(self) -> Table:
        """One row an event and offset of the event window. Key: event_id, ticker, offset."""
        a = self.abnormal
        n, days = a.ar.shape
        offsets = np.arange(self.spec.window[0], self.spec.window[1] + 1)
        return {
            **{name: np.repeat(column, days) for name, column in self._key.items()},
            "offset": np.tile(offsets, n),
            "session": self._sessions(offsets),
            "ret": self._returns.ravel(),
            "expected": (self._returns - a.ar).ravel(),
            "ar": a.ar.ravel(),
            "car": np.cumsum(a.ar, axis=1).ravel(),
            "car_se": (a.sigma[:, None] * np.sqrt(a.path_factor)).ravel(),
            "sar": a.sar.ravel(),
        }

    @cached_property
    def _key(self) -> dict[str, Column]:
        tickers = np.asarray(self.panel.tickers, dtype=object)
        return {"event_id": self.events.event_id, "ticker": tickers[self.events.security]}

    @property
    def _observations(self) -> Column:
        _, first, same = np.unique(self.events.position, return_index=True, return_inverse=True)
        return np.asarray(self.events.event_id[first[same]])

    @property
    def _betas(self) -> dict[str, Column]:
        """The market's beta as `beta`, those of further factors by name; imposed as 1 or absent where not estimated."""
        estimated, model = self.abnormal.beta, self.spec.model
        if estimated.shape[1] == 0:
            return {"beta": np.full(len(estimated), 1.0 if model == "market_adjusted" else np.nan)}
        further = (f"beta_{factor}" for factor in FACTORS.get(model, ("mkt_rf",))[1:])
        return dict(zip(("beta", *further), estimated.T, strict=True))

    @cached_property
    def _returns(self) -> Floats:
        """(n, L) return, or ln(volume / shares), read again rather than kept: a quarter of a large result."""
        placed = place(self.panel, self.events.security, self.events.position)
        return series(self.panel, self.spec).cut(placed, self.spec.window).actual

    @cached_property
    def _reasons(self) -> Column:
        """(n, W) why an event has no test of a window: missing_return, zero_variance or empty."""
        reasons = np.full(self.abnormal.car.shape, "", dtype=object)
        reasons[self.abnormal.sigma == 0] = "zero_variance"
        reasons[np.isnan(self.abnormal.car)] = "missing_return"
        return reasons

    @property
    def _df(self) -> Integers:
        """(n,) degrees of freedom of an event's own t."""
        lost = 1 if self.spec.compat == "lemaire" else self.spec.parameters
        return np.asarray(self.abnormal.m - lost)

    def _p(self, t: Column, df: Column) -> Column:
        """Return p, two-sided but by lemaire's conventions."""
        sides = 1 if self.spec.compat == "lemaire" else 2
        return np.asarray(sides * special.stdtr(df, -np.abs(t)))

    def _sessions(self, offsets: Integers) -> Column:
        """(n L,) local dates; NaT beyond the security's first and last bar."""
        rows = self.events.position[:, None] + offsets
        first, end = (self.panel.offsets[self.events.security + i, None] for i in (0, 1))
        inside = (rows >= first) & (rows < end)
        sessions = self.panel.sessions[np.where(inside, rows, self.events.position[:, None])]
        sessions[~inside] = np.datetime64("NaT")
        return sessions.ravel()
