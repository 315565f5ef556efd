-- Every event of the selection with each of its securities: the session of offset 0, or why the study leaves the pair out.
-- $event_ids: events to take, null for all; $tickers, $companies, $types, $roles, $modalities, $sources: lists, null for all; $first_date, $last_date: event dates
-- $date_rule: same, previous or next session; $merge: leave out repeated stories, secondary lines and repeated sessions
with selected as (
    select
        events.event_id,
        events.story_id,
        events.types[1] as type,
        events.item_no,
        events.modality,
        tags.value as company,
        tags.ticker,
        tags.role
    from events
    join tags on tags.event_id = events.event_id and tags.kind = 'company'
    where
        ($event_ids is null or list_contains($event_ids, events.event_id))
        and ($tickers is null or list_contains($tickers, tags.ticker))
        and ($companies is null or list_contains($companies, tags.value))
        and ($types is null or list_has_any($types, events.types))
        and ($modalities is null or list_contains($modalities, events.modality))
        and ($sources is null or list_has_any($sources, string_split(events.source, '、')))
        and ($roles is null or list_contains($roles, tags.role))
        and ($first_date is null or events.event_date >= $first_date)
        and ($last_date is null or events.event_date <= $last_date)
),
placed as (
    select
        selected.event_id,
        selected.story_id,
        selected.type,
        selected.item_no,
        selected.modality,
        selected.company,
        coalesce(selected.ticker, '') as ticker,
        selected.role,
        reactions.rule,
        reactions.reason as undated,
        reactions.calendar_position
            + case $date_rule when 'previous' then -1 when 'next' then 1 else 0 end as calendar_position,
        spans.exchange,
        spans.first_position,
        spans.last_position,
        spans.ticker is not null as priced
    from selected
    left join reactions on reactions.event_id = selected.event_id and reactions.ticker = selected.ticker
    left join security_spans as spans on spans.ticker = selected.ticker
    qualify
        row_number() over (
            partition by selected.event_id, coalesce(selected.ticker, ''), selected.company order by selected.role
        ) = 1
),
lines as (
    select distinct on (ticker) ticker, is_primary from securities order by ticker, valid_to desc nulls first
),
positioned as (
    select
        placed.*,
        lines.is_primary,
        sessions.session,
        sessions.position - placed.first_position as position
    from placed
    left join lines on lines.ticker = placed.ticker
    left join sessions
        on
            sessions.exchange = placed.exchange
            and sessions.position = placed.calendar_position
            and placed.calendar_position between placed.first_position and placed.last_position
),
judged as (
    select
        *,
        case
            when ticker = '' then 'private'
            when $roles is null and role = 'background' then 'background'
            when not priced then 'no_prices'
            when undated is not null then undated
            when session is null then 'outside_prices'
            when
                $merge
                and row_number() over (partition by event_id, company order by is_primary desc, ticker) > 1
                then 'secondary_line'
        end as own_reason
    from positioned
),
told_once as (
    select
        *,
        coalesce(
            own_reason,
            case
                when
                    $merge
                    and row_number() over (
                        partition by ticker, story_id, own_reason is null order by event_id <> story_id, event_id
                    ) > 1
                    then 'same_story'
            end
        ) as story_reason
    from judged
)
select
    event_id,
    ticker,
    company,
    role,
    type,
    modality,
    rule,
    session,
    position,
    coalesce(
        story_reason,
        case
            when
                $merge
                and row_number() over (
                    partition by ticker, session, story_reason is null order by role <> 'subject', item_no, event_id
                ) > 1
                then 'merged'
        end
    ) as reason
from told_once
order by event_id, ticker, company;
