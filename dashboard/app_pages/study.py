"""Study: many events at once: the average path, its tests, every event, and what was left out."""

import streamlit as st

from analytics.errors import NewswakeError
from analytics.records import Selection
from analytics.report import charts
from analytics.report.intervals import average_path
from analytics.report.numbers import percent
from dashboard import desk, parameters, source, story
from dashboard.downloads import study_downloads
from dashboard.show import chart, failed, table

words, look, names = source.words(), source.look(), source.company_names()
st.title(words("page.study"))
everything = source.events(Selection())
types = sorted({kind for kinds in everything["types"].to_pylist() for kind in kinds})
companies = sorted({one["company"] for told in everything["companies"].to_pylist() for one in told if one["ticker"]})

try:
    selection = parameters.choose_selection("study", words, types=types, companies=companies, names=names)
    spec = parameters.choose_spec("study", words)
    found = source.study(selection, spec)
except NewswakeError as error:
    failed(error, words)
    st.stop()

pairs = found.manifest["pairs"]
if not found.by_event.num_rows:
    st.info(words("study.nothing"), icon=":material/info:")
    table(found.excluded, words, key="study_excluded", alt=words("study.excluded"))
    st.stop()

path = average_path(found.by_day)
last = path.to_pylist()[-1]
window = f"{spec.window[0]:+d}..{spec.window[1]:+d}"
with st.container(horizontal=True):
    st.metric(words("study.caar", window=window), percent(last["caar"]), help=words("help.caar"), width=200)
    st.metric(
        words("study.interval"),
        f"{percent(last['caar_low'])} … {percent(last['caar_high'])}",
        help=words("help.interval"),
        width=260,
    )
    st.metric("N", str(last["n"]), help=words("help.n"), width=80)
    st.metric(words("study.left_out"), str(pairs["excluded"]), help=words("help.left_out"), width=110)
chart(
    charts.average_path({words("chart.caar"): path}, found.by_day, words),
    alt=words("alt.average_path", n=last["n"], window=window, caar=percent(last["caar"])),
    key="study_path",
)
st.caption(words("study.basis", model=words(f"model.{spec.model}"), first=spec.estimation[0], last=spec.estimation[1]))

views = st.tabs(
    [words(f"study.{view}") for view in ("statistics", "events", "groups", "excluded", "parameters", "twin")]
)
with views[0]:
    story.statistics(found, words, page="study")
with views[1]:
    st.caption(words("study.events.help"))
    chosen = table(
        found.by_event,
        words,
        key="study_events",
        alt=words("study.events"),
        columns=("ticker", "company", "session", "type", "role", "car", "t_car", "p_car", "m", "beta", "sigma", "r2"),
        select=True,
    )
    if chosen is not None:
        row = found.by_event.slice(chosen, 1).to_pylist()[0]
        days = source.by_security(found.by_day)[row["event_id"], row["ticker"]]
        chart(
            charts.event_window(days, words, look),
            alt=words("alt.event_window", name=row["company"], ticker=row["ticker"], move=percent(row["car"])),
            key="study_event",
        )
        st.page_link(
            "app_pages/event.py",
            label=words("today.open"),
            icon=":material/arrow_forward:",
            query_params={"event_id": row["event_id"], "event_ticker": row["ticker"]},
        )
with views[2]:
    by = st.segmented_control(
        words("study.by"), ("type", "role"), key="study_by", format_func=words.column, default="type"
    )
    groups = source.groups(found, by or "type")
    labels = {words.code(by or "type", name): average_path(days) for name, days in groups.items()}
    chart(charts.average_path(labels, None, words), alt=words("alt.groups"), key="study_groups")
    table(source.group_table(labels), words, key="study_groups_table", alt=words("alt.groups"))
with views[3]:
    st.caption(words("study.counts", **pairs))
    table(found.excluded, words, key="study_excluded", alt=words("study.excluded"))
with views[4]:
    st.json(found.manifest)
with views[5]:
    table(path, words, key="study_path_table", alt=words("study.twin"))

st.subheader(words("study.downloads"))
study_downloads(found, words)

with st.expander(words("study.saved"), icon=":material/bookmark:"):
    with st.form("study_save", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.text_input(words("study.name"), max_chars=80, width=300)
        if st.form_submit_button(words("study.save")) and label:
            held = {key: st.query_params.get_all(key) for key in st.query_params if key.startswith("study_")}
            desk.save_study(source.home(), label, held)
    for label, held in desk.studies(source.home()).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link("app_pages/study.py", label=label, icon=":material/bookmark:", query_params=held)
            if st.button(words("study.forget"), key=f"study_forget_{label}", type="tertiary"):
                desk.forget_study(source.home(), label)
                st.rerun()
