-- Closes of a security with their currency, in order of session; null where a bar is missing.
-- $ticker: the security; $first, $last: dates, null for all
select security_sessions.session, security_sessions.close, security_spans.currency
from security_sessions
join security_spans using (ticker)
where ticker = $ticker and ($first is null or session >= $first) and ($last is null or session <= $last)
order by session;
