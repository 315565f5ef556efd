-- Securities through which news of an event's private companies may reach the market, one row per tie.
-- $event_id: the event
select
    tags.value as company,
    exposures.ticker,
    any_value(securities.company) as exposed,
    string_agg(distinct exposures.kind, ', ' order by exposures.kind) as kind,
    any_value(exposures.source) as source
from tags
join events using (event_id)
join exposures on exposures.company = tags.value
left join securities on securities.ticker = exposures.ticker
where
    tags.event_id = $event_id
    and tags.kind = 'company'
    and tags.ticker is null
    and tags.role <> 'background'
    and (exposures.valid_from is null or exposures.valid_from <= events.event_date)
    and (exposures.valid_to is null or exposures.valid_to >= events.event_date)
group by tags.value, exposures.ticker
order by tags.value, exposures.ticker;
