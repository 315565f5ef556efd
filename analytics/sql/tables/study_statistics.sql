-- One row per statistic of the default study, for a day or a window over all its events.
-- key: scope, from_offset, to_offset, statistic
-- scope: day or window
-- from_offset: first session of the window
-- to_offset: last session of the window
-- statistic: id of the convention, see the Method page
-- value: the statistic; a mean is a share
-- df: degrees of freedom, null where the reference has none
-- n: events it rests on
-- p: two-sided p
-- reason: why it cannot be computed, null where it can
create table study_statistics (
    scope varchar not null,
    from_offset integer not null,
    to_offset integer not null,
    statistic varchar not null,
    value double,
    df double,
    n integer not null,
    p double,
    reason varchar
);
