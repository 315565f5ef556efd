"""Study: many events at once: the average path, its tests, every event, and what was left out."""

import streamlit as st

from analytics.report import charts, verdict
from analytics.report.numbers import percent, window
from analytics.report.page import average_path, basis
from dashboard import address, desk, doubt, parameters, source, story, tables
from dashboard.downloads import study_downloads
from dashboard.show import chart, plain, table

_ESTIMATED = ("t_car", "m", "beta", "sigma", "r2")
_DRAWN = 8  # groups in the chart: more lines cannot be told apart

words, look, names = source.words(), source.look(), source.company_names()
st.title(words("page.study"))
types, companies, sources = source.choices()

selection = parameters.choose_selection("study", words, types=types, companies=companies, sources=sources, names=names)
spec = parameters.choose_spec("study", words)
with address.bound("study", words, by=address.choice(("type", "company", "role", "modality"), "type")):
    st.segmented_control(
        words("study.by"),
        ("type", "company", "role", "modality"),
        key="study_by",
        format_func=words.column,
        required=True,
    )
by = st.session_state["study_by"]
found = source.study(selection, spec, by)

pairs = found.manifest["pairs"]
if not found.by_event.num_rows:
    st.info(words("study.nothing"), icon=":material/info:")
    st.page_link("app_pages/data.py", label=words("today.fetch"), icon=":material/cloud_download:")
    story.left_out(found, words)
    st.stop()

path, span = average_path(found), window(spec.window)
whole = {"group": "all", "from_offset": spec.window[0], "to_offset": spec.window[1]}
[effect] = tables.only(found.summary, scope="window", **whole).to_pylist()
[diagnosis] = tables.only(found.diagnosis, **whole).to_pylist()
with st.container(horizontal=True):
    st.metric(words("study.caar", window=span), percent(effect["mean"]), help=words("help.caar"), width=190)
    interval = f"{percent(effect['lower'])} … {percent(effect['upper'])}"
    st.metric(words("study.interval"), interval, help=words("help.interval"), width=260)
    st.metric(
        words("study.smallest"), percent(effect["smallest_effect"]).lstrip("+"), help=words("help.smallest"), width=190
    )
    st.metric("N", str(effect["n"]), help=words("help.n"), width=70)
    st.metric(words("study.left_out"), str(pairs["excluded"]), help=words("help.left_out"), width=110)
st.markdown(verdict.average(effect, diagnosis, words, span))
chart(
    charts.average_path({words("chart.caar"): path}, found.by_day, words),
    alt=words("alt.average_path", n=effect["n"], window=span, caar=percent(effect["mean"])),
    key="study_path",
)
st.caption(basis(found, words, source.benchmarks(found)))
if gaps := found.by_event.num_rows - effect["n"]:
    st.caption(words("study.gaps", count=gaps, n=effect["n"]))

views = st.tabs(
    [words(f"study.{view}") for view in ("statistics", "events", "groups", "choices", "excluded", "twin", "parameters")]
)
with views[0]:
    story.statistics(found, words, page="study")
    doubt.placebo(selection, spec, words)
with views[1]:
    st.caption(words("study.events.help"))
    chosen = table(
        tables.headlined(found.by_event),
        words,
        key="study_events",
        alt=words("study.events"),
        columns=("ticker", "session", "car", "p_car", "headline", "company", "type", "role", *_ESTIMATED),
        select=True,
    )
    if chosen is not None:
        row = found.by_event.slice(chosen, 1).to_pylist()[0]
        days = tables.only(found.by_day, event_id=row["event_id"], ticker=row["ticker"])
        chart(
            charts.event_window(days, words, look),
            alt=words("alt.event_window", name=row["company"], ticker=row["ticker"], move=percent(row["car"])),
            key="study_event",
        )
        story.link(words, event_id=row["event_id"], event_ticker=row["ticker"])
with views[2]:
    st.caption(words("study.groups.help"))
    groups = tables.groups(found)
    if answer := verdict.groups(groups.to_pylist(), by, words):
        st.markdown(plain(answer))
    kinds = [name for name in groups["group"].to_pylist() if name != "all"]
    told = {words.code(by, name): average_path(found, name) for name in kinds[:_DRAWN]}
    if len(kinds) > _DRAWN:
        st.caption(words("study.groups.drawn", drawn=_DRAWN, count=len(kinds)))
    chart(charts.average_path(told, None, words), alt=words("alt.groups"), key="study_groups")
    table(
        groups,
        words,
        key="study_groups_table",
        alt=words("alt.groups"),
        columns=("group", "n", "mean", "lower", "upper", "smallest_effect", "p", "p_bh"),
        codes={"group": by},
    )
    doubt.difference(found, by, kinds, words)
with views[3]:
    doubt.choices(selection, spec, words)
with views[4]:
    st.caption(words("study.counts", **pairs))
    story.left_out(found, words)
with views[5]:
    columns = ("to_offset", "n", "mean", "lower", "upper", "median", "winsorised_mean", "positive_share")
    table(path, words, key="study_path_table", alt=words("study.twin"), columns=columns)
with views[6]:
    st.json(found.manifest)

st.subheader(words("study.downloads"))
study_downloads(found, words)

with st.expander(words("study.saved"), icon=":material/bookmark:"):
    with st.form(key="study_save", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.text_input(words("study.name"), max_chars=80, width=300)
        if st.form_submit_button(words("study.save")) and label:
            held = {key: st.query_params.get_all(key) for key in st.query_params if key.startswith("study_")}
            desk.save_study(source.home(), label, held)
    for label, held in desk.studies(source.home()).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link("app_pages/study.py", label=plain(label), icon=":material/bookmark:", query_params=held)
            if st.button(words("study.forget"), key=f"study_forget_{label}", type="tertiary"):
                desk.forget_study(source.home(), label)
                st.rerun()
