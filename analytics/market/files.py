"""Prices, share counts, currency rates and factors from files of the user."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import InputError
from analytics.market import sheet as sh
from analytics.market.sheet import Check, Sheet
from analytics.market.tables import BAR_COLUMNS, PRICE_COLUMNS, as_prices, repeated

Layout = Literal["long", "one security", "wide"]

_DAY = "is not a date in the form 2024-11-04"
_BASES = ("split_adjusted", "as_reported")
_FACTORS = ("mkt_rf", "smb", "hml", "rmw", "cma", "mom", "rf")


@dataclass(frozen=True, kw_only=True)
class MarketFile:
    """What a file held: the rows of a table, and the rows that were refused."""

    rows: pa.Table
    refused: pa.Table
    """One row per row left out: line (from 1; the row's number in Parquet) and reason."""


@dataclass(frozen=True, kw_only=True)
class PriceFile(MarketFile):
    """Rows of the table `prices`, with how the file was understood."""

    layout: Layout


def read_prices(path: Path) -> PriceFile:
    """Read daily bars from CSV or Parquet, in the columns of the table `prices`.

    Layouts: "long" (ticker, date, close and perhaps open, high, low, adj_close, volume, source); "one security", as
    Yahoo exports it, with the ticker in the name of the file; "wide" (a date and one column of closes per ticker).
    Prices are split-adjusted, in the currency of the security. A column that no layout knows is an InputError.
    """
    sheet, layout = _as_long(sh.read_sheet(path), ticker=path.name.split(".csv")[0].split(".parquet")[0])
    rows = {"ticker": sh.texts(sheet.columns["ticker"]), "session": sh.days(sheet.columns["date"])}
    rows |= {name: sh.numbers(sheet.columns[name]) for name in BAR_COLUMNS if name in sheet.names}
    if "source" in sheet.names:
        rows["source"] = sh.texts(sheet.columns["source"])
    checks = [sh.given("ticker", rows["ticker"]), sh.given("date", rows["session"], _DAY)]
    checks += [sh.positive(name, rows[name]) for name in PRICE_COLUMNS if name in rows]
    checks += [sh.positive("volume", rows["volume"], zero=True)] if "volume" in rows else []
    checks.append(_priced(rows))
    sifted = sh.sift(sheet, rows, key=("ticker", "session"), checks=checks)
    return PriceFile(
        rows=as_prices(sifted.columns, source=sifted.name, fetched_at=datetime.now(UTC)),
        refused=sifted.refused,
        layout=layout,
    )


def read_shares(path: Path) -> MarketFile:
    """Read counts of shares outstanding, in the columns of the table `shares`.

    Columns: ticker, as_of, shares (or shares_outstanding) and perhaps basis and source. Without a basis the counts are
    taken as split_adjusted, as the prices of a file are.
    """
    sheet = sh.read_sheet(path).renamed(lambda name: _spelling(name).removesuffix("_outstanding"))
    _require(sheet, needed=("ticker", "as_of", "shares"), allowed=("basis", "source"))
    rows = {
        "ticker": sh.texts(sheet.columns["ticker"]),
        "as_of": sh.days(sheet.columns["as_of"]),
        "shares": sh.numbers(sheet.columns["shares"]),
        "basis": _text_or(sheet, "basis", _BASES[0]),
        "source": _text_or(sheet, "source", sheet.name),
    }
    checks = [
        sh.given("ticker", rows["ticker"]),
        sh.given("as_of", rows["as_of"], _DAY),
        sh.given("shares", rows["shares"]),
        sh.positive("shares", rows["shares"]),
    ]
    if "basis" in sheet.names:
        unknown = pc.invert(pc.is_in(rows["basis"], pa.array(_BASES)))
        checks.append(Check(column="basis", bad=unknown, rule=f"is not one of {', '.join(_BASES)}"))
    return _market_file(sh.sift(sheet, rows, key=("ticker", "as_of"), checks=checks))


def read_fx(path: Path) -> MarketFile:
    """Read currency rates against the US dollar, in the columns of the table `fx`.

    Columns: currency, date, per_usd and perhaps source; or a date and one column per pair, such as usdhkd (Hong Kong
    dollars for one US dollar) or eurusd (US dollars for one euro, which is turned round).
    """
    sheet = sh.read_sheet(path).renamed(_spelling)
    if "currency" in sheet.names:
        _require(sheet, needed=("currency", "date", "per_usd"), allowed=("source",))
        return _rates(sheet, sh.texts(sheet.columns["currency"]), "per_usd", sh.numbers(sheet.columns["per_usd"]))
    sheet = _pairs(sheet)
    pair, rate = sheet.columns["pair"], sh.numbers(sheet.columns["rate"])
    currency = pc.utf8_upper(pc.replace_substring(pair, "usd", "", max_replacements=1))
    return _rates(sheet, currency, "rate", pc.if_else(pc.starts_with(pair, "usd"), rate, pc.divide(1.0, rate)))


def read_factors(path: Path) -> MarketFile:
    """Read daily factor returns as shares: session, mkt_rf, rf and those of smb, hml, rmw, cma, mom that the file has.

    The form of Ken French's library is known, with its notes before and after the figures; so is a plain CSV with the
    same columns. Figures are percent unless a column `unit` says share. -99.99 and -999 stand for no figure there.
    """
    sheet = _factor_sheet(path).renamed(_spelling)
    _require(sheet, needed=("date", "mkt_rf", "rf"), allowed=(*_FACTORS, "unit", "source"))
    scale = pc.if_else(pc.equal(_text_or(sheet, "unit", "percent"), "percent"), 0.01, 1.0)
    stated = {name: sh.numbers(sheet.columns[name]) for name in _FACTORS if name in sheet.names}
    checks = [sh.given("date", sh.days(sheet.columns["date"]), _DAY)]
    if "unit" in sheet.names:
        unknown = pc.invert(pc.is_in(sheet.columns["unit"], pa.array(["percent", "share"])))
        checks.append(Check(column="unit", bad=unknown, rule="is not percent or share"))
    for name, values in stated.items():
        checks.append(sh.given(name, values))
        absent = pc.or_(pc.invert(pc.is_finite(values)), pc.less(values, -99.0))
        checks.append(Check(column=name, bad=absent, rule="is not a return"))
    rows = {"session": sh.days(sheet.columns["date"])}
    rows |= {name: pc.multiply(values, scale) for name, values in stated.items()}
    return _market_file(sh.sift(sheet, rows, key=("session",), checks=checks))


def _as_long(sheet: Sheet, *, ticker: str) -> tuple[Sheet, Layout]:
    spelled = sheet.renamed(_spelling)
    if "date" not in spelled.names or len(spelled.names) == 1:
        raise _unknown_columns(sheet, needed=("date", "close"), allowed=("ticker", *BAR_COLUMNS, "source"))
    if {"ticker", *BAR_COLUMNS}.isdisjoint(spelled.names):
        day = next(name for name in sheet.names if _spelling(name) == "date")
        wide = sheet.renamed(lambda name: "date" if name == day else name)
        return wide.melted(keep=["date"], label="ticker", value="close"), "wide"
    _require(spelled, needed=("date", "close"), allowed=("ticker", *BAR_COLUMNS, "source", "fetched_at", "flags"))
    if "ticker" in spelled.names:
        return spelled, "long"
    named = spelled.columns.append_column("ticker", pa.repeat(ticker, spelled.columns.num_rows))
    return Sheet(name=sheet.name, columns=named, lines=sheet.lines, refused=sheet.refused), "one security"


def _spelling(name: str) -> str:
    spelled = re.sub(r"[\s-]+", "_", name.strip().lower())
    return {"session": "date", "day": "date", "": "date"}.get(spelled, spelled)


def _require(sheet: Sheet, *, needed: Collection[str], allowed: Collection[str]) -> None:
    if not set(needed) <= set(sheet.names) <= {*needed, *allowed}:
        raise _unknown_columns(sheet, needed=needed, allowed=allowed)


def _unknown_columns(sheet: Sheet, *, needed: Collection[str], allowed: Collection[str]) -> InputError:
    others = [name for name in allowed if name not in needed]
    return InputError(
        f"the columns {', '.join(sheet.names)} are not a layout that can be read.",
        where=f"{sheet.name}, line 1",
        hint=f"Needed are {', '.join(needed)}; allowed beside them are {', '.join(others)}.",
    )


def _priced(rows: dict[str, pa.ChunkedArray]) -> Check:
    """Return the check that a bar has a close; one adjusted for dividends alone is enough for returns."""
    absent = pc.is_null(rows["close"])
    if "adj_close" in rows:
        absent = pc.and_(absent, pc.is_null(rows["adj_close"]))
    return Check(column="close", bad=absent, rule="is missing")


def _text_or(sheet: Sheet, name: str, default: str) -> pa.ChunkedArray:
    if name in sheet.names:
        return pc.fill_null(sh.texts(sheet.columns[name]), default)
    return repeated(pa.scalar(default), sheet.columns.num_rows)


def _rates(sheet: Sheet, currency: pa.ChunkedArray, column: str, per_usd: pa.ChunkedArray) -> MarketFile:
    """Return the rows of the table `fx`, whose rates stand in `column` of the sheet."""
    rows = {
        "currency": currency,
        "day": sh.days(sheet.columns["date"]),
        "per_usd": per_usd,
        "source": _text_or(sheet, "source", sheet.name),
    }
    checks = [
        sh.given("currency" if "currency" in sheet.names else "pair", currency),
        sh.given("date", rows["day"], _DAY),
        sh.given(column, per_usd),
        sh.positive(column, per_usd),
    ]
    return _market_file(sh.sift(sheet, rows, key=("currency", "day"), checks=checks))


def _pairs(sheet: Sheet) -> Sheet:
    pairs = [name for name in sheet.names if re.fullmatch(r"usd[a-z]{3}|[a-z]{3}usd", name)]
    if not pairs or "date" not in sheet.names or not set(sheet.names) <= {"date", "source", *pairs}:
        raise _unknown_columns(
            sheet, needed=("date", "a pair such as usdhkd or eurusd"), allowed=("more pairs", "source")
        )
    keep = [name for name in ("date", "source") if name in sheet.names]
    return sheet.melted(keep=keep, label="pair", value="rate")


def _factor_sheet(path: Path) -> Sheet:
    """Read a file of factors without Ken French's notes, which end at a header with an empty first cell."""
    if path.suffix.lower() != ".csv":
        return sh.read_sheet(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(error), where=path.name, hint="Is it a readable CSV file (UTF-8)?") from error
    start = next((place for place, line in enumerate(lines) if line.startswith(",")), None)
    if start is None:
        return sh.read_sheet(path)
    end = next((place for place in range(start + 1, len(lines)) if not lines[place].strip()), len(lines))
    return sh.csv_sheet(BytesIO("".join(lines[start:end]).encode()), name=path.name, first_line=start + 1)


def _market_file(sifted: Sheet) -> MarketFile:
    return MarketFile(rows=sifted.columns, refused=sifted.refused)
