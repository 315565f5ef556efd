"""Seeded samples of events under known truth, and the share of them that each statistic rejects."""

from dataclasses import dataclass

import numpy as np

from analytics.study import Panel, StudyEvents, StudySpec, run

SPEC = StudySpec(windows=((0, 0),))
"""120 estimation sessions, one event day and a window of 21."""
ROWS = 141
SIGMA = 0.02

Column = tuple[str, int]
"""Statistic and number of sessions of the window."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The truth that samples are drawn from."""

    name: str
    events: int
    event_variance: float = 1.0
    """Variance of the event window over that of the estimation window."""
    shared: float = 0.0
    """Correlation of residuals by a common shock."""
    gap: int = ROWS
    """Sessions from one event to the next: 0 puts them all on one date, 141 apart."""
    effect: float = 0.0
    """Abnormal return on day 0."""


def sample(scenario: Scenario, rng: np.random.Generator) -> tuple[Panel, StudyEvents]:
    """Return N securities of 141 sessions each, apart in time or on one calendar, that follow the market by 1."""
    n = scenario.events
    days = np.arange(n)[:, None] * scenario.gap + np.arange(ROWS)
    market = rng.normal(0.0004, 0.01, days.max() + 1)
    common = rng.normal(0, SIGMA * np.sqrt(scenario.shared), days.max() + 1)
    error = common[days] + rng.normal(0, SIGMA * np.sqrt(1 - scenario.shared), days.shape)
    error[:, 120:] *= np.sqrt(scenario.event_variance)
    error[:, 130] += scenario.effect
    panel = Panel(
        tickers=[f"S{i}" for i in range(n)],
        offsets=np.arange(n + 1) * ROWS,
        sessions=(np.datetime64("2000-01-03") + days).ravel(),
        returns=(market[days] + error).ravel(),
        benchmark=market[days].ravel(),
    )
    security = np.arange(n)
    ids = np.array([f"e{i:04d}" for i in security])
    return panel, StudyEvents(event_id=ids, security=security, position=security * ROWS + 130)


def rejections(scenario: Scenario, replications: int, *, seed: int = 0, spec: StudySpec = SPEC) -> dict[Column, float]:
    """Return the share of samples that each statistic rejects at 5 %, on day 0 and over the whole window.

    A sample in which a statistic does not exist does not count; a statistic that never exists is left out.
    """
    rng, outcomes = np.random.default_rng(seed), dict[Column, list[bool]]()
    for _ in range(replications):
        table = run(*sample(scenario, rng), spec).statistics
        lengths = table["to_offset"] - table["from_offset"] + 1
        rows = (table["scope"] == "window") & np.isin(lengths, [1, 21])
        for name, sessions, p in zip(table["statistic"][rows], lengths[rows], table["p"][rows], strict=True):
            if np.isfinite(p):
                outcomes.setdefault((str(name), int(sessions)), []).append(bool(p <= 0.05))
    return {column: float(np.mean(rejected)) for column, rejected in outcomes.items()}
