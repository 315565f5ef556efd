"""A study of a folder of Parquet files on Spark, with the tables of any other study."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.pipeline.export import check_empty
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studies import Study, assembled
from analytics.records import Selection
from analytics.spark import Spark, study_folder
from analytics.study import StudySpec

_DATES = ("first_date", "last_date")


def study_parquet(
    folder: str | Path,
    spec: StudySpec | None = None,
    *,
    spark: Spark | None = None,
    by: GroupBy | None = None,
    factors: pa.Table | None = None,
    results: Path | None = None,
) -> Study:
    """Study the events of a folder that `newswake export --parquet` wrote; the workers must reach it.

    With `results`, the workers write their estimates to that folder, and the tables of the study are put beside them.
    RequestError where it holds anything already.
    """
    if results is not None:
        check_empty(results)
    found = study_folder(
        spark or Spark(),
        str(folder),
        spec or StudySpec(),
        by=by,
        factors=factors,
        results=str(results) if results else None,
    )
    told = assembled(
        found.pairs,
        found.result,
        found.confounding,
        selection=_selection(found.about["selection"]),
        data_version=found.about["data_version"],
    )
    if results is not None:
        for name, table in told.tables().items():
            pq.write_table(table, results / f"{name}.parquet")
    return told


def _selection(text: str) -> Selection:
    """Read a selection as the export wrote it: lists as arrays, dates as 2024-11-04."""
    written: dict[str, Any] = json.loads(text)
    read: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DATES else tuple(value) for name, value in written.items()
    }
    return Selection(**read)
