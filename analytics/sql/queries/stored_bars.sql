-- The stored bars of some tickers.
-- $tickers: list of tickers
select * from prices where list_contains($tickers, ticker) order by ticker, session;
