"""A study as one HTML file that needs no network: charts, tables and parameters, all inline."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.metadata import version
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
import pyarrow as pa
import pyarrow.compute as pc

from analytics.pipeline.studies import Study
from analytics.report import charts
from analytics.report.numbers import cell, offset
from analytics.report.tables import json_text, rows
from analytics.report.words import Words

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
figure { margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; white-space: nowrap; }
th, td { border-bottom: 1px solid #d8dde6; padding: .25rem .6rem; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
pre { background: #f3f5f9; padding: 1rem; overflow-x: auto; }
"""
_BY_EVENT = (
    "ticker",
    "company",
    "session",
    "type",
    "role",
    "car",
    "t_car",
    "p_car",
    "m",
    "alpha",
    "beta",
    "sigma",
    "r2",
)
_PATH = ("to_offset", "n", "mean", "lower", "upper", "se", "median")
_STATISTICS = ("statistic", "from_offset", "to_offset", "mean", "value", "df", "n", "p", "reason")


def study_page(study: Study, words: Words, *, benchmarks: Sequence[str]) -> str:
    """Return the page of a study, held against `benchmarks`. Everything that comes from news is escaped."""
    return "".join(_parts(study, words, benchmarks))


def basis(study: Study, words: Words, benchmarks: Sequence[str]) -> str:
    """Return what the numbers of a study rest on: model, benchmarks, estimation window and the span of its events."""
    first, last = (offset(session) for session in study.spec.estimation)
    span = pc.min_max(study.by_event["session"])
    return words(
        "study.basis",
        model=words(f"model.{study.spec.model}"),
        benchmarks=words("list.comma").join(benchmarks) or words("study.no_benchmark"),
        first=first,
        last=last,
        since=span["min"],
        until=span["max"],
    )


def average_path(study: Study, group: str = "all") -> pa.Table:
    """Return the average cumulative abnormal return of a group from the window's first session to each offset."""
    rows = study.summary
    chosen = pc.and_(pc.equal(rows["scope"], "path"), pc.equal(rows["group"], group))
    return rows.filter(chosen)


def _parts(study: Study, words: Words, benchmarks: Sequence[str]) -> Iterator[str]:
    title = words("page.study")
    yield f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
    yield f"<title>newswake · {title}</title>"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    yield f"<p>{escape(_head(study, words, benchmarks))}</p>"
    if study.by_event.num_rows:
        path = average_path(study)
        yield _figure(charts.average_path({words("chart.caar"): path}, study.by_day, words), words("study.twin"))
        yield _table(path, _PATH, words("study.twin"), words)
    windows = study.statistics.filter(pc.equal(study.statistics["scope"], "window"))
    yield _table(windows, _STATISTICS, words("study.statistics"), words)
    yield _table(study.by_event, _BY_EVENT, words("study.events"), words)
    yield _table(study.excluded, study.excluded.column_names, words("study.excluded"), words)
    yield f"<h2>{words('study.parameters')}</h2><pre>{escape(json_text(study.manifest))}</pre>"
    yield f"<p>newswake {version('newswake')}</p></body></html>\n"


def _head(study: Study, words: Words, benchmarks: Sequence[str]) -> str:
    told = [words("study.counts", **study.manifest["pairs"])]
    if study.by_event.num_rows:
        told.append(basis(study, words, benchmarks))
    return " ".join((*told, str(study.manifest["data_version"])))


def _figure(figure: go.Figure, alt: str) -> str:
    # Streamlit makes room for the numbers at the axes, and sets a template of its own; a file has neither.
    figure.update_layout(template="plotly_white")
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    drawn = pio.to_html(
        figure,
        include_plotlyjs=True,
        full_html=False,
        div_id="average-path",
        config={"displayModeBar": False, "responsive": True},
    )
    return f'<figure role="img" aria-label="{escape(alt)}">{drawn}</figure>'


def _table(table: pa.Table, columns: Iterable[str], caption: str, words: Words) -> str:
    names = [name for name in columns if name in table.column_names]
    head = "".join(f'<th scope="col">{escape(words.column(name))}</th>' for name in names)
    body = "".join(f"<tr>{''.join(_cell(name, row[name]) for name in names)}</tr>" for row in rows(table))
    return f'<div class="wide"><table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table></div>'


def _cell(name: str, value: Any) -> str:
    kind = ' class="number"' if isinstance(value, int | float) else ""
    return f"<td{kind}>{escape(cell(name, value))}</td>"
