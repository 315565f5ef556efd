"""The SQL console's parts: a query runs in the background, so that the page stays alive and it can be cancelled."""

import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from analytics.errors import NewswakeError
from analytics.report import charts
from analytics.report.tables import csv_file, json_file, parquet_file
from analytics.report.words import Words
from analytics.store.console import DOWNLOAD_BYTES, DOWNLOAD_ROWS, CatalogEntry, Console, QueryResult
from dashboard import source
from dashboard.examples import EXAMPLES
from dashboard.show import chart, plain

_PARAMETER = re.compile(r"(?<![\w$'])\$([a-z_]\w*)", re.IGNORECASE)
_FILES: dict[str, tuple[str, Callable[[pa.Table], bytes]]] = {
    "CSV": ("text/csv", csv_file),
    "Parquet": ("application/vnd.apache.parquet", parquet_file),
    "JSON": ("application/json", json_file),
}
_KEPT = 50
_PAUSE = 0.3


@dataclass(kw_only=True)
class Running:
    """A query of this session that was started."""

    sql: str
    given: dict[str, Any]
    console: Console
    answer: Future[QueryResult]
    started: float = field(default_factory=time.monotonic)


@st.cache_resource
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="console")


def parameters(text: str, words: Words) -> dict[str, Any]:
    """Draw an input for each $name of the query and return what is typed."""
    names = list(dict.fromkeys(_PARAMETER.findall(text)))
    if not names:
        return {}
    with st.container(horizontal=True):
        return {
            name: st.text_input(f"${name}", key=f"sql_parameter_{name}", placeholder=words("sql.parameter"), width=220)
            for name in names
        }


def take_example() -> None:
    """Put the chosen example into the editor; it does not run by itself."""
    if chosen := st.session_state["sql_example"]:
        st.session_state["sql_query"] = EXAMPLES[chosen]


def start(text: str, given: dict[str, Any]) -> None:
    """Start the query; an earlier one that still runs is cancelled."""
    if (before := st.session_state.get("console_running")) and not before.answer.done():
        before.console.cancel()
    console = source.console()
    answer = _threads().submit(console.run, text, given)
    st.session_state["console_running"] = Running(sql=text, given=given, console=console, answer=answer)
    past = st.session_state.setdefault("console_history", [])
    st.session_state["console_history"] = [text, *(one for one in past if one != text)][:_KEPT]


def progress(words: Words) -> None:
    """Show the running query with a way to cancel it, then its result."""
    running: Running | None = st.session_state.get("console_running")
    if running is None:
        return
    if not running.answer.done():
        # Most queries are done before the first tick; those are shown at once, without a flash of "running".
        time.sleep(_PAUSE)
    if running.answer.done():
        _show(running, words)
    else:
        _wait(words)


@st.fragment(run_every=_PAUSE)
def _wait(words: Words) -> None:
    running: Running = st.session_state["console_running"]
    if running.answer.done():
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words("sql.running", seconds=f"{time.monotonic() - running.started:.1f}"))
        st.button(words("sql.cancel"), icon=":material/stop:", key="sql_cancel", on_click=running.console.cancel)


def _show(running: Running, words: Words) -> None:
    try:
        found = running.answer.result()
    except NewswakeError as error:
        refused(error, words)
        return
    rows = found.table
    said = words("sql.first" if found.truncated else "sql.rows", rows=f"{rows.num_rows:,}")
    st.caption(f"{said} · {found.seconds:.3f} s")
    st.dataframe(rows, hide_index=True, key="sql_result", alt=words("sql.result"))
    _downloads(running, found, words)
    _quick(rows, words)


def _file(rows: Callable[[], pa.Table], written: Callable[[pa.Table], bytes]) -> bytes:
    return written(rows())


def _downloads(running: Running, found: QueryResult, words: Words) -> None:
    """Offer the result as files; what the screen cut is asked for again, up to the larger limit of a file."""

    def all_rows() -> pa.Table:
        whole = running.console.run(running.sql, running.given, DOWNLOAD_ROWS) if found.truncated else found
        return whole.table

    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, (mime, written) in _FILES.items():
            st.download_button(
                kind,
                data=partial(_file, all_rows, written),
                file_name=f"newswake-sql.{kind.lower()}",
                mime=mime,
                icon=":material/download:",
                key=f"sql_{kind}",
                type="tertiary",
                on_click="ignore",
            )
        if found.truncated:
            st.caption(words("sql.files", rows=f"{DOWNLOAD_ROWS:,}", size=DOWNLOAD_BYTES >> 20))


def _quick(rows: pa.Table, words: Words) -> None:
    numbers = [
        field.name for field in rows.schema if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    ]
    if not numbers or not rows.num_rows:
        return
    with st.expander(words("sql.chart"), icon=":material/show_chart:"):
        with st.container(horizontal=True):
            x = st.selectbox("x", rows.column_names, key="sql_x", width=220)
            y = st.selectbox("y", numbers, index=len(numbers) - 1, key="sql_y", width=220)
            kind = st.segmented_control(
                words("sql.kind"),
                ("line", "bar", "points"),
                default="bar",
                key="sql_kind",
                format_func=lambda code: words(f"sql.{code}"),
                required=True,
            )
        chart(charts.quick(rows.select(list({x, y})).to_pydict(), x, y, kind), alt=words("sql.chart"), key="sql_chart")


def refused(error: NewswakeError, words: Words) -> None:
    """Say why a query did not run, with the place in it."""
    st.error(words("sql.refused"), icon=":material/block:")
    fault, *place = error.message.split("\n")
    st.code("\n".join([words.sentence(fault), *place, words.sentence(error.hint)]).rstrip(), language=None)


def history(words: Words) -> None:
    """Show the queries of this session; a click fills the editor."""
    if not (past := st.session_state.get("console_history")):
        return
    with st.expander(words("sql.history", count=len(past)), icon=":material/history:"):
        for number, text in enumerate(past):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.code(text, language="sql", width="stretch")
                st.button(words("sql.take"), key=f"sql_past_{number}", on_click=_take, args=(text,))


def _take(text: str) -> None:
    st.session_state["sql_query"] = text


def catalog(words: Words) -> None:
    """Show tables and views with their columns, types and comments."""
    st.caption(words("sql.catalog.help"))
    for entry in _entries(source.snapshot().version.path):
        counted = f" · {words('sql.catalog.rows', rows=f'{entry.rows:,}')}" if entry.rows is not None else ""
        st.markdown(f"**{entry.name}** · {words(f'sql.kind.{entry.kind}')}{counted}")
        st.caption(plain(entry.comment))
        names, kinds, comments = zip(*entry.columns, strict=True) if entry.columns else ((), (), ())
        listed = pa.table({"column": names, "column_type": kinds, "comment": comments})
        with st.popover(words("sql.catalog.columns", count=len(entry.columns)), type="tertiary"):
            st.dataframe(
                listed,
                width=720,
                hide_index=True,
                column_config={name: words.column(name) for name in listed.column_names},
                alt=words("sql.catalog"),
                key=f"sql_columns_{entry.name}",
            )


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(version: Path) -> tuple[CatalogEntry, ...]:  # noqa: ARG001  # version: cache key
    return source.console().catalog()
