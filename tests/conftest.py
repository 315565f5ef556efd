"""What every test may need: the data beside the checkout, a data folder of its own, the embedded sample."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from analytics.pipeline.publish import sample_version
from analytics.pipeline.snapshot import Snapshot, open_snapshot

# libcurl knows nothing of Python's sockets: whatever asks it for an address outside this machine meets a closed port.
for scheme in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ[scheme] = "http://127.0.0.1:9"
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = "127.0.0.1,localhost,::1"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of third-party data beside the checkout; without it a test is skipped."""
    folder = (Path(__file__).parents[1] / ".." / "shared").resolve()
    if not folder.is_dir():
        pytest.skip("the third-party data beside the checkout are not here")
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder that holds the embedded sample, built once for all workers of a run."""
    home = tmp_path_factory.getbasetemp().parent / "sample-home"
    home.mkdir(exist_ok=True)
    with FileLock(home / "test.lock"):
        sample_version(home)
    return home


@pytest.fixture
def sample(sample_home: Path) -> Iterator[Snapshot]:
    """Return the embedded sample, open."""
    with open_snapshot(sample_home, sample=True) as data:
        yield data


@pytest.fixture
def home(tmp_path: Path, sample_home: Path) -> Path:
    """Return an empty data folder; the sample's file is linked in, so that no test waits for it to be built."""
    folder = tmp_path / "home"
    (folder / "sample").mkdir(parents=True)
    for file in (sample_home / "sample").glob("*.duckdb"):
        os.link(file, folder / "sample" / file.name)
    return folder
