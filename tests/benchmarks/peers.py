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
from tests.benchmarks.study import SIZES, made_events, made_panel

_EVENTS = 200
"""The peers take one event at a time: their speed does not rest on the number."""


def print_peers() -> None:
    """Print events per second of newswake and of each peer that is installed."""
    size = replace(SIZES["S"], events=20_000)
    panel, events = made_panel(size), made_events(size)
    placed = place(panel, events.security, events.position)
    spec = StudySpec(estimation=(-279, -30))
    start = time.perf_counter()
    found = estimate(panel, placed, spec)
    ours = size.events / (time.perf_counter() - start)
    print(f"newswake: {ours:,.0f} events/s")
    for name, peer in (("eventstudy", eventstudy), ("statsmodels", pandas_statsmodels)):
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"{name}: not installed (uv sync --group benchmark)")
            continue
        speed, away = _compared(peer, panel, events, np.cumsum(found.ar, axis=1))
        print(f"{name}: {speed:,.0f} events/s, {ours / speed:,.0f} times slower; CAR differs by {away:.0e} at most")


def _compared(peer: Callable[[Any, Any], Any], panel: Panel, events: StudyEvents, car: Any) -> tuple[float, float]:
    """Return events per second, and the largest difference from (n, L) cumulative abnormal returns."""
    windows = [(panel.returns[p - 279 : p + 11], panel.series("benchmark")[p - 279 : p + 11]) for p in events.position]
    start = time.perf_counter()
    theirs = [peer(returns, market) for returns, market in windows[:_EVENTS]]
    speed = _EVENTS / (time.perf_counter() - start)
    return speed, float(np.abs(np.array(theirs) - car[:_EVENTS]).max())


def eventstudy(returns: Any, market: Any) -> Any:  # an untyped package
    """Return the CAR of one event by the package eventstudy, its window already cut."""
    package = importlib.import_module("eventstudy")
    models = importlib.import_module("eventstudy.models")
    data = {"security_returns": list(returns), "market_returns": list(market)}
    return package.Single(models.market_model, data, event_window=(-10, 10), estimation_size=250, buffer_size=19).CAR


def pandas_statsmodels(returns: Any, market: Any) -> Any:  # an untyped package
    """Return the CAR of one event by a pandas frame and statsmodels' OLS."""
    pandas, api = importlib.import_module("pandas"), importlib.import_module("statsmodels.api")
    frame = pandas.DataFrame({"ret": returns, "market": market})
    estimation, event = frame.iloc[:250], frame.iloc[-21:]
    model = api.OLS(estimation["ret"], api.add_constant(estimation["market"])).fit()
    return (event["ret"] - model.predict(api.add_constant(event["market"]))).cumsum()
