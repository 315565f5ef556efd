"""Adding to the user's data from the Data page: each change publishes a version, and says what came of each part."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import count
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa
import streamlit as st

from analytics.errors import NewswakeError
from analytics.pipeline import adding, publish
from analytics.pipeline.fetching import fetch_prices
from analytics.report.words import Words
from analytics.store import versions as store_versions
from dashboard import log, source
from dashboard.show import failed, plain, table

_CAME = "intake_came"
_TOLD = 20
"""Refused rows of a file that are told of."""
_LONGEST_NAME = 80
"""Characters, of up to three bytes each."""


def files(uploaded: Iterable[Any], words: Words) -> None:
    """Read uploaded documents under the names they came with."""
    with tempfile.TemporaryDirectory() as folder:
        places = (Path(folder) / str(number) for number in count())  # two of the same name are two documents
        paths = [_kept(place, one.name, one.getvalue()) for place, one in zip(places, uploaded, strict=False)]
        _add([str(path) for path in paths], words)


def text(pasted: str, day: date | None, words: Words) -> None:
    """Read pasted text as a document named after its day, if one was told, and its content."""
    name = f"pasted-{f'{day}-' if day else ''}{hashlib.sha256(pasted.encode()).hexdigest()[:8]}.md"
    with tempfile.TemporaryDirectory() as folder:
        _add([str(_kept(Path(folder), name, pasted.encode()))], words)


def feed(address: str, words: Words) -> None:
    """Read a feed."""
    _add([address.strip()], words)


def sheet(uploaded: Any, kind: str, words: Words) -> None:
    """Import a file of prices, share counts or currency rates."""
    with tempfile.TemporaryDirectory() as folder:
        path = _kept(Path(folder), uploaded.name, uploaded.getvalue())
        found = _tried(lambda: publish.import_files(source.home(), [(kind, path)]), words)
    if found:
        _came([(one.file, words("data.imported", rows=one.rows), one.refused[:_TOLD]) for one in found])


def fetch(tickers: list[str], words: Words) -> None:
    """Fetch the prices that the stored events still need, of these tickers or all, and say what came of each."""
    with st.status(words("data.fetching"), expanded=True) as status:
        found = _tried(
            lambda: fetch_prices(source.home(), tickers=tickers, progress=lambda line: _say(status, line)), words
        )
    if found:
        outcomes = [f"{words.code('outcome', one.outcome)}, {words('data.bars', count=one.bars)}" for one in found]
        _came([(one.ticker, said, one.problems) for one, said in zip(found, outcomes, strict=True)])
    elif found is not None:
        st.info(words("data.fetched"), icon=":material/info:")


def remove(document: str, words: Words) -> None:
    """Remove a document with everything read from it."""
    gone = _tried(lambda: publish.remove_document(source.home(), document), words)
    if gone is not None:
        _came([(document, words("data.removed", events=gone), ())])


def report(words: Words) -> None:
    """Say what came of the last change."""
    if came := st.session_state.pop(_CAME, None):
        if any(reasons for _, _, reasons in came):
            st.warning(words("data.done.partly"), icon=":material/rule:")
        else:
            st.success(words("data.done"), icon=":material/check:")
        for document, outcome, reasons in came:
            told = [
                f"- {plain(document)}: {plain(outcome)}",
                *(f"    - {plain(words.sentence(one))}" for one in reasons),
            ]
            st.markdown("\n".join(told))


def written(words: Words) -> None:
    """Offer the log file."""
    file = log.file(source.home())
    if file.exists():
        st.download_button(
            words("data.log", file=file),
            data=file.read_bytes,
            file_name=file.name,
            mime="text/plain",
            icon=":material/description:",
            key="data_log",
            type="tertiary",
            on_click="ignore",
        )


def versions(words: Words) -> None:
    """Show the kept versions, with a way back to an earlier one."""
    kept = store_versions.versions(source.home())
    if not kept:
        st.info(words("data.versions.none"), icon=":material/info:")
        return
    current = source.snapshot().version.number
    rows = [
        {
            "version": one.number,
            "made_at": one.made_at,
            "shown": one.number == current,
            "events": one.rows.get("events", 0),
        }
        for one in kept
    ]
    table(pa.Table.from_pylist(rows), words, key="data_versions", alt=words("data.versions"), download=False)
    for one in kept:
        if one.number != current and st.button(words("data.back", number=one.number), key=f"data_back_{one.number}"):
            store_versions.rollback(source.home(), one.number)
            st.rerun()


def _add(what: list[str], words: Words) -> None:
    with st.status(words("data.reading"), expanded=True) as status:
        added = _tried(lambda: adding.add_documents(source.home(), what), words)
        status.update(state="complete" if added else "error")
    if added:
        _came(
            [
                (
                    one.document,
                    f"{words.code('outcome', one.outcome)}, {words('data.stories', count=one.stories)}",
                    one.reasons,
                )
                for one in added
            ]
        )


def _came(rows: list[tuple[str, str, Sequence[str]]]) -> None:
    st.session_state[_CAME] = rows
    for name, outcome, reasons in rows:
        log.to(source.home()).info("%s: %s %s", log.bare(name), outcome, log.bare(" ".join(reasons)))
    st.rerun()


def _tried(change: Callable[[], Any], words: Words) -> Any:
    try:
        return change()
    except NewswakeError as error:
        failed(error, words, "show.refused")
        log.to(source.home()).warning("%s", log.bare(error.message))
        return None


def _kept(folder: Path, name: str, content: bytes) -> Path:
    # Whoever sends the file names it; only the last part may name ours, and no longer than a file system takes.
    folder.mkdir(exist_ok=True)
    path = folder / re.sub(r"[\\/\x00]", "_", PurePath(name).name)[-_LONGEST_NAME:]
    path.write_bytes(content)
    return path


def _say(place: Any, line: str) -> None:
    place.caption(plain(line))
