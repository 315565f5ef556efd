-- The issuers that a ranking leaves out although a line of theirs is priced or is followed, with the reason.
-- $day: a ranking day; $ranked: the companies that it ranks
select distinct
    securities.company,
    securities.ticker,
    case
        when priced.ticker is null then 'no_prices'
        when counted.ticker is null then 'no_share_count'
        when counted.first_as_of > $day then 'no_share_count_yet'
        when priced.first_session > $day then 'no_price_yet'
        else 'no_recent_price_or_rate'
    end as reason
from securities
join companies on companies.company = securities.company and companies.public
left join (select ticker, min(session) as first_session from prices group by ticker) as priced using (ticker)
left join (select ticker, min(as_of) as first_as_of from shares group by ticker) as counted using (ticker)
where
    securities.is_primary
    and (priced.ticker is not null or counted.ticker is not null)
    and not list_contains($ranked, securities.company)
order by securities.company;
