"""The further tables of a study: specifications side by side, holding the securities, what explains the CARs."""

import numpy as np
import pyarrow.compute as pc
import pytest

from analytics.errors import RequestError
from analytics.pipeline.snapshot import Snapshot
from analytics.study import StudySpec, specifications


def test_every_choice_is_in_the_grid_once_and_ours_comes_first(sample: Snapshot) -> None:
    specs = specifications(StudySpec())
    assert len(specs) == len(set(specs)) == 3 * 3 * 2
    assert (specs[0].model, specs[0].estimation, specs[0].date_rule) == ("market", (-130, -11), "same")
    rows = sample.grid(specs)
    first = rows.filter(pc.equal(rows["specification"], 0))
    own = sample.study(spec=specs[0])
    whole = [row for row in own.summary.to_pylist() if row["scope"] == "window" and row["group"] == "all"]
    told = {(row["from_offset"], row["to_offset"]): row for row in first.to_pylist()}
    assert len(told) == len(whole)
    for row in whole:
        beside = told[row["from_offset"], row["to_offset"]]
        assert (beside["mean"], beside["lower"], beside["upper"]) == (row["mean"], row["lower"], row["upper"])


def test_a_grid_leaves_out_what_could_not_be() -> None:
    assert {spec.model for spec in specifications(StudySpec(model="mean", kind="volume"))} == {"mean"}
    wide = specifications(StudySpec(window=(-20, 20), estimation=(-160, -41)))
    assert {spec.estimation for spec in wide} == {(-160, -41), (-279, -30)}


def test_size_is_that_of_the_close_before(sample: Snapshot) -> None:
    found = sample.cross_section(explain=["log_cap"]).to_pylist()
    caps, cars = [], []
    for row in sample.study().by_event.to_pylist():
        if row["observation"] == row["event_id"]:
            cap = sample.ask("cap_before", ticker=row["ticker"], session=row["session"]).to_pylist()
            if cap and row["car"] is not None:
                caps.append(np.log(cap[0]["market_cap_usd"]))
                cars.append(row["car"])
    slope, constant = np.polyfit(caps, cars, 1)
    assert [row["term"] for row in found] == ["constant", "log_cap"]
    assert [row["coefficient"] for row in found] == pytest.approx([constant, slope])
    assert found[0]["n"] == len(caps)


def test_tags_are_held_against_the_most_frequent_one(sample: Snapshot) -> None:
    found = sample.cross_section(explain=["role"]).to_pylist()
    kept = [row for row in sample.study().by_event.to_pylist() if row["observation"] == row["event_id"]]
    means = {role: np.mean([row["car"] for row in kept if row["role"] == role]) for role in {r["role"] for r in kept}}
    baseline = found[0]["coefficient"]
    assert baseline == pytest.approx(means["subject"])
    for row in found[1:]:
        assert baseline + row["coefficient"] == pytest.approx(means[row["term"].removeprefix("role: ")])


def test_what_cannot_explain_is_named(sample: Snapshot) -> None:
    with pytest.raises(RequestError, match="Nothing is known of 'size'"):
        sample.cross_section(explain=["size"])
