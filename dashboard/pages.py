"""The pages, in the order of the navigation."""

from collections.abc import Mapping

import streamlit as st

from analytics.report.words import Words

PAGES = {
    "today": ":material/today:",
    "event": ":material/newspaper:",
    "study": ":material/query_stats:",
    "market_cap": ":material/leaderboard:",
    "sql_console": ":material/terminal:",
    "data": ":material/database:",
    "method": ":material/menu_book:",
}


def pages(words: Words) -> Mapping[str, st.Page]:
    """Return the pages by name, titled in the reader's language."""
    return {
        name: st.Page(
            f"app_pages/{name}.py",
            title=words(f"page.{name}"),
            icon=icon,
            help=words(f"page.{name}.help"),
            default=name == "today",
        )
        for name, icon in PAGES.items()
    }
