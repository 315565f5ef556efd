-- Exchanges with a known calendar that a priced or tagged security belongs to.
select distinct exchanges.exchange
from exchanges
join securities using (exchange)
where
    securities.ticker in (select ticker from prices)
    or securities.ticker in (select ticker from tags where ticker is not null)
order by exchanges.exchange;
