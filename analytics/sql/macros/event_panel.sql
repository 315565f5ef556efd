-- One row per event, listed company and offset from -pre to post, both in sessions of the security's exchange: the close
-- (split-adjusted, in the security's currency) and the raw returns (shares) around every event, for any window;
-- offset 0 is the session of table reactions, and sessions beyond the security's bars have no row.
-- reads: reactions, daily_returns
create macro event_panel(pre, post) as table
select
    reactions.event_id,
    reactions.ticker,
    reactions.company,
    daily_returns.position - reactions.position as "offset",
    daily_returns.session,
    daily_returns.close,
    daily_returns.daily_return,
    daily_returns.close_change
from reactions
join daily_returns
    on
        daily_returns.ticker = reactions.ticker
        and daily_returns.position between reactions.position - pre and reactions.position + post;
