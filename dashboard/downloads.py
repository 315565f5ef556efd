"""What a study is taken away as: a page to read offline, and a bundle to compute with."""

import streamlit as st

from analytics.pipeline.studies import Study
from analytics.report.bundle import report_zip
from analytics.report.page import study_page
from analytics.report.words import Words
from dashboard import source


def study_downloads(found: Study, words: Words) -> None:
    """Offer a study as a self-contained HTML page and as one zip with its manifest; both are made when asked for."""
    with st.container(horizontal=True):
        st.download_button(
            words("study.html"),
            data=lambda: study_page(found, words, benchmarks=source.benchmarks(found)).encode(),
            file_name="newswake-study.html",
            mime="text/html",
            icon=":material/article:",
            key="study_html",
            on_click="ignore",
            help=words("study.html.help"),
        )
        st.download_button(
            words("study.zip"),
            data=lambda: report_zip(source.snapshot(), found.selection, found.spec, words),
            file_name="newswake-study.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            key="study_zip",
            on_click="ignore",
            help=words("study.zip.help"),
        )
