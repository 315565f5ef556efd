"""What a study may be asked, and the one table of conventions."""

from pathlib import Path
from typing import Any

import pytest

import analytics.study
from analytics.errors import RequestError
from analytics.study import CONVENTIONS, REASONS, StudySpec, run
from analytics.study.inference import METHODS, PROFILES
from tests.study.made import made_events, made_panel


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"estimation": (-100, -5)}, r"\(-100, -5\) overlaps the event window \(-10, 10\)"),
        ({"window": (5, 1)}, r"event window \(5, 1\) ends before"),
        ({"windows": ((-11, 0),)}, r"\(-11, 0\) is not inside the event window \(-10, 10\)"),
        ({"min_estimation": 121}, "121, does not fit"),
        ({"min_estimation": 2}, "above 2"),
        ({"model": "ff3", "returns": "log"}, "Log returns do not go with model ff3"),
        ({"kind": "bhar", "returns": "log"}, "Log returns do not go with buy-and-hold"),
        ({"kind": "volume"}, "Abnormal volume does not go with model market"),
        ({"compat": "lemaire", "model": "mean"}, "not of returns under mean"),
        ({"model": "garch"}, "no model 'garch'"),
        ({"statistics": ("z",)}, "no statistic 'z'"),
        ({"placebo_draws": 0}, "0 draws"),
    ],
)
def test_a_wrong_request_names_its_values(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        StudySpec(**changes)


def test_windows_of_the_default_study() -> None:
    assert StudySpec().tested == ((-10, 10), (-1, 1), (0, 0), (0, 1), (-10, -2))
    assert StudySpec(window=(0, 1)).tested == ((0, 1), (0, 0))


def test_a_statistic_of_another_program_needs_its_conventions() -> None:
    panel = made_panel()
    with pytest.raises(RequestError, match="bw80 does not exist"):
        run(panel, made_events(panel, [(0, 150)]), StudySpec(statistics=("bw80",)))


def test_every_computed_id_has_a_convention_and_every_convention_is_computed() -> None:
    elsewhere = {"placebo", "calendar_time", "calendar_time_weighted", "ols_hc3", "ols_cluster", "welch"}
    computed = set(METHODS) | {name for profile in PROFILES.values() for name in profile} | elsewhere
    assert computed == set(CONVENTIONS)


def test_rows_stand_only_in_the_scopes_of_their_convention() -> None:
    panel = made_panel(sessions=260)
    spec = StudySpec(statistics=(*METHODS, "placebo"), placebo_draws=9)
    table = run(panel, made_events(panel, [(0, 150), (1, 155), (2, 160)]), spec).statistics
    found = {(name, scope) for name, scope in zip(table["statistic"], table["scope"], strict=True)}
    expected = {
        (name, scope) for name in spec.statistics or () for scope in CONVENTIONS[name].scopes if scope != "event"
    }
    assert found == expected


def test_conventions_speak_both_languages() -> None:
    for convention in CONVENTIONS.values():
        assert convention.formula
        assert convention.paper
        assert convention.english.endswith((".", "?"))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in convention.chinese)


def test_equal_specs_are_one_key() -> None:
    assert hash(StudySpec(model="mean")) == hash(StudySpec(model="mean"))


def test_every_reason_is_put_in_words() -> None:
    panel = made_panel(missing=0.02)
    panel.returns[:300] = 0.01
    found: set[str] = set()
    for places in ([(0, 150), (1, 150), (2, 40)], [(1, 150)], [(1, 150), (2, 150), (3, 150)]):
        for kind in ("returns", "bhar"):
            result = run(panel, made_events(panel, places), StudySpec(kind=kind))
            found |= {*result.statistics["reason"], *result.statistics["warning"], *result.by_window["reason"]}
            found |= set(result.excluded["reason"])
    assert {"short_estimation", "zero_variance", "few_clusters", "not_for_bhar", "too_few_events"} <= found
    assert found - {""} <= set(REASONS)


def test_every_reason_is_given_somewhere() -> None:
    sources = [
        path.read_text() for path in Path(analytics.study.__file__).parent.glob("*.py") if path.stem != "reasons"
    ]
    for code in REASONS:
        assert any(f'"{code}"' in source for source in sources), code
