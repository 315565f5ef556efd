-- One row per column of a table or view, and per parameter of a macro, of the data that the console shows.
-- key: relation, place
with described as (
    select table_name as relation, 'table' as kind, comment from duckdb_tables() where not internal
    union all
    select view_name, 'view', comment from duckdb_views() where not internal
),
columns as (
    select relation, kind, described.comment, column_index as place, column_name, data_type, duckdb_columns.comment as meaning
    from described
    join duckdb_columns() on table_name = relation
),
parameters as (
    select function_name, comment, unnest(parameters) as parameter, generate_subscripts(parameters, 1) as place
    from duckdb_functions()
    where not internal and function_type in ('macro', 'table_macro')
)
select relation, kind, comment, place, column_name, data_type, meaning from columns
union all
select function_name, 'macro', comment, place, parameter, null, null from parameters
order by relation, place;
