-- Priced or tagged tickers that no row of the universe lists, and whether they are priced.
select tickers.ticker, bool_or(tickers.priced) as priced
from (
    select distinct ticker, true as priced from prices
    union all
    select distinct ticker, false from tags where ticker is not null
) as tickers
where tickers.ticker not in (select ticker from securities)
group by tickers.ticker
order by tickers.ticker;
