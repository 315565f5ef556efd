-- One row per event of a document and listed company it names: how the security moved beyond the market on the session
-- of the news, by the default study, and how many ordinary days moved less. News that share a session share the numbers.
-- $document: its name; $first, $last: estimation window of the default study, offsets
with days as materialized (
    select ticker, session, position, previous_session, daily_return from daily_returns
),
wanted as (
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
markets as materialized (
    select * from days where ticker in (select benchmark from lines)
),
placed as (
    select moved.event_id, moved.ticker, moved.ar, moved.alpha, moved.beta, days.position, lines.benchmark
    from moved
    join days using (ticker, session)
    left join lines using (ticker)
),
ordinary as (
    select
        placed.event_id,
        placed.ticker,
        count(*) as ordinary_days,
        count(*) filter (
            abs(own.daily_return - placed.alpha - placed.beta * market.daily_return) < abs(placed.ar)
        ) as smaller_days
    from (select *, unnest(range(position + $first, position + $last + 1)) as earlier from placed) as placed
    join days as own on own.ticker = placed.ticker and own.position = placed.earlier
    join markets as market
        on
            market.ticker = placed.benchmark
            and market.session = own.session
            and market.previous_session = own.previous_session
    where placed.ar is not null and own.daily_return is not null and market.daily_return is not null
    group by placed.event_id, placed.ticker
),
nearby as (
    select placed.event_id, placed.ticker, count(distinct other.event_id) as nearby_events
    from placed
    join reactions as other on other.ticker = placed.ticker and other.event_id <> placed.event_id
    join days as there on there.ticker = other.ticker and there.session = other.session
    where other.role <> 'background' and there.position between placed.position - 10 and placed.position + 10
    group by placed.event_id, placed.ticker
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
