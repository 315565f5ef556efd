"""Charts are pure functions of tables; what they draw is looked at in the figure, and once as a golden file."""

from datetime import date

import pyarrow as pa
import pytest
from syrupy.assertion import SnapshotAssertion

from analytics.report import cap_charts, charts
from analytics.report.look import RED_UP
from analytics.report.words import Words

WORDS = {language: Words(language=language) for language in ("en", "zh")}
DAYS = pa.table(
    {
        "event_id": ["a"] * 3,
        "ticker": ["NVDA"] * 3,
        "offset": [-1, 0, 1],
        "session": [date(2024, 11, 1), date(2024, 11, 4), None],
        "ar": [0.01, -0.02, None],
        "car": [0.01, -0.01, None],
    }
)
PATH = pa.table(
    {"to_offset": [-1, 0, 1], "mean": [0.01, -0.01, 0.0], "lower": [-0.01, -0.03, -0.02], "upper": [0.03, 0.01, 0.02]}
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_event_window_as_a_golden_file(language: str, snapshot: SnapshotAssertion) -> None:
    figure = charts.event_window(DAYS, WORDS[language], path=PATH)
    # The template is Plotly's own, and the page's theme replaces it.
    assert figure.update_layout(template=None).to_plotly_json() == snapshot


def test_rising_and_falling_differ_by_colour_and_can_be_exchanged() -> None:
    [green] = charts.event_window(DAYS, WORDS["en"]).select_traces({"type": "bar"})
    [red] = charts.event_window(DAYS, WORDS["en"], RED_UP).select_traces({"type": "bar"})
    assert list(green.marker.color[:2]) == list(reversed(red.marker.color[:2]))
    assert green.marker.color[0] != green.marker.color[1]


def test_a_day_without_a_return_leaves_a_gap() -> None:
    [bars] = charts.event_window(DAYS, WORDS["en"]).select_traces({"type": "bar"})
    assert bars.y[2] is None


def test_news_of_one_day_is_one_marker_with_a_count_and_keeps_its_true_date() -> None:
    monday = date(2024, 11, 4)
    prices = pa.table({"session": [date(2024, 11, 1), monday], "close": [135.4, 136.05], "currency": ["USD"] * 2})
    events = pa.table(
        {
            "session": [monday, monday, monday],
            "event_date": [date(2024, 11, 3), monday, monday],
            "type": ["denial", "denial", "results"],
            "headline": ["<b>Sunday", "Monday", "Figures"],
        }
    )
    figure = charts.price_with_events(prices, events, WORDS["en"])
    assert figure.layout.yaxis.title.text == "Close, USD"
    denial, results = (trace for trace in figure.data if trace.mode == "markers+text")
    assert (denial.name, list(denial.text)) == ("Denial", ["2"])
    assert denial.hovertext[0] == "2024-11-03 → 2024-11-04 &lt;b>Sunday<br>2024-11-04 Monday"
    assert denial.y[0] != results.y[0]
    assert denial.marker.symbol != results.marker.symbol


def test_prices_without_a_close_are_drawn_empty() -> None:
    empty = pa.table({"session": pa.array([], pa.date32()), "close": pa.array([], pa.float64()), "currency": []})
    events = pa.table({name: pa.array([], pa.string()) for name in ("session", "event_date", "type", "headline")})
    assert len(charts.price_with_events(empty, events, WORDS["zh"]).data) == 1


def test_ranks_are_drawn_with_the_first_on_top() -> None:
    days = [date(2024, 11, 4), date(2024, 11, 5)]
    paths = pa.table(
        {
            "day": days * 2,
            "company": ["Apple"] * 2 + ["NVIDIA"] * 2,
            "rank": [1, 2, 2, 1],
            "market_cap_usd": [3.36e12] * 4,
        }
    )
    figure = cap_charts.ranks(paths, WORDS["zh"], {"Apple": "苹果"})
    assert figure.layout.yaxis.range == (2.5, 0.5)
    assert [trace.name for trace in figure.data] == ["苹果", "NVIDIA"]
    assert figure.data[0].customdata[0] == "3.360万亿"


def test_who_rose_from_far_below_leaves_the_ranks_legible() -> None:
    days = [date(2024, 11, 4), date(2024, 11, 5)]
    paths = pa.table({"day": days, "company": ["Apple"] * 2, "rank": [400, 1], "market_cap_usd": [3.36e12] * 2})
    assert cap_charts.ranks(paths, WORDS["en"], {}).layout.yaxis.range == (1.5, 0.5)


def test_the_map_puts_companies_into_their_country() -> None:
    rows = pa.table(
        {
            "company": ["Apple", "Kuaishou"],
            "market_cap_usd": [3.36e12, 2.8e10],
            "day_return": [-0.004, None],
            "country": ["US", "HK"],
        }
    )
    [tree] = cap_charts.treemap(rows, WORDS["en"], {}, by="country").data
    assert dict(zip(tree.ids, tree.parents, strict=True)) == {
        "/": "",
        "/HK": "/",
        "/US": "/",
        "Apple": "/US",
        "Kuaishou": "/HK",
    }
    assert (tree.marker.cmin, tree.marker.cmax) == (-0.05, 0.05)
    assert list(tree.labels) == ["", "Hong Kong", "United States", "Apple", "Kuaishou"]
    assert tree.text[3:] == ("−0.40%<br>3.360 tn USD", "no return on the day<br>28.000 bn USD")
    # A return that is not known is no return of zero: it stands outside the scale.
    assert tree.marker.colors[3] == -0.004
    assert isinstance(tree.marker.colors[4], str)


def test_the_average_path_shows_single_events_behind_it() -> None:
    figure = charts.average_path({"all": PATH}, DAYS, WORDS["en"])
    assert figure.data[0].opacity == 0.35
    assert figure.data[0].name == "Single events (1 of 1 drawn)"
    assert list(figure.data[0].y) == [0.01, -0.01, None, None]
    assert figure.data[-1].line.width == 3
