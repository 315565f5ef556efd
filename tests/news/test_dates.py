import pytest

from tests.news.conftest import Tagger


@pytest.mark.parametrize(
    ("issue", "body", "day", "basis"),
    [
        ("2024-11-06", "11 月 4 日消息，新机发布。", "2024-11-04", "explicit"),
        ("2024-11-06", "11月4日，新机发布。", "2024-11-04", "explicit"),
        ("2024-11-06", "据报道，当地时间 11 月 3 日，法院作出裁定。", "2024-11-03", "explicit"),
        ("2025-01-02", "12 月 31 日消息，新机发布。", "2024-12-31", "explicit"),
        ("2024-11-06", "11 月 4 日消息，发布会定于 11 月 11 日举行。", "2024-11-04", "explicit"),
        ("2024-11-06", "发布会将于 11 月 5 日举行。", "2024-11-06", "fallback_issue"),
        ("2024-11-06", "发布会定档 12 月 1 日。", "2024-11-06", "fallback_issue"),
        ("2024-11-06", "自 7 月 6 日起停止新增。\n11 月 3 日，公告发布。", "2024-11-03", "explicit_body"),
        ("2023-01-09", "7 日，有博主爆料，门店自 1 月 6 日降价后被围。", "2023-01-07", "explicit"),
        ("2024-05-05", "两家公司周三提交了要约。", "2024-05-01", "weekday"),
        ("2024-05-05", "两家公司上周五提交了要约。", "2024-04-26", "weekday"),
        ("2025-02-09", "董事长今天 5 点发帖：「今天周六，出发」。", "2025-02-08", "relative"),
        ("2024-11-06", "Shares rose on Nov. 4, the company said.", "2024-11-04", "explicit"),
        ("2024-11-06", "近日有传闻。", "2024-11-06", "fallback_issue"),
        ("2024-03-02", "2 月 30 日消息，日期写错了。", "2024-03-02", "fallback_issue"),
    ],
)
def test_the_day_of_a_story(tag: Tagger, issue: str, body: str, day: str, basis: str) -> None:
    event = tag("某公司发布新机", body, date=issue)
    assert (event.event_date.isoformat(), event.date_basis) == (day, basis)


@pytest.mark.parametrize(
    ("body", "day", "market_day"),
    [
        # 24 May 2024 was a Friday: a Beijing report of Thursday's close.
        ("5 月 24 日消息，截至周四美股收盘，英伟达股价上涨 9.3%，市值突破 2.5 万亿美元。", "2024-05-24", "2024-05-23"),
        ("5 月 24 日消息，英伟达股价上涨 9.3%，较上周五收盘价涨幅扩大。", "2024-05-24", "2024-05-24"),
    ],
)
def test_a_price_statement_speaks_of_the_session_it_names(tag: Tagger, body: str, day: str, market_day: str) -> None:
    event = tag("英伟达股价大涨 9%", body, date="2024-05-26")
    assert (event.event_date.isoformat(), str(event.market_date)) == (day, market_day)


def test_stories_about_no_price_have_no_session(tag: Tagger) -> None:
    assert tag("某公司发布新机").market_date is None
