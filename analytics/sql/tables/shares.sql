-- One row per published count of a company's shares outstanding.
-- key: ticker, as_of
-- ticker: the line in whose units the count is given
-- as_of: date the count speaks of
-- shares: units of that line outstanding, all classes together
-- basis: as_reported (multiply by the splits after as_of) or split_adjusted (never multiply)
-- source: where the count comes from
create table shares (
    ticker varchar not null,
    as_of date not null,
    shares double not null,
    basis varchar not null,
    source varchar not null
);
