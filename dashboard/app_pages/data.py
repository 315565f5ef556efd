"""Data: what was read and what came of it, how to add more, and which versions are kept."""

import streamlit as st

from analytics.records import Selection
from dashboard import address, desk, intake, source, tables, tags
from dashboard.show import plain, table

words, names = source.words(), source.company_names()
st.title(words("page.data"))
st.caption(words("data.shown", label=source.shown(words)))

st.subheader(words("data.add"))
if not source.is_own():
    st.markdown(words("data.add.sample"))
st.markdown(words("data.add.help"))
ways = st.tabs([words(f"data.way.{way}") for way in ("file", "paste", "feed", "prices")])
# The uploader's own words are English whatever the page speaks.
upload = words("data.upload")
with ways[0]:
    st.caption(upload)
    files = st.file_uploader(
        words("data.file"),
        type=["md", "txt", "csv", "tsv", "jsonl", "xml", "rss", "atom"],
        accept_multiple_files=True,
        key="data_files",
    )
    if st.button(words("data.read"), key="data_read", disabled=not files, type="primary"):
        intake.files(files, words)
with ways[1]:
    pasted = st.text_area(words("data.paste"), key="data_paste", height=160, placeholder=words("data.paste.example"))
    told_day = st.date_input(words("data.paste.day"), None, key="data_paste_day", format="YYYY-MM-DD", width=320)
    if st.button(words("data.read"), key="data_read_paste", disabled=not pasted, type="primary"):
        intake.text(pasted, told_day, words)
with ways[2]:
    feed = st.text_input(words("data.feed"), key="data_feed", placeholder="https://", type="url")
    if st.button(words("data.read"), key="data_read_feed", disabled=not feed, type="primary"):
        intake.feed(feed, words)
with ways[3]:
    st.markdown(words("data.prices.help"))
    kind = st.segmented_control(
        words("data.kind"),
        ("prices", "shares", "fx"),
        default="prices",
        required=True,
        key="data_kind",
        format_func=lambda one: words(f"data.kind.{one}"),
    )
    st.caption(upload)
    sheet = st.file_uploader(words("data.sheet"), type=["csv", "parquet"], key="data_sheet")
    if st.button(words("data.import"), key="data_import", disabled=sheet is None, type="primary"):
        intake.sheet(sheet, kind, words)
intake.report(words)

st.subheader(words("data.documents"))
documents = source.ask("documents")
table(
    documents,
    words,
    key="data_documents",
    alt=words("data.documents"),
    columns=("document", "outcome", "stories", "title", "issue_date", "reasons", "added_at"),
)
titles = {row["document"]: row for row in documents.to_pylist()}
if titles:
    usual = list(titles)[source.newest(list(titles.values()))]
    with (
        address.bound("data", words, document=address.choice(list(titles), usual)),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        document = st.selectbox(
            words("data.document"),
            list(titles),
            key="data_document",
            format_func=lambda name: source.titled(titles[name], words),
        )
    st.caption(words("data.tags.help"))
    table(
        tables.tags(document),
        words,
        key="data_tags",
        alt=words("data.tags"),
        columns=("item_no", "tag", "text", "headline", "kind", "ticker", "role", "rule"),
    )
    # An empty selection would take every event.
    if ids := source.event_ids(document):
        told = {row["event_id"]: row for row in source.events(Selection(event_ids=ids)).to_pylist()}
        with address.bound("data", words, event=address.choice(list(told), ids[0])):
            event_id = st.selectbox(
                words("tags.review"),
                list(told),
                key="data_event",
                format_func=lambda one: f"{told[one]['item_no']}. {told[one]['headline']}",
                help=words("tags.review.help"),
            )
        tags.review(source.home(), event_id, words)
    if source.is_own() and st.button(
        words("data.remove", document=plain(document)), key="data_remove", icon=":material/delete:"
    ):
        intake.remove(document, words)

st.subheader(words("data.coverage"))
if source.is_own():
    st.caption(words("data.fetch.help"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tickers = st.multiselect(
            words("data.fetch.only"), source.wanted(), key="data_tickers", placeholder=words("selection.all"), width=420
        )
        if st.button(words("data.fetch"), key="data_fetch", icon=":material/cloud_download:"):
            intake.fetch(tickers, words)
table(source.ask("price_coverage"), words, key="data_coverage", alt=words("data.coverage"))

st.subheader(words("data.followed"))
companies = source.ask("companies")["company"].to_pylist()
kept = sorted(desk.followed(source.home()))
chosen = st.multiselect(
    words("data.followed.choose"),
    companies,
    default=[one for one in kept if one in companies],
    key="data_followed",
    placeholder=words("data.followed.choose"),
    format_func=lambda one: names.get(one, one),
)
if sorted(chosen) != kept:
    desk.follow(source.home(), chosen)

st.subheader(words("data.versions"))
st.caption(words("data.versions.help", home=source.home()))
intake.versions(words)
intake.written(words)
