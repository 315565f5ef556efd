-- The companies of the universe, one row each.
select company, name_zh, public, country, sector
from companies
order by company;
