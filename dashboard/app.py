"""The dashboard's start: pages, language, colours and what data are shown. Run it with `newswake serve`."""

import streamlit as st

from analytics.report.words import LANGUAGES, language_of
from dashboard import address, source
from dashboard.pages import pages

words = source.words()
st.set_page_config(page_title="newswake", page_icon=":material/waves:", layout="wide")

current = st.navigation(list(pages(words).values()), position="top")

with st.sidebar:
    languages = address.choice(LANGUAGES, language_of(st.context.locale))
    colours = address.choice(("green_up", "red_up"), "red_up" if words.language == "zh" else "green_up")
    with address.bound("app", words, lang=languages, colours=colours):
        st.segmented_control(
            words("app.language"), LANGUAGES, key="app_lang", format_func={"en": "English", "zh": "中文"}.get, required=True
        )
        st.segmented_control(
            words("app.colours"),
            ("green_up", "red_up"),
            key="app_colours",
            format_func=lambda code: words(f"app.{code}"),
            required=True,
        )
current.run()
