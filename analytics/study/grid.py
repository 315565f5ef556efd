"""The same events under several specifications: what of a result rests on the choices made."""

from collections.abc import Sequence

import numpy as np

from analytics.study.inference import stacked
from analytics.study.panel import Column, Panel, StudyEvents, Table
from analytics.study.run import run
from analytics.study.spec import StudySpec

_CHOICES = ("model", "window", "estimation", "min_estimation", "returns", "kind", "date_rule", "exclude_confounded")


def grid(panel: Panel, events: StudyEvents, specs: Sequence[StudySpec]) -> Table:
    """Return the statistics of the tested windows under each specification, with its choices beside them.

    Key: specification (place in `specs`), group, from_offset, to_offset, statistic. Positions are the panel's: a study
    under another date rule needs its own events and its own call.
    """
    return stacked([_rows(number, run(panel, events, spec).statistics, spec) for number, spec in enumerate(specs)])


def _rows(number: int, statistics: Table, spec: StudySpec) -> dict[str, Column]:
    kept = statistics["scope"] == "window"
    n = np.count_nonzero(kept)
    choices = {name: np.full(n, str(getattr(spec, name)), dtype=object) for name in _CHOICES}
    return {"specification": np.full(n, number), **choices, **{name: c[kept] for name, c in statistics.items()}}
