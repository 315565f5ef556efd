"""Charts of market capitalisation: ranks by day, and the map of companies."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from analytics.report.look import GREEN_UP, SERIES, Look, layout
from analytics.report.numbers import amount, percent
from analytics.report.words import Words

_TREEMAP_LIMIT = 0.05
_UNKNOWN = "#A9B1BF"  # as grey as a return of zero, but darker


def ranks(paths: pa.Table, words: Words, names: dict[str, str]) -> go.Figure:
    """Draw rank by day, one line an issuer, 1 on top. `paths`: day, company, rank, market_cap_usd in order of day."""
    lines, ends = [], []
    for number, (company, rows) in enumerate(_grouped(paths, "company").items()):
        name = names.get(company, company)
        lines.append(
            go.Scatter(
                x=[row["day"] for row in rows],
                y=[row["rank"] for row in rows],
                mode="lines",
                line={
                    "shape": "hvh",
                    "width": 3,
                    "color": SERIES[number % len(SERIES)],
                    "dash": ("solid", "dot")[number // len(SERIES) % 2],
                },
                name=name,
                customdata=[amount(row["market_cap_usd"], words.language) for row in rows],
                hovertemplate="%{x|%Y-%m-%d}: %{y} · %{customdata} USD<extra>" + name + "</extra>",
            )
        )
        end = {"x": rows[-1]["day"], "y": rows[-1]["rank"]}
        ends.append({**end, "text": name, "xanchor": "left", "xshift": 6, "showarrow": False})
    # Left to itself, the axis makes room for the names at its end.
    span = pc.min_max(paths["day"]).as_py()
    return go.Figure(
        lines,
        layout(height=max(420, 22 * len(lines)))
        | {
            "margin": {"l": 8, "r": 120, "t": 24, "b": 8},
            "showlegend": False,
            "annotations": ends,
            "xaxis": {"tickformat": "%Y-%m", "range": [span["min"], span["max"]] if lines else None},
            # Who rose from rank 200 enters from below: an axis down to there leaves no room for the others.
            "yaxis": {
                "range": [len(lines) + 0.5, 0.5],
                "dtick": 1,
                "title": {"text": words("column.rank")},
                "zeroline": False,
            },
        },
    )


def treemap(rows: pa.Table, words: Words, names: dict[str, str], *, by: str, look: Look = GREEN_UP) -> go.Figure:
    """Draw market caps by group, coloured by the day's return between -5% and +5%, grey where there is none.

    `rows`: company, market_cap_usd, day_return, and the column `by`: country or sector.
    """
    found = rows.to_pylist()
    places = sorted({row[by] for row in found})
    frames = len(places) + 1
    return go.Figure(
        go.Treemap(
            # A root of our own: the one that Plotly puts in its place is a dark frame.
            ids=["/", *(f"/{place}" for place in places)] + [row["company"] for row in found],
            labels=["", *(words.code(by, place) for place in places)]
            + [names.get(row["company"], row["company"]) for row in found],
            parents=["", *["/"] * len(places)] + [f"/{row[by]}" for row in found],
            values=[0] * frames + [row["market_cap_usd"] for row in found],
            marker={
                "line": {"width": 1, "color": "rgba(128,128,128,0.4)"},
                # A colour among numbers is taken as it is, beside the scale.
                "colors": [0] * frames
                + [_UNKNOWN if row["day_return"] is None else row["day_return"] for row in found],
                "colorscale": [[0, look.down], [0.5, "#E5E7EB"], [1, look.up]],
                "cmin": -_TREEMAP_LIMIT,
                "cmax": _TREEMAP_LIMIT,
                "showscale": True,
                "colorbar": {"tickformat": "+.0%", "thickness": 12, "title": {"text": words("chart.day_change")}},
            },
            text=[""] * frames + [_moved(row, words) for row in found],
            textinfo="label+text",
            textfont_color="#1F2937",
            pathbar_visible=False,
            tiling={"pad": 2},
            hoverinfo="label+text",
        ),
        layout(height=440),
    )


def _moved(row: dict[str, Any], words: Words) -> str:
    move = words("chart.no_return") if row["day_return"] is None else percent(row["day_return"])
    return f"{move}<br>{amount(row['market_cap_usd'], words.language)} USD"


def _grouped(table: pa.Table, key: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        groups.setdefault(row[key], []).append(row)
    return groups
