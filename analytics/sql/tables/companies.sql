-- One row per issuer or firm of the universe, listed or private.
-- key: company
-- company: canonical English name
-- name_zh: Chinese name, empty where it has none
-- public: true if a line of it is or was listed
-- country: country of the primary listing (ISO 3166 alpha-2), empty for a private company
-- sector: sector, empty where unknown
-- source: where sector and country come from
create table companies (
    company varchar not null,
    name_zh varchar not null,
    public boolean not null,
    country varchar not null,
    sector varchar not null,
    source varchar not null
);
