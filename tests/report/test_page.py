"""The report of a study: one file that needs no network, one zip whose bytes are those of the command."""

import io
import re
import zipfile
from pathlib import Path

from analytics.pipeline.snapshot import Snapshot
from analytics.report.bundle import report_files, report_zip, write_report
from analytics.report.page import study_page
from analytics.report.words import Words
from analytics.study import StudySpec


def test_the_page_asks_for_nothing(sample: Snapshot) -> None:
    page = study_page(sample.study(), Words(language="en"), benchmarks=["SPY"])
    # Only what stands outside the drawing library's own source: it names addresses that it does not ask for.
    own = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "Plotly.newPlot" in page
    assert not re.search(r"(src|href)=", own)
    assert not re.search(r"<script[^>]+src=", page)


def test_the_page_names_benchmarks_and_the_span_of_its_events(sample: Snapshot) -> None:
    study = sample.study()
    # The sample's events of 2024-11-04 to 06 are of securities of New York, Hong Kong and the mainland.
    assert sample.benchmarks(study) == ["000300.SS", "SPY", "^HSI"]
    assert sample.benchmarks(sample.study(spec=StudySpec(benchmark="SPY"))) == ["SPY"]
    assert sample.benchmarks(sample.study(spec=StudySpec(model="mean"))) == []
    said = "benchmark 000300.SS, SPY, ^HSI, estimated from sessions −130 to −11; events on sessions from 2024-11-04 to"
    assert said in study_page(study, Words(language="en"), benchmarks=sample.benchmarks(study))


def test_the_page_speaks_both_languages(sample: Snapshot) -> None:
    page = study_page(sample.study(), Words(language="zh"), benchmarks=["SPY"])
    assert '<html lang="zh">' in page
    assert "未列入" in page
    assert "累计异常收益" in page


def test_the_zip_holds_the_bytes_that_the_command_writes(sample: Snapshot, tmp_path: Path) -> None:
    packed = report_zip(sample)
    written = {path.name: path.read_bytes() for path in write_report(sample, tmp_path / "report")}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == written
    assert "study.html" in written


def test_the_same_data_give_the_same_bytes(sample: Snapshot) -> None:
    assert report_zip(sample) == report_zip(sample)


def test_every_table_of_the_report_is_named_in_its_manifest(sample: Snapshot) -> None:
    files = report_files(sample)
    assert {name for name in files if name.endswith(".csv")} == set(
        re.findall(r'"(\w+\.csv)": \{', files["manifest.json"].decode())
    )
