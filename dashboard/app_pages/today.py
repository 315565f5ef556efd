"""Today: the newest digest, story by story: did this news move the stock."""

from itertools import groupby

import streamlit as st

from analytics.records import Selection
from analytics.report import verdict
from analytics.study import StudySpec
from dashboard import address, desk, source, story, tables
from dashboard.show import csv, plain, table

STORIES = 20
"""Stories at once: each draws charts, and a table of events may hold thousands."""

words, look, names = source.words(), source.look(), source.company_names()
documents = source.ask("documents").to_pylist()
first, last = StudySpec().estimation

st.title(words("today.title"))
if not documents:
    st.info(words("today.empty"), icon=":material/info:")
    st.page_link("app_pages/data.py", label=words("today.add"), icon=":material/add:")
    st.stop()

titles = {row["document"]: row for row in documents}
newest = source.newest(documents)
followed = desk.followed(source.home())
with (
    address.bound(
        "today",
        words,
        document=address.choice(list(titles), documents[newest]["document"]),
        only=address.choices(("followed",)),
    ),
    st.container(horizontal=True, vertical_alignment="bottom"),
):
    document = st.selectbox(
        words("today.document"),
        list(titles),
        key="today_document",
        format_func=lambda name: source.titled(titles[name], words),
        on_change=lambda: st.session_state.update(today_part=1),
    )
    st.pills(
        words("today.only"),
        ("followed",),
        selection_mode="multi",
        key="today_only",
        format_func=lambda _: words("today.followed", count=len(followed)),
        help=words("today.followed.help"),
    )

fresh = [row for row in documents if desk.is_new(source.home(), row["added_at"])]
if fresh:
    st.caption(words("today.fresh", count=len(fresh)))
if newest and document == documents[newest]["document"]:
    st.caption(words("today.newer", count=newest))

ids = source.event_ids(document)
events = {row["event_id"]: row for row in source.events(Selection(event_ids=ids)).to_pylist()} if ids else {}
reactions = source.ask("document_reactions", document=document, first=first, last=last)
moves = {event: list(rows) for event, rows in groupby(reactions.to_pylist(), key=lambda row: row["event_id"])}

weighed = [row for rows in moves.values() for row in rows if row["role"] != "background"]
st.markdown(f"**{plain(verdict.summary(weighed, names, words, stories=len(ids)))}**")
st.caption(words("today.legend"))
if unpriced := {row["ticker"] for row in weighed if row["reason"] == "no_prices"}:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words("today.unpriced", count=len(unpriced)), width="content")
        st.page_link("app_pages/data.py", label=words("today.fetch"), icon=":material/cloud_download:")
listed = {event: [row for row in rows if row["role"] != "background"] for event, rows in moves.items()}
asked = [
    event_id
    for event_id in ids
    if (told := listed.get(event_id))
    and (not st.session_state["today_only"] or followed & {row["company"] for row in told})
]
pages = max(-(-len(asked) // STORIES), 1)
with address.bound("today", words, part=address.number(1, pages, 1)):
    page = st.pagination(pages, key="today_part") if pages > 1 else st.session_state["today_part"]
here = tuple(asked[(page - 1) * STORIES : page * STORIES])
pictures = tables.pictures(document, {row["studied_as"] for event_id in here for row in listed[event_id]})
claimed = source.claims(here).to_pylist() if here else []
claims = {event: list(rows) for event, rows in groupby(claimed, key=lambda row: row["event_id"])}
for event_id in here:
    event, told = events[event_id], listed[event_id]
    private = [one["company"] for one in event["companies"] if not one["ticker"] and one["role"] != "background"]
    with st.container(border=True, key=f"story_{event_id}"):
        st.markdown(f"#### {plain(event['headline'])}")
        story.tags(event, words)
        story.moves(told, pictures, words, look)
        story.claims(claims.get(event_id, []), words)
        if private:
            st.caption(
                words(
                    "today.private", companies=plain(words("list.comma").join(names.get(one, one) for one in private))
                )
            )
        story.link(words, event_id=event_id)

if not here:
    st.info(words("today.none_listed"), icon=":material/info:")

unlisted = [events[event_id] for event_id in ids if event_id not in moves]
if unlisted:
    with st.expander(words("today.unlisted", count=len(unlisted)), icon=":material/visibility_off:"):
        st.caption(words("today.unlisted.help"))
        chosen = table(
            tables.briefly(unlisted),
            words,
            key="today_unlisted",
            alt=words("today.unlisted", count=len(unlisted)),
            select=True,
        )
        if chosen is not None:
            story.link(words, event_id=unlisted[chosen]["event_id"])
csv(reactions, words, key="today")
desk.looked(source.home(), max(row["added_at"] for row in documents))
