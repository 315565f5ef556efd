-- One row per currency and day: its rate against the US dollar.
-- key: currency, day
-- currency: ISO currency
-- day: date of the rate
-- per_usd: units of the currency for one US dollar
-- source: where the rate comes from
create table fx (
    currency varchar not null,
    day date not null,
    per_usd double not null,
    source varchar not null
);
