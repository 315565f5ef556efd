"""Other programs on the same part: estimation, AR and CAR of each event, arrays in memory."""

import importlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.study import Panel, StudyEvents, StudySpec
from analytics.study.abnormal import estimate
from analytics.study.windows import place
from tests.benchmarks.study import SIZES, Size, made_events

_EVENTS = 200
"""The peers take one event at a time: their speed does not rest on the number."""


def print_peers() -> None:
    """Print events per second of newswake and of each peer that is installed."""
    size = replace(SIZES["S"], events=20_000)
    panel, events = made_panel(size), made_events(size)
    placed = place(panel, events.security, events.position)
    spec = StudySpec(estimation=(-279, -30))
    estimate(panel, placed, spec)
    start = time.perf_counter()
    estimate(panel, placed, spec)
    ours = size.events / (time.perf_counter() - start)
    print(f"newswake: {ours:,.0f} events/s")
    for name, peer in (("eventstudy", eventstudy), ("statsmodels", pandas_statsmodels)):
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"{name}: not installed (uv sync --group benchmark)")
            continue
        speed = _speed(peer, panel, events)
        print(f"{name}: {speed:,.0f} events/s, {ours / speed:,.0f} times slower")


def made_panel(size: Size) -> Panel:
    """Return the panel of a size in memory."""
    rng = np.random.default_rng(0)
    market = rng.normal(0.0003, 0.01, size.sessions)
    return Panel(
        tickers=[f"T{i}" for i in range(size.securities)],
        offsets=np.arange(size.securities + 1) * size.sessions,
        sessions=np.tile(np.datetime64("2000-01-03") + np.arange(size.sessions), size.securities),
        returns=(market + rng.normal(0, 0.02, (size.securities, size.sessions))).ravel(),
        benchmark=np.tile(market, size.securities),
    )


def _speed(peer: Callable[[Any, Any], None], panel: Panel, events: StudyEvents) -> float:
    windows = [(panel.returns[p - 279 : p + 11], panel.series("benchmark")[p - 279 : p + 11]) for p in events.position]
    start = time.perf_counter()
    for returns, market in windows[:_EVENTS]:
        peer(returns, market)
    return _EVENTS / (time.perf_counter() - start)


def eventstudy(returns: Any, market: Any) -> None:  # an untyped package
    """Run one event of the package eventstudy, its window already cut."""
    package = importlib.import_module("eventstudy")
    models = importlib.import_module("eventstudy.models")
    data = {"security_returns": list(returns), "market_returns": list(market)}
    package.Single(models.market_model, data, event_window=(-10, 10), estimation_size=250, buffer_size=19)


def pandas_statsmodels(returns: Any, market: Any) -> None:  # an untyped package
    """Run one event with a pandas frame and statsmodels' OLS."""
    pandas, api = importlib.import_module("pandas"), importlib.import_module("statsmodels.api")
    frame = pandas.DataFrame({"ret": returns, "market": market})
    estimation, event = frame.iloc[:250], frame.iloc[-21:]
    model = api.OLS(estimation["ret"], api.add_constant(estimation["market"])).fit()
    (event["ret"] - model.predict(api.add_constant(event["market"]))).cumsum()
