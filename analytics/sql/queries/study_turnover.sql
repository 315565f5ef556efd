-- Logarithm of volume over shares outstanding, in the order and with the rows of study_series.
-- $tickers: securities to take
select
    own.ticker,
    own.session,
    case when own.volume > 0 then ln(own.volume / counts.shares) end as turnover
from security_sessions as own
asof left join share_counts as counts on counts.ticker = own.ticker and own.session >= counts.as_of
where list_contains($tickers, own.ticker)
order by own.ticker, own.session;
