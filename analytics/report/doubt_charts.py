"""Charts of how much a result rests on choices and on chance: the specification curve, the placebo draws."""

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from analytics.report.look import BLUE, GREY, VERMILION, layout
from analytics.report.numbers import minus, percent
from analytics.report.words import Words

_CURVE_HEIGHT, _CHOICE_HEIGHT = 260, 20


def specification_curve(rows: pa.Table, words: Words) -> go.Figure:
    """Draw the mean of one window under each specification, from least to greatest, above the choices that it rests on.

    `rows`: mean, lower, upper, model, estimation, date_rule; one row a specification. An interval without zero is
    drawn dark.
    """
    found = sorted((row for row in rows.to_pylist() if row["mean"] is not None), key=lambda row: row["mean"])
    places = list(range(1, len(found) + 1))
    clear = [row["lower"] is not None and (row["lower"] > 0 or row["upper"] < 0) for row in found]
    figure = go.Figure()
    figure.add_scatter(
        x=places,
        y=[row["mean"] for row in found],
        mode="markers",
        marker={"color": [BLUE if one else GREY for one in clear], "size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_or(row["upper"], row["mean"]) - row["mean"] for row in found],
            "arrayminus": [row["mean"] - _or(row["lower"], row["mean"]) for row in found],
            "color": GREY,
            "thickness": 1,
            "width": 0,
        },
        hovertext=[" · ".join(label for _, label in _choices(row, words)) for row in found],
        hovertemplate="%{y:+.2%}<br>%{hovertext}<extra></extra>",
        showlegend=False,
    )
    labels = list(dict.fromkeys(label for _, label in sorted({one for row in found for one in _choices(row, words)})))
    figure.add_scatter(
        x=[place for place, row in zip(places, found, strict=True) for _ in _choices(row, words)],
        y=[label for row in found for _, label in _choices(row, words)],
        yaxis="y2",
        mode="markers",
        marker={"color": GREY, "size": 7, "symbol": "square"},
        hoverinfo="skip",
        showlegend=False,
    )
    below = _CHOICE_HEIGHT * len(labels)
    share = below / (_CURVE_HEIGHT + below)
    figure.update_layout(
        **layout(height=_CURVE_HEIGHT + below),
        yaxis={"domain": [share + 0.03, 1], "tickformat": "+.1%", "zeroline": True, "zerolinecolor": GREY},
        yaxis2={"domain": [0, share], "categoryorder": "array", "categoryarray": labels[::-1], "showgrid": False},
        xaxis={"visible": False},
    )
    return figure


def placebo_draws(draws: pa.Table, mean: float | None, words: Words) -> go.Figure:
    """Draw how the means on drawn dates are spread, with the mean of the events as a line. `draws`: mean."""
    figure = go.Figure()
    known = [value for value in draws["mean"].to_pylist() if value is not None]
    figure.add_histogram(
        x=known,
        nbinsx=60,
        marker_color=GREY,
        name=words("chart.draws", count=len(known)),
        hovertemplate="%{x}: %{y}<extra></extra>",
    )
    if mean is not None:
        label = words("chart.drawn_mean", mean=percent(mean))
        figure.add_vline(x=mean, line={"color": VERMILION, "width": 3}, annotation={"text": label, "xshift": 4})
    figure.update_layout(**layout(height=260), showlegend=True)
    figure.update_xaxes(tickformat="+.1%")
    return figure


def _choices(row: dict[str, Any], words: Words) -> Iterator[tuple[int, str]]:
    """Yield the choices of a specification in words, each with the number of its kind."""
    yield 0, words(f"model.{row['model']}")
    yield 1, words("chart.estimation", window=minus(row["estimation"]))
    yield 2, words.code("rule", row["date_rule"])


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
