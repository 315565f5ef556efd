-- One row per listed security through which news of a private company may reach the market.
-- key: company, ticker, kind
-- company: the private company
-- ticker: the exposed security
-- kind: owner, investor, supplier, customer, partner, competitor or affiliate
-- valid_from: first date of the tie, null where it is not known
-- valid_to: last date of the tie, null while it holds
-- source: where the tie is stated
create table exposures (
    company varchar not null,
    ticker varchar not null,
    kind varchar not null,
    valid_from date,
    valid_to date,
    source varchar not null
);
