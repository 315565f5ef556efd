"""newswake in Python: open the data, study events, rank companies, with the results as Arrow tables.

    import analytics

    with analytics.open_snapshot() as data:
        print(data.study(analytics.Selection(tickers=("NVDA",))).by_event.to_pandas())

Names are imported when they are first used, so that `import analytics` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.errors import NewswakeError
    from analytics.pipeline.adding import add_documents
    from analytics.pipeline.own_files import study_files
    from analytics.pipeline.publish import import_files
    from analytics.pipeline.snapshot import Snapshot, open_snapshot
    from analytics.records import Selection
    from analytics.study import StudySpec

__all__ = [
    "NewswakeError",
    "Selection",
    "Snapshot",
    "StudySpec",
    "add_documents",
    "import_files",
    "open_snapshot",
    "study_files",
]

_HOMES = {
    "NewswakeError": "analytics.errors",
    "Selection": "analytics.records",
    "Snapshot": "analytics.pipeline.snapshot",
    "StudySpec": "analytics.study",
    "add_documents": "analytics.pipeline.adding",
    "import_files": "analytics.pipeline.publish",
    "open_snapshot": "analytics.pipeline.snapshot",
    "study_files": "analytics.pipeline.own_files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analytics' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
