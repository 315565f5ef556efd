"""What a person chose on a page, kept in the page's address so that it can be shared and bookmarked.

Streamlit's own binding (`bind="query-params"`) writes the label that the person saw: a link copied from the Chinese
page would name options that the English one does not have, and a wrong value is dropped without a word. Here codes
are written, and a wrong value is named before its default takes over.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

import streamlit as st

from analytics.report.words import Words
from dashboard.show import plain

EVERY_PAGE = "app"
"""The page that stands for all pages: language and colours."""

_STUDY = {
    **{
        name: f"spec.{name}"
        for name in (
            "model",
            "first",
            "last",
            "estfirst",
            "estlast",
            "minimum",
            "returns",
            "rule",
            "kind",
            "benchmark",
        )
    },
    "tested": "study.tested",
}
_SELECTION = {
    name: f"selection.{name}" for name in ("types", "companies", "roles", "modalities", "sources", "from", "to")
}
LABELS: Mapping[str, str] = {
    f"{page}_{name}": label
    for page, named in {
        EVERY_PAGE: {"lang": "app.language", "colours": "app.colours"},
        "today": {"document": "today.document", "only": "today.only", "part": "today.part"},
        "event": {"id": "event.choose", "ticker": "event.security", **_STUDY},
        "study": {
            **_SELECTION,
            **_STUDY,
            "by": "study.by",
            "left": "study.left",
            "right": "study.right",
            "draws": "study.placebo",
            "curve": "study.choices",
        },
        "cap": {"day": "cap.day", "top": "cap.top", "persist": "cap.persist", "place": "cap.place"},
        "sql": {"query": "sql.query"},
        "data": {"document": "data.document", "event": "tags.review"},
    }.items()
    for name, label in named.items()
}
"""Every parameter that an address may hold -> the key of the words that name it on its page."""

_WRITTEN = "address_written"
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One choice of a page: its default, and how it is written in the address."""

    default: Any
    read: Callable[[list[str]], Any]
    """Texts of the parameter -> value; ValueError where they name none."""
    write: Callable[[Any], list[str]]


def choice(options: Sequence[str], default: str | None) -> Field:
    """Return a field that takes one of `options`, or None where that is the default."""

    def read(texts: list[str]) -> str:
        [text] = texts
        if text not in options:
            raise ValueError(text)
        return text

    return Field(default=default, read=read, write=lambda value: [] if value is None else [value])


def choices(options: Sequence[str], default: Sequence[str] = ()) -> Field:
    """Return a field that takes any of `options`."""

    def read(texts: list[str]) -> list[str]:
        if texts == [""]:
            return []
        if unknown := [text for text in texts if text not in options]:
            raise ValueError(unknown[0])
        return texts

    return Field(default=list(default), read=read, write=lambda value: list(value) or [""])


def number(low: int, high: int, default: int) -> Field:
    """Return a field that takes a whole number from `low` to `high`."""

    def read(texts: list[str]) -> int:
        [text] = texts
        if not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return Field(default=default, read=read, write=lambda value: [str(value)])


def flag() -> Field:
    """Return a field that is on or, as usual, off."""

    def read(texts: list[str]) -> bool:
        if texts != ["on"]:
            raise ValueError(texts[0])
        return True

    return Field(default=False, read=read, write=lambda value: ["on"] if value else [])


def day(default: date | None = None) -> Field:
    """Return a field that takes a calendar date, or none."""

    def read(texts: list[str]) -> date:
        [text] = texts
        return date.fromisoformat(text)

    return Field(default=default, read=read, write=lambda value: [] if value is None else [value.isoformat()])


def text(default: str = "") -> Field:
    """Return a field that takes any text."""

    def read(texts: list[str]) -> str:
        [found] = texts
        if len(found) > _LONGEST:
            raise ValueError(found[:20])
        return found

    return Field(default=default, read=read, write=lambda value: [value])


@contextmanager
def bound(page: str, words: Words, **fields: Field) -> Iterator[None]:
    """Bind the widgets drawn inside, with the keys `<page>_<field>`, to the parameters of the same names.

    A widget takes its value from the address when the page is opened, and when the address has changed since it was
    last written here: by a link, or by the browser's back button. Widgets give no value of their own. The choices
    of EVERY_PAGE outlive an address that does not name them, since the navigation empties the address.
    """
    keyed = {f"{page}_{name}": field for name, field in fields.items()}
    for key, field in keyed.items():
        _seed(key, field, words, kept=page == EVERY_PAGE)
    yield
    for key, field in keyed.items():
        _write(key, field)


def unknown(words: Words, pages: Iterable[str]) -> None:
    """Name a page or parameters of the address that do not exist; `pages` are the paths of those that do."""
    asked = unquote(urlsplit(st.context.url or "").path).rpartition("/")[2]
    if asked not in ("", *pages):
        st.warning(words("address.no_page", page=plain(asked[:80])), icon=":material/link_off:")
    if ignored := [name for name in st.query_params if name not in LABELS]:
        named = plain(", ".join(ignored)[:80])
        st.warning(words("address.unknown", named=named), icon=":material/link_off:")


def texts_of(page: str, fields: dict[str, Field], values: dict[str, Any]) -> dict[str, list[str]]:
    """Return the parameters of a link to `page` that shows `values`; defaults are left out."""
    return {
        f"{page}_{name}": fields[name].write(value) for name, value in values.items() if value != fields[name].default
    }


def _seed(key: str, field: Field, words: Words, *, kept: bool) -> None:
    texts = st.query_params.get_all(key)
    written = st.session_state.setdefault(_WRITTEN, {})
    chosen_here = key in st.session_state and (texts == written.get(key, []) or (kept and not texts))
    if chosen_here:
        texts = field.write(st.session_state[key])
    try:
        value = field.read(texts) if texts else field.default
    except ValueError:
        # What was chosen on the page may be gone with the data of the version before: nobody asked for it.
        if not chosen_here:
            said = plain(", ".join(texts)[:80])
            st.warning(words("address.invalid", field=words(LABELS[key]), value=said), icon=":material/link_off:")
        value = field.default
    if st.session_state.get(key, field) != value:
        st.session_state[key] = value


def _write(key: str, field: Field) -> None:
    value = st.session_state[key]
    texts = [] if value == field.default else field.write(value)
    st.session_state[_WRITTEN][key] = texts
    if texts == st.query_params.get_all(key):
        return
    if texts:
        st.query_params[key] = texts
    else:
        del st.query_params[key]
