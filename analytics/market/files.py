"""Prices, share counts, currency rates and factors from files of the user."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import InputError
from analytics.market import sheet as sh
from analytics.market.headers import fields_by_ticker
from analytics.market.sessions import currency_of
from analytics.market.sheet import Sheet
from analytics.market.sifting import Check, given, positive, sift
from analytics.market.tables import BAR_COLUMNS, PRICE_COLUMNS, as_prices, repeated

Layout = Literal["long", "one security", "wide"]

_DAY = "is not a date in the form 2024-11-04"
_FIRST_DAY = date(1900, 1, 1)
_EXTENSION = re.compile(r"\.(csv|txt|parquet|pq)(\.gz)?$", re.IGNORECASE)
_TICKER = re.compile(r"[\^A-Za-z0-9][A-Za-z0-9.=&^-]*")
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
    Yahoo exports it, with the ticker in the name of the file; "wide" (a date and one column of closes per ticker, or
    two lines of names, as yfinance writes them). Prices are split-adjusted, in the currency of the security. A column
    that no layout knows is an InputError.
    """
    sheet, layout = _as_long(sh.read_sheet(path), ticker=_EXTENSION.sub("", path.name))
    rows = {"ticker": sh.texts(sheet.columns["ticker"]), "session": sh.days(sheet.columns["date"])}
    rows |= {name: sh.numbers(sheet.columns[name]) for name in BAR_COLUMNS if name in sheet.names}
    if "source" in sheet.names:
        rows["source"] = sh.texts(sheet.columns["source"])
    checks = [given("ticker", rows["ticker"]), _plain(rows["ticker"]), given("date", rows["session"], _DAY)]
    checks.append(_in_time(rows["session"]))
    checks += (
        [_in_own_currency(rows["ticker"], sh.texts(sheet.columns["currency"]))] if "currency" in sheet.names else []
    )
    checks += [positive(name, rows[name]) for name in PRICE_COLUMNS if name in rows]
    checks += [positive("volume", rows["volume"], zero=True)] if "volume" in rows else []
    checks.append(_priced(rows))
    sifted = sift(sheet, rows, key=("ticker", "session"), checks=checks)
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
        given("ticker", rows["ticker"]),
        given("as_of", rows["as_of"], _DAY),
        given("shares", rows["shares"]),
        positive("shares", rows["shares"]),
    ]
    if "basis" in sheet.names:
        unknown = pc.invert(pc.is_in(rows["basis"], pa.array(_BASES)))
        checks.append(Check(column="basis", bad=unknown, rule=f"is not one of {', '.join(_BASES)}"))
    return _market_file(sift(sheet, rows, key=("ticker", "as_of"), checks=checks))


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
    checks = [given("date", sh.days(sheet.columns["date"]), _DAY)]
    if "unit" in sheet.names:
        unknown = pc.invert(pc.is_in(sheet.columns["unit"], pa.array(["percent", "share"])))
        checks.append(Check(column="unit", bad=unknown, rule="is not percent or share"))
    for name, values in stated.items():
        checks.append(given(name, values))
        absent = pc.or_(pc.invert(pc.is_finite(values)), pc.less(values, -99.0))
        checks.append(Check(column=name, bad=absent, rule="is not a return"))
    rows = {"session": sh.days(sheet.columns["date"])}
    rows |= {name: pc.multiply(values, scale) for name, values in stated.items()}
    return _market_file(sift(sheet, rows, key=("session",), checks=checks))


def _as_long(sheet: Sheet, *, ticker: str) -> tuple[Sheet, Layout]:
    sheet = _without_row_numbers(sheet)
    spelled = sheet.renamed(_spelling)
    if "date" not in spelled.names or len(spelled.names) == 1:
        raise _unknown_columns(spelled, needed=("date", "close"), allowed=("ticker", *BAR_COLUMNS, "source"))
    day = next(name for name in sheet.names if _spelling(name) == "date")
    dated = sheet.renamed(lambda name: "date" if name == day else name)
    allowed = ("ticker", *BAR_COLUMNS, "currency", "source", "fetched_at", "flags")
    if pairs := fields_by_ticker(sheet.names, BAR_COLUMNS):
        stacked = dated.stacked(pairs, keep="date", label="ticker")
        _require(stacked, needed=("date", "close"), allowed=allowed)
        return stacked, "wide"
    if _is_wide(sheet.names):
        return dated.melted(keep=["date"], label="ticker", value="close"), "wide"
    _require(spelled, needed=("date", "close"), allowed=allowed)
    if "ticker" in spelled.names:
        return spelled, "long"
    if not _TICKER.fullmatch(ticker):
        raise InputError(
            f"it has no column ticker, and its name {ticker!r} is no ticker.",
            where=sheet.name,
            hint="Add the column, or name the file after the ticker, as in NVDA.csv.",
        )
    named = spelled.columns.append_column("ticker", pa.repeat(ticker, spelled.columns.num_rows))
    return Sheet(name=sheet.name, columns=named, lines=sheet.lines, refused=sheet.refused), "one security"


def _is_wide(names: Collection[str]) -> bool:
    """Tell whether the columns beside the date are tickers; LOW and OPEN are some, beside more that are no bar's."""
    spelled = {_spelling(name): name for name in names}
    of_a_bar = {known: spelled[known] for known in spelled if known in BAR_COLUMNS}
    if not {"ticker", "close", "adj_close"}.isdisjoint(spelled) or any(
        not name.isupper() for name in of_a_bar.values()
    ):
        return False
    return len(of_a_bar) < len(spelled) - 1 - len(of_a_bar)


def _without_row_numbers(sheet: Sheet) -> Sheet:
    """Leave out the column without a name that pandas writes before the others, unless it is the one of the dates."""
    nameless = [name for name in sheet.names if name in {"", "__index_level_0__"}]
    if not nameless or "date" not in {_spelling(name) for name in sheet.names if name not in nameless}:
        return sheet
    return replace(sheet, columns=sheet.columns.drop_columns(nameless))


def _spelling(name: str) -> str:
    spelled = re.sub(r"[\s-]+", "_", name.strip().lower())
    return {"session": "date", "day": "date", "": "date", "__index_level_0__": "date"}.get(spelled, spelled)


def _require(sheet: Sheet, *, needed: Collection[str], allowed: Collection[str]) -> None:
    if not set(needed) <= set(sheet.names) <= {*needed, *allowed}:
        raise _unknown_columns(sheet, needed=needed, allowed=allowed)


def _unknown_columns(sheet: Sheet, *, needed: Collection[str], allowed: Collection[str]) -> InputError:
    others = [name for name in allowed if name not in needed]
    faults = {
        "missing": [name for name in needed if name not in sheet.names],
        "not known": [name for name in sheet.names if name not in {*needed, *allowed}],
    }
    said = "; ".join(f"{fault}: {', '.join(names)}" for fault, names in faults.items() if names)
    return InputError(
        f"its columns are not a layout that can be read ({said}).",
        where=f"{sheet.name}, line 1",
        hint=f"Needed are {', '.join(needed)}; allowed beside them are {', '.join(others)}.",
    )


def _in_time(days: pa.ChunkedArray) -> Check:
    """Return the check that a bar is of a day that has been: a year mistyped would stretch every calendar."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # it is that already in the east
    bad = pc.or_(pc.less(days, _FIRST_DAY), pc.greater(days, tomorrow))
    return Check(column="date", bad=bad, rule=f"is not between {_FIRST_DAY} and today")


def _plain(tickers: pa.ChunkedArray) -> Check:
    """Return the check that a ticker can be read on a screen, and typed to ask for it."""
    strange = [ticker for ticker in pc.unique(tickers).to_pylist() if ticker and not ticker.isprintable()]
    bad = pc.is_in(tickers, pa.array(strange, pa.string())) if strange else pa.repeat(False, len(tickers))
    return Check(column="ticker", bad=bad, rule="has a character that cannot be printed")


def _in_own_currency(tickers: pa.ChunkedArray, currency: pa.ChunkedArray) -> Check:
    """Return the check that a currency is the one of the ticker's exchange, where that is known."""
    coded = tickers.combine_chunks().dictionary_encode()
    own = pa.array([currency_of(ticker or "") for ticker in coded.dictionary.to_pylist()], pa.string())
    return Check(
        column="currency",
        bad=pc.not_equal(currency.combine_chunks(), own.take(coded.indices)),
        rule="is not the currency of the ticker's exchange; convert the prices (pence to pounds)",
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
        given("currency" if "currency" in sheet.names else "pair", currency),
        given("date", rows["day"], _DAY),
        given(column, per_usd),
        positive(column, per_usd),
    ]
    return _market_file(sift(sheet, rows, key=("currency", "day"), checks=checks))


def _pairs(sheet: Sheet) -> Sheet:
    pairs = [name for name in sheet.names if re.fullmatch(r"usd[a-z]{3}|[a-z]{3}usd", name)]
    if not pairs or "date" not in sheet.names or not set(sheet.names) <= {"date", "source", *pairs}:
        needed = ("date", *(pairs or ["a pair such as usdhkd or eurusd"]))
        raise _unknown_columns(sheet, needed=needed, allowed=("more pairs", "source"))
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
