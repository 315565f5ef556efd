"""Keep: published versions, their relations, loads, queries, the SQL console; the only room that knows DuckDB."""
