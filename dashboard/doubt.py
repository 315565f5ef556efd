"""How much a study rests on choices and on chance: other specifications, drawn dates, the difference of two groups."""

from dataclasses import replace

import streamlit as st

from analytics.pipeline import explaining
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studies import Study
from analytics.records import Selection
from analytics.report import doubt_charts
from analytics.report.numbers import figure, percent, probability, window
from analytics.report.words import Words
from analytics.study import StudySpec
from dashboard import address, source, tables
from dashboard.show import chart, plain, table

_DRAWN = ("from_offset", "to_offset", "mean", "n", "p", "reason")
_GRID = (
    "name",
    "value",
    "p",
    "model",
    "estimation",
    "date_rule",
    "from_offset",
    "to_offset",
    "n",
    "mean",
    "lower",
    "upper",
    "statistic",
)


def placebo(selection: Selection, spec: StudySpec, words: Words) -> None:
    """Show, where it is asked for, the placebo test and where the mean lies among those on drawn dates."""
    with address.bound("study", words, draws=address.flag()):
        asked = st.toggle(words("study.placebo"), key="study_draws", help=words("help.placebo"))
    if not asked:
        return
    found = source.study(selection, replace(spec, statistics=("placebo",)))
    tests = tables.only(found.statistics, scope="window", group="all")
    first, last = spec.window
    [whole] = tables.only(tests, from_offset=first, to_offset=last).to_pylist()
    draws = tables.only(found.placebo, group="all", from_offset=first, to_offset=last)
    if draws.num_rows:
        alt = words("alt.draws", window=window(spec.window), p=probability(whole["p"]), mean=percent(whole["mean"]))
        chart(doubt_charts.placebo_draws(draws, whole["mean"], words), alt=alt, key="study_draws_chart")
    table(tests, words, key="study_placebo", alt=words("study.placebo"), columns=_DRAWN)


def choices(selection: Selection, spec: StudySpec, words: Words) -> None:
    """Show, where it is asked for, the same events under other models, estimation windows and date rules."""
    st.caption(words("study.choices.help"))
    with address.bound("study", words, curve=address.flag()):
        asked = st.toggle(words("study.choices.show"), key="study_curve")
    if not asked:
        return
    rows = tables.grid(selection, spec)
    first, last = spec.window
    shown = tables.only(rows, group="all", from_offset=first, to_offset=last, statistic="csect_t")
    chart(
        doubt_charts.specification_curve(shown, words),
        alt=words("alt.curve", count=shown.num_rows),
        key="study_curve_chart",
    )
    table(rows, words, key="study_grid", alt=words("study.choices"), columns=_GRID)


def difference(found: Study, by: GroupBy, groups: list[str], words: Words) -> None:
    """Compare two of the groups."""
    if len(groups) < 2:  # noqa: PLR2004  # a comparison has two sides
        return
    with (
        address.bound("study", words, left=address.choice(groups, groups[0]), right=address.choice(groups, groups[1])),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        for side in ("left", "right"):
            st.selectbox(
                words(f"study.{side}"),
                groups,
                key=f"study_{side}",
                format_func=lambda name: words.code(by, name),
                width=240,
            )
    left, right = st.session_state["study_left"], st.session_state["study_right"]
    [row] = explaining.difference(found, by, left, right).to_pylist()
    names = {"left": plain(words.code(by, left)), "right": plain(words.code(by, right))}
    counts = {"n_left": row["n_first"], "n_right": row["n_second"]}
    if row["reason"]:
        st.caption(words("difference.none", **names, **counts, reason=words.code("reason", row["reason"])))
        return
    figures = {name: percent(row[name]) for name in ("difference", "lower", "upper")}
    test = {"t": figure(row["value"]), "df": f"{row['df']:.1f}", "p": probability(row["p"])}
    st.markdown(words("difference.told", **names, **counts, **figures, **test), help=words("help.welch"))
