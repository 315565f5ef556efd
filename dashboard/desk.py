"""What a person keeps beside the data: followed companies, saved studies, and when they last looked. In desk.json."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st
from filelock import FileLock

_NAME = "desk.json"
_LOOKED = "desk_looked"


def followed(home: Path) -> set[str]:
    """Return the followed companies by canonical name."""
    return set(_read(home).get("followed", []))


def follow(home: Path, companies: list[str]) -> None:
    """Follow these companies, and no others."""
    _change(home, "followed", sorted(companies))


def studies(home: Path) -> dict[str, dict[str, list[str]]]:
    """Return the saved studies: name -> parameters of their address."""
    return dict(_read(home).get("studies", {}))


def save_study(home: Path, name: str, parameters: dict[str, list[str]]) -> None:
    """Save the address of a study under a name, in the place of an earlier one of that name."""
    _change(home, "studies", {**studies(home), name: parameters})


def forget_study(home: Path, name: str) -> None:
    """Forget a saved study."""
    _change(home, "studies", {kept: found for kept, found in studies(home).items() if kept != name})


def is_new(home: Path, added_at: datetime) -> bool:
    """Return whether something was added since the visit before this one; on the first visit nothing is new."""
    # Within one visit "new" stays new: what counts is the look before the session began.
    before = st.session_state.setdefault(_LOOKED, _read(home).get("looked_at", ""))
    return bool(before) and added_at.isoformat() > before


def looked(home: Path, newest: datetime) -> None:
    """Remember the newest document that the person has seen."""
    if _read(home).get("looked_at") != newest.isoformat():
        _change(home, "looked_at", newest.isoformat())


def _read(home: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((home / _NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _change(home: Path, field: str, value: Any) -> None:
    with FileLock(home / f"{_NAME}.lock"):
        beside = home / f"{_NAME}.next"
        beside.write_text(json.dumps({**_read(home), field: value}, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(home / _NAME)
