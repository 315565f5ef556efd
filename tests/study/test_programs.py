"""The printed numbers of two other programs, under their conventions."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, run

Floats = NDArray[np.float64]


def read(path: Path) -> tuple[list[str], NDArray[np.datetime64], Floats]:
    """Return names, dates and values of a table by date; an empty field is NaN."""
    with path.open() as file:
        head, *body = list(csv.reader(file))
    values = [[float(field) if field else np.nan for field in row[1:]] for row in body]
    return head[1:], np.array([row[0] for row in body], dtype="datetime64[D]"), np.array(values)


def one_calendar(names: list[str], dates: NDArray[np.datetime64], returns: Floats, market: Floats) -> Panel:
    return Panel(
        tickers=names,
        offsets=np.arange(len(names) + 1) * len(dates),
        sessions=np.tile(dates, len(names)),
        returns=returns.T.ravel(),
        benchmark=np.tile(market, len(names)),
    )


# estudy2 0.10.0 as printed in its vignette: seven securities, 2020-03-16 .. 2020-03-20.
ESTUDY2: dict[str, list[float]] = {
    "bw80": [2.486449, -3.370281, -1.726675, 8.188085, 6.233409],
    "cda": [1.858514, -2.51914, -1.290615, 6.120241, 4.659205],
    "csect_t": [1.3941497, -1.2769075, -0.4023135, 1.7958275, 5.1233281],
    "patell": [2.5507399, -2.9495613, 0.3283654, 8.4216222, 6.3196352],
    "bmp": [1.20471169, -1.17531339, 0.07606284, 2.16657728, 8.65212561],
    "lamb": [1.620049, -2.435456, -1.254626, 6.105794, 4.565195],
    "sign": [1.1338934, 0.3779645, 1.1338934, 1.8898224, 2.6457513],
    "gsign": [1.1516761, 0.3957301, 1.1516761, 1.907622, 2.663568],
    "corrado_sign": [0.863693, 0.2878977, 0.863693, 1.4394883, 2.0152836],
    "corrado": [0.7962064, -0.1857202, 1.0205417, 2.1127972, 2.9255529],
    "modified_rank": [0.8499246, -0.2283881, 0.9865178, 2.1665371, 2.9786668],
    "wilcoxon": [23, 10, 15, 27, 28],
}


@pytest.fixture(scope="module")
def covid(shared: Path) -> Path:
    return shared / "oracles" / "estudy2_covid"


def covid_study(covid: Path, compat: str | None, estimation: tuple[int, int] = (-240, -1)) -> StudyResult:
    """Return the study of the vignette: estimation 2019-04-02 .. 2020-03-13, five event days."""
    names, dates, returns = read(covid / "rates.csv")
    _, _, market = read(covid / "rates_indx.csv")
    panel = one_calendar(names, dates, returns, market[:, 0])
    security = np.arange(len(names))
    day = int(np.flatnonzero(dates == np.datetime64("2020-03-16"))[0])
    events = StudyEvents(event_id=np.array(names), security=security, position=panel.offsets[:-1] + day)
    return run(panel, events, StudySpec(window=(0, 4), estimation=estimation, compat=compat))  # type: ignore[arg-type]  # one of two


def by_day(result: StudyResult, statistic: str) -> Floats:
    table = result.statistics
    found: Floats = table["value"][(table["statistic"] == statistic) & (table["scope"] == "day")]
    return found


@pytest.mark.parametrize("statistic", sorted(ESTUDY2))
def test_estudy2_prints_the_same_digits(covid: Path, statistic: str) -> None:
    printed = np.array(ESTUDY2[statistic])
    # Printed with seven or eight significant digits: half a unit of the last one.
    digits = np.array([len(f"{x}".partition(".")[2]) for x in ESTUDY2[statistic]])
    found = by_day(covid_study(covid, "estudy2"), statistic)
    np.testing.assert_array_less(np.abs(found - printed), 0.51 * 10.0**-digits)


def test_estudy2_estimates_and_abnormal_returns(covid: Path) -> None:
    result = covid_study(covid, "estudy2")
    names, dates, expected = read(covid / "expected_abnormal_R.csv")
    columns = [names.index(name) for name in result.by_event["ticker"]]
    rows = np.flatnonzero(dates == np.datetime64("2020-03-16"))[0] + np.arange(5)
    np.testing.assert_allclose(result.abnormal.ar, expected[np.ix_(rows, columns)].T, rtol=0, atol=1e-12)
    coefficients = json.loads((covid / "expected_coefficients_R.json").read_text())
    for i, name in enumerate(result.by_event["ticker"]):
        assert result.by_event["alpha"][i] == pytest.approx(coefficients[name]["alpha"], abs=1e-12)
        assert result.by_event["beta"][i] == pytest.approx(coefficients[name]["beta"], abs=1e-12)
        assert result.by_event["m"][i] == coefficients[name]["n_est"]


def test_textbook_conventions_on_the_same_data(covid: Path) -> None:
    """Computed apart from the definitions: residuals over M-2, own market moments, correlation r = .16024."""
    result = covid_study(covid, None)
    expected = json.loads((covid / "textbook_variants_selfcomputed.json").read_text())
    for statistic, name in (
        ("patell", "patell_z"),
        ("bmp", "bmp_t"),
        ("bmp_adj", "adj_bmp"),
        ("patell_adj", "adj_patell_KP2010 (x sqrt(1/(1+(N-1)r)))"),
    ):
        np.testing.assert_allclose(by_day(result, statistic), expected[name], rtol=1e-12)


def test_lemaire_prints_the_same_digits(shared: Path) -> None:
    folder = shared / "oracles" / "lemaire_aapl_spy"
    _, dates, returns = read(folder / "returns_AAPL_SPY_2008_2019.csv")
    with (folder / "expected_my_file_mult.csv").open() as file:
        expected = list(csv.DictReader(file))
    panel = one_calendar(["AAPL"], dates, returns[:, :1], returns[:, 1])
    event_dates = sorted({row["event_date"] for row in expected} - {"ALL"})
    position = np.searchsorted(dates, np.array(event_dates, dtype="datetime64[D]"))
    events = StudyEvents(event_id=np.array(event_dates), security=np.zeros(9, dtype=np.int64), position=position)
    windows = tuple((-10, day) for day in range(-10, 11))
    spec = StudySpec(estimation=(-340, -41), windows=windows, compat="lemaire")
    result = run(panel, events, spec)
    for row in expected:
        day = int(row["rel_day"]) + 10
        column = spec.tested.index((-10, int(row["rel_day"])))
        if row["event_date"] == "ALL":
            table = result.statistics
            i = np.flatnonzero((table["scope"] == "window") & (table["to_offset"] == day - 10))[0]
            found = (table["mean"][i], table["value"][i], table["p"][i])
            assert (table["sides"][i], table["df"][i]) == (1, 9 * 299)
        else:
            i = event_dates.index(row["event_date"])
            assert result.abnormal.ar[i, day] == pytest.approx(float(row["AR_or_AAR"]), abs=1e-12)
            assert result.abnormal.sigma[i] ** 2 == pytest.approx(float(row["var"]), abs=1e-14)
            one = {name: values[i * len(spec.tested) + column] for name, values in result.by_window.items()}
            found = (one["car"], one["t_car"], one["p_car"])
        stated = (float(row["CAR_or_CAAR"]), float(row["t"]), float(row["p_one_sided"]))
        assert found == pytest.approx(stated, abs=1e-12)
