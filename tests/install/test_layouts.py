"""The files that come with newswake are found in a checkout and in an installed wheel, from any folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analytics.config import resource

ROOT = Path(__file__).parents[2]
NEEDED = ("data/sample/digest.md", "data/sample/prices.csv", "data/universe/companies.csv", ".streamlit/config.toml")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the contents of the wheel, as an installer lays them out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, home: Path, code: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "NEWSWAKE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd="/",
        env=environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def test_a_checkout_has_what_is_needed() -> None:
    assert [resource(name) for name in NEEDED] == [ROOT / name for name in NEEDED]


def test_a_wheel_has_what_is_needed(installed: Path, tmp_path: Path) -> None:
    code = "import sys; from analytics.config import resource; print(*map(resource, sys.argv[1:]), sep='\\n')"
    found = run(installed, tmp_path, code, *NEEDED).splitlines()
    assert all(Path(path).is_relative_to(installed) for path in found)
    assert [Path(path).read_bytes() for path in found] == [(ROOT / name).read_bytes() for name in NEEDED]


def test_a_wheel_answers_from_any_folder(installed: Path, tmp_path: Path) -> None:
    code = "from analytics.cli import main; main()"
    rows = json.loads(run(installed, tmp_path, code, "rank", "--date", "2024-11-05", "--format", "json"))
    assert rows[0]["ticker"] == "NVDA"


def test_the_wheel_imports_as_two_packages_alone(installed: Path) -> None:
    assert sorted(path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")) == [
        "analytics",
        "dashboard",
    ]


def test_streamlit_gets_its_settings_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = """
from analytics.cli.serving import settings
print(settings(8501, browser=False)["server_address"], settings(8501, browser=False)["browser_gatherUsageStats"])
"""
    assert run(installed, tmp_path, code) == "localhost False\n"
