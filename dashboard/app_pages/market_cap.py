"""Market cap: who is the most valuable on a day, how close the next one is, and who overtook whom."""

from itertools import groupby

import streamlit as st

from analytics.report import cap_charts, verdict
from analytics.report.numbers import amount, percent
from dashboard import address, source, story, tables
from dashboard.show import chart, delta, plain, table

words, look, names = source.words(), source.look(), source.company_names()
st.title(words("page.market_cap"))
with (
    address.bound("cap", words, day=address.day(), top=address.number(3, 50, 10), persist=address.number(1, 250, 1)),
    st.container(horizontal=True, vertical_alignment="bottom"),
):
    asked = st.date_input(
        words("cap.day"), value=None, key="cap_day", format="YYYY-MM-DD", help=words("cap.day.help"), width=200
    )
    top = st.number_input(words("cap.top"), 3, 50, key="cap_top", width=140)
    persist = st.number_input(
        words("cap.persist"), 1, 250, key="cap_persist", help=words("cap.persist.help"), width=220
    )

ranking = source.ranking(asked)
if asked and asked != ranking.day:
    st.info(words("cap.closed", asked=asked, day=ranking.day), icon=":material/event_busy:")
sheet = source.ask("ranking_sheet", day=ranking.day)
rows = sheet.to_pylist()
first, second = rows[0], rows[1] if len(rows) > 1 else None
with st.container(horizontal=True):
    for row in rows[:3]:
        st.metric(
            f"{row['rank']}. {names.get(row['company'], row['company'])}",
            f"{amount(row['market_cap_usd'], words.language)} USD",
            **delta(row["day_return"], look),
            help=words("help.market_cap"),
            width=260,
        )
if second:
    gap = first["market_cap_usd"] - second["market_cap_usd"]
    st.caption(
        words(
            "cap.gap",
            day=ranking.day,
            first=names.get(first["company"], first["company"]),
            second=names.get(second["company"], second["company"]),
            gap=f"{amount(gap, words.language)} USD",
            share=percent(first["gap_to_next"]),
        )
    )
known = ranking.rows.num_rows + ranking.left_out.num_rows
stale, old = (sum(row[mark] for row in rows) for mark in ("stale", "shares_stale"))
st.caption(words("cap.coverage", ranked=ranking.rows.num_rows, known=known, day=ranking.day, stale=stale, old=old))
table(
    sheet,
    words,
    key="cap_ranking",
    alt=words("alt.ranking", day=ranking.day),
    columns=(
        "rank",
        "rank_change",
        "company",
        "ticker",
        "market_cap_usd",
        "day_return",
        "path",
        "gap_to_next",
        "market_cap",
        "currency",
        "as_of",
        "stale",
        "shares_as_of",
        "shares_stale",
    ),
)
if ranking.left_out.num_rows:
    with st.expander(words("cap.left_out", count=ranking.left_out.num_rows), icon=":material/visibility_off:"):
        table(ranking.left_out, words, key="cap_left_out", alt=words("alt.left_out"))

st.subheader(words("cap.ranks"))
paths = source.ask("rank_paths", day=ranking.day, top=top, days=120)
chart(cap_charts.ranks(paths, words, names), alt=words("alt.ranks", day=ranking.day), key="cap_ranks")
if steps := tables.steps_by_count(paths, ranking.day):
    _, latest = next(groupby(reversed(steps), key=lambda row: (row["session"], row["overtaker_company"])))
    pairs = list(latest)
    passed = verdict.some(
        [names.get(row["overtaken_company"], row["overtaken_company"]) for row in reversed(pairs)], words
    )
    overtaker = names.get(pairs[0]["overtaker_company"], pairs[0]["overtaker_company"])
    told = {"day": pairs[0]["session"], "overtaker": overtaker, "overtaken": passed}
    st.caption(words("cap.ranks.counted", count=len(steps), **{key: plain(one) for key, one in told.items()}))
else:
    st.caption(words("cap.ranks.priced", day=ranking.day))
with st.expander(words("show.twin"), icon=":material/table:"):
    table(paths, words, key="cap_paths", alt=words("alt.ranks", day=ranking.day))

st.subheader(words("cap.map"))
with address.bound("cap", words, place=address.choice(("country", "sector"), "country")):
    st.segmented_control(
        words("cap.place"), ("country", "sector"), key="cap_place", format_func=words.column, required=True
    )
chart(
    cap_charts.treemap(sheet, words, names, by=st.session_state["cap_place"], look=look),
    alt=words("alt.treemap", day=ranking.day),
    key="cap_map",
)
with st.expander(words("show.twin"), icon=":material/table:"):
    shown = ("company", st.session_state["cap_place"], "market_cap_usd", "day_return")
    table(sheet, words, key="cap_map_table", alt=words("alt.treemap", day=ranking.day), columns=shown)

st.subheader(words("cap.overtakes"))
st.caption(words("cap.overtakes.help", persist=persist))
overtakes = tables.overtakes(persist, ranking.day)
if overtakes.num_rows:
    chosen = table(
        overtakes,
        words,
        key="cap_overtakes",
        alt=words("cap.overtakes"),
        columns=(
            "session",
            "cause",
            "overtaker_company",
            "overtaken_company",
            "headline",
            "verdict",
            "overtaker_market_cap_usd",
            "overtaken_market_cap_usd",
            "overtaker_rank",
            "overtaken_rank",
        ),
        select=True,
    )
    if chosen is not None and (event_id := overtakes["event_id"][chosen].as_py()):
        story.link(words, event_id=event_id, event_ticker=overtakes["overtaker"][chosen].as_py())
else:
    st.info(words("cap.overtakes.none"), icon=":material/info:")
