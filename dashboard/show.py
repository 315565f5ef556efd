"""How the pages show a chart, a table, a download and a failure: always with alt text, units and a way out."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from analytics.errors import NewswakeError
from analytics.report.look import GREEN_UP, Look
from analytics.report.numbers import AMOUNTS, PROBABILITIES, SHARES, minus, percent
from analytics.report.tables import csv_file
from analytics.report.words import Words
from dashboard import source

LONGEST = 1000
"""Rows of a table that a page shows: a million of them took fifty megabytes and seconds. The CSV has them all."""
_BILLION = {"en": 1e9, "zh": 1e8}
# Plotly's own toolbar offers to upload the chart to a cloud; the browser's zoom gestures need no toolbar.
_PLAIN = {"displayModeBar": False}
_CODES = {
    "type": "type",
    "types": "type",
    "role": "role",
    "reason": "reason",
    "modality": "modality",
    "verdict": "found",
    "basis": "basis",
    "cause": "basis",
    "country": "country",
    "sector": "sector",
    "rule": "dating",
    "date_rule": "rule",
    "outcome": "outcome",
    "kind": "tagged",
    "price_basis": "used",
    "model": "model",
}
"""Columns that hold codes -> the kind of their words."""
_COMPANIES = {"company", "exposed", "overtaker_company", "overtaken_company"}
_WIDTHS: dict[str, Literal["medium", "large"] | int] = {
    "headline": "large",
    "reason": "medium",
    "verdict": "medium",
    "name": 190,  # name, value and p side by side on a phone
}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:])")


def plain(text: object) -> str:
    """Return text for a place that reads Markdown, with everything that could be markup escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def delta(change: float | None, look: Look) -> Any:
    """Return what `st.metric` needs to show a change: it would take our sign of minus for a rise."""
    if not change:
        return {"delta": percent(change), "delta_color": "gray", "delta_arrow": "off"}
    green = (change > 0) == (look == GREEN_UP)
    arrow = "up" if change > 0 else "down"
    return {"delta": percent(change), "delta_color": "green" if green else "red", "delta_arrow": arrow}


def chart(figure: go.Figure, *, alt: str, key: str) -> None:
    """Show a chart; `alt` says in words what it shows."""
    st.plotly_chart(figure, alt=alt, key=key, config=_PLAIN, height=int(figure.layout.height))


def table(
    rows: pa.Table,
    words: Words,
    *,
    key: str,
    alt: str,
    columns: Iterable[str] = (),
    codes: Mapping[str, str] = MappingProxyType({}),
    select: bool = False,
    download: bool = True,
) -> int | None:
    """Show a table, as far as a page can hold it, and offer it as CSV; return the number of the selected row, if any.

    `columns` are those shown, all where empty; the CSV holds all, and codes as they are stored. `codes` names the kind
    of codes that a column of this table holds, beside those that every table may hold.
    """
    names = list(columns) or rows.column_names
    shown = _for_people(rows.select(names).slice(0, LONGEST), words, {**_CODES, **codes})
    config = {name: _heading(name, rows.schema.field(name).type, words) for name in names}
    chosen: Any = st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        key=f"{key}_table",
        alt=alt,
        placeholder="–",
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
    )
    if rows.num_rows > LONGEST:
        st.caption(words("show.longest", shown=LONGEST, rows=rows.num_rows))
    if download:
        csv(rows, words, key=key)
    return chosen.selection.rows[0] if select and chosen.selection.rows else None


def csv(rows: pa.Table, words: Words, *, key: str) -> None:
    """Offer a table as a CSV file, with headings in the reader's language."""
    st.download_button(
        words("show.csv", rows=rows.num_rows),
        # Made when it is asked for: a table of a hundred thousand rows must not slow the page down.
        data=lambda: csv_file(headed(rows, words)),
        file_name=f"newswake-{key}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"{key}_csv",
        type="tertiary",
        on_click="ignore",
    )


def headed(rows: pa.Table, words: Words) -> pa.Table:
    """Return the table under headings in the reader's language; English keeps the names of the columns."""
    return rows if words.language == "en" else rows.rename_columns([words.column(name) for name in rows.column_names])


def failed(error: NewswakeError, words: Words, title: str = "show.nothing") -> None:
    """Say what is missing or was refused, and what to do next."""
    message, hint = (plain(words.sentence(part)) for part in (error.message, error.hint))
    st.info(f"{message}\n\n{hint}", icon=":material/info:", title=words(title))


def _for_people(rows: pa.Table, words: Words, codes: Mapping[str, str]) -> pa.Table:
    """Return codes and companies in words, shares as percent, amounts in billions (in Chinese 亿).

    The grid can format a number but not scale it.
    """
    names = source.company_names()
    for number, name in enumerate(rows.column_names):
        column = rows[name]
        if pa.types.is_floating(column.type) and name in SHARES:
            rows = rows.set_column(number, name, pc.multiply(column, 100.0))
        elif pa.types.is_floating(column.type) and name in AMOUNTS:
            rows = rows.set_column(number, name, pc.divide(column, _BILLION[words.language]))
        elif pa.types.is_list(column.type) and not pa.types.is_floating(column.type.value_type):
            rows = rows.set_column(number, name, pa.array([_joined(name, part, words) for part in column.to_pylist()]))
        elif pa.types.is_boolean(column.type):
            # The grid shows a truth as a box to tick, which looks as if one could.
            rows = rows.set_column(number, name, pc.if_else(column, words("show.yes"), ""))
        elif name == "estimation":
            rows = rows.set_column(number, name, pa.array(map(minus, column.to_pylist()), pa.string()))
        elif name in codes:
            told = [None if code in (None, "") else words.code(codes[name], code) for code in column.to_pylist()]
            rows = rows.set_column(number, name, pa.array(told, pa.string()))
        elif name in _COMPANIES:
            called = [names.get(company, company) for company in column.to_pylist()]
            rows = rows.set_column(number, name, pa.array(called, pa.string()))
    return rows


def _joined(name: str, parts: list[str] | None, words: Words) -> str:
    if name == "reasons":
        return " ".join(map(words.sentence, parts or ()))
    return ", ".join(words.code(_CODES.get(name, ""), part) for part in parts or ())


def _heading(name: str, kind: pa.DataType, words: Words) -> Any:
    label, meaning = words.column(name), words.meaning(name)
    if pa.types.is_list(kind) and pa.types.is_floating(kind.value_type):
        return st.column_config.LineChartColumn(label, help=meaning, width="small")
    if pa.types.is_timestamp(kind):
        return st.column_config.DatetimeColumn(f"{label} UTC", format="YYYY-MM-DD HH:mm", timezone="UTC", help=meaning)
    if not pa.types.is_floating(kind):
        return st.column_config.Column(label, help=meaning, width=_WIDTHS.get(name))
    if name in SHARES:
        return st.column_config.NumberColumn(f"{label} %", format="%+.2f", help=meaning)
    if name in AMOUNTS:
        return st.column_config.NumberColumn(f"{label} {words('unit.billion')}", format="%.1f", help=meaning)
    digits = "%.3g" if name in PROBABILITIES else "%.4g"
    return st.column_config.NumberColumn(label, format=digits, help=meaning)
