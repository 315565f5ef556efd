"""A report in a folder: a CSV file per table, and the manifest that says what they are."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import NothingFound, RequestError
from analytics.pipeline.snapshot import Snapshot
from analytics.report.tables import csv_file, json_text


def write_report(data: Snapshot, out: Path) -> list[Path]:
    """Write the report of a snapshot to the folder `out` and return the files written."""
    contents = report_files(data)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise RequestError(f"The folder {out} cannot be written: {error.strerror}.", hint="Choose another.") from error
    return [out / name for name in contents]


def report_files(data: Snapshot) -> dict[str, bytes]:
    """Return the files of a report by name: CSV with the UTF-8 signature, and manifest.json."""
    tables: dict[str, pa.Table] = {"documents": data.documents(), "events": data.events(), "claims": data.claims()}
    manifest: dict[str, Any] = {"newswake": version("newswake"), "data": data.label, "missing": {}}
    try:
        ranking = data.rank()
        tables |= {"ranking": ranking.rows, "ranking_left_out": ranking.left_out, "overtakes": data.overtakes()}
        manifest["ranking"] = {"day": ranking.day, "coverage": ranking.coverage}
    except RequestError as error:
        manifest["missing"]["ranking"] = str(error)
    try:
        study = data.study()
        tables |= {f"study_{name}": table for name, table in study.tables().items()}
        manifest["study"] = study.manifest
    except (NothingFound, RequestError) as error:
        manifest["missing"]["study"] = str(error)
    manifest["files"] = {f"{name}.csv": {"rows": table.num_rows} for name, table in tables.items()}
    files = {f"{name}.csv": csv_file(table) for name, table in tables.items()}
    return files | {"manifest.json": json_text(manifest).encode()}
