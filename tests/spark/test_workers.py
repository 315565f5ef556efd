"""What workers may do to a study: die, hold one hot security, meet events that have no price, sit behind a server."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from analytics.pipeline.distributed import study_parquet
from analytics.pipeline.snapshot import Snapshot
from analytics.pipeline.studies import Study, as_table
from analytics.spark import Spark, kernel
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, run
from tests.spark.made import write_folder
from tests.spark.same import assert_same, assert_same_table
from tests.study.made import made_panel

pytestmark = pytest.mark.xdist_group("spark")  # one Java at a time

SPEC = StudySpec(statistics=("csect_t", "patell", "bmp", "corrado", "cda"))


def hot_events(panel: Panel, count: int) -> StudyEvents:
    """Return events of which nine in ten meet the first security."""
    rng = np.random.default_rng(5)
    security = np.where(rng.random(count) < 0.9, 0, rng.integers(1, len(panel.tickers), count))
    return StudyEvents(
        event_id=np.array([f"e{i:06d}" for i in range(count)]),
        security=security,
        position=panel.offsets[security] + rng.integers(0, 900, count),
        group=np.array(["deal", "rumor"])[rng.integers(0, 2, count)],
    )


def assert_same_numbers(found: Study, expected: StudyResult) -> None:
    for name in ("by_day", "by_window", "statistics", "summary", "diagnosis"):
        assert_same_table(found.tables()[name], as_table(getattr(expected, name)), name)


class Dying(SimpleNamespace):
    """The kernel in a worker whose process ends at the first attempt at every part."""

    columns = staticmethod(kernel.columns)
    series_names = staticmethod(kernel.series_names)

    @staticmethod
    def estimated(events: pa.Table, prices: pa.Table, spec: StudySpec) -> pa.Table:
        from pyspark import TaskContext  # noqa: PLC0415  # a worker has it

        assert os.environ["OMP_NUM_THREADS"] == "1"  # every core has a worker: see study/threads.py
        if TaskContext.get().attemptNumber() == 0:
            os._exit(1)
        return kernel.estimated(events, prices, spec)


def test_a_part_is_done_again_where_its_worker_dies(
    spark: Spark, sample: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.spark import lake  # noqa: PLC0415  # read where Spark is

    monkeypatch.setattr(lake, "kernel", Dying())
    found = sample.study_on_spark(Spark(master="local[2,3]"))
    assert_same(found, sample.study())


def test_a_session_that_was_there_before_stays(spark: Spark, sample: Snapshot) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415  # read where Spark is

    mine = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        assert_same(sample.study_on_spark(spark), sample.study())
        assert mine.range(3).count() == 3
    finally:
        mine.stop()


def test_a_hot_security_is_spread_and_events_without_a_price_are_told(spark: Spark, tmp_path: Path) -> None:
    panel = made_panel(securities=5, sessions=900, missing=0.01)
    events = hot_events(panel, 25_000)
    extra: list[dict[str, object]] = [
        {"event_id": "x1", "ticker": "S1", "company": "S1", "session": np.datetime64("2019-01-01").item()},
        {"event_id": "x2", "ticker": "GONE", "company": "GONE", "session": np.datetime64("2020-06-01").item()},
    ]
    write_folder(tmp_path / "in", panel, events, extra=extra)
    found = study_parquet(tmp_path / "in", SPEC, spark=spark, by="type", results=tmp_path / "out")
    assert_same_numbers(found, run(panel, events, SPEC))
    reasons = {row["event_id"]: row["reason"] for row in found.excluded.to_pylist()}
    assert (reasons["x1"], reasons["x2"]) == ("outside_prices", "no_prices")
    assert len(list((tmp_path / "out" / "estimates").glob("*.parquet"))) > 1


SERVER = """
import sys
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[2]")
for setting in sys.argv[1:]:
    builder = builder.config(*setting.split("=", 1))
session = builder.getOrCreate()
print("ready", flush=True)
sys.stdin.read()
session.stop()
"""


@contextmanager
def server(log: Path) -> Iterator[str]:
    """Yield the address of a Spark Connect server of two workers on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
    }
    command = [sys.executable, "-c", SERVER, *(f"{key}={value}" for key, value in settings.items())]
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable}
    pipe = subprocess.PIPE
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", log.read_text()
        yield f"sc://127.0.0.1:{port}"  # leaving closes the server's stdin, and so ends it


def test_the_command_line_behind_a_server(spark: Spark, sample: Snapshot, sample_home: Path, tmp_path: Path) -> None:
    sample.export_parquet(tmp_path / "lake")
    with server(tmp_path / "log") as address:
        command = ["study", "--engine", "spark", "--remote", address, "--parquet", str(tmp_path / "lake")]
        told = newswake(*command, "--format", "csv")
    assert (told.returncode, told.stderr) == (0, "")
    expected = newswake("study", "--sample", "--format", "csv", "--home", str(sample_home))
    assert told.stdout == expected.stdout


def newswake(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from analytics.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
