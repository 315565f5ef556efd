-- The market capitalisation in US dollars of each security's issuer at the last close before a session.
-- $tickers, $sessions: lists of equal length; rows come in their order, null where no capitalisation is known
with asked as (
    select unnest($tickers) as ticker, unnest($sessions::date[]) as session, unnest(range(len($tickers))) as place
),
known as (
    select market_caps.company, market_caps.session, market_caps.market_cap_usd
    from market_caps
    where market_caps.company in (select securities.company from securities where securities.ticker in $tickers)
)
select known.market_cap_usd
from asked
left join (select distinct ticker, company from securities) as lines on lines.ticker = asked.ticker
asof left join known on known.company = lines.company and known.session < asked.session
order by asked.place;
