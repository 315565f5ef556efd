-- One row per published share count, on the split basis of today's prices.
-- key: ticker, as_of
-- reads: shares, splits
-- ticker: the line in whose units the count is given
-- as_of: date the count speaks of
-- shares: units outstanding, on the same split basis as the prices
-- basis: as_reported or split_adjusted
-- source: where the count comes from
create view share_counts as
select
    shares.ticker,
    shares.as_of,
    shares.shares * coalesce(product(splits.ratio), 1) as shares,
    shares.basis,
    shares.source
from shares
left join splits
    on shares.basis = 'as_reported' and splits.ticker = shares.ticker and splits.session > shares.as_of
group by shares.ticker, shares.as_of, shares.shares, shares.basis, shares.source;
