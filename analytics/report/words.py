"""Every word that people read, in English and Chinese, from one table: data/words.csv (key, en, zh)."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from analytics.config import resource

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def table() -> dict[str, dict[Language, str]]:
    """Return the words by key and language."""
    with resource("data/words.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: {"en": row["en"], "zh": row["zh"]} for row in csv.DictReader(file)}


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one language: `words("today.title")`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the words under `key` with `values` filled in; KeyError for a key that the table does not have."""
        return table()[key][self.language].format(**values)

    def code(self, kind: str, value: object) -> str:
        """Return the words for a code of the data, such as an event type; the code itself where none are known.

        Codes come from data as well, users' own types among them, so an unknown one is not an error.
        """
        known = table().get(f"{kind}.{value}")
        return known[self.language] if known else str(value)

    def sentence(self, text: str) -> str:
        """Return a sentence that says what went wrong; as it stands where data/sentences.csv has none of its form.

        What stands before it, such as "prices.csv, line 3: ", stays.
        """
        if self.language == "en":
            return text
        for form, said in _sentences():
            if found := form.fullmatch(text):
                return said.format(*found.groups())
        place, _, rest = text.partition(": ")
        said = self.sentence(rest) if rest else ""
        return f"{place}：{said}" if said != rest else text

    def column(self, name: str) -> str:
        """Return the heading of a column."""
        return self.code("column", name)

    def meaning(self, name: str) -> str | None:
        """Return what a column means, for a hover; None where its heading says it all."""
        known = table().get(f"meaning.{name}")
        return known[self.language] if known else None


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return the form of each sentence, {0} for what it names, with its words in Chinese; fixed ones come first."""
    with resource("data/sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["en"].count("{"))
    return [(re.compile(re.sub(r"\\\{\d\\\}", "(.+?)", re.escape(row["en"])), re.DOTALL), row["zh"]) for row in rows]


def language_of(locale: str | None) -> Language:
    """Return the language for a browser's locale such as "zh-CN"; English for all that are not Chinese."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"
