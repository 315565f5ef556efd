"""Event: one story and one of its securities, with every number and what it rests on."""

import streamlit as st

from analytics.records import Selection
from analytics.report import charts, verdict
from analytics.report.numbers import amount, figure, percent, probability, window
from analytics.report.page import average_path
from analytics.study import StudySpec
from dashboard import address, parameters, source, story, tables
from dashboard.show import chart, plain, table

words, look, names = source.words(), source.look(), source.company_names()
first, last = StudySpec().estimation
events = source.stories()
if not events:
    st.title(words("page.event"))
    st.info(words("today.empty"), icon=":material/info:")
    st.page_link("app_pages/data.py", label=words("today.add"), icon=":material/add:")
    st.stop()

listed = [one for one, row in events.items() if row["tickers"]]
with address.bound("event", words, id=address.choice(list(events), (listed or list(events))[0])):
    event_id = st.selectbox(
        words("event.choose"),
        list(events),
        key="event_id",
        format_func=lambda one: f"{events[one]['event_date']} {events[one]['headline']}",
    )
event = events[event_id]
st.markdown(f"## {plain(event['headline'])}")
story.tags(event, words)
told = source.ask("event_story", event_id=event_id).to_pylist()[0]
with st.expander(words("event.text", document=plain(event["document"])), icon=":material/article:"):
    st.text(told["body"])
story.claims(source.claims((event_id,)).to_pylist(), words)

securities = {one["ticker"]: one for one in event["companies"] if one["ticker"]}
exposures = source.ask("event_exposures", event_id=event_id)
if not securities:
    st.info(words("event.unlisted"), icon=":material/info:")
else:
    with address.bound("event", words, ticker=address.choice(list(securities), next(iter(securities)))):
        st.segmented_control(
            words("event.security"),
            list(securities),
            key="event_ticker",
            format_func=lambda one: f"{names.get(securities[one]['company'], securities[one]['company'])} · {one}",
            required=True,
        )
    ticker = st.session_state["event_ticker"]
    name = names.get(securities[ticker]["company"], securities[ticker]["company"])
    ordinary = source.ask("document_reactions", document=event["document"], first=first, last=last)
    plainly = tables.only(ordinary, event_id=event_id, ticker=ticker).to_pylist()[0]
    st.markdown(f"**{plain(verdict.sentence(plainly, name, words))}**")
    spec = parameters.choose_spec("event", words)
    found = source.study(Selection(event_ids=(event_id,), tickers=(ticker,), roles=(securities[ticker]["role"],)), spec)
    if not found.by_event.num_rows:
        reason = words.code("reason", found.excluded.to_pylist()[0]["reason"])
        st.info(words("event.excluded", name=name, reason=reason), icon=":material/info:")
        st.page_link("app_pages/data.py", label=words("today.fetch"), icon=":material/cloud_download:")
        st.stop()
    result = found.by_event.to_pylist()[0]
    days, path = found.by_day, average_path(found)
    zero = next(row for row in days.to_pylist() if row["offset"] == 0)
    span = window(spec.window)
    with st.container(horizontal=True):
        st.metric(
            words("metric.ar0", session=zero["session"]), verdict.moved(zero["ar"]), help=words("help.ar"), width=220
        )
        st.metric(words("metric.car", window=span), verdict.moved(result["car"]), help=words("help.car"), width=220)
        st.metric("t", figure(result["t_car"], signed=True), help=words("help.t_car", df=result["df"]), width=140)
        st.metric("p", probability(result["p_car"]), help=words("help.p"), width=140)
        cap = source.ask("cap_before", ticker=ticker, session=result["session"]).to_pylist()
        if cap and result["car"] is not None:
            worth = amount(result["car"] * cap[0]["market_cap_usd"], words.language)
            st.metric(
                words("metric.worth"), f"{worth} USD", help=words("help.worth", session=cap[0]["session"]), width=220
            )
    if result["reason"]:
        st.caption(words("event.incomplete", window=span, reason=words.code("reason", result["reason"])))
    if not cap:
        st.caption(words("event.no_cap"))
    st.caption(
        words(
            "event.basis",
            model=words(f"model.{spec.model}"),
            benchmark=next(iter(source.benchmarks(found)), words("study.no_benchmark")),
            m=result["m"],
            window=span,
            beta=figure(result.get("beta")),
            sigma=percent(result["sigma"]).lstrip("+"),
            rule=words.code("dating", result["rule"]),
        )
    )
    chart(
        charts.event_window(days, words, look, path=path),
        alt=words("alt.event_window", name=name, ticker=ticker, move=verdict.moved(zero["ar"])),
        key="event_window",
    )
    with st.expander(words("show.twin"), icon=":material/table:"):
        table(days, words, key="event_days", alt=words("alt.days", name=name))

    st.subheader(words("event.price"))
    closes = source.ask("closes", ticker=ticker, first=None, last=None)
    marks, outside = tables.marks(ticker, closes)
    if outside:
        st.caption(words("event.marks_outside", count=outside))
    chart(
        charts.price_with_events(closes, marks, words, zero=result["session"]),
        alt=words("alt.price", name=name),
        key="event_price",
    )
    with st.expander(words("show.twin"), icon=":material/table:"):
        table(closes, words, key="event_closes", alt=words("alt.price", name=name))

    st.subheader(words("event.statistics"))
    st.caption(words("event.statistics.help", n=1, window=span))
    story.statistics(found, words, page="event")

    st.subheader(words("event.rules"))
    st.caption(words("event.rules.help"))
    table(
        tables.by_rule(event_id, ticker, securities[ticker]["role"], spec),
        words,
        key="event_rules",
        alt=words("event.rules"),
    )

    st.subheader(words("event.nearby"))
    days_around = max(-spec.window[0], spec.window[1])
    nearby = source.ask("nearby_events", ticker=ticker, session=result["session"], event_id=event_id, days=days_around)
    if nearby.num_rows:
        st.caption(words("event.nearby.help"))
        table(
            nearby,
            words,
            key="event_nearby",
            alt=words("event.nearby"),
            columns=("offset", "session", "type", "headline", "role"),
        )
    else:
        st.caption(words("event.nearby.none", days=days_around))

if exposures.num_rows:
    st.subheader(words("event.exposures"))
    st.caption(words("event.exposures.help"))
    table(exposures, words, key="event_exposures", alt=words("event.exposures"))
