"""The session of news on ten exchanges, worked out from the hours and holidays that the exchanges publish."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.market.sessions import known_span
from analytics.pipeline.adding import add_documents
from analytics.pipeline.snapshot import open_snapshot

# Month and day of the session, in the year of the news where no other is written. A time has its zone; a day alone is
# a day of Beijing.
CASES = {
    # New York, 09:30 to 16:00, 13:00 on half-days; clocks went forward on 10 March and back on 3 November 2024.
    "NVDA": {
        "2024-03-08T20:59Z": "03-08",
        "2024-03-08T21:00Z": "03-11",
        "2024-03-11T19:59Z": "03-11",
        "2024-03-11T20:00Z": "03-12",
        "2024-03-11T16:01-04:00": "03-12",
        "2024-03-12T03:59+08:00": "03-11",  # Beijing: four in the morning in summer time
        "2024-03-12T04:00+08:00": "03-12",
        "2024-11-05T04:59+08:00": "11-04",  # and five in winter time
        "2024-11-05T05:00+08:00": "11-05",
        "2024-11-04T04:00-05:00": "11-04",  # long before the opening
        "2024-06-15T10:00-04:00": "06-17",  # Saturday
        "2024-06-19T10:00-04:00": "06-20",  # Juneteenth
        "2024-11-28T10:00-05:00": "11-29",  # Thanksgiving
        "2024-11-29T13:01-05:00": "12-02",
        "2025-11-28T12:59-05:00": "11-28",  # day after Thanksgiving
        "2025-11-28T13:00-05:00": "12-01",
        "2024-07-03T13:00-04:00": "07-05",  # half-day before Independence Day
        "2024-12-24T13:00-05:00": "12-26",
        "2024-12-31T16:00-05:00": "2025-01-02",
        "2025-01-08T16:00-05:00": "01-10",  # a day of mourning between
        "2018-12-05T10:00-05:00": "12-06",
        "2024-03-29": "04-01",  # Good Friday
        "2024-11-28": "11-29",
        "2024-11-05": "11-05",
        "2022-06-20": "06-21",  # Juneteenth on a Sunday, kept on Monday
    },
    # Hong Kong, 09:30 to 16:00, mornings alone until 12:00 on the eves of Christmas, New Year and lunar New Year.
    "0700.HK": {
        "2024-11-04T12:30+08:00": "11-04",  # lunch
        "2024-11-04T15:59+08:00": "11-04",
        "2024-11-04T16:00+08:00": "11-05",
        "2024-11-04T16:01+08:00": "11-05",
        "2024-11-01T04:00-04:00": "11-04",  # four in the afternoon, told in New York's summer time
        "2024-11-04T02:59-05:00": "11-04",
        "2024-11-04T03:00-05:00": "11-05",
        "2024-02-09T11:59+08:00": "02-09",
        "2024-02-09T12:00+08:00": "02-14",
        "2025-01-28T12:01+08:00": "02-03",
        "2024-12-24T12:00+08:00": "12-27",
        "2024-12-31T12:00+08:00": "2025-01-02",
        "2024-03-28T16:00+08:00": "04-02",  # Easter
        "2024-10-01": "10-02",
        "2024-11-02": "11-04",
        "2023-09-01": "09-04",  # typhoon Saola
        "2023-09-08T10:00+08:00": "09-11",  # black rainstorm
        "2021-10-13": "10-15",  # typhoon Kompasu, then Chung Yeung
        "2020-10-13": "10-14",  # typhoon Nangka
        "2017-08-23": "08-24",  # typhoon Hato
    },
    # Shanghai and Shenzhen, 09:30 to 15:00; a working Saturday or Sunday has no trading.
    "601127.SS": {
        "2024-11-04T12:00+08:00": "11-04",
        "2024-11-04T14:59+08:00": "11-04",
        "2024-11-04T15:00+08:00": "11-05",
        "2024-11-04T15:01+08:00": "11-05",
        "2024-09-30T15:01+08:00": "10-08",  # Golden Week
        "2024-09-29": "09-30",  # Sunday, worked
        "2024-10-12T10:00+08:00": "10-14",  # Saturday, worked
        "2024-02-08T15:00+08:00": "02-19",  # lunar New Year
        "2024-02-09": "02-19",  # worked, yet shut
        "2025-01-01": "01-02",
        "2025-01-27T15:00+08:00": "02-05",
        "2025-10-01": "10-09",
        "2026-01-01": "01-05",
        "2026-02-13T15:00+08:00": "02-24",
    },
    "000001.SZ": {
        "2024-11-04T12:00+08:00": "11-04",
        "2024-11-04T14:59+08:00": "11-04",
        "2024-11-04T15:00+08:00": "11-05",
        "2024-11-04T15:01+08:00": "11-05",
        "2024-02-08T15:00+08:00": "02-19",
        "2024-12-31T15:00+08:00": "2025-01-02",
        "2025-04-30T15:00+08:00": "05-06",  # Labour Day
        "2024-11-02": "11-04",
    },
    # Tokyo, 09:00 to 15:00, to 15:30 from 5 November 2024.
    "7203.T": {
        "2024-11-01T12:00+09:00": "11-01",
        "2024-11-01T14:59+09:00": "11-01",
        "2024-11-01T15:00+09:00": "11-05",  # Monday: Culture Day was a Sunday
        "2024-11-05T15:29+09:00": "11-05",
        "2024-11-05T15:30+09:00": "11-06",
        "2024-11-05T15:31+09:00": "11-06",
        "2024-12-30T15:30+09:00": "2025-01-06",
        "2025-01-01": "01-06",
        "2025-05-02T15:31+09:00": "05-07",  # Golden Week
        "2019-04-26T15:00+09:00": "05-07",  # ten days for the new emperor
        "2024-11-02": "11-05",
        "2020-10-01T10:00+09:00": "10-02",  # the exchange's computers failed all day
        "2021-07-22": "07-26",  # holidays moved for the Olympic Games
    },
    # Korea, 09:00 to 15:30 (15:00 until July 2016); an hour later on the day of the university entrance examination.
    "005930.KS": {
        "2024-11-04T12:00+09:00": "11-04",
        "2024-11-04T15:29+09:00": "11-04",
        "2024-11-04T15:30+09:00": "11-05",
        "2024-11-04T15:31+09:00": "11-05",
        "2016-07-29T15:00+09:00": "08-01",
        "2016-08-01T15:29+09:00": "08-01",
        "2024-11-14T16:29+09:00": "11-14",  # examination
        "2024-11-14T16:30+09:00": "11-15",
        "2023-11-16T16:29+09:00": "11-16",
        "2022-11-17T16:29+09:00": "11-17",
        "2020-12-03T16:29+09:00": "12-03",
        "2024-09-13T15:30+09:00": "09-19",  # Chuseok
        "2025-01-24T15:31+09:00": "01-31",  # lunar New Year
        "2024-12-30T15:30+09:00": "2025-01-02",
        "2024-12-31": "2025-01-02",
        "2021-11-18T16:29+09:00": "11-18",
        "2025-11-13T16:30+09:00": "11-14",
        "2025-06-03": "06-04",  # election
        "2026-06-03": "06-04",  # another
        "2026-07-17": "07-20",  # Constitution Day, a holiday again
        "2024-11-02": "11-04",
    },
    # Taiwan, 09:00 to 13:30 without a break.
    "2330.TW": {
        "2024-11-04T12:00+08:00": "11-04",
        "2024-11-04T13:29+08:00": "11-04",
        "2024-11-04T13:30+08:00": "11-05",
        "2024-11-04T13:31+08:00": "11-05",
        "2024-02-05T13:30+08:00": "02-15",  # lunar New Year
        "2025-01-22T13:30+08:00": "02-03",
        "2025-01-01": "01-02",
        "2023-08-03": "08-04",  # typhoon Khanun
        "2024-07-24": "07-26",  # typhoon Gaemi, two days
        "2024-10-02T10:00+08:00": "10-04",  # typhoon Krathon, two days
        "2019-09-30": "10-01",  # typhoon Mitag
        "2025-10-24": "10-27",
        "2025-12-25": "12-26",
        "2024-11-02": "11-04",
    },
    # London, 08:00 to 16:30, 12:30 on the eves of Christmas and New Year; clocks changed on 31 March and 27 October.
    "AZN.L": {
        "2024-03-28T16:29Z": "03-28",
        "2024-03-28T16:30Z": "04-02",  # Easter
        "2024-04-02T15:29Z": "04-02",
        "2024-04-02T15:30Z": "04-03",
        "2024-10-25T15:30Z": "10-28",
        "2024-10-28T16:29Z": "10-28",  # clocks are back in London, not yet in New York
        "2024-10-28T16:30Z": "10-29",
        "2024-10-28T12:30-04:00": "10-29",
        "2024-10-28T16:31Z": "10-29",
        "2024-12-24T12:30Z": "12-27",
        "2024-12-31T12:29Z": "12-31",
        "2024-12-31T12:30Z": "2025-01-02",
        "2024-08-26": "08-27",  # bank holiday
        "2023-05-08": "05-09",  # coronation
        "2022-09-19": "09-20",  # funeral of the Queen
        "2024-11-02": "11-04",
    },
    # Xetra, 09:00 to 17:30, 14:00 on the last trading day of the year.
    "SAP.DE": {
        "2024-03-28T16:29Z": "03-28",
        "2024-03-28T17:30+01:00": "04-02",
        "2024-04-02T15:29Z": "04-02",
        "2024-04-02T15:30Z": "04-03",
        "2024-10-25T15:30Z": "10-28",
        "2024-10-28T16:29Z": "10-28",
        "2024-10-28T16:30Z": "10-29",
        "2024-10-28T16:31Z": "10-29",
        "2024-12-23T17:30+01:00": "12-27",
        "2024-12-30T13:59+01:00": "12-30",
        "2024-12-30T14:00+01:00": "2025-01-02",
        "2024-10-03": "10-03",  # German Unity Day is traded
        "2024-05-20": "05-20",  # and the Monday of Pentecost
        "2024-05-01": "05-02",
        "2024-11-02": "11-04",
    },
    # Paris, 09:00 to 17:30, 14:05 on the eves of Christmas and New Year.
    "MC.PA": {
        "2024-03-28T17:29+01:00": "03-28",
        "2024-03-28T17:30+01:00": "04-02",
        "2024-04-02T15:29Z": "04-02",
        "2024-04-02T15:30Z": "04-03",
        "2024-10-25T15:30Z": "10-28",
        "2024-10-28T16:29Z": "10-28",
        "2024-10-28T16:31Z": "10-29",
        "2024-12-24T14:04+01:00": "12-24",
        "2024-12-24T14:05+01:00": "12-27",
        "2024-12-31T14:05+01:00": "2025-01-02",
        "2024-05-01": "05-02",
        "2025-07-14": "07-14",  # Bastille Day is traded
        "2024-11-02": "11-04",
    },
}
FLAT = [(ticker, news, session) for ticker, cases in CASES.items() for news, session in cases.items()]


def reactions(home: Path, news: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Add one event per ticker and time, and return its session with the reason where there is none."""
    lines = [f"{ticker} {time},News,{time},{ticker}" for ticker, time in news]
    table = home.parent / "news.csv"
    table.write_text("\n".join(["event_id,headline,date,ticker", *lines]) + "\n", encoding="utf-8")
    add_documents(home, [str(table)])
    with open_snapshot(home) as data:
        rows = data.sql("select event_id, session, reason from reactions").table.to_pylist()
    found = {row["event_id"]: row for row in rows}
    return {(ticker, time): found[f"{ticker} {time}"] for ticker, time in news}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    return reactions(tmp_path_factory.mktemp("news") / "home", [(ticker, news) for ticker, news, _ in FLAT])


@pytest.mark.parametrize(("ticker", "news", "session"), FLAT, ids=[f"{ticker} {news}" for ticker, news, _ in FLAT])
def test_news_has_its_session(
    found: dict[tuple[str, str], dict[str, Any]], ticker: str, news: str, session: str
) -> None:
    expected = date.fromisoformat(session if len(session) == 10 else f"{news[:4]}-{session}")
    assert (found[ticker, news]["session"], found[ticker, news]["reason"]) == (expected, None)


def test_news_outside_the_calendar_of_its_exchange_has_no_session(tmp_path: Path) -> None:
    end = known_span("XSHG")[1]
    news = [(ticker, "2099-01-05") for ticker in CASES]
    # Tokyo's calendar begins in 1997, Shanghai's in 1991: no session stands for news of years before.
    news += [("601127.SS", f"{end}T15:00+08:00"), ("601127.SS", "1988-05-04"), ("7203.T", "1995-01-17T09:00+09:00")]
    rows = reactions(tmp_path / "home", [*news, ("601127.SS", f"{end}T14:59+08:00")])
    assert {(rows[case]["session"], rows[case]["reason"]) for case in news} == {(None, "outside_calendar")}
    assert rows["601127.SS", f"{end}T14:59+08:00"]["session"] == end
