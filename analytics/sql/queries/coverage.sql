-- One row per priced ticker: its span, its bars, and which checks it fails, those of the whole series among them.
with bars as (
    select
        ticker,
        min(session) as first_session,
        max(session) as last_session,
        count(*) as bars,
        count(*) filter (len(flags) > 0) as flagged,
        count(*) filter (list_contains(flags, 'closed day')) as on_closed_days,
        coalesce(list_distinct(flatten(list(flags) filter (len(flags) > 0))), []) as checks,
        list_sort(list(distinct source)) as sources
    from prices
    group by ticker
),
spans as (
    select *, last_position - first_position + 1 as sessions, max(last_position) over (partition by exchange) as newest
    from security_spans
)
select
    bars.ticker,
    spans.exchange,
    bars.first_session,
    bars.last_session,
    bars.bars,
    spans.sessions,
    -- Bars may run on past the end of a calendar.
    greatest(spans.sessions - (bars.bars - bars.on_closed_days), 0) as missing,
    bars.flagged,
    list_sort(bars.checks)
    || if(missing > 0, ['missing sessions'], [])
    || if(spans.newest - spans.last_position > 5, ['stale series'], []) as checks,
    bars.sources
from bars
left join spans using (ticker)
order by bars.ticker;
