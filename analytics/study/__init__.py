"""Event studies on arrays: estimation, abnormal returns and their tests. Knows neither DuckDB nor pandas."""

from analytics.study.confounding import confounders
from analytics.study.conventions import CONVENTIONS, Convention
from analytics.study.cross_section import cross_section
from analytics.study.difference import welch
from analytics.study.grid import grid, specifications
from analytics.study.panel import Panel, StudyEvents, Table
from analytics.study.portfolio import calendar_time
from analytics.study.reasons import REASONS, Reason
from analytics.study.result import StudyResult
from analytics.study.run import run
from analytics.study.spec import StudySpec

__all__ = [
    "CONVENTIONS",
    "REASONS",
    "Convention",
    "Panel",
    "Reason",
    "StudyEvents",
    "StudyResult",
    "StudySpec",
    "Table",
    "calendar_time",
    "confounders",
    "cross_section",
    "grid",
    "run",
    "specifications",
    "welch",
]
