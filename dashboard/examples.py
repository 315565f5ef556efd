"""Queries to begin with; each runs on the sample."""

EXAMPLES = {
    "windows": """select events.headline, event_windows.ticker, event_windows.session, event_windows.ar
from event_windows
join events using (event_id)
where event_windows."offset" = 0
order by abs(event_windows.ar) desc""",
    "unusual": """select ticker, event_date, headline, car, p_car
from event_results
join events using (event_id)
where p_car < 0.05
order by p_car""",
    "claims": """select claims.ticker, claims.session, claims.text, claims.stated, claims.computed, claims.verdict
from claims
order by claims.session""",
    "ranking": """select rank, company, market_cap_usd / 1e12 as trillion_usd
from ranks
where day = $day::date
order by rank""",
    "overtakes": """select session, overtaker, overtaken, basis
from overtakes
order by session desc""",
    "tags": """select kind, value, count(*) as stories
from tags
group by all
order by stories desc, value""",
}
