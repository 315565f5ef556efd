"""The macro event_panel on the sample: the closes around the digest's first story, whatever the window."""

from datetime import date

from analytics.pipeline.snapshot import Snapshot

SQL = """select "offset", session, close, close_change from event_panel($pre, $post) panel
join events using (event_id)
where item_no = 1 and panel.ticker = 'NVDA' order by "offset" """


def test_a_panel_holds_the_sessions_around_the_event(sample: Snapshot) -> None:
    panel = sample.sql(SQL, {"pre": 1, "post": 1}).table.to_pylist()
    # The weekend of 2 and 3 November lies between the first two; 136.05 on the 4th, up 0.48 %, as newspapers printed.
    expected = [(-1, date(2024, 11, 1)), (0, date(2024, 11, 4)), (1, date(2024, 11, 5))]
    assert [(row["offset"], row["session"]) for row in panel] == expected
    assert (round(panel[1]["close"], 2), round(panel[1]["close_change"], 4)) == (136.05, 0.0048)


def test_a_panel_has_one_row_an_offset_and_none_beyond_the_bars(sample: Snapshot) -> None:
    counted = 'select count(*), count(distinct (event_id, ticker, "offset")), max("offset") from event_panel(0, 10000)'
    [(rows, keys, last)] = [tuple(row.values()) for row in sample.sql(counted).rows.to_pylist()]
    assert rows == keys > 0
    assert last < 250


def test_an_event_may_lie_in_another_ones_window(sample: Snapshot) -> None:
    shared = """select count(*) from event_panel(5, 5) a join event_panel(5, 5) b using (ticker, session)
    where a.event_id < b.event_id"""
    assert sample.sql(shared).rows.column(0)[0].as_py() > 0
