"""What a study is asked to do: the model, the windows and the conventions, checked once."""

from dataclasses import dataclass
from typing import Literal, get_args

from analytics.errors import RequestError
from analytics.study.conventions import CONVENTIONS

DateRule = Literal["same", "previous", "next"]
Model = Literal["market", "mean", "market_adjusted", "capm", "ff3", "carhart", "ff5", "scholes_williams", "dimson"]
Window = tuple[int, int]

PARAMETERS: dict[Model, int] = {
    "market_adjusted": 0,
    "mean": 1,
    "market": 2,
    "capm": 2,
    "scholes_williams": 2,
    "dimson": 2,
    "ff3": 4,
    "carhart": 5,
    "ff5": 6,
}
"""Number of estimated parameters k of each model, the constant included."""

FACTORS: dict[Model, tuple[str, ...]] = {
    "ff3": ("mkt_rf", "smb", "hml"),
    "carhart": ("mkt_rf", "smb", "hml", "mom"),
    "ff5": ("mkt_rf", "smb", "hml", "rmw", "cma"),
}
"""Regressors of each factor model; the dependent variable is the return above the risk-free rate."""

DRIFT: Window = (-10, -2)
"""The days before the news in which a leak or an expectation shows."""
_SHORT_WINDOWS: tuple[Window, ...] = ((-1, 1), (0, 0), (0, 1))


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """The parameters of one event study. Two equal specs on the same data give the same numbers.

    Windows are closed intervals of offsets, counted in sessions of the security's own exchange from session 0.
    """

    model: Model = "market"
    """How the expected return of a security is estimated."""
    window: Window = (-10, 10)
    """The event window: the days for which abnormal returns are reported."""
    estimation: Window = (-130, -11)
    """The estimation window: the days from which the model's parameters are estimated."""
    min_estimation: int = 60
    """Fewest complete pairs of the estimation window; an event with fewer is excluded."""
    returns: Literal["simple", "log"] = "simple"
    """Whether the model explains simple returns or ln(1 + R)."""
    windows: tuple[Window, ...] | None = None
    """Windows to test beside the whole event window; None takes (-1, 1), (0, 0) and (0, 1) where they fit inside.

    The drift before the news, (-10, -2), is tested whenever it fits."""
    date_rule: DateRule = "same"
    """Session taken as 0 relative to the one found for the news; positions already follow it when a study runs."""
    benchmark: str | None = None
    """Ticker of the market index; None takes the index of each security's exchange."""
    kind: Literal["returns", "bhar", "volume"] = "returns"
    """What is abnormal: summed returns, buy-and-hold returns, or ln(volume / shares)."""
    exclude_confounded: bool = False
    """Whether sessions -1..+1 around other tagged events of the security leave the estimation sample."""
    statistics: tuple[str, ...] | None = None
    """Convention ids to compute; None takes every one but the resampling ones."""
    compat: Literal["estudy2", "lemaire"] | None = None
    """Another program's conventions in place of ours."""
    placebo_draws: int = 999
    """Draws of the placebo test; all admissible dates are taken where there are fewer."""
    seed: int = 0
    """Seed of every random draw."""

    def __post_init__(self) -> None:
        _check_choice("model", self.model, get_args(Model))
        _check_choice("returns", self.returns, ("simple", "log"))
        _check_choice("date rule", self.date_rule, get_args(DateRule))
        _check_choice("kind", self.kind, ("returns", "bhar", "volume"))
        _check_choice("compat", self.compat, (None, "estudy2", "lemaire"))
        for name, window in (("event", self.window), ("estimation", self.estimation)):
            _check_window(name, window)
        _check_apart(self.window, self.estimation)
        for window in self.windows or ():
            _check_inside(window, self.window)
        if self.statistics == ():
            raise RequestError(
                "The study was asked for no statistic.", hint="Name one, such as csect_t, or leave it to us."
            )
        for name in self.statistics or ():
            _check_choice("statistic", name, tuple(CONVENTIONS))
        self._check_lengths()
        self._check_combinations()

    @property
    def parameters(self) -> int:
        """Number of estimated parameters k."""
        return PARAMETERS[self.model]

    @property
    def tested(self) -> tuple[Window, ...]:
        """Every tested window, the whole event window first, each once."""
        chosen = self.windows if self.windows is not None else [w for w in _SHORT_WINDOWS if _contains(self.window, w)]
        drift = [DRIFT] if _contains(self.window, DRIFT) else []
        return tuple(dict.fromkeys((self.window, *chosen, *drift)))

    def _check_lengths(self) -> None:
        longest = length(self.estimation)
        if not self.parameters < self.min_estimation <= longest:
            raise RequestError(
                f"The least number of estimation sessions, {self.min_estimation}, does not fit the estimation window "
                f"{self.estimation}.",
                hint=f"Choose a number above {self.parameters} (parameters of {self.model}) and up to {longest}.",
            )
        if self.placebo_draws < 1:
            raise RequestError(f"The placebo test was asked for {self.placebo_draws} draws.", hint="Ask for 1 or more.")

    def _check_combinations(self) -> None:
        if self.returns == "log" and (self.model in FACTORS or self.kind == "bhar"):
            other = f"model {self.model}" if self.model in FACTORS else "buy-and-hold returns"
            raise RequestError(f"Log returns do not go with {other}.", hint="Choose simple returns.")
        if self.compat is not None and (self.model != "market" or self.kind != "returns"):
            raise RequestError(
                f"The conventions of {self.compat} are those of summed returns under the market model, not of "
                f"{self.kind} under {self.model}.",
                hint="Choose model market and kind returns, or no compat.",
            )
        if self.kind == "volume" and self.model != "mean":
            raise RequestError(
                f"Abnormal volume does not go with model {self.model}.", hint="Choose the mean-adjusted model (mean)."
            )


def length(window: Window) -> int:
    """Return the number of sessions of a window."""
    return window[1] - window[0] + 1


def days(window: Window) -> tuple[Window, ...]:
    """Return each session of a window as a window of its own."""
    return tuple((day, day) for day in range(window[0], window[1] + 1))


def path(window: Window) -> tuple[Window, ...]:
    """Return the windows from the first day of a window to each of its days."""
    return tuple((window[0], day) for day in range(window[0], window[1] + 1))


def inside(window: Window, outer: Window) -> slice:
    """Return the columns of `window` in a block over `outer`."""
    return slice(window[0] - outer[0], window[1] - outer[0] + 1)


def _contains(outer: Window, inner: Window) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _check_choice(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise RequestError(f"There is no {name} {value!r}.", hint=f"Choose one of {', '.join(map(str, allowed))}.")


def _check_window(name: str, window: Window) -> None:
    if window[0] > window[1]:
        raise RequestError(
            f"The {name} window {window} ends before it starts.",
            hint="Give the earlier offset first, such as (-10, 10).",
        )


def _check_apart(window: Window, estimation: Window) -> None:
    if window[0] <= estimation[1] and estimation[0] <= window[1]:
        raise RequestError(
            f"The estimation window {estimation} overlaps the event window {window}.",
            hint=f"End the estimation window at {window[0] - 1} or earlier, or start it after {window[1]}.",
        )


def _check_inside(window: Window, outer: Window) -> None:
    _check_window("tested", window)
    if not _contains(outer, window):
        raise RequestError(
            f"The tested window {window} is not inside the event window {outer}.", hint="Widen the event window."
        )
