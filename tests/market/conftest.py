"""Where the market's test data are."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout; a test that asks for it is skipped where it is absent."""
    folder = (Path(__file__).parents[2] / ".." / "shared").resolve()
    if not folder.is_dir():
        pytest.skip("the real data beside the checkout are not here")
    return folder
