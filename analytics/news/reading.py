"""What a reader of one format found in a document, and how words are cleaned on the way in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from analytics.records import Item, Language

# Controls, zero-width joiners and bidirectional overrides: they hide words from the reader and from the rules.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_ISO_DAY = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)", re.ASCII)
_SPACES = re.compile(r"[ \t\u3000]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Frequent in traditional text and impossible in simplified text.
_TRADITIONAL = re.compile(
    "[這個國來會說們對時發過後為與實現業電動應開關進還將萬億價漲創歷題場報導軟體網訊機車錢億預計達佈術產]"
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The content of a document before it is known under a name."""

    format: str
    """digest | links | feed | table | text"""
    items: tuple[Item, ...]
    title: str = ""
    source: str = ""
    url: str = ""
    issue_date: date | None = None
    reasons: tuple[str, ...] = ()
    """What was left out, one sentence each."""


def iso_day(text: str) -> date | None:
    """Return the first day that `text`, such as a file's name, writes like 2024-11-06."""
    for found in _ISO_DAY.findall(text):
        try:
            return date.fromisoformat(found)
        except ValueError:
            continue
    return None


def clean(text: str) -> str:
    """Return `text` without invisible characters, in composed form, runs of spaces made one."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def language_of(text: str) -> Language:
    """Return the language that most of `text` is written in."""
    han = len(_HAN.findall(text))
    if han * 10 < len(text):
        return "en"
    return "zh-Hant" if len(_TRADITIONAL.findall(text)) * 25 > han else "zh-Hans"
