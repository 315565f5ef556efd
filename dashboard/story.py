"""A news story as a card: what it says, how each of its securities moved, and what came of its claims."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.pipeline.studies import Study
from analytics.report import charts, verdict
from analytics.report.look import Look
from analytics.report.numbers import window
from analytics.report.words import Words
from dashboard import address, source, tables
from dashboard.show import chart, plain, table

Row = Mapping[str, Any]

_COLOURS: Mapping[str, Literal["orange", "blue", "gray"]] = {
    "unusual": "orange",
    "large": "blue",
    "ordinary": "gray",
    "none": "gray",
}
_ABREAST = 3
_ICONS = {
    "at_close": ":material/check_circle:",
    "intraday_only": ":material/timelapse:",
    "not_reached": ":material/cancel:",
}


def tags(event: Row, words: Words) -> None:
    """Show date, event types, certainty and source."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"{event['event_date']}", width="content")
        for kind in event["types"]:
            st.badge(words.code("type", kind), color="blue")
        st.badge(
            words.code("modality", event["modality"]),
            color="gray" if event["modality"] == "confirmed" else "orange",
            help=words("modality.help"),
        )
        if event["source"]:
            st.caption(plain(event["source"]), width="content")


def link(words: Words, **parameters: str) -> None:
    """Lead to the Event page of a story, by the parameters of its address."""
    st.page_link(
        "app_pages/event.py", label=words("today.open"), icon=":material/arrow_forward:", query_params=parameters
    )


def moves(found: Sequence[Row], pictures: Mapping[tuple[str, str], pa.Table], words: Words, look: Look) -> None:
    """Show the securities of a story: one with its picture beside it, several side by side."""
    if len(found) == 1:
        told, picture = st.columns([2, 3], vertical_alignment="center")
        _move(found[0], pictures, words, look, told=told, picture=picture)
        return
    for start in range(0, len(found), _ABREAST):
        abreast = found[start : start + _ABREAST]
        for row, place in zip(abreast, st.columns(min(len(found), _ABREAST)), strict=False):
            _move(row, pictures, words, look, told=place, picture=place)


def _move(
    found: Row,
    pictures: Mapping[tuple[str, str], pa.Table],
    words: Words,
    look: Look,
    *,
    told: DeltaGenerator,
    picture: DeltaGenerator,
) -> None:
    """Show one security: the day-0 move beyond the market, the verdict in words, and a small picture."""
    name = source.company_names().get(found["company"], found["company"])
    with told:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.metric(
                words("today.move", name=name, ticker=found["ticker"], role=words.code("role", found["role"])),
                verdict.moved(found["ar"]),
                help=words("help.ar"),
                width="content",
            )
            grade = verdict.grade(found)
            st.badge(words(f"grade.{grade}"), color=_COLOURS[grade], help=words("help.ordinary"), width="content")
        st.markdown(plain(verdict.sentence(found, name or "", words)))
        if found["ar"] is not None:
            st.caption(words("today.basis", session=found["session"], m=found["m"], benchmark=found["benchmark"]))
        if found["nearby_events"]:
            st.caption(words("today.nearby", count=found["nearby_events"]), help=words("event.nearby.help"))
    days = pictures.get((found["studied_as"], found["ticker"]))
    if days is not None:
        with picture:
            alt = words("alt.event_window", name=name, ticker=found["ticker"], move=verdict.moved(found["ar"]))
            key = f"{found['event_id']}_{found['ticker']}"
            chart(charts.event_window(days, words, look), alt=alt, key=key)


def claims(rows: Sequence[Row], words: Words) -> None:
    """Show what a story says about prices beside what the prices say."""
    for row in rows:
        icon = _ICONS.get(row["verdict"], ":material/help:")
        st.markdown(
            f"{icon} **{words('claim.title')} {row['ticker']}:** {plain(verdict.claim(row, words))}",
            help=words("help.claim"),
        )


def statistics(found: Study, words: Words, *, page: str) -> None:
    """Show every test of one tested window, those that exist first, each with what it asks."""
    windows = {f"{first}..{last}": (first, last) for first, last in found.spec.tested}
    with address.bound(page, words, tested=address.choice(list(windows), next(iter(windows)))):
        st.segmented_control(
            words("study.tested"),
            list(windows),
            key=f"{page}_tested",
            format_func=lambda one: window(windows[one]),
            required=True,
            help=words("study.tested.help"),
        )
    first, last = windows[st.session_state[f"{page}_tested"]]
    table(
        tables.tests(found, first, last),
        words,
        key=f"{page}_statistics",
        alt=words("study.statistics"),
        columns=("name", "value", "p", "mean", "df", "n", "reason", "asks", "statistic"),
    )


def left_out(found: Study, words: Words) -> None:
    """Show the pairs of story and company that a study has no result for, and why."""
    table(
        tables.headlined(found.excluded),
        words,
        key="study_excluded",
        alt=words("study.excluded"),
        columns=("company", "reason", "headline", "ticker"),
    )
