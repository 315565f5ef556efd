-- One row per parameter or convention of the default study.
-- key: name
-- name: the parameter
-- value: its value as JSON
create table study_manifest (
    name varchar not null,
    value varchar not null
);
