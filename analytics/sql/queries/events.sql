-- The selected events, newest document first, in the order of the document.
-- $event_ids, $tickers, $companies, $types, $roles, $modalities, $sources: lists, null for all; $first_date, $last_date: event dates
select
    events.event_id,
    events.event_date,
    events.headline,
    events.types,
    events.tickers,
    events.modality,
    events.source,
    events.document,
    events.item_no,
    events.date_basis,
    events.market_date,
    events.published_at,
    events.precision,
    events.language,
    events.story_id,
    coalesce(named.companies, []) as companies
from events
left join (
    select
        event_id,
        list({company: value, ticker: ticker, role: role} order by relevance desc, start) as companies
    from tags
    where kind = 'company'
    group by event_id
) as named using (event_id)
join documents using (document)
where
    ($event_ids is null or list_contains($event_ids, events.event_id))
    and ($types is null or list_has_any($types, events.types))
    and ($modalities is null or list_contains($modalities, events.modality))
    and ($sources is null or list_has_any($sources, string_split(events.source, '、')))
    and ($first_date is null or events.event_date >= $first_date)
    and ($last_date is null or events.event_date <= $last_date)
    and (
        ($tickers is null and $companies is null and $roles is null)
        or exists (
            from tags
            where
                tags.event_id = events.event_id
                and tags.kind = 'company'
                and ($tickers is null or list_contains($tickers, tags.ticker))
                and ($companies is null or list_contains($companies, tags.value))
                and ($roles is null or list_contains($roles, tags.role))
        )
    )
order by documents.issue_date desc nulls last, events.document, events.item_no;
