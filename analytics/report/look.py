"""One visual language for every chart: colours, sizes, and the layout they share.

A figure names no font and no background, so that it takes those of the page it stands on. Colours are of Okabe and
Ito's set, which the colour-blind tell apart; a sign says the same.
"""

from dataclasses import dataclass
from typing import Any

_GREEN, VERMILION = "#009E73", "#D55E00"
BLUE, GREY = "#3B82C4", "#8A94A6"
SERIES = ("#3B82C4", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8A94A6", "#B8A000", "#7A5CC0", "#A65628")


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours of rising and falling."""

    up: str = _GREEN
    down: str = VERMILION

    def of(self, value: float | None) -> str:
        """Return the colour of a change."""
        return GREY if not value else self.up if value > 0 else self.down


GREEN_UP, RED_UP = Look(), Look(up=VERMILION, down=_GREEN)


def layout(*, height: int) -> dict[str, Any]:
    """Return the layout of a chart of `height` pixels."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        "bargap": 0.25,
        "hovermode": "closest",
    }


def upright(x: float | str) -> dict[str, Any]:
    """Return a dotted line from the foot of a chart to its top, as a shape of its layout."""
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "yref": "y domain",
        "y0": 0,
        "y1": 1,
        "line": {"color": GREY, "dash": "dot", "width": 1},
    }
