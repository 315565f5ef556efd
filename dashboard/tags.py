"""Review of an event's tags: what the rules found and why, what the reader set right, and how to do so."""

from pathlib import Path

import pyarrow as pa
import streamlit as st

from analytics.errors import NewswakeError
from analytics.pipeline import corrections
from analytics.report.words import Words
from dashboard import source
from dashboard.show import failed, table

_CODES = {"types": "type", "modality": "modality"}
"""Fields that hold codes -> the kind of their words."""


def review(home: Path, event_id: str, words: Words) -> None:
    """Show the correctable fields of an event; on data of one's own, take corrections."""
    fields = corrections.tags_of(source.snapshot(), event_id)
    rows = [
        {
            "field": words.code("field", one.field),
            "by_rules": _said(one.field, one.by_rules, words) or None,
            "corrected": one.corrected and _said(one.field, one.corrected, words),
            "because": (words.code("dated", one.because) if one.field == "event_date" else one.because) or None,
        }
        for one in fields
    ]
    schema = pa.schema([(name, pa.string()) for name in ("field", "by_rules", "corrected", "because")])
    table(pa.Table.from_pylist(rows, schema), words, key="data_fields", alt=words("tags.review"), download=False)
    if not source.is_own():
        st.caption(words("tags.sample"))
        return
    with (
        st.form(key=f"data_correct_{event_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        field = st.selectbox(
            words("tags.field"),
            [one.field for one in fields],
            format_func=lambda one: words.code("field", one),
            width=220,
        )
        value = st.text_input(words("tags.value"), help=words("tags.value.help"), width=320)
        sent = st.form_submit_button(words("tags.correct"), type="primary")
    if sent and field:
        _correct(home, event_id, {field: value.strip() or None}, words)


def _correct(home: Path, event_id: str, changes: dict[str, str | None], words: Words) -> None:
    try:
        corrections.correct(home, event_id, changes)
    except NewswakeError as error:
        failed(error, words)
    else:
        st.rerun()


def _said(field: str, value: str, words: Words) -> str:
    if field == "story_id":
        told = source.stories().get(value)
        return told["headline"] if told else value
    return "; ".join(words.code(_CODES.get(field, ""), part.strip()) for part in value.split(";"))
