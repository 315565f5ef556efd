"""One published version, open for reading: the answers that the command line, the dashboard and Python ask for."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from analytics import ranking
from analytics.config import data_home
from analytics.pipeline.distributed import study_parquet
from analytics.pipeline.export import export_parquet
from analytics.pipeline.panels import WITHOUT_BENCHMARK, GroupBy
from analytics.pipeline.publish import renewed, sample_version
from analytics.pipeline.studied import Studied
from analytics.pipeline.studies import Study, parameters
from analytics.records import Selection
from analytics.spark import Spark
from analytics.store import console, query, versions
from analytics.study import StudySpec
from analytics.study.spec import DateRule


class Snapshot(Studied):
    """A version open for reading; it stays as it is whatever is published meanwhile. Close it."""

    def __init__(self, home: Path, version: versions.Version, label: str) -> None:
        super().__init__(versions.open_version(version), label)
        self.home = home
        self.version = version

    def documents(self) -> pa.Table:
        """Return the stored documents and what came of each, newest issue first."""
        return query.run(self._connection, "documents")

    def events(self, selection: Selection | None = None) -> pa.Table:
        """Return the selected events, newest document first: event_id, event_date, headline, types, tickers, ..."""
        return query.run(self._connection, "events", **parameters(selection or Selection()))

    def claims(self, event_ids: tuple[str, ...] = ()) -> pa.Table:
        """Return what headlines say about prices, and what the prices say: stated, computed, basis, verdict."""
        return query.run(self._connection, "claims", event_ids=list(event_ids) or None)

    def rank(self, day: date | None = None) -> ranking.Ranking:
        """Rank the issuers by market capitalisation (USD) at the close of `day`, or of the last day known."""
        return ranking.rank(self._connection, day)

    def overtakes(self, *, persist: int = 1, first_date: date | None = None, last_date: date | None = None) -> pa.Table:
        """Return who overtook whom, at the close or during the day; `persist` is in sessions."""
        return ranking.overtakes(self._connection, persist=persist, first_date=first_date, last_date=last_date)

    def benchmarks(self, found: Study) -> list[str]:
        """Return the tickers that the securities of a study were held against; none for a model that needs none."""
        if found.spec.model in WITHOUT_BENCHMARK:
            return []
        if found.spec.benchmark:
            return [found.spec.benchmark]
        studied = set(found.by_event["ticker"].to_pylist())
        lines = self.ask("priced_securities").to_pylist()
        return sorted({row["benchmark"] for row in lines if row["ticker"] in studied and row["benchmark"]})

    def study_on_spark(
        self,
        spark: Spark,
        selection: Selection | None = None,
        spec: StudySpec | None = None,
        *,
        by: GroupBy | None = None,
        factors: pa.Table | None = None,
        results: Path | None = None,
    ) -> Study:
        """Return the same study as `study`, estimated by Spark on this machine from Parquet files of this version.

        With `results`, all of it is written to that folder as Parquet, too.
        """
        spec = spec or StudySpec()
        with TemporaryDirectory(prefix="newswake-") as folder:
            self.export_parquet(Path(folder), selection, date_rule=spec.date_rule)
            return study_parquet(folder, spec, spark=spark, by=by, factors=factors, results=results)

    def export_parquet(
        self, folder: Path, selection: Selection | None = None, *, date_rule: DateRule = "same"
    ) -> dict[str, int]:
        """Write prices, the selected events and all other news to a new folder for `study_parquet`; return the rows."""
        return export_parquet(
            self._connection, folder, selection or Selection(), date_rule=date_rule, data_version=self.label
        )

    def ask(self, name: str, **parameters: object) -> pa.Table:
        """Run one of newswake's own queries by name."""
        return query.run(self._connection, name, **parameters)

    def sql(self, text: str, parameters: Mapping[str, Any] | None = None) -> console.QueryResult:
        """Run one SELECT of a user, in a process of its own that can read nothing but this version."""
        return self.console().run(text, parameters)

    def console(self) -> console.Console:
        """Return the SQL console of this version."""
        return console.Console(self.version.path)


def open_snapshot(home: Path | None = None, *, sample: bool = False) -> Snapshot:
    """Open the user's data, or the embedded sample where there are none or `sample` asks for it.

    `home` is the folder of the data; else NEWSWAKE_HOME, else the platform's own.
    """
    home = data_home(home)
    own = None if sample else versions.current(home)
    if own is None:
        return Snapshot(home, sample_version(home), "the embedded sample")
    own = renewed(home, own)
    return Snapshot(home, own, f"your data, version {own.number}")
