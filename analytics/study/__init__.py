"""Event studies on arrays: estimation, abnormal returns and their tests. Knows neither DuckDB nor pandas."""

from analytics.study.panel import Panel, StudyEvents, Table
from analytics.study.result import StudyResult
from analytics.study.run import run
from analytics.study.spec import StudySpec

__all__ = ["Panel", "StudyEvents", "StudyResult", "StudySpec", "Table", "run"]
