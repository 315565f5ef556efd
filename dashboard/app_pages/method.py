"""Method: what each number means, by its formula and paper."""

import streamlit as st

from analytics.study.conventions import CONVENTIONS
from dashboard import source
from dashboard.show import plain

words = source.words()
st.title(words("page.method"))
st.markdown(words("method.intro"))

st.header(words("method.terms"))
for term in ("session", "estimation", "ar", "car", "sigma", "ordinary", "claim", "overtake", "left_out"):
    st.markdown(f"**{words(f'term.{term}')}** — {words(f'term.{term}.text')}")

st.header(words("method.statistics"))
st.caption(words("method.statistics.help"))
wanted = st.text_input(words("method.search"), key="method_search", live=True, type="search", width=320)
for convention in CONVENTIONS.values():
    told = convention.chinese if words.language == "zh" else convention.english
    if wanted and wanted.lower() not in f"{convention.id} {told} {convention.paper}".lower():
        continue
    with st.container(border=True):
        st.markdown(f"**{plain(convention.id)}** — {plain(told)}")
        st.code(convention.formula, language=None, wrap_lines=True)
        scopes = ", ".join(words(f"scope.{scope}") for scope in convention.scopes)
        st.caption(f"{plain(convention.paper)} · {words('method.reference')}: {plain(convention.reference)} · {scopes}")
