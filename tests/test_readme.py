"""What the README says can be run is run."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DIGEST = """---
date: 2024-11-06
---

# A day

## 英伟达发布新一代芯片

11 月 4 日消息，英伟达发布新一代数据中心芯片。（来源：测试社）
"""
# These serve until they are stopped, install, ask the network, or have tests of their own (tests/spark).
ELSEWHERE = ("pip ", "uv ", "newswake serve", "newswake prices\n", "newswake study --engine spark")


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line for line in lines if not f"{line}\n".startswith(ELSEWHERE)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that the README speaks of, made from the sample's."""
    sample = ROOT / "data" / "sample"
    for name in ("prices.csv", "shares.csv", "fx.csv"):
        (tmp_path / name).write_bytes((sample / name).read_bytes())
    (tmp_path / "digest.md").write_text(DIGEST, encoding="utf-8")
    (tmp_path / "events.csv").write_text("event_id,ticker,date\ne1,NVDA,2024-11-04\n", encoding="utf-8")
    return tmp_path


def test_there_is_something_to_run() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(command: str, folder: Path, home: Path) -> None:
    program, *arguments = shlex.split(command)
    path = Path(sys.executable).with_name(program)
    environment = {**os.environ, "NEWSWAKE_HOME": str(home)}
    done = subprocess.run(
        [path, *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_python_of_the_readme_runs(folder: Path, home: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    environment = {**os.environ, "NEWSWAKE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "{'events': [14]}" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_file_the_readme_links_to_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_the_commands_of_the_chinese_readme_are_those_that_are_run() -> None:
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\$ (.*)$", chinese, flags=re.MULTILINE)
    assert len(shown) > 5
    assert [line for line in shown if f"$ {line}\n" not in README] == []


def test_the_figures_of_the_readme_are_those_of_the_sample(home: Path) -> None:
    environment = {**os.environ, "NEWSWAKE_HOME": str(home)}
    program = Path(sys.executable).with_name("newswake")
    done = subprocess.run(
        [program, "claims", "--sample", "--format", "json"], env=environment, capture_output=True, check=True
    )
    found = {row["kind"]: row for row in json.loads(done.stdout)}
    assert f"{found['price_change']['computed']:.2%}".replace("%", " %") in README
    assert f"{found['market_cap']['computed'] / 1e12:.3f} trillion" in README
