"""Where third-party data stands beside the checkout."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(__file__).parents[2] / ".." / "shared"
    if not folder.is_dir():
        pytest.skip("Third-party data are not beside this checkout.")
    return folder
