-- What was asked for and what came of it, failures first.
select * from fetches order by outcome = 'fetched', ticker;
