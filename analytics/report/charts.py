"""Charts as pure functions of tables: the same figure in the dashboard and in the HTML report.

Numbers stay shares until the axis formats them. A figure names no font and no background, so that it takes those of
the page it stands on. Colours are of Okabe and Ito's set, which the colour-blind tell apart; a sign says the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from analytics.report.numbers import amount, percent
from analytics.report.words import Words

_GREEN, _VERMILLION, _BLUE, _GREY, _BAND = "#009E73", "#D55E00", "#3B82C4", "#8A94A6", "rgba(59,130,196,0.18)"
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "star", "hexagon", "cross", "pentagon")
_SERIES = ("#3B82C4", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8A94A6", "#B8A000", "#7A5CC0", "#A65628")
_TREEMAP_LIMIT = 0.05
_SINGLES = 300


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours of rising and falling."""

    up: str = _GREEN
    down: str = _VERMILLION

    def of(self, value: float | None) -> str:
        """Return the colour of a change."""
        return _GREY if not value else self.up if value > 0 else self.down


GREEN_UP, RED_UP = Look(), Look(up=_VERMILLION, down=_GREEN)


def event_window(days: pa.Table, words: Words, look: Look = GREEN_UP, *, path: pa.Table | None = None) -> go.Figure:
    """Draw abnormal returns (bars) and their sum (line) by offset, for one event and security.

    `days`: offset, session, ar, car; shares, in order of offset. `path`: to_offset, lower, upper of the 95% band;
    without it the chart is a small one.
    """
    rows = days.to_pylist()
    offsets = [row["offset"] for row in rows]
    figure = go.Figure()
    if path is not None:
        _add_band(figure, path.to_pydict(), words)
    figure.add_bar(
        x=offsets,
        y=[row["ar"] for row in rows],
        marker_color=[look.of(row["ar"]) for row in rows],
        name=words("chart.ar"),
        showlegend=False,
        customdata=[str(row["session"] or "") for row in rows],
        hovertemplate="%{x:+d} (%{customdata}): %{y:+.2%}<extra>" + words("chart.ar") + "</extra>",
    )
    figure.add_scatter(
        x=offsets,
        y=[row["car"] for row in rows],
        mode="lines",
        line={"color": _BLUE, "width": 2},
        name=words("chart.car"),
        hovertemplate="%{x:+d}: %{y:+.2%}<extra>" + words("chart.car") + "</extra>",
    )
    # The bars have two colours: the legend shows neither.
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "color": _GREY, "size": 11},
        name=words("chart.ar"),
    )
    return _by_offset(figure, words, small=path is None)


def average_path(paths: dict[str, pa.Table], singles: pa.Table | None, words: Words) -> go.Figure:
    """Draw the average cumulative abnormal return of each group with its band, and single events behind it.

    `paths`: name -> to_offset, mean, lower, upper. `singles`: event_id, ticker, offset, car, every
    event with the same offsets in order; or None.
    """
    figure = go.Figure()
    if singles is not None:
        _add_singles(figure, singles, words)
    for number, (name, path) in enumerate(paths.items()):
        columns = path.to_pydict()
        if len(paths) == 1:
            _add_band(figure, columns, words)
        figure.add_scatter(
            x=columns["to_offset"],
            y=columns["mean"],
            mode="lines",
            line={"color": _SERIES[number % len(_SERIES)], "width": 3, "dash": ("solid", "dash")[number % 2]},
            name=name,
            hovertemplate="%{x:+d}: %{y:+.2%}<extra>" + name + "</extra>",
        )
    return _by_offset(figure, words, small=False)


def price_with_events(prices: pa.Table, events: pa.Table, words: Words, *, zero: date | None = None) -> go.Figure:
    """Draw closes with markers on the axis where news fell: shape and colour by type, a count where days are shared.

    `prices`: session, close. `events`: session, event_date, type, headline. `zero`: the session of the event that is
    looked at, as a dotted line.
    """
    columns = prices.to_pydict()
    known = [close for close in columns["close"] if close is not None]
    step = 0.08 * (max(known) - min(known)) if known else 1.0
    floor = min(known) - step if known else 0.0
    figure = go.Figure()
    figure.add_scatter(
        x=columns["session"],
        y=columns["close"],
        mode="lines",
        line={"color": _BLUE, "width": 2},
        name=words("chart.close"),
        hovertemplate="%{x|%Y-%m-%d}: %{y:,.2f}<extra></extra>",
    )
    for number, (kind, marks) in enumerate(_marks(events).items()):
        figure.add_scatter(
            x=[session for session, _ in marks],
            # Each type has a line of its own: news of two types on one day would hide each other.
            y=[floor - number * step] * len(marks),
            mode="markers+text",
            marker={
                "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                "color": _SERIES[(number + 1) % len(_SERIES)],
                "size": 12,
            },
            text=[str(len(told)) if len(told) > 1 else "" for _, told in marks],
            textposition="middle right",
            name=words.code("type", kind),
            hovertext=["<br>".join(_told(row) for row in told) for _, told in marks],
            hoverinfo="text",
        )
    if zero:
        figure.add_vline(x=zero.isoformat(), line={"color": _GREY, "dash": "dot", "width": 1})
    figure.update_layout(**_layout(height=320), yaxis_title=words("chart.close"))
    figure.update_xaxes(tickformat="%Y-%m")
    return figure


def ranks(paths: pa.Table, words: Words, names: dict[str, str]) -> go.Figure:
    """Draw rank by day, one line an issuer, 1 on top. `paths`: day, company, rank, market_cap_usd in order of day."""
    figure = go.Figure()
    for number, (company, rows) in enumerate(_grouped(paths, "company").items()):
        name = names.get(company, company)
        figure.add_scatter(
            x=[row["day"] for row in rows],
            y=[row["rank"] for row in rows],
            mode="lines",
            line={
                "shape": "hvh",
                "width": 3,
                "color": _SERIES[number % len(_SERIES)],
                "dash": ("solid", "dot")[number // len(_SERIES) % 2],
            },
            name=name,
            customdata=[amount(row["market_cap_usd"], words.language) for row in rows],
            hovertemplate="%{x|%Y-%m-%d}: %{y} · %{customdata} USD<extra>" + name + "</extra>",
        )
        figure.add_annotation(
            x=rows[-1]["day"], y=rows[-1]["rank"], text=name, xanchor="left", xshift=6, showarrow=False
        )
    figure.update_layout(**_layout(height=420) | {"margin": {"l": 8, "r": 120, "t": 24, "b": 8}, "showlegend": False})
    figure.update_xaxes(tickformat="%Y-%m")
    figure.update_yaxes(autorange="reversed", dtick=1, title=words("column.rank"), zeroline=False)
    return figure


def treemap(rows: pa.Table, words: Words, names: dict[str, str], look: Look = GREEN_UP) -> go.Figure:
    """Draw market caps by group, coloured by the day's return between -5% and +5%.

    `rows`: company, market_cap_usd, market_cap_change, place (country or sector).
    """
    found = rows.to_pylist()
    places = sorted({row["place"] for row in found})
    figure = go.Figure(
        go.Treemap(
            ids=[f"/{place}" for place in places] + [row["company"] for row in found],
            labels=places + [names.get(row["company"], row["company"]) for row in found],
            parents=[""] * len(places) + [f"/{row['place']}" for row in found],
            values=[0] * len(places) + [row["market_cap_usd"] for row in found],
            marker={
                "colors": [0] * len(places) + [row["market_cap_change"] or 0 for row in found],
                "colorscale": [[0, look.down], [0.5, "#E5E7EB"], [1, look.up]],
                "cmin": -_TREEMAP_LIMIT,
                "cmax": _TREEMAP_LIMIT,
                "showscale": True,
                "colorbar": {"tickformat": "+.0%", "thickness": 12, "title": {"text": words("chart.day_change")}},
            },
            text=[""] * len(places)
            + [
                f"{percent(row['market_cap_change'])}<br>{amount(row['market_cap_usd'], words.language)} USD"
                for row in found
            ],
            textinfo="label+text",
            hoverinfo="label+text",
        )
    )
    figure.update_layout(**_layout(height=440))
    return figure


def quick(columns: dict[str, list[Any]], x: str, y: str, kind: str) -> go.Figure:
    """Draw two columns of a query's result: kind is line, bar or points."""
    figure = go.Figure()
    if kind == "bar":
        figure.add_bar(x=columns[x], y=columns[y], marker_color=_BLUE)
    else:
        mode = "lines" if kind == "line" else "markers"
        figure.add_scatter(x=columns[x], y=columns[y], mode=mode, line={"color": _BLUE}, marker={"color": _BLUE})
    figure.update_layout(**_layout(height=360), xaxis_title=x, yaxis_title=y)
    return figure


def _add_band(figure: go.Figure, path: dict[str, list[Any]], words: Words) -> None:
    offsets = path["to_offset"]
    figure.add_scatter(x=offsets, y=path["upper"], mode="lines", line_width=0, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=offsets,
        y=path["lower"],
        mode="lines",
        line_width=0,
        fill="tonexty",
        fillcolor=_BAND,
        name=words("chart.band"),
        hoverinfo="skip",
    )


def _by_offset(figure: go.Figure, words: Words, *, small: bool) -> go.Figure:
    figure.update_layout(**_layout(height=160 if small else 380))
    figure.update_xaxes(title="" if small else words("chart.offset"), tickformat="d", zeroline=False)
    figure.update_yaxes(tickformat="+.1%", zeroline=True, zerolinecolor=_GREY)
    figure.add_vline(x=0, line={"color": _GREY, "dash": "dot", "width": 1})
    if small:
        figure.update_layout(showlegend=False, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _layout(*, height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        "bargap": 0.25,
        "hovermode": "closest",
    }


def _add_singles(figure: go.Figure, singles: pa.Table, words: Words) -> None:
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
    figure.add_scatter(
        x=offsets,
        y=values,
        mode="lines",
        line={"color": _GREY, "width": 1},
        opacity=0.35,
        name=words("chart.singles", shown=min(events, _SINGLES), events=events),
        customdata=names,
        hovertemplate="%{x:+d}: %{y:+.2%}<extra>%{customdata}</extra>",
    )


def _grouped(table: pa.Table, key: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        groups.setdefault(row[key], []).append(row)
    return groups


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
