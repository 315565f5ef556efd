"""What another engine needs for a study, as a folder of Parquet files."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import RequestError
from analytics.pipeline.studies import selected_pairs
from analytics.records import Selection
from analytics.store import query
from analytics.study import StudySpec
from analytics.study.spec import DateRule

ABOUT = "about"
"""The part that is written last: a folder without it is not whole."""


def check_empty(folder: Path) -> None:
    """Raise RequestError where a folder holds anything already."""
    if folder.exists() and any(folder.iterdir()):
        raise RequestError(f"The folder {folder} is not empty.", hint="Name a new one, or empty it.")


def export_parquet(
    connection: Any, folder: Path, selection: Selection, *, date_rule: DateRule = "same", data_version: str
) -> dict[str, int]:
    """Write the prices, the selected events and all other news to `folder`, and return the rows of each part.

    Parts: prices (by ticker bucket), securities, events (each with its session or the reason that it has none), news,
    about. RequestError where the folder holds anything already.
    """
    import pyarrow.dataset as ds  # noqa: PLC0415  # brings pandas, which every other command can spare

    check_empty(folder)
    pairs = selected_pairs(connection, selection, StudySpec(date_rule=date_rule))
    chosen = {name: value for name, value in asdict(selection).items() if value}
    described = {"data_version": data_version, "date_rule": date_rule, "selection": json.dumps(chosen, default=str)}
    rows = {"prices": 0}
    with query.stream(connection, "export_prices") as prices:
        ds.write_dataset(
            prices,
            folder / "prices",
            format="parquet",
            partitioning=["bucket"],
            partitioning_flavor="hive",
            file_visitor=lambda file: rows.update(prices=rows["prices"] + file.metadata.num_rows),
        )
    parts = {
        "securities": query.run(connection, "priced_securities"),
        "events": pairs,
        "news": query.run(connection, "export_news"),
        ABOUT: pa.Table.from_pylist([described]),
    }
    for name, part in parts.items():
        ds.write_dataset(part, folder / name, format="parquet")
    return rows | {name: part.num_rows for name, part in parts.items() if name != ABOUT}
