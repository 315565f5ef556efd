"""What docs/spark.md says can be run on a laptop is run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics.spark import Spark

pytestmark = pytest.mark.xdist_group("spark")  # one Java at a time

TEXT = (Path(__file__).parents[2] / "docs" / "spark.md").read_text(encoding="utf-8")


def test_the_laptop_part_runs(spark: Spark, sample_home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "NEWSWAKE_HOME": str(sample_home)}
    lines = [line for line in re.findall(r"^\$ (.*)$", TEXT, flags=re.MULTILINE) if line.startswith("newswake ")]
    assert len(lines) == 2
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    program = Path(sys.executable).with_name("newswake")
    for command in (*([program, *shlex.split(line)[1:]] for line in lines), [sys.executable, "-c", code]):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")  # nothing of Spark's and Java's own talk
    assert pq.read_table(tmp_path / "wake" / "statistics.parquet").num_rows > 0
