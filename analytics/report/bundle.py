"""A report in a folder or a zip: a CSV file per table, a page of the study, and the manifest of it all."""

import io
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import NothingFound, RequestError
from analytics.pipeline.snapshot import Snapshot
from analytics.records import Selection
from analytics.report.page import study_page
from analytics.report.tables import csv_file, json_text
from analytics.report.words import Words
from analytics.study import StudySpec

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


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


def report_zip(
    data: Snapshot, selection: Selection | None = None, spec: StudySpec | None = None, words: Words | None = None
) -> bytes:
    """Return the files of a report as one zip, byte for byte the same for the same data and parameters."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in report_files(data, selection, spec, words).items():
            # The time of making would make each zip another file.
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def report_files(
    data: Snapshot, selection: Selection | None = None, spec: StudySpec | None = None, words: Words | None = None
) -> dict[str, bytes]:
    """Return the files of a report by name: CSV with the UTF-8 signature, study.html and manifest.json."""
    tables: dict[str, pa.Table] = {"documents": data.documents(), "events": data.events(), "claims": data.claims()}
    manifest: dict[str, Any] = {"newswake": version("newswake"), "data": data.label, "missing": {}}
    try:
        ranking = data.rank()
        tables |= {"ranking": ranking.rows, "ranking_left_out": ranking.left_out, "overtakes": data.overtakes()}
        manifest["ranking"] = {"day": ranking.day, "coverage": ranking.coverage}
    except RequestError as error:
        manifest["missing"]["ranking"] = str(error)
    study = None
    try:
        study = data.study(selection, spec)
        tables |= {f"study_{name}": table for name, table in study.tables().items()}
        manifest["study"] = study.manifest
    except (NothingFound, RequestError) as error:
        manifest["missing"]["study"] = str(error)
    manifest["files"] = {f"{name}.csv": {"rows": table.num_rows} for name, table in tables.items()}
    files = {f"{name}.csv": csv_file(table) for name, table in tables.items()}
    if study:
        page = study_page(study, words or Words(language="en"), benchmarks=data.benchmarks(study))
        files["study.html"] = page.encode()
    return files | {"manifest.json": json_text(manifest).encode()}
