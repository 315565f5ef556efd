-- Closes of a security in order of session; null where a bar is missing.
-- $ticker: the security; $first, $last: dates, null for all
select session, close
from security_sessions
where ticker = $ticker and ($first is null or session >= $first) and ($last is null or session <= $last)
order by session;
