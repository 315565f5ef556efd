"""What a reader of one format found in a document, and how words are cleaned on the way in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from analytics.records import Item, Language

# Controls, zero-width joiners and bidirectional overrides: they hide words from the reader and from the rules.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_ISO_DAY = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)", re.ASCII)
_LONG_DAY = re.compile(r"(?P<month>[A-Z][a-z]+) (?P<day>\d{1,2}),? (?P<year>20\d\d)", re.ASCII)
_CHINESE_DAY = re.compile(r"(?P<year>20\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]", re.ASCII)
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


def heading_day(text: str) -> date | None:
    """Return the first day that a heading names: like 2024-11-06, November 6, 2024 or 2024 年 11 月 6 日."""
    for found in _CHINESE_DAY.finditer(text):
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            continue
    for found in _LONG_DAY.finditer(text):
        try:
            return datetime.strptime(" ".join(found.groups()), "%B %d %Y").date()  # noqa: DTZ007 - a date, not an instant
        except ValueError:
            continue
    return iso_day(text)


def clean(text: str) -> str:
    """Return `text` without invisible characters, in composed form, runs of spaces made one."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def language_of(text: str) -> Language:
    """Return the language that most of `text` is written in."""
    han = len(_HAN.findall(text))
    if han * 10 < len(text):
        return "en"
    return "zh-Hant" if len(_TRADITIONAL.findall(text)) * 25 > han else "zh-Hans"
