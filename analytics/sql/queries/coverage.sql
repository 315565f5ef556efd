-- One row per priced ticker: its span, its bars, and how many of them failed which check.
select
    prices.ticker,
    any_value(spans.exchange) as exchange,
    min(prices.session) as first_session,
    max(prices.session) as last_session,
    count(*) as bars,
    any_value(spans.last_position - spans.first_position) + 1 as sessions,
    count(*) filter (len(prices.flags) > 0) as flagged,
    coalesce(list_sort(list_distinct(flatten(list(prices.flags)))), []) as checks,
    list_sort(list(distinct prices.source)) as sources
from prices
left join security_spans as spans using (ticker)
group by prices.ticker
order by prices.ticker;
