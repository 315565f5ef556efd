"""The companies that news can be about: their listed lines, names, exposures, and the words that only look like them."""

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Universe:
    """All companies known, as loaded; two universes are equal only if they are the same object."""

    companies: tuple[Company, ...]
    securities: tuple[Security, ...]
    aliases: tuple[Alias, ...]
    exposures: tuple[Exposure, ...]
    decoys: tuple[str, ...]
    """Phrases that hold an alias and mean no company: the longest match wins, so these hide it."""

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


def load_universe(folder: Path) -> Universe:
    """Read companies.csv, securities.csv, aliases.csv, exposures.csv and decoys.csv of a folder."""
    return Universe(
        companies=tuple(_rows(folder / "companies.csv", _company)),
        securities=tuple(_rows(folder / "securities.csv", _security)),
        aliases=tuple(_rows(folder / "aliases.csv", _alias)),
        exposures=tuple(_rows(folder / "exposures.csv", _exposure)),
        decoys=tuple(_rows(folder / "decoys.csv", lambda row: row["phrase"])),
    )


def _rows(path: Path, record: Callable[[dict[str, str]], T]) -> Iterator[T]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                yield record(row)
            except (KeyError, ValueError, AttributeError, TypeError) as error:
                raise InputError(str(error), where=f"{path.name}, line {line}") from error


def _company(row: dict[str, str]) -> Company:
    return Company(
        company=row["company"],
        name_zh=row["name_zh"],
        public=row["public"] == "true",
        country=row["country"],
        sector=row["sector"],
        source=row["source"],
    )


def _security(row: dict[str, str]) -> Security:
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


def _alias(row: dict[str, str]) -> Alias:
    return Alias(
        company=row["company"],
        alias=row["alias"],
        language=row["language"],
        kind=row["kind"],
        scope=row["scope"],
        requires=row["requires"],
        example=row["example"],
    )


def _exposure(row: dict[str, str]) -> Exposure:
    return Exposure(
        company=row["company"],
        ticker=row["ticker"],
        kind=row["kind"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
