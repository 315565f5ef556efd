-- Every event of every listed security: what else can lie in an event window.
select reactions.event_id, reactions.ticker, events.story_id, reactions.role, reactions.position, events.headline
from reactions
join events using (event_id)
order by reactions.ticker, reactions.position, reactions.event_id;
