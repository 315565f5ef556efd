"""News meets the sessions of each exchange: half-days, weekends, daylight saving, holidays, the minute of the close."""

from datetime import date
from pathlib import Path

from analytics.pipeline.adding import add_documents
from analytics.pipeline.snapshot import open_snapshot

# Closes are those that the exchanges publish: New York 16:00, 13:00 on 29 November 2024; Hong Kong 12:00 and London
# 12:30 on Christmas Eve. News at the minute of the close belongs to the session after.
CASES = {
    ("2024-11-01T15:59:00-04:00", "NVDA"): date(2024, 11, 1),
    ("2024-11-01T16:00:00-04:00", "NVDA"): date(2024, 11, 4),
    ("2024-11-04T15:59:00-05:00", "NVDA"): date(2024, 11, 4),  # clocks went back on the Sunday between
    ("2024-11-04T20:30:00+00:00", "NVDA"): date(2024, 11, 4),  # half past three in New York; in summer time after it
    ("2024-11-29T12:59:00-05:00", "NVDA"): date(2024, 11, 29),
    ("2024-11-29T13:00:00-05:00", "NVDA"): date(2024, 12, 2),
    ("2024-11-02", "NVDA"): date(2024, 11, 4),  # a Saturday
    ("2025-01-01", "NVDA"): date(2025, 1, 2),
    ("2024-12-24T11:59:00+08:00", "0700.HK"): date(2024, 12, 24),
    ("2024-12-24T12:30:00+08:00", "0700.HK"): date(2024, 12, 27),
    ("2024-12-24T12:29:00+00:00", "AZN.L"): date(2024, 12, 24),
    ("2024-12-24T12:31:00+00:00", "AZN.L"): date(2024, 12, 27),
    ("2024-10-01", "601127.SS"): date(2024, 10, 8),  # Golden Week
    ("2024-10-01", "000001.SZ"): date(2024, 10, 8),
    ("2024-05-03", "7203.T"): date(2024, 5, 7),  # Japan's Golden Week
    ("2024-10-01", "005930.KS"): date(2024, 10, 2),
    ("2024-10-31", "2330.TW"): date(2024, 11, 1),  # typhoon Kong-rey
    ("2024-12-24", "SAP.DE"): date(2024, 12, 27),
    ("2024-12-25", "MC.PA"): date(2024, 12, 27),
}


def test_news_belongs_to_the_first_session_that_closes_after_it(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "news.csv"
    lines = [f"{day} {ticker},News,{day},{ticker}" for day, ticker in CASES]
    lines += ["late,News,2099-01-05,NVDA", "far,News,2024-11-04,ABC.AX"]
    table.write_text("\n".join(["event_id,headline,date,ticker", *lines]) + "\n", encoding="utf-8")
    add_documents(home, [str(table)])
    with open_snapshot(home) as data:
        rows = data.sql("select event_id, session, rule, reason from reactions").table.to_pylist()
    found = {row["event_id"]: row for row in rows}
    assert {case: found[" ".join(case)]["session"] for case in CASES} == CASES
    for (day, _), row in ((case, found[" ".join(case)]) for case in CASES):
        assert row["rule"] == ("close_after_publication" if "T" in day else "same_date_or_next")
    assert (found["late"]["session"], found["late"]["reason"]) == (None, "outside_calendar")
    assert (found["far"]["session"], found["far"]["reason"]) == (None, "no_calendar")
