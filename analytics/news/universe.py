"""The companies that news can be about: listed lines, names, exposures, and words that only look like them."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from analytics.errors import InputError

T = TypeVar("T")
Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Company:
    """An issuer or firm, listed or private. Key: company."""

    company: str
    name_zh: str
    public: bool
    country: str
    sector: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Security:
    """A listed line of a company over the span of its ticker. Key: ticker, valid_from."""

    ticker: str
    company: str
    exchange: str
    """ISO 10383 code of the calendar."""
    currency: str
    is_primary: bool
    ordinary_per_unit: float
    """Ordinary shares that one unit stands for (ADR ratio)."""
    share_class: str
    valid_from: date | None
    valid_to: date | None

    def listed_on(self, day: date) -> bool:
        """Tell whether the ticker was valid on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, kw_only=True)
class Alias:
    """Words by which a story may mean a company. Key: company, alias."""

    company: str
    alias: str
    language: str
    kind: str
    """name | product | supplier | person; a product counts only where its owner is not named."""
    scope: str
    """headline: counts only in a headline; elsewhere the words are a place to publish or an everyday word."""
    requires: str
    """Regular expression that the story must match beside the alias; empty where the words are clear by themselves."""
    example: str
    """Sentence that made the rule, ours."""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """A listed security through which news of a private company may reach the market. Key: company, ticker, kind."""

    company: str
    ticker: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Decoy:
    """A phrase that holds an alias and means no company: the longest match wins, so it hides the alias. Key: phrase."""

    phrase: str
    hides: str
    example: str
    """Sentence that made the rule, ours."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Universe:
    """All companies known, as loaded; two universes are equal only if they are the same object."""

    companies: tuple[Company, ...]
    securities: tuple[Security, ...]
    aliases: tuple[Alias, ...]
    exposures: tuple[Exposure, ...]
    decoys: tuple[Decoy, ...]

    @cached_property
    def _lines(self) -> dict[str, list[Security]]:
        lines: dict[str, list[Security]] = defaultdict(list)
        for security in self.securities:
            lines[security.company].append(security)
        return lines

    @cached_property
    def by_ticker(self) -> dict[str, Security]:
        """Return the security of each ticker, the latest where a ticker was used twice."""
        return {s.ticker: s for s in sorted(self.securities, key=lambda s: s.valid_from or date.min)}

    def primary_on(self, company: str, day: date) -> Security | None:
        """Return the line that stands for the company on that day, another line of it if that one was not listed."""
        listed = [line for line in self._lines.get(company, ()) if line.listed_on(day)]
        return next((line for line in listed if line.is_primary), listed[0] if listed else None)


def load_universe(folder: Path, *extensions: Path) -> Universe:
    """Read a folder of companies.csv, securities.csv, aliases.csv, exposures.csv and decoys.csv.

    An extension is a folder of a user's own rows in files of the same form, any of which may be absent.
    Raises InputError that names the file and line of the first row that cannot be read; `faults_of` names them all.
    """
    folders = (folder, *extensions)
    return Universe(
        companies=tuple(_rows(folders, "companies.csv", _company)),
        securities=tuple(_rows(folders, "securities.csv", _security)),
        aliases=tuple(_rows(folders, "aliases.csv", _alias)),
        exposures=tuple(_rows(folders, "exposures.csv", _exposure)),
        decoys=tuple(_rows(folders, "decoys.csv", _decoy)),
    )


def _rows(folders: tuple[Path, ...], name: str, record: Callable[[Row], T]) -> Iterator[T]:
    for path in (folder / name for folder in folders):
        for line, row in rows_of(path):
            try:
                yield record(row)
            except (KeyError, ValueError) as error:
                raise InputError(
                    f"a column is missing or wrong: {error}",
                    where=f"{path}, line {line}",
                    hint="See the columns of the supplied file.",
                ) from error


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a file with their lines; a file that is not there has none."""
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            yield from ((reader.line_num, row) for row in reader)


def _company(row: Row) -> Company:
    return Company(
        company=row["company"],
        name_zh=row["name_zh"],
        public=row["public"] == "true",
        country=row["country"],
        sector=row["sector"],
        source=row["source"],
    )


def _security(row: Row) -> Security:
    return Security(
        ticker=row["ticker"],
        company=row["company"],
        exchange=row["exchange"],
        currency=row["currency"],
        is_primary=row["is_primary"] == "true",
        ordinary_per_unit=float(row["ordinary_per_unit"]),
        share_class=row["share_class"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _alias(row: Row) -> Alias:
    return Alias(
        company=row["company"],
        alias=row["alias"],
        language=row["language"],
        kind=row["kind"],
        scope=row.get("scope", ""),
        requires=row.get("requires", ""),
        example=row.get("example", ""),
    )


def _exposure(row: Row) -> Exposure:
    return Exposure(
        company=row["company"],
        ticker=row["ticker"],
        kind=row["kind"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
    )


def _decoy(row: Row) -> Decoy:
    return Decoy(phrase=row["phrase"], hides=row["hides"], example=row["example"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
