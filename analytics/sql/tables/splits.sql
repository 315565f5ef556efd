-- One row per split of a security.
-- key: ticker, session
-- ticker: the security
-- session: first session on the new basis
-- ratio: new units per old unit
create table splits (
    ticker varchar not null,
    session date not null,
    ratio double not null
);
