"""Spark itself: whether it is here, and a session of it."""

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from analytics.errors import NewswakeError, RequestError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOG = Path(__file__).with_name("log4j2.properties")


@dataclass(frozen=True, kw_only=True)
class Spark:
    """Where a study runs: on a master that this process starts or joins, or behind a Spark Connect server."""

    master: str | None = None
    """Such as local[2] or spark://host:7077; None takes every core of this machine."""
    remote: str | None = None
    """Such as sc://host:15002; workers need newswake installed, as those of a master do."""

    def __post_init__(self) -> None:
        if self.master and self.remote:
            raise RequestError("Spark was given a master and a remote address.", hint="Give one of them.")


@contextmanager
def connected(spark: Spark) -> Iterator["SparkSession"]:
    """Hand out a session, stopped afterwards unless it was there before; an error of Spark becomes one of newswake."""
    check_installed(spark)
    from pyspark.errors import PySparkException  # noqa: PLC0415  # nothing of Spark is read before it is asked for
    from pyspark.sql import SparkSession  # noqa: PLC0415

    session, theirs = None, SparkSession.getActiveSession()
    try:
        with warnings.catch_warnings():
            # Of its pandas interface, which is not used: tables go in and out as Arrow.
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
            session = _session(spark)
            yield session
    except PySparkException as error:
        raise NewswakeError(f"Spark failed: {_cause(error)}") from error
    finally:
        if session is not None and theirs is None:
            session.stop()


def check_installed(spark: Spark) -> None:
    """Raise RequestError where Spark or the Java that it runs on is missing."""
    if find_spec("pyspark") is None:
        raise RequestError("Apache Spark is not installed.", hint="Install it: pip install '.[spark]'.")
    if spark.remote is None and not _java():
        raise RequestError(
            "Apache Spark needs Java 17 or newer, and there is none on this machine.",
            hint="Install it (Debian: apt install default-jre-headless) or set JAVA_HOME.",
        )


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None


def _session(spark: Spark) -> "SparkSession":
    from pyspark.sql import SparkSession  # noqa: PLC0415  # nothing of Spark is read before it is asked for

    builder = SparkSession.builder.appName("newswake")
    for key, value in _settings(spark).items():
        builder = builder.config(key, value)
    if spark.remote:
        return builder.remote(spark.remote).getOrCreate()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the worker's Python has newswake, as this one has
    _start_java(spark)
    return builder.master(spark.master or "local[*]").getOrCreate()


def _start_java(spark: Spark) -> None:
    """Start the Java of this process, which says nothing but errors; where there is one already, it stays."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415  # nothing of Spark is read before it is asked for
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    if SparkContext._gateway is not None:  # noqa: SLF001  # there is no other way to ask
        return
    said, told = os.pipe()
    settings = SparkConf(loadDefaults=False).setAll(list(_settings(spark).items()))
    SparkContext._ensure_initialized(gateway=launch_gateway(settings, {"stderr": told}))  # noqa: SLF001  # as it does itself
    os.close(told)
    Thread(target=_pass_on, args=(said,), daemon=True).start()


def _pass_on(said: int) -> None:
    """Pass on what Java and the workers say, but for a note on a module that Spark asks for: no setting stops it."""
    with os.fdopen(said, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.startswith("WARNING: Using incubator modules: "):
                sys.stderr.write(line)


def _settings(spark: Spark) -> dict[str, str]:
    shared = {
        "spark.sql.session.timeZone": "UTC",
        # Columns that come back are let go one by one, as they become arrays.
        "spark.sql.execution.arrow.pyspark.selfDestruct.enabled": "true",
    }
    if spark.remote:
        return shared
    settings = shared | {"spark.ui.enabled": "false", "spark.driver.maxResultSize": "0"}
    settings["spark.ui.showConsoleProgress"] = "false"
    # Else a worker looks for newswake's modules where the command was given, and takes a folder `analytics` for them.
    settings["spark.executorEnv.PYTHONSAFEPATH"] = "1"
    # Errors alone from the first line on: spark.log.level is read when the start has been told already.
    settings["spark.driver.defaultJavaOptions"] = f"-Dlog4j2.configurationFile={_LOG.as_uri()}"
    if (spark.master or "local").startswith("local"):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        # A local master is the workers, too, and has to reach no other machine.
        settings["spark.driver.memory"] = f"{max(memory // 4 // 2**20, 1024)}m"
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return settings


def _cause(error: Exception) -> str:
    """Return the last line of what a worker said, the first of what Spark itself says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "Error: " in line and not line.startswith("at ")]
    return (told or lines or [type(error).__name__])[-1 if told else 0]
