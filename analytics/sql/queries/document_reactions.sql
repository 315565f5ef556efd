-- One row per event of a document and listed company it names: how the security moved beyond the market on the session
-- of the news, by the default study, and how many ordinary days moved less. News that share a session share the numbers.
-- $document: its name; $first, $last: estimation window of the default study, offsets
with wanted as (
    select
        reactions.event_id,
        events.item_no,
        reactions.ticker,
        reactions.company,
        reactions.role,
        reactions.session,
        reactions.rule,
        reactions.reason as undated
    from reactions
    join events using (event_id)
    where events.document = $document
),
results as (
    select distinct on (ticker, session) event_id as studied_as, ticker, session, m, alpha, beta, car, p_car
    from event_results
    order by ticker, session, event_id
),
moved as (
    select
        wanted.*,
        results.* exclude (ticker, session),
        day.ret,
        day.expected,
        day.ar,
        day.sar
    from wanted
    left join results on results.ticker = wanted.ticker and results.session = wanted.session
    left join event_windows as day
        on day.event_id = results.studied_as and day.ticker = results.ticker and day."offset" = 0
),
lines as (
    select distinct on (securities.ticker) securities.ticker, exchanges.benchmark
    from securities
    left join exchanges using (exchange)
    order by securities.ticker, securities.valid_to desc nulls first
),
ordinary as (
    select
        moved.event_id,
        moved.ticker,
        count(*) as ordinary_days,
        count(*) filter (
            abs(own.daily_return - moved.alpha - moved.beta * market.daily_return) < abs(moved.ar)
        ) as smaller_days
    from moved
    join lines using (ticker)
    join daily_returns as here on here.ticker = moved.ticker and here.session = moved.session
    join daily_returns as own
        on own.ticker = moved.ticker and own.position between here.position + $first and here.position + $last
    join daily_returns as market
        on
            market.ticker = lines.benchmark
            and market.session = own.session
            and market.previous_session = own.previous_session
    where moved.ar is not null and own.daily_return is not null and market.daily_return is not null
    group by moved.event_id, moved.ticker
),
nearby as (
    select moved.event_id, moved.ticker, count(distinct other.event_id) as nearby_events
    from moved
    join security_sessions as here on here.ticker = moved.ticker and here.session = moved.session
    join security_sessions as there on there.ticker = moved.ticker and there.position between here.position - 10 and here.position + 10
    join reactions as other on other.ticker = moved.ticker and other.session = there.session and other.event_id <> moved.event_id
    where other.role <> 'background'
    group by moved.event_id, moved.ticker
)
select
    moved.event_id,
    moved.ticker,
    moved.company,
    moved.role,
    moved.session,
    moved.rule,
    coalesce(moved.undated, study_exclusions.reason) as reason,
    moved.studied_as,
    moved.m,
    moved.ret,
    moved.expected,
    moved.ar,
    moved.sar,
    moved.car,
    moved.p_car,
    lines.benchmark,
    ordinary.ordinary_days,
    ordinary.smaller_days,
    coalesce(nearby.nearby_events, 0) as nearby_events
from moved
left join lines using (ticker)
left join ordinary using (event_id, ticker)
left join nearby using (event_id, ticker)
left join study_exclusions
    on
        study_exclusions.event_id = moved.event_id
        and study_exclusions.ticker = moved.ticker
        and moved.studied_as is null
order by moved.item_no, moved.role = 'background', abs(moved.ar) desc nulls last;
