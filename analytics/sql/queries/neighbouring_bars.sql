-- The stored bars of some tickers in the month before and the month after a span of each.
-- $tickers, $first, $last: lists, one entry a ticker
select prices.*
from prices
join (select unnest($tickers::varchar[]) as ticker, unnest($first::date[]) as first_session, unnest($last::date[]) as last_session) as spans
    on
        spans.ticker = prices.ticker
        and (
            prices.session between spans.first_session - 30 and spans.first_session - 1
            or prices.session between spans.last_session + 1 and spans.last_session + 30
        )
-- Said again for all spans at once, as most bars are left out before the join.
where prices.session between list_min($first::date[]) - 30 and list_max($last::date[]) + 30
order by prices.ticker, prices.session;
