"""What a hostile reader may type, in families; each family says how its harm shows on a connection without walls.

`{canary}` is a file that holds a secret, `{out}` a file that must not appear, `{db}` the version's own file.
"""

CANARY = "the-canary-sings"

# The result holds the text of a file.
READING = {
    "read_text": "select content from read_text('{canary}')",
    "read_blob": "select content::varchar from read_blob('{canary}')",
    "read_csv": "select * from read_csv('{canary}', header = false)",
    "csv by name": "select * from '{canary}'",
    "read_json": "select json from read_json_objects('{canary}.json')",
    "glob": "select file from glob('{folder}/*')",
    "in a subquery": "select (select content from read_text('{canary}'))",
    "in a cte": "with a as (select * from read_text('{canary}')) select content from a",
    "query() of text": "select * from query('select content from read_text(''{canary}'')')",
    "serialised sql": "select * from json_execute_serialized_sql(json_serialize_sql("
    "'select content from read_text(''{canary}'')'))",
    "through a list": "select content from read_text(['{canary}'])",
    "file url": "select content from read_text('file://{canary}')",
    "sniffer": "select * from sniff_csv('{canary}')",
    "parquet metadata": "select * from parquet_schema('{parquet}')",
    "parquet": "select * from read_parquet('{parquet}')",
    "another database": "select * from read_duckdb('{other}', table_name = 'secrets')",
    "describe a file": "describe select * from read_csv('{canary}', header = true)",
    "summarize a file": "summarize select * from read_csv('{canary}', header = false)",
    "by another path": "select content from read_text('/dev/../{canary}')",
    "lateral": "select content from (select '{canary}' as f) a, read_text(['{canary}'])",
    "explain of a file": "explain select * from read_csv('{canary}', header = true)",
}

# Doors that need an extension or a terminal before they open, so that no harm can be shown here.
CLOSED = {
    "https": "select * from read_csv('https://127.0.0.1:9/a.csv')",
    "s3": "select * from read_parquet('s3://bucket/a.parquet')",
    "hugging face": "select * from 'hf://datasets/a/b.csv'",
    "standard input": "select content from read_text('/dev/stdin')",
    "open files": "select content from read_text('/dev/fd/0')",
    "own memory": "select content from read_text('/proc/self/maps')",
    "own environment": "select content from read_text('/proc/self/environ')",
    "environment": "select getenv('PATH')",
    "python variable": "select * from requests",
    "pointer": "select * from arrow_scan(1, 2, 3)",
    "python function": "select * from python_map_function((select 1))",
    "spatial": "select * from st_read('{canary}')",
    "excel": "select * from read_xlsx('{canary}')",
    "sqlite": "select * from sqlite_scan('{canary}', 'a')",
    "postgres": "select * from postgres_scan('host=127.0.0.1 port=9', 'public', 'a')",
    "writing by macro": "select * from copy_database('a', 'b')",
    "external resource": "from create_external_resource('process', params := map {'command': 'id'})",
    "external resource's deleter": "from destroy_external_resource('read_text', '{canary}')",
    "own variables": "from statement",
    "data frame": "select * from pandas_scan(140000000)",
    "text as a path": "from query_table(['{canary}'])",
    "parameter of the key ring": "select add_parquet_key('a', '0123456789112345')",
    "statement without a name": "update extensions",
}

# A file appears, or the version's own files change.
WRITING = {
    "copy to csv": "copy (select 1) to '{out}'",
    "copy to parquet": "copy prices to '{out}' (format parquet)",
    "copy to the own log": "copy (select 'x'::blob) to '{db}.wal' (format blob)",
    "copy in a tail": "select 1; copy (select 1) to '{out}'",
    "copy after a comment": "/* select */ copy (select 1) to '{out}' -- select",
    "export": "export database '{out}'",
    "attach": "attach '{out}' as other",
    "attach unless attached": "attach if not exists '{out}' as other (type duckdb)",
    "prepare and execute": "prepare p as copy (select 1) to '{out}'; execute p",
    "explain analyze copy": "explain analyze copy (select 1) to '{out}'",
    "profiling to a file": "select * from enable_profiling(save_location := '{out}.txt'); select 1; select 2",
    "logging to a file": "select * from enable_logging('QueryLog', storage := 'file', storage_path := '{out}'); "
    "select 1",
    "logging by call": "call enable_logging('QueryLog', storage := 'file', storage_path := '{out}'); select 1",
    "persistent secret": "set secret_directory = '{out}'; create persistent secret s (type http, bearer_token 'x')",
    "copy in a cte": "with a as (copy (select 1) to '{out}') from a",
    "copy in an unused cte": "with a as (copy (select 1) to '{out}' (format json)) select 1",
    "copy in a cte to the own log": "with a as (copy (select 'x'::blob) to '{db}.wal' (format blob)) from a",
    "partitioned": "copy (select 1 as a, 2 as b) to '{out}' (partition_by (a))",
}

# The rows of the table change.
CHANGING = {
    "delete": "delete from prices",
    "update": "update prices set close = 0",
    "insert": "insert into prices values ('X', 1)",
    "drop": "drop table prices cascade",
    "truncate": "truncate prices",
    "alter": "alter table prices drop column close",
    "replace": "create or replace table prices as select 1 as close",
    "delete in a tail": "select 1; delete from prices",
    "delete after a line comment": "select 1 --\n; delete from prices",
    "delete in a cte": "with gone as (delete from prices returning *) select count(*) from gone",
    "update in a cte": "with new as (update prices set close = 0 returning *) select * from new",
    "truncate in a cte": "with gone as (truncate prices) select * from gone",
    "serialised delete": "from json_execute_serialized_sql(json_serialize_sql("
    "'with gone as (delete from version.main.prices returning *) from gone'))",
    "serialised update": "from json_execute_serialized_sql(json_serialize_sql("
    "'with new as (update version.main.prices set close = 0 returning *) from new'))",
    "serialised insert": "from json_execute_serialized_sql(json_serialize_sql("
    "'with new as (insert into version.main.prices values (''X'', 1) returning *) from new'))",
    "delete by a deleter": "from destroy_external_resource('json_execute_serialized_sql', json_serialize_sql("
    "'with gone as (delete from version.main.prices returning *) from gone'))",
    "insert in a cte": "with new as (insert into prices values ('X', 1) returning *) select * from new",
    "explain analyze delete": "explain analyze delete from prices",
    "explain analyze cte": "explain analyze with g as (delete from prices returning *) select * from g",
    "merge": "merge into prices using (select 'NVDA' as ticker) o on prices.ticker = o.ticker when matched then delete",
    "prepared delete": "prepare p as delete from prices; execute p",
    "commit first": "begin; commit; delete from prices",
    "rollback first": "begin; rollback; delete from prices",
    "copy from a file": "copy prices from '{csv}'",
    "import": "import database '{folder}/exported'",
}

# The first text changes what the second, perhaps another reader's, sees: then it gives a row with `left` in it.
LINGERING = {
    "variable": ("set variable a = 'left'", "select getvariable('a')"),
    "temporary table": ("create temp table t as select 'left' as a", "select a from t"),
    "temporary view": ("create temp view t as select 'left' as a", "select a from t"),
    "temporary macro": ("create temp macro f() as 'left'", "select f()"),
    "macro over a function": ("create temp macro upper(x) as 'left'", "select upper('x')"),
    "view over a table": ("create temp view prices as select 'left' as a", "select * from prices"),
    "schema": ("create schema left_schema", "select schema_name from duckdb_schemas()"),
    "sequence": ("create sequence left_sequence", "select sequence_name from duckdb_sequences()"),
    "type": ("create type left_type as enum ('left')", "select type_name from duckdb_types()"),
    "prepared": ("prepare left_statement as select 1", "select name from duckdb_prepared_statements()"),
    "setting": (
        "set preserve_insertion_order = false",
        "select 'left' where not current_setting('preserve_insertion_order')::boolean",
    ),
    "memory": ("set memory_limit = '77MB'", "select 'left' where current_setting('memory_limit') like '73%'"),
    "schema setting": ("set schema = 'information_schema'", "select 'left' where current_schema() <> 'main'"),
    "time zone": ("set timezone = 'Asia/Shanghai'", "select 'left' where current_setting('TimeZone') like 'Asia%'"),
    "extension folder": ("set extension_directory = 'left'", "select current_setting('extension_directory')"),
    "pragma": (
        "pragma default_null_order = 'nulls_first'",
        "select 'left' where current_setting('default_null_order') ilike 'nulls_first'",
    ),
    "secret": ("create secret left_secret (type http, bearer_token 'x')", "select name from duckdb_secrets()"),
    "external resource type": (
        "from register_external_resource_type('left', kind := 'k', create_function := 'version')",
        "select name from duckdb_external_resource_types()",
    ),
    "external resource": (
        "from register_external_resource('left', 'left', map {'a': 'left'})",
        "select handle::varchar from duckdb_external_resources()",
    ),
    "query log": (
        "select * from enable_logging('QueryLog'); select 'left'",
        "select message from duckdb_logs where message like '%left%'",
    ),
    "attached memory": ("attach ':memory:' as left_database", "select database_name from duckdb_databases()"),
    "used database": ("attach ':memory:' as left_database; use left_database", "select current_database()"),
    "temporary folder": ("set temp_directory = 'left'", "select current_setting('temp_directory')"),
    "comment": ("comment on table prices is 'left'", "select comment from duckdb_tables()"),
    "seed": ("select setseed(0.5)", "select 'left' where random()::text = '{seeded}'"),
}

# The query runs for longer than a reader waits.
ENDLESS = {
    "cross join": "select sum(a.close) from prices a, prices b, prices c, prices d",
    "recursion": "with recursive t(i) as (select 1 union all select i + 1 from t) select max(i) from t",
    "sleep": "select sleep_ms(100000)",
    "one huge comparison": "select levenshtein(repeat('ab', 300000), repeat('ba', 300000))",
    "range": "select count(*) from range(100000000000000) t(i) where i % 7 = 9",
    "joined texts": "select count(*) from prices a, prices b, prices c where a.close || b.close || c.ticker = 'x'",
    "one huge text hashed": "select sha256(i || repeat('x', 9000000)) from range(100) t(i)",
    "one huge number": "select (repeat('9', 3000000))::bignum",
    "one huge field": "select x" + ".a" * 9000,
    "sliding windows": "select mode(x) over (order by x rows between 100000 preceding and 100000 following) "
    "from range(1000000) t(x)",
    "sampled": "select count(*) from range(100000000000) t(i) where random() < 0",
}

# The process grows beyond what a reader's query may take.
GREEDY = {
    "one value": "select length(repeat('x', 220000000))",
    "padding": "select length(lpad('x', 220000000, 'y'))",
    "aggregate list": "select length(list(i)::varchar) from range(12000000) t(i)",
    "joined text": "select length(string_agg(repeat('x', 100000), '')) from range(2200)",
    "range list": "select length(range(26000000))",
    "sort": "select max(s) from (from (select repeat('x', 500) || i s from range(450000) t(i)) order by s offset 5)",
    "hash": "select count(*) from (select distinct repeat('x', 300) || i from range(700000) t(i))",
    "keyed recursion": "with recursive t(s, x) using key (s) as (select 1, '' union "
    "select s + 1, s || repeat('x', 2000) from t where s < 150000) select count(*), max(x) from t",
    "nested lists": "select length(list(x)::varchar) from (select range(20000) as x from range(1200))",
    "format": "select length(format('{:>220000000}', 'a'))",
    "reservoir": "select count(*) from (from range(30000000) using sample reservoir(30000000 rows))",
    "sets of sets": "select count(*) from (select 1 from range(80000) t(i) group by cube(i, -i, i + 1, i + 2, i + 3))",
    "wide rows": "select repeat('x', 1000000) from range(220)",
}

# The engine fails in itself, and says where it is installed and at which addresses it runs.
_FORGED = (
    '{"error":false,"statements":[{"node":{"type":"SELECT_NODE","modifiers":[],"cte_map":{"map":[]},"select_list":[%s],'
    '"from_table":{"type":"EMPTY","alias":"","sample":null},"where_clause":null,"group_expressions":[],'
    '"group_sets":[],"aggregate_handling":"STANDARD_HANDLING","having":null,"sample":null,"qualify":null},'
    '"named_param_map":[]}]}'
)
_VALUE = (
    '{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":"","value":{"type":{"id":"%s","type_info":null},'
    '"is_null":false,"value":1}}'
)
_CAST = (
    '{"class":"CAST","type":"OPERATOR_CAST","alias":"","child":%s,"cast_type":{"id":"%s","type_info":null},'
    '"try_cast":false}'
)
FAILING = {
    name: f"select * from json_execute_serialized_sql('{_FORGED % forged}')"  # noqa: S608 - the attack
    for name, forged in {
        "forged validity": _VALUE % "VALIDITY",
        "forged any": _VALUE % "ANY",
        "forged table": _VALUE % "TABLE",
        "forged enum": _VALUE % "ENUM",
        "forged decimal": _VALUE % "DECIMAL",
        "forged unknown": _VALUE % "UNKNOWN",
        "cast to pointer": _CAST % (_VALUE % "UBIGINT", "POINTER"),
    }.items()
}

# The text itself is the attack.
MALFORMED = {
    "long": "select '" + "x" * 30_000 + "'",
    "deep parentheses": "select " + "(" * 9000 + "1" + ")" * 9000,
    "deep functions": "select " + "abs(" * 4000 + "1" + ")" * 4000,
    "deep types": "select cast('x' as " + "struct(a " * 800 + "int" + ")" * 801,
    "deep json": "select (repeat('[', 100000) || repeat(']', 100000))::json::variant",
    "deep json types": "select from_json('1', repeat('[', 100000) || '\"int\"' || repeat(']', 100000))",
    "many operators": "select 1" + "+1" * 9000,
    "deep lists": "select " + "[" * 9000 + "]" * 9000,
    "deep subqueries": "select * from (" * 1200 + "select 1" + ")" * 1200,
    "many ctes": "with " + ", ".join(f"c{i} as (select 1)" for i in range(800)) + " select 1",
    "doubling ctes": "with c0 as (select 1)"  # noqa: S608 - built from numbers
    + "".join(f", c{i} as (from c{i - 1} natural join c{i - 1} y)" for i in range(1, 12))
    + " from c11",
    "doubling types": "select x from (select 1 as x)".replace(
        "(select 1 as x)", "(select {'a': x, 'b': x} as x from " * 22
    )
    + "(select 1 as x)"
    + ")" * 22,
    "long error": "select error(repeat('x', 100000000))",
    "many columns": "select * from (select unnest(range(9)) as a) pivot (count(*) for a in ("  # noqa: S608 - numbers
    + ", ".join(map(str, range(3500)))
    + "))",
    "nul": "select 1\x00; delete from prices",
    "half a surrogate": "select '\ud800'",
    "only a comment": "-- nothing",
    "only a semicolon": ";",
    "unclosed quote": "select 'a",
    "unclosed comment": "select 1 /* ",
    "dollar quote": "select $$a",
    "control characters": "select 1 \x1b[2J\x07",
    "right to left": "select 1 \u202e; delete from prices",
    "delete below the top": "select (with gone as (delete from prices returning 1) select count(*) from gone)",
    "wide pivot": "pivot prices on close",
    "nested pivot": "from (pivot prices on close using count(*))",
    "enum pivot": "pivot range(5000) t(i) on i in (" + ", ".join(map(str, range(3000))) + ") using count(*)",
}
