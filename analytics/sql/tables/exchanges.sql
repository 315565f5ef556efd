-- One row per exchange whose sessions are known.
-- key: exchange
-- exchange: code of the calendar (ISO 10383)
-- name: its name
-- zone: IANA time zone of its clock
-- country: ISO 3166 alpha-2
-- currency: ISO currency of its prices
-- benchmark: ticker of the index or fund that stands for its market, null where none is set
create table exchanges (
    exchange varchar not null,
    name varchar not null,
    zone varchar not null,
    country varchar not null,
    currency varchar not null,
    benchmark varchar
);
