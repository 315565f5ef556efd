import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe
from analytics.records import StatedEvent

CSV = """headline,date,time,zone,ticker,type,source,modality
Nvidia beats estimates,2024-11-20,16:20,America/New_York,NVDA,results,Wire,confirmed
Bad day,20/11/2024,,,NVDA,results,Wire,
,2024-11-20,,,NVDA,results,Wire,
No zone,2024-11-20,16:20,,NVDA,results,Wire,
Odd modality,2024-11-20,,,NVDA,results,Wire,perhaps
Two names,2024-11-21,,,AAPL; MSFT,product|legal,Wire,rumor
"""


def test_rows_are_read_and_bad_ones_named_by_line() -> None:
    document = read_document("events.csv", CSV.encode())
    assert [item.headline for item in document.items] == ["Nvidia beats estimates", "Two names"]
    assert document.outcome == "partly read"
    assert document.reasons == (
        "events.csv, line 3: date '20/11/2024' is not an ISO date such as 2024-11-04; the row was left out.",
        "events.csv, line 4: headline missing; the row was left out.",
        "events.csv, line 5: time '16:20' has no zone such as America/New_York; the row was left out.",
        "events.csv, line 6: modality 'perhaps' is not one of confirmed, reported, rumor, denied; "
        "the row was left out.",
    )


def test_a_row_says_itself_when_and_about_whom() -> None:
    first, second = read_document("events.csv", CSV.encode()).items
    # 16:20 in New York in November is five hours before UTC.
    assert first.published_at == datetime(2024, 11, 20, 21, 20, tzinfo=UTC)
    assert first.stated == StatedEvent(
        event_date=date(2024, 11, 20), tickers=("NVDA",), types=("results",), modality="confirmed"
    )
    assert second.stated
    assert (second.stated.tickers, second.stated.types) == (("AAPL", "MSFT"), ("product", "legal"))


def test_what_a_row_states_wins_over_the_rules(universe: Universe) -> None:
    first, second = tag_document(read_document("events.csv", CSV.encode()), universe)
    assert (first.event_date, first.date_basis, first.precision) == (date(2024, 11, 20), "stated", "minute")
    assert [(tag.company, tag.ticker, tag.role, tag.rule) for tag in first.companies] == [
        ("NVIDIA", "NVDA", "subject", "stated")
    ]
    assert [tag.type for tag in second.types] == ["product", "legal"]
    assert (second.modality, second.precision) == ("rumor", "day")


def test_rows_without_tickers_and_types_are_tagged_by_the_rules(universe: Universe) -> None:
    (event,) = tag_document(
        read_document("e.csv", "title,event_date\n英伟达发布新款显卡,2024-11-04\n".encode()), universe
    )
    assert [tag.ticker for tag in event.companies] == ["NVDA"]
    assert [tag.type for tag in event.types] == ["product"]


def test_a_company_by_name_gets_the_line_of_its_day(universe: Universe) -> None:
    rows = "headline,date,company\nA,2022-06-08,Meta Platforms\nB,2022-06-09,Meta Platforms\nC,2024-01-02,腾讯\n"
    events = tag_document(read_document("e.csv", rows.encode()), universe)
    assert [event.companies[0].ticker for event in events] == ["FB", "META", "0700.HK"]


def test_a_ticker_outside_the_universe_is_kept(universe: Universe) -> None:
    (event,) = tag_document(read_document("e.csv", b"headline,date,ticker\nA,2024-01-02,ZZZZ.L\n"), universe)
    assert [(tag.company, tag.ticker) for tag in event.companies] == [("ZZZZ.L", "ZZZZ.L")]


def test_identifiers_are_kept_and_a_second_use_is_left_out(universe: Universe) -> None:
    document = read_document("e.csv", b"event_id,headline,date\nx1,A,2024-01-02\nx1,B,2024-01-03\nx2,A,2024-01-04\n")
    assert document.reasons == ("e.csv, line 3: event_id 'x1' was given in line 2 already; the row was left out.",)
    assert [event.event_id for event in tag_document(document, universe)] == ["x1", "x2"]


def test_the_same_headline_twice_makes_two_events(universe: Universe) -> None:
    document = read_document("e.csv", b"headline,date\nEarnings,2024-01-02\nEarnings,2024-04-02\n")
    first, second = tag_document(document, universe)
    assert first.event_id != second.event_id


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_json_lines_and_parquet_hold_the_same_rows(suffix: str) -> None:
    rows = [{"headline": "A", "date": "2024-01-02", "tickers": ["NVDA", "AAPL"]}, {"headline": "B", "date": None}]
    if suffix == "jsonl":
        data = b'{"headline": "A", "date": "2024-01-02", "tickers": ["NVDA", "AAPL"]}\n{"headline": "B"}\nnot json\n'
    else:
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        data = sink.getvalue()
    document = read_document(f"e.{suffix}", data)
    (item,) = document.items
    assert item.stated
    assert item.stated.tickers == ("NVDA", "AAPL")
    assert document.reasons[0] == f"e.{suffix}, line 2: date missing; the row was left out."


def test_a_broken_parquet_file_is_refused_with_its_reason() -> None:
    document = read_document("e.parquet", b"PAR1 and then nothing")
    assert document.outcome == "refused"
    assert document.reasons[0].startswith("e.parquet: the table cannot be read further:")


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_line_of_endless_brackets_is_left_out_and_the_others_read(depth: int) -> None:
    nested = '{"headline": "A", "date": "2024-11-04", "ticker": ' + "[" * depth + "]" * depth + "}"
    document = read_document("e.jsonl", f'{nested}\n{{"headline": "B", "date": "2024-11-04"}}\n'.encode())
    assert [item.headline for item in document.items] == ["B"]
    assert document.reasons == ("e.jsonl, line 1: headline and date missing; the row was left out.",)


def test_reasons_of_a_wholly_bad_table_are_counted_not_listed() -> None:
    document = read_document("e.csv", b"headline,date\n" + b"A,never\n" * 250)
    assert len(document.reasons) == 101
    assert document.reasons[-1] == "150 further rows were left out likewise."
