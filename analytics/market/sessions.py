"""Exchanges, the tickers that belong to them, and their sessions.

Sessions come from exchange_calendars. A calendar of fifty years takes 0.1 to 0.2 s to build (XKRX 0.9 s) and ends about
a year ahead, so each is built once per process, from a fixed origin: a session keeps its position from build to build.
"""

import re
import warnings
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import RequestError
from analytics.market.tables import SESSIONS


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """An exchange whose sessions are known."""

    code: str
    """Code of the exchange (ISO 10383)."""
    name: str
    zone: str
    """IANA time zone of its clock."""
    country: str
    """ISO 3166 alpha-2."""
    currency: str
    """ISO currency of its prices."""
    benchmark: str
    """Ticker of the index or fund that stands for its market."""
    suffixes: tuple[str, ...]
    """Endings of its tickers in Yahoo's spelling, after the dot; none for the United States."""
    indices: tuple[str, ...] = ()
    """Indices without a suffix that are computed on its sessions."""
    calendar: str = ""
    """Name of its calendar in exchange_calendars, where that is not the code."""
    origin: date = date(1970, 1, 1)
    """First date of the calendar, from which sessions are counted."""
    closed: tuple[date, ...] = ()
    """Days without trading that the calendar takes for sessions."""
    late: tuple[date, ...] = ()
    """Days that open and close an hour later than the session before them, which the calendar may not know."""


# Shanghai's holidays are recorded from 1991, Tokyo's from 1997. exchange_calendars 4.13.2 knows no Shenzhen, which
# keeps Shanghai's days, and takes for sessions five days on which an exchange stayed shut: Hong Kong's of typhoon
# Saola and of the black rainstorm a week later, on which no security has a bar, Taiwan's of typhoon Kong-rey, and
# Korea's of the local elections of 2026 and of Constitution Day, a holiday again from that year. Korea trades an hour
# later on the day of the university entrance examination; the calendar has those until 2020.
EXCHANGES = (
    Exchange(
        code="XNYS",
        name="New York (NYSE and NASDAQ)",
        zone="America/New_York",
        country="US",
        currency="USD",
        benchmark="SPY",
        suffixes=(),
        indices=("^GSPC", "^IXIC", "^DJI", "^NDX", "^RUT", "^SOX", "^VIX"),
    ),
    Exchange(
        code="XHKG",
        name="Hong Kong",
        zone="Asia/Hong_Kong",
        country="HK",
        currency="HKD",
        benchmark="^HSI",
        suffixes=("HK",),
        indices=("^HSI", "^HSCE"),
        closed=(date(2023, 9, 1), date(2023, 9, 8)),
    ),
    Exchange(
        code="XSHG",
        name="Shanghai",
        zone="Asia/Shanghai",
        country="CN",
        currency="CNY",
        benchmark="000300.SS",
        suffixes=("SS",),
        origin=date(1991, 1, 1),
    ),
    Exchange(
        code="XSHE",
        name="Shenzhen",
        zone="Asia/Shanghai",
        country="CN",
        currency="CNY",
        benchmark="000300.SS",
        suffixes=("SZ",),
        calendar="XSHG",
        origin=date(1991, 1, 1),
    ),
    Exchange(
        code="XTKS",
        name="Tokyo",
        zone="Asia/Tokyo",
        country="JP",
        currency="JPY",
        benchmark="^N225",
        suffixes=("T",),
        indices=("^N225",),
        origin=date(1997, 1, 1),
    ),
    Exchange(
        code="XKRX",
        name="Korea (KOSPI and KOSDAQ)",
        zone="Asia/Seoul",
        country="KR",
        currency="KRW",
        benchmark="^KS11",
        suffixes=("KS", "KQ"),
        indices=("^KS11", "^KQ11"),
        closed=(date(2026, 6, 3), date(2026, 7, 17)),
        late=(
            date(2021, 11, 18),
            date(2022, 11, 17),
            date(2023, 11, 16),
            date(2024, 11, 14),
            date(2025, 11, 13),
            date(2026, 11, 19),
        ),
    ),
    Exchange(
        code="XTAI",
        name="Taiwan (TWSE and TPEx)",
        zone="Asia/Taipei",
        country="TW",
        currency="TWD",
        benchmark="^TWII",
        suffixes=("TW", "TWO"),
        indices=("^TWII",),
        closed=(date(2024, 10, 31),),
    ),
    Exchange(
        code="XLON",
        name="London",
        zone="Europe/London",
        country="GB",
        currency="GBP",
        benchmark="^FTSE",
        suffixes=("L",),
        indices=("^FTSE",),
    ),
    Exchange(
        code="XETR",
        name="Xetra",
        zone="Europe/Berlin",
        country="DE",
        currency="EUR",
        benchmark="^GDAXI",
        suffixes=("DE",),
        indices=("^GDAXI",),
    ),
    Exchange(
        code="XPAR",
        name="Paris",
        zone="Europe/Paris",
        country="FR",
        currency="EUR",
        benchmark="^FCHI",
        suffixes=("PA",),
        indices=("^FCHI",),
    ),
)
_BY_CODE = {exchange.code: exchange for exchange in EXCHANGES}
_BY_SUFFIX = {suffix: exchange.code for exchange in EXCHANGES for suffix in exchange.suffixes}
_BY_INDEX = {index: exchange.code for exchange in EXCHANGES for index in exchange.indices}
# Letters with a class of share at most ("BRK-B", "BAC-PL"): not "BTC-USD", "GC=F" or "EURUSD=X".
_US_TICKER = re.compile(r"[A-Z]{1,5}(-[A-Z]{1,2})?")


def exchange_of(ticker: str) -> str | None:
    """Return the code of the exchange that a ticker in Yahoo's spelling belongs to, None where it is not known."""
    if ticker.startswith("^"):
        return _BY_INDEX.get(ticker)
    _, dot, suffix = ticker.rpartition(".")
    if dot:
        return _BY_SUFFIX.get(suffix)
    return "XNYS" if _US_TICKER.fullmatch(ticker) else None


def currency_of(ticker: str) -> str | None:
    """Return the ISO currency of the exchange that a ticker belongs to, None where that is not known."""
    exchange = exchange_of(ticker)
    return _BY_CODE[exchange].currency if exchange else None


def exchanges() -> pa.Table:
    """Return the known exchanges, in the columns of the table `exchanges`."""
    columns = ("code", "name", "zone", "country", "currency", "benchmark")
    return pa.table(
        {
            "exchange" if column == "code" else column: [getattr(exchange, column) for exchange in EXCHANGES]
            for column in columns
        }
    )


def known_span(exchange: str) -> tuple[date, date]:
    """Return the first and the last session that the calendar of an exchange knows."""
    bounds = pc.min_max(_all_sessions(exchange)["session"])
    return bounds["min"].as_py(), bounds["max"].as_py()


def session_table(exchange: str, first: date, last: date) -> pa.Table:
    """Return the sessions of an exchange from `first` to `last`, both included, in the columns of the table `sessions`.

    `open_at` and `close_at` are instants in UTC, with the early close of half-days; `position` counts from the origin
    of the calendar. A span that the calendar does not cover is a RequestError: clip it to `known_span` knowingly.
    """
    known_first, known_last = known_span(exchange)
    if first < _BY_CODE[exchange].origin or last > known_last:
        raise RequestError(
            f"The sessions of {exchange} are not known for all of {first} to {last}.",
            hint=f"Its calendar covers {known_first} to {known_last}; news after that day has no session yet.",
        )
    sessions = _all_sessions(exchange)
    days = sessions["session"]
    return sessions.filter(pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last)))


@cache
def _all_sessions(code: str) -> pa.Table:
    if code not in _BY_CODE:
        raise RequestError(f"No exchange has the code {code!r}.", hint=f"Known are {', '.join(_BY_CODE)}.")
    exchange = _BY_CODE[code]
    days, opens, closes = _schedule(exchange)
    count = len(days)
    instants = [pa.array(column).cast(SESSIONS.field("open_at").type) for column in (opens, closes)]
    positions = np.arange(count, dtype=np.int32)
    return pa.table([pa.repeat(code, count), pa.array(days), *instants, pa.array(positions)], schema=SESSIONS)


def _schedule(exchange: Exchange) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the days (datetime64[D]) and the opens and closes (datetime64[us], UTC) of all sessions."""
    with warnings.catch_warnings():
        # exchange_calendars 4.13 uses names that pandas 3 deprecates; half of the warnings name a module of pandas as
        # their place, so a filter by module would miss them. Nothing but its own code runs here.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        warnings.simplefilter("ignore", category=FutureWarning)
        import exchange_calendars  # noqa: PLC0415  # brings pandas, which a command that needs no sessions can spare

        calendar = exchange_calendars.get_calendar(exchange.calendar or exchange.code, start=exchange.origin)
        days = calendar.sessions.to_numpy().astype("datetime64[D]")
    opened = ~np.isin(days, np.array(exchange.closed, dtype="datetime64[D]"))
    opens = calendar.opens_nanos.astype("datetime64[ns]").astype("datetime64[us]")
    closes = calendar.closes_nanos.astype("datetime64[ns]").astype("datetime64[us]")
    late = np.flatnonzero(np.isin(days, np.array(exchange.late, dtype="datetime64[D]")))
    for hours in (opens, closes):
        hours[late] = hours[late - 1] + (days[late] - days[late - 1]) + np.timedelta64(1, "h")
    return days[opened], opens[opened], closes[opened]
