-- One row per issuer with prices and a share count: the line that stands for it, and the line whose count is taken.
-- key: company
-- reads: securities, prices, shares
-- company: the issuer
-- ticker: the line that stands for it: its primary one, or another one where that is not priced
-- exchange: exchange of the line
-- currency: ISO currency of the line
-- counted_ticker: the line that the share count speaks of: the same one where it has a count
-- units: units of the line for one unit of the counted one, by their ratios of ordinary shares
-- first_as_of: date of the first share count
create view ranked_lines as
with lines as (
    select distinct on (ticker) ticker, company, exchange, currency, is_primary, ordinary_per_unit
    from securities
    order by ticker, valid_to desc nulls first
),
priced as (
    select distinct on (company) lines.*
    from lines
    where ticker in (select ticker from prices)
    order by company, is_primary desc, ticker
),
counted as (
    select lines.*, counts.first_as_of
    from lines
    join (select ticker, min(as_of) as first_as_of from shares group by ticker) as counts using (ticker)
)
select distinct on (priced.company)
    priced.company,
    priced.ticker,
    priced.exchange,
    priced.currency,
    counted.ticker as counted_ticker,
    counted.ordinary_per_unit / priced.ordinary_per_unit as units,
    counted.first_as_of
from priced
join counted on counted.company = priced.company
order by priced.company, counted.ticker = priced.ticker desc, counted.is_primary desc, counted.ticker;
