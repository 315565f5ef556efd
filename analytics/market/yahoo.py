"""Daily bars, splits, dividends and share counts from Yahoo, one outcome per ticker.

yfinance is imported only when something is fetched. Yahoo's data are for personal use: what is fetched stays with the
user.
"""

import json
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import FetchError
from analytics.market import sheet as sh
from analytics.market.sessions import currency_of, exchange_of, known_span, session_table
from analytics.market.sheet import Sheet
from analytics.market.sifting import Check, positive, sift
from analytics.market.tables import DIVIDENDS, FX, PRICE_COLUMNS, PRICES, SHARES, SPLITS, as_prices

if TYPE_CHECKING:
    import pandas as pd
    from yfinance import Ticker

    from analytics.market.door import Door

Outcome = Literal["fetched", "empty", "unknown", "rate limited", "unreachable", "unreadable", "wrong currency"]
T = TypeVar("T")

SOURCE = "Yahoo Finance"
PAUSES = (2.0, 8.0, 30.0)
"""Seconds to wait between the attempts at one question."""

_COLUMNS = {
    "Open": "open",
    "High": "high",
    "Low": "low",
    "Close": "close",
    "Adj Close": "adj_close",
    "Volume": "volume",
}
_HUNDREDTHS = {"GBp": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""Currencies that Yahoo quotes in hundredths."""
_BEFORE = timedelta(days=365)
"""How far before the first bar the share counts and splits start: a count holds until the next one."""
_REFUSED = pa.schema([("session", pa.date32()), ("reason", pa.string())])
_ADVICE: dict[Outcome, str] = {
    "empty": "Widen the span, or look when it was first listed.",
    "unknown": "Check its spelling; one failure does not mean that it was delisted.",
    "rate limited": "Wait some minutes and fetch again: what came is kept, and only the rest is asked for.",
    "unreachable": "Fetch again later: what came is kept, and only the rest is asked for.",
    "unreadable": "Import its prices from a file, or fetch again with a newer yfinance.",
    "wrong currency": "Nothing was kept. Check the ticker, or give the currency of the security.",
}


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of asking Yahoo for one ticker."""

    ticker: str
    outcome: Outcome
    problems: tuple[FetchError, ...] = ()
    """What did not come and what to do about it; a fetched ticker may still lack its share counts."""
    currency: str = ""
    """ISO currency of the prices; pence are turned into pounds."""
    bars: pa.Table = field(default_factory=PRICES.empty_table)
    """Rows of the table `prices`: split-adjusted, `adj_close` for dividends as well."""
    splits: pa.Table = field(default_factory=SPLITS.empty_table)
    """Rows of the table `splits`, from a year before the first bar until today: closes of any day are on today's basis,
    and a share count as reported is brought there by all splits after it."""
    dividends: pa.Table = field(default_factory=DIVIDENDS.empty_table)
    """ticker, session, amount per unit in the currency in which it was declared; of the same days as the splits."""
    shares: pa.Table = field(default_factory=SHARES.empty_table)
    """Rows of the table `shares`, as reported, from a year before the first bar until today."""
    refused: pa.Table = field(default_factory=_REFUSED.empty_table)
    """Bars that were left out: session, reason."""


def fetch(
    tickers: Iterable[str],
    first: date,
    last: date,
    *,
    client: "Door | None" = None,
    currencies: Mapping[str, str] | None = None,
) -> Iterator[Fetched]:
    """Ask Yahoo for the sessions from `first` to `last` and yield one outcome per ticker, in the order given.

    Nothing is raised for a ticker that fails: its outcome says why. Passing faults (429, 5xx, an outage page, a slow or
    cut connection) are tried again; once Yahoo keeps limiting the rate, the tickers left are not asked. A session that
    has not closed yet gives no bar. A ticker quoted in another currency than that of its exchange, or than the one
    that `currencies` gives for it, is refused whole: its prices would spoil every market capitalisation.
    """
    from analytics.market.door import Door  # noqa: PLC0415  # libcurl; most runs fetch nothing

    limited = False
    with nullcontext(client) if client else Door() as door:
        for ticker in tickers:
            if limited:
                yield _failed(ticker, "rate limited", "was not asked, as Yahoo limits the rate")
                continue
            fetched = _fetched(ticker, first, last, door, (currencies or {}).get(ticker) or currency_of(ticker))
            limited = fetched.outcome == "rate limited"
            yield fetched


def rate_ticker(currency: str) -> str:
    """Return the ticker under which Yahoo quotes a currency against the US dollar."""
    return f"{currency}=X"


def rates(fetched: Fetched) -> pa.Table:
    """Return the closes of a `rate_ticker` as rows of the table `fx`: units of the currency for one US dollar."""
    count = fetched.bars.num_rows
    currency = pa.repeat(fetched.ticker.removesuffix("=X"), count)
    return pa.table([currency, fetched.bars["session"], fetched.bars["close"], pa.repeat(SOURCE, count)], schema=FX)


def _fetched(ticker: str, first: date, last: date, door: "Door", expected: str | None) -> Fetched:
    import yfinance  # noqa: PLC0415  # takes a second; most runs fetch nothing

    yfinance.config.debug.hide_exceptions = False
    client = yfinance.Ticker(ticker, session=door)
    try:
        frame = _ask(
            lambda: client.history(start=first - _BEFORE, end=_tomorrow(), auto_adjust=False, keepna=True), door
        )
        meta = client.history_metadata
        quoted, zone = str(meta["currency"]), ZoneInfo(meta["exchangeTimezoneName"])
    except Exception as error:  # noqa: BLE001  # yfinance trusts the answers: a missing field comes out as any error
        return _failed(ticker, _outcome(error, door.status), "gave no prices", error)
    currency = _HUNDREDTHS.get(quoted, quoted)
    if expected and currency != expected:
        return _failed(ticker, "wrong currency", f"is quoted in {currency} where {expected} was expected")
    bars, refused = _bars(ticker, frame.loc[str(first) : str(last)], zone, unit=0.01 if currency != quoted else 1.0)
    if not bars.num_rows:
        return replace(_failed(ticker, "empty", f"has no bar from {first} to {last}"), refused=refused)
    shares, problems = _shares(client, ticker, first, door)
    return Fetched(
        ticker=ticker,
        outcome="fetched",
        problems=problems,
        currency=currency,
        bars=bars,
        splits=_actions(ticker, frame["Stock Splits"], SPLITS),
        dividends=_actions(ticker, frame["Dividends"], DIVIDENDS),
        shares=shares,
        refused=refused,
    )


def _ask(question: Callable[[], T], door: "Door") -> T:
    """Return the answer to a question, asked again after a pause while the fault is a passing one."""
    for pause in PAUSES:
        try:
            return _fresh(question)
        except Exception as error:
            if _outcome(error, door.status) not in {"rate limited", "unreachable"}:
                raise
        time.sleep(pause)
    return _fresh(question)


def _fresh(question: Callable[[], T]) -> T:
    from yfinance.data import YfData  # noqa: PLC0415  # see _fetched

    YfData.cache_get.cache_clear()  # it keeps every answer, a 500 or an outage page too
    with warnings.catch_warnings():
        # yfinance 1.7 sorts and indexes in place, which pandas 3.1 deprecates.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"yfinance\.")
        return question()


def _outcome(error: Exception, status: int) -> Outcome:
    """Return what a fault means, from the last status that Yahoo answered and the error that yfinance made of it."""
    from yfinance import exceptions as yf  # noqa: PLC0415  # see _fetched

    if isinstance(error, yf.YFRateLimitError):
        return "rate limited"
    if status >= 500 or isinstance(error, OSError | json.JSONDecodeError | yf.YFDataException):  # noqa: PLR2004
        return "unreachable"
    if status == 404 or isinstance(error, yf.YFTzMissingError):  # noqa: PLR2004  # Not Found
        return "unknown"
    return "empty" if isinstance(error, yf.YFPricesMissingError) else "unreadable"


def _failed(ticker: str, outcome: Outcome, what: str, cause: Exception | None = None) -> Fetched:
    # yfinance suspects a delisting behind every answer without bars.
    said = str(cause or "").replace("possibly delisted; ", "").removesuffix(".")
    why = "no such ticker" if outcome == "unknown" else said
    problem = FetchError(f"{ticker} {what}{f' ({why})' if why else ''}.", hint=_ADVICE[outcome])
    problem.__cause__ = cause
    return Fetched(ticker=ticker, outcome=outcome, problems=(problem,))


def _bars(ticker: str, frame: "pd.DataFrame", zone: ZoneInfo, *, unit: float) -> tuple[pa.Table, pa.Table]:
    """Return the bars of closed sessions, prices times `unit`, and those left out with their reasons."""
    now = datetime.now(UTC)
    days = _days(frame)
    raw = {name: _figures(frame[column]) for column, name in _COLUMNS.items()}
    rows = {"ticker": pa.repeat(ticker, len(days)), "session": days, "volume": raw["volume"]}
    rows |= {name: pc.multiply(raw[name], unit) for name in PRICE_COLUMNS}
    checks = [
        Check(column="session", bad=pc.greater_equal(days, _open_from(ticker, zone, now)), rule="has not closed yet"),
        *(positive(name, rows[name]) for name in PRICE_COLUMNS),
        Check(column="close", bad=pc.is_null(rows["close"]), rule="is missing"),
    ]
    lines = np.arange(len(frame))
    sheet = Sheet(
        name=SOURCE, columns=pa.table({"session": days, **raw}), lines=lines, refused=sh.REFUSED.empty_table()
    )
    sifted = sift(sheet, rows, key=("session",), checks=checks)
    refused = {"session": days.take(sifted.refused["line"]), "reason": sifted.refused["reason"]}
    bars = as_prices(sifted.columns, source=SOURCE, fetched_at=now)
    return bars, pa.table(refused, schema=_REFUSED)


def _actions(ticker: str, series: "pd.Series[float]", schema: pa.Schema) -> pa.Table:
    """Return the days on which something happened: a split with its ratio, a dividend with its amount."""
    happened = series[series != 0]
    return pa.table([pa.repeat(ticker, len(happened)), _days(happened), _figures(happened)], schema=schema)


def _shares(client: "Ticker", ticker: str, first: date, door: "Door") -> tuple[pa.Table, tuple[FetchError, ...]]:
    """Return the share counts of a company, the last of each day; funds and indices have none."""
    empty = SHARES.empty_table()
    if client.history_metadata["instrumentType"] != "EQUITY":
        return empty, ()
    try:
        series = _ask(lambda: client.get_shares_full(start=first - _BEFORE, end=_tomorrow()), door)
    except Exception as error:  # noqa: BLE001  # see _fetched
        return empty, _failed(ticker, _outcome(error, door.status), "gave no share counts", error).problems
    if series is None:
        return empty, (FetchError(f"Yahoo has no share counts of {ticker}.", hint="Import them from a file."),)
    series = series[~series.index.normalize().duplicated(keep="last")]
    count = len(series)
    columns = [pa.repeat(ticker, count), _days(series), _figures(series)]
    return pa.table([*columns, pa.repeat("as_reported", count), pa.repeat(SOURCE, count)], schema=SHARES), ()


def _tomorrow() -> date:
    """Return a day after today in every zone: yfinance leaves out the last day of a span."""
    return datetime.now(UTC).date() + timedelta(days=2)


def _open_from(ticker: str, zone: ZoneInfo, now: datetime) -> date:
    """Return the first day that has no close yet: today, or tomorrow once the session of today has closed."""
    today = now.astimezone(zone).date()
    exchange = exchange_of(ticker)
    if exchange is None or today > known_span(exchange)[1]:
        return today
    closes = session_table(exchange, today, today)["close_at"].to_pylist()
    return today + timedelta(days=1) if closes and closes[0] <= now else today


def _days(indexed: "pd.DataFrame | pd.Series[Any]") -> pa.Array:
    """Return the dates of an index of local midnights."""
    index = cast("pd.DatetimeIndex", indexed.index)
    return pa.array(index.tz_localize(None).to_numpy().astype("datetime64[D]"), pa.date32())


def _figures(series: "pd.Series[Any]") -> pa.Array:
    return pa.array(series.to_numpy(dtype=float), pa.float64(), from_pandas=True)
