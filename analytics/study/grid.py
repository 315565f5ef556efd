"""The same events under several specifications: what of a result rests on the choices made."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np

from analytics.study.inference import stacked
from analytics.study.panel import Column, Panel, StudyEvents, Table
from analytics.study.result import StudyResult
from analytics.study.run import run
from analytics.study.spec import DateRule, Model, StudySpec, Window

MODELS: tuple[Model, ...] = ("market", "market_adjusted", "mean")
ESTIMATIONS: tuple[Window, ...] = ((-130, -11), (-279, -30))
"""The default estimation window and the preset of 250 sessions."""
_TESTS = ("csect_t", "bmp_adj", "j1")
"""One that reads the correlation is among them: without it no interval is widened where events cluster."""
_CHOICES = ("model", "window", "estimation", "min_estimation", "returns", "kind", "date_rule", "exclude_confounded")


def specifications(spec: StudySpec) -> tuple[StudySpec, ...]:
    """Return `spec` under every usual model, estimation window and date rule, its own choices first.

    Windows vary within each specification, as every one tests several. Specifications that could not be are left out:
    volume has one model, and an estimation window ends before the event window.
    """
    models = (spec.model,) if spec.kind == "volume" else dict.fromkeys((spec.model, *MODELS))
    rules = dict.fromkeys((spec.date_rule, *get_args(DateRule)))
    return tuple(
        replace(
            spec,
            model=model,
            estimation=estimation,
            date_rule=rule,
            compat=None,
            statistics=spec.statistics or _TESTS,
        )
        for rule, model, estimation in product(rules, models, dict.fromkeys((spec.estimation, *_apart(spec))))
    )


def _apart(spec: StudySpec) -> Iterator[Window]:
    yield from (window for window in ESTIMATIONS if window[1] < spec.window[0])


def grid(panel: Panel, events: StudyEvents, specs: Sequence[StudySpec]) -> Table:
    """Return the statistics of the tested windows under each specification, with its choices and the interval beside.

    Key: specification (place in `specs`), group, from_offset, to_offset, statistic. Positions are the panel's: a study
    under another date rule needs its own events and its own call.
    """
    return stacked([_rows(number, run(panel, events, spec), spec) for number, spec in enumerate(specs)])


def _rows(number: int, result: StudyResult, spec: StudySpec) -> dict[str, Column]:
    tests, means = _of_windows(result.statistics), _of_windows(result.summary)
    place = {key: row for row, key in enumerate(_keys(means))}
    beside = np.array([place[key] for key in _keys(tests)], dtype=np.int64)
    n = len(beside)
    choices = {name: np.full(n, _text(getattr(spec, name)), dtype=object) for name in _CHOICES}
    interval = {name: means[name][beside] for name in ("lower", "upper")}
    return {"specification": np.full(n, number), **choices, **tests, **interval}


def _text(choice: object) -> str:
    """Return a choice as text: a window is -10..10."""
    return "..".join(map(str, choice)) if isinstance(choice, tuple) else str(choice)


def _of_windows(table: Table) -> dict[str, Column]:
    kept = table["scope"] == "window"
    return {name: column[kept] for name, column in table.items()}


def _keys(table: Table) -> Iterator[tuple[object, ...]]:
    return zip(*(table[name].tolist() for name in ("group", "from_offset", "to_offset")), strict=True)
