-- The event windows of the default study that a document's news fell into, one row per event, security and offset,
-- keyed by the event that stands for the session in the study.
-- $document: its name
with wanted as (
    select distinct reactions.ticker, reactions.session
    from reactions
    join events using (event_id)
    where events.document = $document
)
select
    event_windows.event_id,
    event_windows.ticker,
    event_windows."offset",
    event_windows.session,
    event_windows.ar,
    event_windows.car
from event_windows
join event_results using (event_id, ticker)
join wanted on wanted.ticker = event_results.ticker and wanted.session = event_results.session
order by event_windows.event_id, event_windows.ticker, event_windows."offset";
