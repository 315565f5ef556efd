-- Every security and session as a study reads it, for another engine: one file a bucket of tickers.
-- bucket: 0 to 15, the same for a ticker in every export; previous_session: date that the return counts from
-- turnover: logarithm of volume over shares outstanding; tagged: whether news of the security falls on the session
with news as (
    select distinct ticker, position
    from reactions
    where role <> 'background' and position is not null
)
select
    (hash(own.ticker) % 16)::integer as bucket,
    own.ticker,
    own.session,
    returns.previous_session,
    returns.daily_return,
    case when own.volume > 0 then ln(own.volume / counts.shares) end as turnover,
    news.ticker is not null as tagged
from security_sessions as own
join daily_returns as returns on returns.ticker = own.ticker and returns.session = own.session
left join news on news.ticker = own.ticker and news.position = own.position
asof left join share_counts as counts on counts.ticker = own.ticker and own.session >= counts.as_of
order by bucket, own.ticker, own.session;
