"""Charts as pure functions of tables: the same figure in the dashboard and in the HTML report.

Numbers stay shares until the axis formats them.
"""

from datetime import date
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from analytics.report.look import BLUE, GREEN_UP, GREY, SERIES, Look, layout, upright
from analytics.report.words import Words

_BAND = "rgba(59,130,196,0.18)"
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "star", "hexagon", "cross", "pentagon")
_SINGLES = 300
_PRICE_HEIGHT, _MARK_HEIGHT = 300, 18
"""Of the price chart in pixels: the prices, and each line of marks below them."""


def event_window(days: pa.Table, words: Words, look: Look = GREEN_UP, *, path: pa.Table | None = None) -> go.Figure:
    """Draw abnormal returns (bars) and their sum (line) by offset, for one event and security.

    `days`: offset, session, ar, car; shares, in order of offset. `path`: to_offset, lower, upper of the 95% band;
    without it the chart is a small one.
    """
    rows = days.to_pylist()
    offsets = [row["offset"] for row in rows]
    sessions = [str(row["session"] or "") for row in rows]
    returns = go.Bar(
        x=offsets,
        y=[row["ar"] for row in rows],
        marker={"color": [look.of(row["ar"]) for row in rows]},
        name=words("chart.ar"),
        showlegend=False,
        customdata=sessions,
        hovertemplate="%{x:+d} (%{customdata}): %{y:+.2%}<extra>" + words("chart.ar") + "</extra>",
    )
    sums = go.Scatter(
        x=offsets,
        y=[row["car"] for row in rows],
        mode="lines",
        line={"color": BLUE, "width": 2},
        name=words("chart.car"),
        hovertemplate="%{x:+d}: %{y:+.2%}<extra>" + words("chart.car") + "</extra>",
    )
    if path is None:
        small = {"height": 160, "showlegend": False, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}}
        return go.Figure([returns, sums], _by_offset("") | small)
    # The bars have two colours: the legend shows neither.
    key = go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "color": GREY, "size": 11},
        name=words("chart.ar"),
    )
    return go.Figure([*_band(path.to_pydict(), words), returns, sums, key], _by_offset(words("chart.offset")))


def average_path(paths: dict[str, pa.Table], singles: pa.Table | None, words: Words) -> go.Figure:
    """Draw the average cumulative abnormal return of each group with its band, and single events behind it.

    `paths`: name -> to_offset, mean, lower, upper. `singles`: event_id, ticker, offset, car, every
    event with the same offsets in order; or None.
    """
    traces = [] if singles is None else [_singles(singles, words)]
    for number, (name, path) in enumerate(paths.items()):
        columns = path.to_pydict()
        if len(paths) == 1:
            traces += _band(columns, words)
        traces.append(
            go.Scatter(
                x=columns["to_offset"],
                y=columns["mean"],
                mode="lines",
                line={"color": SERIES[number % len(SERIES)], "width": 3, "dash": ("solid", "dash")[number % 2]},
                name=name,
                hovertemplate="%{x:+d}: %{y:+.2%}<extra>" + name + "</extra>",
            )
        )
    return go.Figure(
        traces, _by_offset(words("chart.offset"), middle=None if singles is None else _middle(singles, paths))
    )


def price_with_events(prices: pa.Table, events: pa.Table, words: Words, *, zero: date | None = None) -> go.Figure:
    """Draw closes with markers on the axis where news fell: shape and colour by type, a count where days are shared.

    `prices`: session, close, currency. `events`: session, event_date, type, headline. `zero`: the session
    of the event that is looked at, as a dotted line.
    """
    columns = prices.to_pydict()
    label = words("chart.close", currency=next(iter(columns["currency"]), ""))
    closes = go.Scatter(
        x=columns["session"],
        y=columns["close"],
        mode="lines",
        line={"color": BLUE, "width": 2},
        name=label,
        hovertemplate="%{x|%Y-%m-%d}: %{y:,.2f}<extra></extra>",
    )
    kinds = [_kind(number, kind, marks, words) for number, (kind, marks) in enumerate(_marks(events).items())]
    below = _MARK_HEIGHT * len(kinds)
    share = below / (_PRICE_HEIGHT + below)
    return go.Figure(
        [closes, *kinds],
        layout(height=_PRICE_HEIGHT + below)
        | {
            "shapes": [upright(zero.isoformat())] if zero else [],
            "xaxis": {"tickformat": "%Y-%m", "anchor": "y2" if kinds else "y"},  # dates stand below the marks
            "yaxis": {"title": {"text": label}, "domain": [share, 1]},
            "yaxis2": {"domain": [0, share], "range": [0.5 - len(kinds), 0.5], "visible": False, "fixedrange": True},
        },
    )


def quick(columns: dict[str, list[Any]], x: str, y: str, kind: str) -> go.Figure:
    """Draw two columns of a query's result: kind is line, bar or points."""
    if kind == "bar":
        trace = go.Bar(x=columns[x], y=columns[y], marker={"color": BLUE})
    else:
        mode = "lines" if kind == "line" else "markers"
        trace = go.Scatter(x=columns[x], y=columns[y], mode=mode, line={"color": BLUE}, marker={"color": BLUE})
    return go.Figure([trace], layout(height=360) | {"xaxis": {"title": {"text": x}}, "yaxis": {"title": {"text": y}}})


def _band(path: dict[str, list[Any]], words: Words) -> list[go.Scatter]:
    edge = {"x": path["to_offset"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        go.Scatter(edge, y=path["upper"], showlegend=False),
        go.Scatter(edge, y=path["lower"], fill="tonexty", fillcolor=_BAND, name=words("chart.band")),
    ]


def _by_offset(title: str, *, middle: list[float] | None = None) -> dict[str, Any]:
    return layout(height=380) | {
        "xaxis": {"title": {"text": title}, "tickformat": "d", "zeroline": False},
        "yaxis": {"tickformat": "+.1%", "zeroline": True, "zerolinecolor": GREY, "range": middle},
        "shapes": [upright(0)],
    }


def _singles(singles: pa.Table, words: Words) -> go.Scatter:
    """Draw the events as one broken line: thousands of lines of their own would stop the browser."""
    length = pc.count_distinct(singles["offset"]).as_py()
    events = singles.num_rows // length
    offsets: list[int | None] = []
    values: list[float | None] = []
    names: list[str] = []
    for start in range(0, min(events, _SINGLES) * length, length):
        event = singles.slice(start, length)
        offsets += [*event["offset"].to_pylist(), None]
        values += [*event["car"].to_pylist(), None]
        names += [event["ticker"][0].as_py()] * (length + 1)
    return go.Scatter(
        x=offsets,
        y=values,
        mode="lines",
        line={"color": GREY, "width": 1},
        opacity=0.35,
        name=words("chart.singles", shown=min(events, _SINGLES), events=events),
        customdata=names,
        hovertemplate="%{x:+d}: %{y:+.2%}<extra>%{customdata}</extra>",
    )


def _middle(singles: pa.Table, paths: dict[str, pa.Table]) -> list[float]:
    """Return a range that holds the bands and the middle nine tenths of the events: a few would flatten the average."""
    ends = pc.quantile(singles["car"], q=[0.05, 0.95], skip_nulls=True).to_pylist()
    bands = [value for path in paths.values() for name in ("lower", "upper") for value in path[name].to_pylist()]
    known = [value for value in (*ends, *bands) if value is not None]
    low, high = min(known), max(known)
    return [low - 0.1 * (high - low), high + 0.1 * (high - low)]


def _kind(number: int, kind: str, marks: list[tuple[Any, list[dict[str, Any]]]], words: Words) -> go.Scatter:
    """Draw the news of a type on a line of its own, below the prices: two types on one day would hide each other."""
    return go.Scatter(
        x=[session for session, _ in marks],
        y=[-number] * len(marks),
        yaxis="y2",
        mode="markers+text",
        marker={"symbol": _SYMBOLS[number % len(_SYMBOLS)], "color": SERIES[(number + 1) % len(SERIES)], "size": 11},
        text=[str(len(told)) if len(told) > 1 else "" for _, told in marks],
        textposition="middle right",
        name=words.code("type", kind),
        hovertext=["<br>".join(_told(row) for row in told) for _, told in marks],
        hoverinfo="text",
    )


def _marks(events: pa.Table) -> dict[str, list[tuple[Any, list[dict[str, Any]]]]]:
    """Group events by type, then by session."""
    marks: dict[str, dict[Any, list[dict[str, Any]]]] = {}
    for row in events.to_pylist():
        marks.setdefault(row["type"], {}).setdefault(row["session"], []).append(row)
    return {kind: sorted(days.items()) for kind, days in sorted(marks.items())}


def _told(row: dict[str, Any]) -> str:
    """Return the hover line of an event: the true date where the session moved, and the headline without markup."""
    when = f"{row['event_date']} → {row['session']}" if row["event_date"] != row["session"] else str(row["session"])
    headline = str(row["headline"]).replace("&", "&amp;").replace("<", "&lt;")
    return f"{when} {headline[:60]}"
