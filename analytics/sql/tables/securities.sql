-- One row per listed line of a company and span of its ticker.
-- key: ticker, valid_from
-- ticker: ticker in Yahoo's spelling
-- company: the issuer
-- exchange: code of the exchange's calendar (ISO 10383), such as XNYS
-- currency: ISO currency of its prices
-- is_primary: true for the one line that stands for the issuer
-- ordinary_per_unit: ordinary shares that one unit of the line stands for (ADR ratio), 1 for shares
-- share_class: class of the share, empty where there is only one
-- valid_from: first date of the ticker, null where it is not known
-- valid_to: last date of the ticker, null while it is listed
create table securities (
    ticker varchar not null,
    company varchar not null,
    exchange varchar not null,
    currency varchar not null,
    is_primary boolean not null,
    ordinary_per_unit double not null,
    share_class varchar not null,
    valid_from date,
    valid_to date
);
