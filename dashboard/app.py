"""The dashboard's start: pages, language, colours and what data are shown. Run it with `newswake serve`."""

from pathlib import Path

import streamlit as st

from analytics.errors import NewswakeError
from analytics.report.words import LANGUAGES, language_of
from dashboard import address, log, source
from dashboard.pages import pages
from dashboard.show import failed

# A file of our own: Streamlit fetches the icons it knows by name from the network.
st.set_page_config(page_title="newswake", page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
usual = language_of(st.context.locale)

with address.bound(
    address.EVERY_PAGE,
    source.words(),
    lang=address.choice(LANGUAGES, usual),
    colours=address.choice(("green_up", "red_up"), "red_up" if usual == "zh" else "green_up"),
):
    # Only here is the language known that the address asks for.
    words = source.words()
    listed = list(pages(words).values())
    current = st.navigation(listed, position="top")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            banner = st.empty()
            st.page_link("app_pages/data.py", label=words("app.own"), icon=":material/add:")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            st.segmented_control(
                words("app.language"),
                LANGUAGES,
                key="app_lang",
                format_func=lambda code: {"en": "English", "zh": "中文"}[code],
                required=True,
                label_visibility="collapsed",
            )
            st.segmented_control(
                words("app.colours"),
                ("green_up", "red_up"),
                key="app_colours",
                format_func=lambda code: words(f"app.{code}"),
                required=True,
                label_visibility="collapsed",
            )
address.unknown(words, [page.url_path for page in listed])
try:
    banner.caption(source.shown(words), width="content")
    current.run()
except NewswakeError as error:
    failed(error, words)
except Exception:
    log.to(source.home()).exception("The page %s failed.", current.url_path or "today")
    raise
