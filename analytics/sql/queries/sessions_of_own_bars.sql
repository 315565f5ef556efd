-- Gives each ticker of no known exchange the dates of its own bars as sessions, open from midnight to midnight UTC.
delete from sessions where exchange like 'bars of %';

delete from exchanges where exchange like 'bars of %';

insert into exchanges
select distinct exchange, 'dates of its own bars', 'UTC', '', '', null
from securities
where exchange = 'bars of ' || ticker;

insert into sessions
select
    securities.exchange,
    prices.session,
    prices.session::timestamp at time zone 'UTC',
    (prices.session + 1)::timestamp at time zone 'UTC',
    row_number() over (partition by prices.ticker order by prices.session) - 1
from prices
join securities on securities.ticker = prices.ticker and securities.exchange = 'bars of ' || prices.ticker;
