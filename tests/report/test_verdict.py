"""Results in a sentence; the cases are counted by hand."""

import pytest

from analytics.report import verdict
from analytics.report.numbers import amount, window
from analytics.report.words import Words

ENGLISH, CHINESE = Words(language="en"), Words(language="zh")


def _move(ar: float | None, smaller: int | None, ordinary: int | None, reason: str | None = None) -> dict[str, object]:
    return {"ar": ar, "smaller_days": smaller, "ordinary_days": ordinary, "reason": reason}


@pytest.mark.parametrize(
    ("smaller", "ordinary", "grade", "share"),
    [
        (119, 120, "unusual", 99),
        (114, 120, "unusual", 95),
        (113, 120, "large", 94),
        (96, 120, "large", 80),
        (95, 120, "ordinary", 79),
    ],
)
def test_the_share_of_ordinary_days_is_rounded_down(smaller: int, ordinary: int, grade: str, share: int) -> None:
    move = _move(0.01, smaller, ordinary)
    assert verdict.grade(move) == grade
    assert f"{share} of 100 ordinary days" in verdict.judgement(move, ENGLISH)
    assert f"100 个普通交易日中的 {share} 个" in verdict.judgement(move, CHINESE)


def test_a_move_that_is_not_measured_says_why() -> None:
    assert verdict.judgement(_move(None, None, None, "no_prices"), ENGLISH) == "Not measured: no prices."


@pytest.mark.parametrize(
    ("value", "told"), [(0.0102, "▲ +1.02%"), (-0.003, "▼ −0.30%"), (0.0, "■ +0.00%"), (None, "–")]
)
def test_a_move_has_arrow_and_sign(value: float | None, told: str) -> None:
    assert verdict.moved(value) == told


def test_a_digest_of_many_unusual_moves_names_the_largest() -> None:
    moves = [
        _move(size / 100, 120, 120) | {"ticker": f"T{size}", "company": f"C{size}", "session": "2024-11-04"}
        for size in range(1, 11)
    ]
    told = verdict.summary(moves, {}, ENGLISH, stories=10)
    assert told.endswith("C4 ▲ +4.00%, C3 ▲ +3.00% and 2 more.")
    assert "C2" not in told
    assert verdict.summary(moves, {}, CHINESE, stories=10).endswith("，另有 2 个。")


def test_an_amount_is_told_in_the_scale_of_the_language() -> None:
    assert amount(3.38e12) == "3.380 tn"
    assert amount(3.38e12, "zh") == "3.380万亿"
    assert amount(-65.769e9) == "−65.769 bn"
    assert amount(-65.769e9, "zh") == "−657.690亿"


def test_a_window_has_signs_but_for_zero() -> None:
    assert (window((-10, 10)), window((0, 1)), window((0, 0))) == ("−10..+10", "0..+1", "0..0")


def test_a_claim_reached_during_the_day_only() -> None:
    row = {
        "kind": "market_cap",
        "verdict": "intraday_only",
        "basis": "high",
        "stated": 3.38e12,
        "computed": 3.337e12,
        "computed_high": 3.409e12,
        "unit": "USD",
        "session": "2024-11-04",
        "rival": None,
    }
    said = verdict.claim(row, ENGLISH)
    assert said == (
        "says 3.380 tn USD; reached during the day, not at the close: "
        "the close of 2024-11-04 was 3.337 tn USD, the day's high 3.409 tn USD."
    )


def test_the_largest_group_is_named_and_whether_it_stands_once_all_were_looked_at() -> None:
    rows = [
        {"group": "all", "n": 30, "mean": 0.5, "p": 0.001, "p_bh": None},
        {"group": "product", "n": 20, "mean": 0.01, "p": 0.02, "p_bh": 0.04},
        {"group": "denial", "n": 6, "mean": -0.12, "p": 0.2, "p_bh": 0.2},
    ]
    said = verdict.groups(rows, "type", ENGLISH)
    assert said.startswith("Largest average effect of a group that can be tested: Denial, −12.00% (N = 6, p 0.2")
    assert said.endswith("told from zero: Product.")
    assert verdict.groups(rows[2:], "type", ENGLISH).endswith("none of 1 can be told from zero.")
    assert verdict.groups(rows[:1], "type", ENGLISH) == ""
