-- Priced securities that any stored event is tagged with.
select distinct reactions.ticker
from reactions
join security_spans using (ticker)
order by reactions.ticker;
