"""SQL console: a query of the reader's own, run where it can do no harm."""

import streamlit as st

from analytics.errors import QueryError
from dashboard import address, console, source
from dashboard.examples import EXAMPLES

words = source.words()
st.title(words("page.sql_console"))
st.caption(words("sql.help"))

with st.expander(words("sql.catalog"), icon=":material/account_tree:"):
    console.catalog(words)

with st.container(horizontal=True, vertical_alignment="bottom"):
    example = st.selectbox(
        words("sql.examples"),
        list(EXAMPLES),
        index=None,
        key="sql_example",
        format_func=lambda name: words(f"example.{name}"),
        on_change=console.take_example,
        placeholder=words("sql.examples.choose"),
        width=420,
    )
with address.bound("sql", words, query=address.text(EXAMPLES["windows"])):
    text = st.text_area(words("sql.query"), key="sql_query", height=180, max_chars=20_000, help=words("sql.query.help"))

given = console.parameters(text, words)
with st.container(horizontal=True):
    run = st.button(
        words("sql.run"), type="primary", icon=":material/play_arrow:", shortcut="Ctrl+Enter", key="sql_run"
    )
    explain = st.button(words("sql.explain"), icon=":material/schema:", key="sql_explain")
if run:
    console.start(text, given)
if explain:
    try:
        st.code(source.console().explain(text, given), language=None)
    except QueryError as error:
        console.refused(error, words)
console.progress(words)
console.history(words)
