-- One row per name, product, brand or person by which a story may mean a company.
-- key: company, alias
-- company: canonical name
-- alias: the words
-- language: zh or en
-- kind: name, product, brand or person
create table aliases (
    company varchar not null,
    alias varchar not null,
    language varchar not null,
    kind varchar not null
);
