-- One row per name, product or person by which a story may mean a company.
-- key: company, alias
-- company: canonical name
-- alias: the words
-- language: zh or en
-- kind: name, product, supplier or person
-- scope: headline where the words count in a headline alone, empty where they count everywhere
-- requires: pattern that the story must match beside the alias, empty where the words are clear by themselves
-- example: sentence that made the rule
create table aliases (
    company varchar not null,
    alias varchar not null,
    language varchar not null,
    kind varchar not null,
    scope varchar not null,
    requires varchar not null,
    example varchar not null
);
