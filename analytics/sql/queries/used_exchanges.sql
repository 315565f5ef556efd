-- Exchanges with a known calendar that a priced or tagged security belongs to, with the span of their stored sessions.
select
    securities.exchange,
    min(sessions.session) as first_session,
    max(sessions.session) as last_session
from (
    select distinct exchange
    from securities
    where
        ticker in (select distinct ticker from prices union select ticker from tags where ticker is not null)
        and exchange <> 'bars of ' || ticker
) as securities
join exchanges using (exchange)
left join sessions using (exchange)
group by securities.exchange
order by securities.exchange;
