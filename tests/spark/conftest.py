"""Spark on two workers of this machine; without Java or the extra its tests are skipped with the reason."""

import os

import pytest

from analytics.errors import RequestError
from analytics.spark import Spark
from analytics.spark.session import check_installed

LOCAL = Spark(master="local[2]")


@pytest.fixture(scope="session")
def spark() -> Spark:
    """Return two workers on this machine."""
    try:
        check_installed(LOCAL)
    except RequestError as error:
        if os.environ.get("NEWSWAKE_REQUIRE_SPARK") == "1":
            pytest.fail(f"NEWSWAKE_REQUIRE_SPARK is set: {error}")
        pytest.skip(str(error))
    return LOCAL
