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

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("name", "part"), [("README.md", "When one machine"), ("README.zh-CN.md", "一台机器不够时")])
def test_a_readme_has_the_commands_of_the_laptop_part(name: str, part: str) -> None:
    section = (ROOT / name).read_text(encoding="utf-8").split(f"# {part}")[1].split("\n#")[0]
    assert commands(section) == commands(TEXT)


def test_the_laptop_part_runs(spark: Spark, sample_home: Path, tmp_path: Path) -> None:
    (tmp_path / "analytics").mkdir()  # somebody else's, which no worker may take for newswake's
    (tmp_path / "analytics" / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    environment = {**os.environ, "NEWSWAKE_HOME": str(sample_home)}
    install, *lines = commands(TEXT)
    assert install == "pip install '.[spark]'"
    assert len(lines) == 2
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    program = Path(sys.executable).with_name("newswake")
    for command in (*([program, *shlex.split(line)[1:]] for line in lines), [sys.executable, "-P", "-c", code]):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")  # nothing of Spark's and Java's own talk
    assert pq.read_table(tmp_path / "wake" / "statistics.parquet").num_rows > 0
