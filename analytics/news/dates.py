"""On which day a story happened: the year from the issue, the day from the text, never a day yet to come."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.records import Document, Item

_MONTH_DAY = re.compile(r"(?:(?P<year>20\d\d)\s*年\s*)?(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]")
_ENGLISH_DAY = re.compile(
    r"\b(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?P<day>\d{1,2})\b(?:, (?P<year>20\d\d))?"
)
_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
    "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
# "7 日，有博主爆料": the month is understood, at the very start only.
_DAY_ONLY = re.compile(
    r"\s*(?:(?:当地|北京|美东|美国东部)时间)?\s*(?P<day>3[01]|[12]\d|[1-9])\s*日(?=[，,\s]|消息|讯|晚|早|上午|下午)"
)
# What a day opens, closes, or is still to bring is background: "自 7 月 6 日起", "将于 11 月 11 日".
_BACKGROUND_BEFORE = re.compile(r"(?:自|从|(?:将|定|拟|计划|预计|原定)于|前不久的?|早在|截止日期为)\s*$")
_BACKGROUND_AFTER = re.compile(r"\s*(?:起|之?前|以来|以前)")
_WEEKDAY = re.compile(r"(?P<last>上)?(?:本|这)?(?:周|星期)(?P<day>[一二三四五六日天])")
_TODAY_WEEKDAY = re.compile(r"今[天日晨早]\s*(?:是)?(?:周|星期)(?P<day>[一二三四五六日天])")
_COMPARED = re.compile(r"(?:较|比|与|自)\s*上?$")
_MARKET = re.compile(
    r"(?<![较比自])(?P<last>上)?(?:本)?周(?P<day>[一二三四五六日])(?=[^。；]{0,12}(?:收盘|盘后|盘前|盘中|美股|收涨|收跌|收高|收低|开盘|股价|收报))"
)
_URL_DAYS = (
    re.compile(r"(?P<year>20\d\d)[/_-](?P<month>\d{1,2})[/_-](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"/(?P<year>\d\d)/(?P<month>\d\d)/(?P<day>\d\d)/"),
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
)
_DAYS = {name: number % 7 for number, name in enumerate("一二三四五六日")} | {"天": 6}
_YEAR_ROLLS = timedelta(days=60)
_OLDEST_FIRST = timedelta(days=45)
"""How far before its issue a day may lie that the first sentence names."""
_OLDEST_LEAD = timedelta(days=10)
_OLDEST_BODY = timedelta(days=5)


@dataclass(frozen=True, kw_only=True)
class Dating:
    """The day of a story, what it rests on, and the session that a price statement in it speaks of."""

    day: date
    basis: str
    market_day: date | None


def date_items(document: Document) -> tuple[Dating | None, ...]:
    """Date every item of the document; None where neither the item nor the document carries any day."""
    issue = document.issue_date
    found = [_own_day(item, issue) for item in document.items]
    days = Counter(day for day, basis in filter(None, found) if basis.startswith("explicit"))
    usual = max(days, key=lambda day: (days[day], day)) if days else None
    fallback = (usual, "fallback_mode") if usual else (issue, "fallback_issue") if issue else None
    return tuple(_dating(item, own or fallback) for item, own in zip(document.items, found, strict=True))


def _dating(item: Item, found: tuple[date, str] | None) -> Dating | None:
    if found is None:
        return None
    day, basis = found
    return Dating(day=day, basis=basis, market_day=_market_day(item, day))


def _own_day(item: Item, issue: date | None) -> tuple[date, str] | None:
    """Return the day that the item itself states."""
    if item.stated:
        return item.stated.event_date, "stated"
    if item.published_at:
        return item.published_at.date(), "stated"
    if issue is None:
        return _whole_day(item)
    lead, rest = _lead(item.body)
    if found := _DAY_ONLY.match(lead):
        return _last_numbered(int(found["day"]), issue), "explicit"
    first, _, others = lead.partition("。")
    for text, oldest, basis in (
        (first, _OLDEST_FIRST, "explicit"),
        (others, _OLDEST_LEAD, "explicit"),
        (rest, _OLDEST_BODY, "explicit_body"),
    ):
        if day := next(_days(text, issue, oldest), None):
            return day, basis
    return _less_explicit(item, lead, issue)


def _whole_day(item: Item) -> tuple[date, str] | None:
    """Return the first day named with its year: all that an undated document can be dated by."""
    for found in _MONTH_DAY.finditer(f"{item.headline}\n{item.body}"):
        if found["year"] and (day := _on(found, date.max)):
            return day, "explicit"
    return None


def _less_explicit(item: Item, lead: str, issue: date) -> tuple[date, str] | None:
    if found := _TODAY_WEEKDAY.search(item.body):
        return _last(_DAYS[found["day"]], issue), "relative"
    if found := next((f for f in _WEEKDAY.finditer(lead) if not _COMPARED.search(lead[: f.start()])), None):
        return _weekday(found, issue), "weekday"
    if day := _url_day(item.url, issue):
        return day, "url"
    return None


def _lead(body: str) -> tuple[str, str]:
    """Return the first paragraph and the rest."""
    lead, _, rest = body.partition("\n")
    return lead, rest


def _days(text: str, issue: date, oldest: timedelta) -> Iterator[date]:
    """Yield the days named in `text` that lie before the issue by at most `oldest`."""
    for found in (*_MONTH_DAY.finditer(text), *_ENGLISH_DAY.finditer(text)):
        if _BACKGROUND_BEFORE.search(text[: found.start()]) or _BACKGROUND_AFTER.match(text, found.end()):
            continue
        day = _on(found, issue)
        if day and issue - oldest <= day <= issue:
            yield day


def _on(found: re.Match[str], issue: date) -> date | None:
    """Return the day of a match; without a year it is the issue's, or the one before if that lies far ahead."""
    month = _MONTHS.get(found["month"]) or int(found["month"])
    try:
        day = date(int(found["year"] or issue.year), month, int(found["day"]))
        if not found["year"] and day - issue > _YEAR_ROLLS:
            day = day.replace(year=day.year - 1)
    except ValueError:
        return None
    return day


def _last_numbered(number: int, before: date) -> date:
    """Return the last day on or before a day that has this number in its month."""
    return next(day for day in (before - timedelta(days=back) for back in range(70)) if day.day == number)


def _last(weekday: int, before: date) -> date:
    """Return the last such weekday on or before a day."""
    return before - timedelta(days=(before.weekday() - weekday) % 7)


def _weekday(found: re.Match[str], before: date) -> date:
    day = _last(_DAYS[found["day"]], before)
    this_week = before - timedelta(days=before.weekday())
    return day - timedelta(days=7) if found["last"] and day >= this_week else day


def _market_day(item: Item, day: date) -> date:
    """Return the session a price statement speaks of: the weekday beside it, else the day of the story itself."""
    found = _MARKET.search(item.headline) or _MARKET.search(_lead(item.body)[0])
    return _weekday(found, day) if found else day


def _url_day(url: str, issue: date) -> date | None:
    for pattern in _URL_DAYS:
        if found := pattern.search(url):
            try:
                day = date(int(found["year"]) % 2000 + 2000, int(found["month"]), int(found["day"]))
            except ValueError:
                continue
            return day if day <= issue else None
    return None
