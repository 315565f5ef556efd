"""What is wrong with a universe's files, each fault with its file and line, before anyone relies on them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from analytics.news.universe import Row, rows_of

_COLUMNS = {
    "companies.csv": ("company", "name_zh", "public", "country", "sector", "source"),
    "securities.csv": (
        "ticker",
        "company",
        "exchange",
        "currency",
        "is_primary",
        "ordinary_per_unit",
        "share_class",
        "valid_from",
        "valid_to",
    ),
    "aliases.csv": ("company", "alias", "language", "kind", "scope", "requires", "example"),
    "exposures.csv": ("company", "ticker", "kind", "valid_from", "valid_to", "source"),
    "decoys.csv": ("phrase", "hides", "example"),
}
_KEYS = {
    "companies.csv": ("company",),
    "securities.csv": ("ticker", "valid_from"),
    "aliases.csv": ("alias",),
    "exposures.csv": ("company", "ticker", "kind"),
    "decoys.csv": ("phrase",),
}
_ALLOWED = {
    "public": {"true", "false"},
    "is_primary": {"true", "false"},
    "language": {"zh", "en"},
    "scope": {"", "headline"},
}
_KINDS = {
    "aliases.csv": {"name", "product", "supplier", "person"},
    "exposures.csv": {"owner", "investor", "supplier", "customer", "partner", "competitor", "affiliate"},
}
_FORMS = {
    "exchange": (re.compile(r"[A-Z0-9]{4}"), "a market code of ISO 10383 such as XNYS"),
    "currency": (re.compile(r"[A-Z]{3}"), "an ISO currency such as USD"),
    "country": (re.compile(r"(?:[A-Z]{2})?"), "an ISO country such as US, or empty"),
}
_OPTIONAL = frozenset(
    {"name_zh", "country", "sector", "share_class", "valid_from", "valid_to", "scope", "requires", "example"}
)


def faults_of(folder: Path, *extensions: Path) -> tuple[str, ...]:
    """Return every fault of the files in the folder and its extensions, one sentence each; none if all is well."""
    folders = (folder, *extensions)
    return (*_missing_files(folder), *(fault for name in _COLUMNS for fault in _faults(folders, name)))


def _missing_files(folder: Path) -> Iterator[str]:
    for name in _COLUMNS:
        if not (folder / name).exists():
            yield f"{folder / name}: the file is missing."


def _faults(folders: tuple[Path, ...], name: str) -> Iterator[str]:
    known = {row["company"] for path in folders for _, row in rows_of(path / "companies.csv") if row.get("company")}
    tickers = {row.get("ticker", "") for path in folders for _, row in rows_of(path / "securities.csv")}
    seen: dict[tuple[str, ...], str] = {}
    for path in (folder / name for folder in folders):
        for line, row in rows_of(path):
            where = f"{path}, line {line}"
            missing = [column for column in _COLUMNS[name] if column not in row and column not in _OPTIONAL]
            if missing:
                yield f"{where}: the column {missing[0]} is missing; the columns are {', '.join(_COLUMNS[name])}."
                break
            yield from (f"{where}: {fault}" for fault in _row_faults(name, row, known, tickers))
            key = tuple(row.get(column) or "" for column in _KEYS[name])
            first = seen.setdefault(key, where)
            if first != where:
                yield f"{where}: {' '.join(key).strip()!r} was given already in {first}."


def _row_faults(name: str, row: Row, known: set[str], tickers: set[str]) -> Iterator[str]:
    for column in _COLUMNS[name]:
        yield from _value_faults(column, row.get(column) or "")
    kind = row.get("kind", "")
    if name in _KINDS and kind not in _KINDS[name]:
        yield f"kind {kind!r} is not one of {', '.join(sorted(_KINDS[name]))}."
    if name != "companies.csv" and row.get("company", "") not in known and name != "decoys.csv":
        yield f"company {row['company']!r} is not in companies.csv."
    if name == "exposures.csv" and row["ticker"] not in tickers:
        yield f"ticker {row['ticker']!r} is not in securities.csv."
    if (start := row.get("valid_from") or "") and (end := row.get("valid_to") or "") and start > end:
        yield f"valid_from {start} is after valid_to {end}."


def _value_faults(column: str, value: str) -> Iterator[str]:
    if not value and column not in _OPTIONAL:
        yield f"{column} is empty."
    elif column in _ALLOWED and value not in _ALLOWED[column]:
        yield f"{column} {value!r} is not one of {', '.join(sorted(_ALLOWED[column])).strip(', ')}."
    elif column in _FORMS and not _FORMS[column][0].fullmatch(value):
        yield f"{column} {value!r} is not {_FORMS[column][1]}."
    elif column.startswith("valid_") and value and not _is_day(value):
        yield f"{column} {value!r} is not a date such as 2024-11-04."
    elif column == "ordinary_per_unit" and not _is_positive(value):
        yield f"ordinary_per_unit {value!r} is not a number above 0."
    elif column == "requires" and not _is_pattern(value):
        yield f"requires {value!r} is not a regular expression."


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_positive(value: str) -> bool:
    try:
        return 0 < float(value) < float("inf")
    except ValueError:
        return False


def _is_pattern(value: str) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True
