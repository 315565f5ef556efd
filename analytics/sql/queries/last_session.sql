-- The last session with a price, null where there is none.
select max(session) as session from prices;
