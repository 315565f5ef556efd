"""Every word stands in the table, in both languages, and nothing that people read is written elsewhere."""

import ast
import re
import string
from pathlib import Path

import pytest

from analytics.report.words import LANGUAGES, Words, language_of, table

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "analytics" / "report").glob("*.py")])
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Shown as they are in every language: names, units, letters of statistics.
_UNIVERSAL = {"newswake", "t", "p", "N", "x", "y", "https://", "–"}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_word_exists_in_both_languages_with_the_same_fields() -> None:
    for key, texts in table().items():
        english, chinese = (texts[language] for language in LANGUAGES)
        assert english, key
        assert chinese, key
        assert _fields(english) == _fields(chinese), key
        assert not _HAN.search(english), key


def _calls(source: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


def _is_words(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "words" and bool(call.args)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_key_that_is_used_exists_and_gets_its_fields(source: Path) -> None:
    for call in filter(_is_words, _calls(source)):
        match call.args[0]:
            case ast.Constant(value=str(key)):
                assert key in table(), key
                given = {keyword.arg for keyword in call.keywords}
                assert None in given or given >= _fields(table()[key]["en"]), key
            case ast.JoinedStr(values=[ast.Constant(value=str(head)), *_]):
                assert any(key.startswith(head) for key in table()), head


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_text_is_given_to_streamlit_but_through_the_table(source: Path) -> None:
    for call in _calls(source):
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "st"
        ):
            shown = [
                *call.args[:1],
                *(word.value for word in call.keywords if word.arg in ("help", "label", "placeholder")),
            ]
            for part in shown:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    assert part.value in _UNIVERSAL or part.value.startswith("app_pages/"), part.value


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh"), ("zh-Hant-TW", "zh"), ("en-US", "en"), ("de", "en"), (None, "en")]
)
def test_the_language_follows_the_browser(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_an_unknown_code_stands_for_itself() -> None:
    assert Words(language="en").code("type", "my_own_type") == "my_own_type"
    assert Words(language="zh").code("type", "denial") == "否认辟谣"


# What a page may show of them: errors, their hints, and the reasons of documents and of prices.
SPEAKERS = [
    *sorted((ROOT / "analytics" / "news").glob("*.py")),
    *sorted((ROOT / "analytics" / "pipeline").glob("*.py")),
    *(ROOT / "analytics" / "market" / f"{name}.py" for name in ("files", "sheet", "sifting", "yahoo")),
    *(ROOT / "analytics" / "store" / f"{name}.py" for name in ("console", "faults", "manifest", "pool", "versions")),
    *(ROOT / "analytics" / "study" / f"{name}.py" for name in ("inference", "regression", "spec")),
    ROOT / "analytics" / "store" / "worker.py",
    ROOT / "analytics" / "ranking.py",
]
# Said on the command line alone, or to whoever writes a universe or labels of their own.
_UNSEEN = {"export", "own_files", "scoring", "universe", "universe_check"}


def _sentences(source: Path) -> list[str]:
    """Return the sentences that a module says, with 7 for each thing named in them."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    unsaid = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
    unsaid |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part != node}
    found = []
    for node in nodes:
        if id(node) in unsaid:
            continue
        match node:
            case ast.Constant(value=str(text)):
                found.append(text)
            case ast.JoinedStr(values=parts):
                found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts))
    return [
        text for text in found if " " in text and text[-1] in ".?" and re.search("[a-z]{3}", text) and "\\" not in text
    ]


@pytest.mark.parametrize("source", [one for one in SPEAKERS if one.stem not in _UNSEEN], ids=lambda path: path.stem)
def test_a_sentence_of_an_error_exists_in_chinese(source: Path) -> None:
    chinese = Words(language="zh")
    assert [text for text in _sentences(source) if not _HAN.search(chinese.sentence(text))] == []


def test_a_sentence_keeps_what_it_names_and_where() -> None:
    chinese = Words(language="zh")
    text = "events.csv, line 3: time '9:30' has no zone such as America/New_York; the row was left out."
    assert chinese.sentence(text) == "events.csv, line 3：time '9:30' 没有时区（如 America/New_York）；该行已略去。"
    assert chinese.sentence("Something new.") == "Something new."
    assert chinese.sentence("Binder Error: no column: headlin") == "Binder Error: no column: headlin"
    assert Words(language="en").sentence(text) == text
