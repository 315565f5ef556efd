-- One row per statement of a story that prices can check, with the verdict.
-- key: event_id, claim_no
-- reads: stated_claims, reactions, prices, daily_returns, market_caps
-- event_id: the event
-- claim_no: place in the story, from 1
-- kind: price_change, market_cap or overtake
-- ticker: security that the statement is about
-- rival: overtaken security of an overtake
-- session: session that the statement is held against
-- stated: share of a price change, amount of a market cap in US dollars, null for an overtake
-- computed: the same at the close; for an overtake the ratio of the two market caps less 1, as a share
-- computed_high: the same at the day's high
-- difference: computed less stated
-- unit: share, USD or rank
-- basis: reading that the verdict rests on: close, high or low; null without data
-- verdict: at_close, intraday_only, not_reached or no_data
-- text: the words
create view claims as
with held as (
    select stated_claims.*, reactions.session
    from stated_claims
    left join reactions using (event_id, ticker)
),
measured as (
    select
        held.*,
        case held.kind
            when 'price_change' then daily_returns.close_change
            when 'market_cap' then own.market_cap_usd
            else own.market_cap_usd / rival.market_cap_usd - 1
        end as computed,
        case held.kind
            when 'price_change' then (1 + daily_returns.close_change) * prices.high / prices.close - 1
            when 'market_cap' then own.high_market_cap_usd
            else own.high_market_cap_usd / rival.market_cap_usd - 1
        end as computed_high,
        case held.kind
            when 'price_change' then (1 + daily_returns.close_change) * prices.low / prices.close - 1
            when 'market_cap' then own.low_market_cap_usd
        end as computed_low,
        -- What rounding in print allows; share counts differ by about half a percent between sources.
        greatest(held.rounding, if(held.kind = 'market_cap', 0.005 * held.stated, 0)) as tolerance
    from held
    left join prices on prices.ticker = held.ticker and prices.session = held.session
    left join daily_returns on daily_returns.ticker = held.ticker and daily_returns.session = held.session
    left join market_caps as own on own.ticker = held.ticker and own.session = held.session
    left join market_caps as rival on rival.ticker = held.rival and rival.session = held.session
),
judged as (
    select
        *,
        case
            when computed is null then 'no_data'
            when kind = 'overtake' and computed > 0 then 'at_close'
            when kind = 'overtake' and computed_high > 0 then 'intraday_only'
            when kind = 'overtake' and computed_high is null then 'no_data'
            when kind = 'overtake' then 'not_reached'
            when abs(computed - stated) <= tolerance then 'at_close'
            when stated > computed and computed_high is null then 'no_data'
            when stated < computed and computed_low is null then 'no_data'
            when stated between computed and computed_high + tolerance then 'intraday_only'
            when stated between computed_low - tolerance and computed then 'intraday_only'
            else 'not_reached'
        end as verdict
    from measured
)
select
    event_id,
    claim_no,
    kind,
    ticker,
    rival,
    session,
    stated,
    computed,
    computed_high,
    if(kind = 'overtake', null, computed - stated) as difference,
    unit,
    case
        when verdict = 'no_data' then null
        when verdict = 'at_close' then 'close'
        when stated < computed then 'low'
        else 'high'
    end as basis,
    verdict,
    text
from judged;
