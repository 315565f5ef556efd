"""The parameters of a study as widgets, and what their values are in the address."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analytics.records import Selection
from analytics.report.words import Words
from analytics.study import StudySpec
from dashboard import address
from dashboard.address import Field

MODELS = ("market", "mean", "market_adjusted", "scholes_williams", "dimson")
RULES = ("same", "previous", "next")
MODALITIES = ("confirmed", "reported", "rumor", "denied")
ROLES = (
    "subject",
    "competitor",
    "investor",
    "target",
    "acquirer",
    "seller",
    "partner",
    "supplier",
    "customer",
    "owner",
    "defendant",
    "background",
)
_USUAL = StudySpec()
_FARTHEST, _LONGEST = 60, 1000

SPEC: Mapping[str, Field] = {
    "model": address.choice(MODELS, _USUAL.model),
    "first": address.number(-_FARTHEST, 0, _USUAL.window[0]),
    "last": address.number(0, _FARTHEST, _USUAL.window[1]),
    "estfirst": address.number(-_LONGEST, -2, _USUAL.estimation[0]),
    "estlast": address.number(-_LONGEST, -1, _USUAL.estimation[1]),
    "minimum": address.number(10, _LONGEST, _USUAL.min_estimation),
    "returns": address.choice(("simple", "log"), _USUAL.returns),
    "rule": address.choice(RULES, _USUAL.date_rule),
    "kind": address.choice(("returns", "bhar"), _USUAL.kind),
    "benchmark": address.text(),
}


def spec_of(values: Mapping[str, Any]) -> StudySpec:
    """Return the spec of the chosen values; RequestError where they do not go together."""
    return StudySpec(
        model=values["model"],
        window=(values["first"], values["last"]),
        estimation=(values["estfirst"], values["estlast"]),
        min_estimation=values["minimum"],
        returns=values["returns"],
        date_rule=values["rule"],
        kind=values["kind"],
        benchmark=values["benchmark"].strip() or None,
    )


def values_of(spec: StudySpec) -> dict[str, Any]:
    """Return the values that `spec_of` makes the spec from."""
    return {
        "model": spec.model,
        "first": spec.window[0],
        "last": spec.window[1],
        "estfirst": spec.estimation[0],
        "estlast": spec.estimation[1],
        "minimum": spec.min_estimation,
        "returns": spec.returns,
        "rule": spec.date_rule,
        "kind": spec.kind,
        "benchmark": spec.benchmark or "",
    }


def choose_spec(page: str, words: Words) -> StudySpec:
    """Draw the parameters of the study and return what is chosen."""
    with address.bound(page, words, **SPEC), st.expander(words("spec.title"), icon=":material/tune:"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _choice(page, "model", MODELS, words)
            _number(page, "first", -_FARTHEST, 0, words)
            _number(page, "last", 0, _FARTHEST, words)
            _number(page, "estfirst", -_LONGEST, -2, words)
            _number(page, "estlast", -_LONGEST, -1, words)
            _number(page, "minimum", 10, _LONGEST, words)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _choice(page, "rule", RULES, words)
            _choice(page, "returns", ("simple", "log"), words)
            _choice(page, "kind", ("returns", "bhar"), words)
            st.text_input(
                words("spec.benchmark"),
                key=f"{page}_benchmark",
                placeholder=words("spec.benchmark.usual"),
                help=words("spec.benchmark.help"),
                width=220,
            )
    return spec_of({name: st.session_state[f"{page}_{name}"] for name in SPEC})


def selection_fields(types: list[str], companies: list[str], sources: list[str]) -> dict[str, Field]:
    """Return the fields of a selection among the types and companies that the data hold."""
    return {
        "types": address.choices(types),
        "companies": address.choices(companies),
        "roles": address.choices(ROLES),
        "modalities": address.choices(MODALITIES),
        "sources": address.choices(sources),
        "from": address.day(),
        "to": address.day(),
    }


def selection_of(values: Mapping[str, Any]) -> Selection:
    """Return the selection of the chosen values."""
    return Selection(
        types=tuple(values["types"]),
        companies=tuple(values["companies"]),
        roles=tuple(values["roles"]),
        modalities=tuple(values["modalities"]),
        sources=tuple(values["sources"]),
        first_date=values["from"],
        last_date=values["to"],
    )


def choose_selection(
    page: str, words: Words, *, types: list[str], companies: list[str], sources: list[str], names: Mapping[str, str]
) -> Selection:
    """Draw the choice of events and return it."""
    fields = selection_fields(types, companies, sources)
    with address.bound(page, words, **fields), st.container(horizontal=True):
        _several(page, "types", types, words, lambda code: words.code("type", code))
        _several(page, "companies", companies, words, lambda name: names.get(name, name))
        _several(page, "roles", ROLES, words, lambda code: words.code("role", code))
        _several(page, "modalities", MODALITIES, words, lambda code: words.code("modality", code))
        _several(page, "sources", sources, words, str)
        for end in ("from", "to"):
            st.date_input(words(f"selection.{end}"), value=None, key=f"{page}_{end}", format="YYYY-MM-DD", width=150)
    return selection_of({name: st.session_state[f"{page}_{name}"] for name in fields})


def _choice(page: str, name: str, options: tuple[str, ...], words: Words) -> None:
    st.selectbox(
        words(f"spec.{name}"),
        options,
        key=f"{page}_{name}",
        format_func=lambda code: words(f"{name}.{code}"),
        help=words(f"spec.{name}.help"),
        width=220,
    )


def _number(page: str, name: str, low: int, high: int, words: Words) -> None:
    st.number_input(words(f"spec.{name}"), low, high, key=f"{page}_{name}", help=words(f"spec.{name}.help"), width=140)


def _several(page: str, name: str, options: Any, words: Words, label: Any) -> None:
    st.multiselect(
        words(f"selection.{name}"),
        options,
        key=f"{page}_{name}",
        format_func=label,
        placeholder=words("selection.all"),
        width=240,
    )
