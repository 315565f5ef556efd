-- One row per event and listed company it is tagged with: the session of offset 0, or why there is none.
-- key: event_id, ticker
-- reads: events, tags, securities, exchanges, sessions, security_spans
-- event_id: the event
-- ticker: the security
-- company: its issuer
-- role: part that the company plays in the event
-- exchange: exchange whose sessions count
-- session: first session that could trade on the news
-- calendar_position: number of that session in the calendar of the exchange
-- position: number of that session in the security's own sequence, from 0; null outside its bars
-- rule: how the session follows from the time: market_date, close_after_publication or same_date_or_next
-- reason: why there is no session: no_calendar or outside_calendar
create view reactions as
with pairs as (
    select
        tags.event_id,
        tags.ticker,
        any_value(tags.value) as company,
        min_by(tags.role, tags.start) as role,
        any_value(securities.exchange) as exchange
    from tags
    left join securities
        on securities.ticker = tags.ticker
    where tags.kind = 'company' and tags.ticker is not null
    group by tags.event_id, tags.ticker
),
timed as (
    select
        pairs.*,
        coalesce(events.market_date, events.event_date) as day,
        -- Without a minute the whole calendar day counts, so the instant lies before every close of the day.
        if(
            events.market_date is null and events.precision = 'minute',
            events.published_at,
            timestamptz '-infinity'
        ) as instant,
        case
            when events.market_date is not null then 'market_date'
            when events.precision = 'minute' then 'close_after_publication'
            else 'same_date_or_next'
        end as rule
    from pairs
    join events using (event_id)
),
-- Before the first session that is known, nothing tells how many sessions lie between: no session is taken.
known as (
    select exchange, min(session) as first_session
    from sessions
    group by exchange
),
by_instant as (
    select timed.event_id, timed.ticker, sessions.session, sessions.position
    from timed
    join known on known.exchange = timed.exchange and known.first_session <= timed.day
    asof join sessions on timed.exchange = sessions.exchange and timed.instant < sessions.close_at
    where timed.rule = 'close_after_publication'
),
by_day as (
    select timed.event_id, timed.ticker, sessions.session, sessions.position
    from timed
    join known on known.exchange = timed.exchange and known.first_session <= timed.day
    asof join sessions on timed.exchange = sessions.exchange and timed.day <= sessions.session
    where timed.rule <> 'close_after_publication'
)
select
    timed.event_id,
    timed.ticker,
    timed.company,
    timed.role,
    timed.exchange,
    coalesce(by_instant.session, by_day.session) as session,
    coalesce(by_instant.position, by_day.position) as calendar_position,
    case
        when calendar_position between spans.first_position and spans.last_position
            then calendar_position - spans.first_position
    end as position,
    timed.rule,
    case
        when coalesce(by_instant.session, by_day.session) is not null then null
        when exchanges.exchange is null then 'no_calendar'
        else 'outside_calendar'
    end as reason
from timed
left join security_spans as spans on spans.ticker = timed.ticker
left join exchanges on exchanges.exchange = timed.exchange
left join by_instant on by_instant.event_id = timed.event_id and by_instant.ticker = timed.ticker
left join by_day on by_day.event_id = timed.event_id and by_day.ticker = timed.ticker;
