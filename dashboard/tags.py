"""Review of an event's tags: what the rules found and why, what the reader set right, and how to do so."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import streamlit as st

from analytics.errors import NewswakeError
from analytics.pipeline import corrections
from analytics.pipeline.corrections import TaggedField
from analytics.report.words import Words
from analytics.report.words import table as all_words
from dashboard import source
from dashboard.parameters import MODALITIES
from dashboard.show import failed, table

_CODES = {"types": "type", "modality": "modality"}
"""Fields that hold codes -> the kind of their words."""


def review(home: Path, event_id: str, words: Words) -> None:
    """Show the correctable fields of an event; on data of one's own, take corrections."""
    fields = {one.field: one for one in source.fields(event_id)}
    rows = [
        {
            "field": words.code("field", one.field),
            "by_rules": _said(one.field, one.by_rules, words) or None,
            "corrected": one.corrected and _said(one.field, one.corrected, words),
            "because": (words.code("dated", one.because) if one.field == "event_date" else one.because) or None,
        }
        for one in fields.values()
    ]
    schema = pa.schema([(name, pa.string()) for name in ("field", "by_rules", "corrected", "because")])
    table(pa.Table.from_pylist(rows, schema), words, key="data_fields", alt=words("tags.review"), download=False)
    if not source.is_own():
        st.caption(words("tags.sample"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = st.selectbox(
            words("tags.field"),
            list(fields),
            key="data_field",
            format_func=lambda one: words.code("field", one),
            width=220,
        )
        value = _value(fields[field], words)
        if st.button(words("tags.correct"), key="data_correct", type="primary"):
            _correct(home, event_id, {field: value}, words)
        if fields[field].corrected is not None and st.button(words("tags.undo"), key="data_undo"):
            _correct(home, event_id, {field: None}, words)


def _value(tagged: TaggedField, words: Words) -> str:
    """Draw the input of a field, which begins with what stands now, and return its value as it is stored."""
    held = tagged.by_rules if tagged.corrected is None else tagged.corrected
    # Another key for each value: a correction that is taken back must not leave its value in the input.
    label, key = words("tags.value"), f"data_value_{tagged.event_id}_{tagged.field}_{held}"
    match tagged.field:
        case "event_date" | "market_date":
            held_day = date.fromisoformat(held) if held else None
            day = st.date_input(label, held_day, key=key, format="YYYY-MM-DD", width=220)
            return day.isoformat() if day else ""
        case "types":
            chosen = [code for code in held.split(";") if code]
            known = [one.removeprefix("type.") for one in all_words() if one.startswith("type.") and one != "type.all"]
            return ";".join(
                st.multiselect(
                    label,
                    [*chosen, *(code for code in known if code not in chosen)],
                    default=chosen,
                    key=key,
                    format_func=lambda code: words.code("type", code),
                    accept_new_options=True,
                    width=420,
                )
            )
        case "modality":
            place = MODALITIES.index(held)
            return st.selectbox(
                label, MODALITIES, place, key=key, format_func=lambda code: words.code("modality", code), width=220
            )
        case "story_id":
            told = [held, *(one for one in source.stories() if one != held)]
            return st.selectbox(label, told, key=key, format_func=lambda one: _said("story_id", one, words))
        case _:
            return st.text_input(label, held, key=key, help=words("tags.tickers.help"), width=320)


def _correct(home: Path, event_id: str, changes: dict[str, str | None], words: Words) -> None:
    try:
        corrections.correct(home, event_id, changes)
    except NewswakeError as error:
        failed(error, words, "show.refused")
    else:
        st.rerun()


def _said(field: str, value: str, words: Words) -> str:
    if field == "story_id":
        told = source.stories().get(value)
        return told["headline"] if told else value
    return "; ".join(words.code(_CODES.get(field, ""), part.strip()) for part in value.split(";"))
