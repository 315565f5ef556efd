"""A machine without Spark or Java: one sentence, and nothing of Spark is read."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from typer.testing import CliRunner

from analytics.cli.main import app
from analytics.errors import RequestError
from analytics.pipeline.distributed import study_parquet
from analytics.pipeline.snapshot import Snapshot
from analytics.spark import Spark
from analytics.spark.parts import MOST_SECURITIES, parts
from analytics.spark.session import check_installed

WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in ("pyspark", "py4j", "grpc") else super().find_spec(name, path, target)

sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from analytics.cli import main
main()
"""


def python(text: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", text, *arguments], capture_output=True, text=True, check=False)


def test_nothing_of_spark_is_read_before_it_is_asked_for() -> None:
    told = python("import sys, analytics.cli, analytics.spark\nprint([m for m in sys.modules if 'spark' in m])")
    assert "pyspark" not in told.stdout
    assert "analytics.spark" in told.stdout


def test_without_the_extra_the_command_says_what_to_install(sample_home: Path) -> None:
    told = python(WITHOUT, "study", "--engine", "spark", "--sample", "--home", str(sample_home))
    assert told.returncode == 2
    assert told.stderr.strip() == "Apache Spark is not installed. Install it: pip install '.[spark]'."


def test_without_java_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(RequestError, match="needs Java 17"):
        check_installed(Spark())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(RequestError, match="set JAVA_HOME"):
        check_installed(Spark())
    check_installed(Spark(remote="sc://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--master", "local[2]"], "--master is for Apache Spark."),
        (["--engine", "spark", "--remote", "sc://h:1"], "A remote Spark cannot read the data of this machine."),
        (["--engine", "spark", "--parquet", "d", "--ticker", "X"], "The events of a folder were selected when"),
        (["--engine", "spark", "--events", "e", "--prices", "p"], "Spark studies stored events or a folder."),
        (["--engine", "spark", "--statistic", "placebo", "--parquet", "d"], "The placebo test draws from the whole"),
        (["--engine", "spark", "--master", "m", "--remote", "r", "--parquet", "d"], "Spark was given a master and a"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], told: str) -> None:
    found = CliRunner().invoke(app, ["study", *arguments])
    assert isinstance(found.exception, RequestError)
    assert str(found.exception).startswith(told)


def test_an_export_overwrites_nothing(sample: Snapshot, sample_home: Path, tmp_path: Path) -> None:
    command = ["export", "--parquet", str(tmp_path / "cli"), "--sample", "--home", str(sample_home), "--ticker", "NVDA"]
    # Nvidia overtakes Apple, and talks with xAI.
    assert f"{tmp_path / 'cli' / 'events'}: 2 rows" in CliRunner().invoke(app, command).output
    written = sample.export_parquet(tmp_path / "new")
    pairs = sample.study().manifest["pairs"]
    assert written["events"] == pairs["selected"]
    rows = sample.sql("select count(*) as rows from security_sessions").table["rows"][0].as_py()
    assert ds.dataset(tmp_path / "new" / "prices", partitioning="hive").count_rows() == written["prices"] == rows
    with pytest.raises(RequestError, match="is not empty"):
        sample.export_parquet(tmp_path / "new")


def test_results_overwrite_nothing(tmp_path: Path) -> None:
    (tmp_path / "statistics.parquet").touch()
    with pytest.raises(RequestError, match="is not empty"):
        study_parquet("lake", results=tmp_path)


def test_parts_are_bounded_and_hold_every_piece_once() -> None:
    counts = pa.table({"ticker": [f"T{i:04d}" for i in range(1000)], "events": [950_000, *[3] * 999]})
    plan = parts(counts, most_events=10_000)
    pieces, part = plan["pieces"].to_numpy(), plan["part"].to_numpy()
    assert plan.group_by(["ticker", "piece"]).aggregate([]).num_rows == plan.num_rows == 95 + 999
    assert pieces[0] == 95
    assert len(np.unique(part[:95])) == 95
    assert np.bincount(part).max() <= MOST_SECURITIES + 1
