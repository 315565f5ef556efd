"""What is chosen stands in the address: the way there and back gives the same, and a wrong value is named."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.records import Selection
from analytics.report.words import table
from analytics.study import StudySpec
from dashboard import address, parameters

TYPES, COMPANIES = ["results", "denial", "own type"], ["NVIDIA", "快手", "A&B, C=D"]
FIELDS = parameters.selection_fields(TYPES, COMPANIES, ["IT之家"])


@st.composite
def specs(draw: st.DrawFn) -> StudySpec:
    first, last = draw(st.integers(-60, 0)), draw(st.integers(0, 60))
    end = draw(st.integers(-200, first - 1))
    start = draw(st.integers(-1000, end - 20))
    return StudySpec(
        model=draw(st.sampled_from(parameters.MODELS)),
        window=(first, last),
        estimation=(start, end),
        min_estimation=draw(st.integers(10, end - start + 1)),
        date_rule=draw(st.sampled_from(parameters.RULES)),
        benchmark=draw(st.sampled_from([None, "SPY", "^HSI"])),
    )


def _there_and_back(fields: dict[str, address.Field], values: dict[str, Any]) -> dict[str, Any]:
    written = address.texts_of("page", fields, values)
    return {
        name: field.read(written[f"page_{name}"]) if f"page_{name}" in written else field.default
        for name, field in fields.items()
    }


@given(specs())
def test_a_spec_comes_back_from_the_address(spec: StudySpec) -> None:
    values = parameters.values_of(spec)
    assert parameters.spec_of(_there_and_back(dict(parameters.SPEC), values)) == spec


@given(
    st.lists(st.sampled_from(TYPES), unique=True),
    st.lists(st.sampled_from(COMPANIES), unique=True),
    st.none() | st.dates(),
)
def test_a_selection_comes_back_from_the_address(types: list[str], companies: list[str], first: date | None) -> None:
    values = {
        "types": types,
        "companies": companies,
        "roles": [],
        "modalities": ["rumor"],
        "sources": ["IT之家"],
        "from": first,
        "to": None,
    }
    found = parameters.selection_of(_there_and_back(FIELDS, values))
    assert found == Selection(
        types=tuple(types), companies=tuple(companies), modalities=("rumor",), sources=("IT之家",), first_date=first
    )


def _bound() -> set[str]:
    """Return the parameters that the pages bind, by reading their source."""
    calls = [
        call
        for file in Path(address.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "address.bound"
    ]
    pages = {"address.EVERY_PAGE": "app"}
    named = {
        (pages.get(ast.unparse(call.args[0]), ast.unparse(call.args[0])), word.arg)
        for call in calls
        for word in call.keywords
    }
    return {f"{page.strip(chr(39))}_{name}" for page, name in named if name and page != "page"}


def test_every_parameter_has_a_label_in_words() -> None:
    shared = {*(f"{page}_{name}" for page in ("event", "study") for name in (*parameters.SPEC, "tested"))}
    assert set(address.LABELS) == _bound() | shared | {f"study_{name}" for name in FIELDS}
    assert set(address.LABELS.values()) <= set(table())


def test_the_usual_choice_leaves_the_address_bare() -> None:
    assert address.texts_of("page", dict(parameters.SPEC), parameters.values_of(StudySpec())) == {}


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        (address.number(1, 5, 1), ["6"]),
        (address.number(1, 5, 1), ["six"]),
        (address.number(1, 5, 1), ["2", "3"]),
        (address.choice(["a"], "a"), ["b"]),
        (address.choices(["a"]), ["a", "b"]),
        (address.day(), ["2024-13-01"]),
        (address.text(), ["a" * 20_001]),
    ],
)
def test_a_wrong_value_is_refused(field: address.Field, texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        field.read(texts)
