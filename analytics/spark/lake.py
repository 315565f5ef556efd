"""The folder of Parquet files as Spark reads it: prices, benchmark and factors side by side, events in parts."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from analytics.errors import InputError, RequestError
from analytics.spark import kernel
from analytics.spark.parts import parts
from analytics.study import StudySpec

_TOLD = ("event_id", "story_id", "role", "position", "headline")
_OWN = {"returns": "daily_return", "turnover": "turnover"}


class Lake:
    """What `newswake export --parquet` wrote, or any folder of the same columns, on storage that workers reach."""

    def __init__(self, session: SparkSession, folder: str) -> None:
        self._session, self._folder = session, folder.rstrip("/")

    def read(self, name: str) -> DataFrame:
        """Return a part of the folder; InputError where it is not there."""
        try:
            return self._session.read.parquet(f"{self._folder}/{name}")
        except AnalysisException as error:
            raise InputError(
                f"There are no {name} in Parquet.",
                where=self._folder,
                hint="Write the folder with `newswake export --parquet DIR`.",
            ) from error

    def about(self) -> dict[str, Any]:
        """Return the data version, the date rule and the selection (as JSON) of the events."""
        return dict(self.read("about").toArrow().to_pylist()[0])

    def estimates(self, spec: StudySpec, factors: pa.Table | None) -> DataFrame:
        """Return the estimates of every event that has a session, one row each, for the workers to compute."""
        events, rows = self.in_parts(spec, factors)

        def work(some: pa.Table, beside: pa.Table) -> pa.Table:
            return kernel.estimated(some, beside, spec)

        schema = ", ".join(f"`{name}` {kind}" for name, kind in kernel.columns(spec).items())
        return events.groupBy("part").cogroup(rows.groupBy("part")).applyInArrow(work, schema)

    def confounding(self, left_out: pa.Table, spec: StudySpec) -> pa.Table:
        """Return the other news of the securities inside the event windows, as `confounding.sql` does.

        Of all events of the folder but those (event_id, ticker) that are `left_out`.
        """
        first, last = spec.window
        news, key = self.read("news"), ["event_id", "ticker"]
        studied = self.read("events").where("reason is null")
        without = self._session.createDataFrame(left_out, "event_id string, ticker string")  # mostly empty
        own = news.join(studied, key, "left_semi").join(without, key, "left_anti")
        others = news.where("role <> 'background'")
        other = others.select(f.col("ticker"), *(f.col(name).alias(f"other_{name}") for name in _TOLD))
        offset = f.col("other_position") - f.col("position")
        met = own.join(other, "ticker").where(
            (f.col("other_story_id") != f.col("story_id")) & offset.between(first, last)
        )
        told = met.select(
            "event_id", "ticker", "other_event_id", offset.alias("offset"), "other_role", "other_headline"
        ).toArrow()
        return told.sort_by([(name, "ascending") for name in ("event_id", "ticker", "offset", "other_event_id")])

    def in_parts(self, spec: StudySpec, factors: pa.Table | None) -> tuple[DataFrame, DataFrame]:
        """Return the events (event_id, ticker, session, part) and the rows of each part (ticker, session, series)."""
        events = self.read("events").where("reason is null").select("event_id", "ticker", "session")
        counts = events.groupBy("ticker").agg(f.count("*").alias("events")).toArrow()
        shared_out = parts(counts)
        plan = f.broadcast(self._session.createDataFrame(shared_out))
        piece = f.pmod(f.xxhash64(events["event_id"]), plan["pieces"]) == plan["piece"]
        placed = events.join(plan, (events["ticker"] == plan["ticker"]) & piece).select(events["*"], plan["part"])
        whole = self._session.createDataFrame(shared_out.group_by(["ticker", "part"]).aggregate([]))
        rows = self._aligned(spec, factors, whole)
        # Left alone, Spark puts small partitions into one task: it counts bytes, and the work lies in the events.
        tasks = max(len(pc.unique(shared_out["part"])), 1)
        return placed.repartition(tasks, "part"), rows.repartition(tasks, "part")

    def _aligned(self, spec: StudySpec, factors: pa.Table | None, whole: DataFrame) -> DataFrame:
        """Return ticker, session, part and the series of the model, null where one of them has no such session.

        `whole` (ticker, part) names the securities: all that is known of one is put beside its rows in one join.
        """
        needed = kernel.series_names(spec)
        lines = self.read("securities")
        if spec.benchmark is not None:
            lines = lines.withColumn("benchmark", f.lit(spec.benchmark))
        known = whole.join(f.broadcast(lines.withColumnRenamed("benchmark", "market_ticker")), "ticker", "left")
        rows = self.read("prices").join(f.broadcast(known), "ticker")
        if "benchmark" in needed:
            rows = self._beside_market(rows, lines)
        if factors is not None:
            rows = self._beside_factors(rows, factors)
        marked = ["tagged"] if spec.exclude_confounded else []
        return rows.select(
            "ticker", "session", "part", *(_double(_OWN.get(name, name), name) for name in needed), *marked
        )

    def _beside_market(self, rows: DataFrame, lines: DataFrame) -> DataFrame:
        """Add the return of each security's benchmark between the same two dates."""
        named = f.broadcast(lines.select(f.col("benchmark").alias("ticker")).distinct())
        market = self.read("prices").join(named, "ticker", "left_semi")
        if market.where("daily_return is not null").isEmpty():
            raise RequestError(
                "No security has prices of a benchmark beside it, which the model needs.",
                hint="Add the benchmark's prices and name it with --benchmark, or choose --model mean.",
            )
        market = market.select(
            f.col("ticker").alias("market_ticker"),
            "session",
            "previous_session",
            f.col("daily_return").alias("benchmark"),
        )
        return rows.join(f.broadcast(market), ["market_ticker", "session", "previous_session"], "left")

    def _beside_factors(self, rows: DataFrame, factors: pa.Table) -> DataFrame:
        """Add the factors and the risk-free rate of the United States to securities quoted in dollars."""
        names = [name for name in factors.column_names if name != "session"]
        daily = self._session.createDataFrame(factors.rename_columns({"rf": "risk_free"}))
        american = daily.select(
            "session", f.lit("USD").alias("currency"), *[n if n != "rf" else "risk_free" for n in names]
        )
        return rows.join(f.broadcast(american), ["session", "currency"], "left")


def _double(name: str, new: str) -> Column:
    """Return a column as binary floating point: decimals round differently."""
    return f.col(name).cast("double").alias(new)
