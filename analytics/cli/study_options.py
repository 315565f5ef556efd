"""What `newswake study` can be asked for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analytics.pipeline.explaining import EXPLANATIONS, Cluster


class Engine(StrEnum):
    """What can estimate a study."""

    LOCAL = "local"
    SPARK = "spark"


class TableName(StrEnum):
    """The tables of a study; the last three are computed when they are asked for."""

    BY_EVENT = "by_event"
    BY_DAY = "by_day"
    BY_WINDOW = "by_window"
    STATISTICS = "statistics"
    SUMMARY = "summary"
    DIAGNOSIS = "diagnosis"
    CONFOUNDING = "confounding"
    EXCLUDED = "excluded"
    GRID = "grid"
    CALENDAR_TIME = "calendar_time"
    CROSS_SECTION = "cross_section"


class Model(StrEnum):
    """Models of the expected return."""

    MARKET = "market"
    MEAN = "mean"
    MARKET_ADJUSTED = "market_adjusted"
    SCHOLES_WILLIAMS = "scholes_williams"
    DIMSON = "dimson"
    CAPM = "capm"
    FF3 = "ff3"
    CARHART = "carhart"
    FF5 = "ff5"


class Kind(StrEnum):
    """What can be abnormal."""

    RETURNS = "returns"
    BHAR = "bhar"
    VOLUME = "volume"


class Compat(StrEnum):
    """Programs whose conventions can be taken."""

    ESTUDY2 = "estudy2"
    LEMAIRE = "lemaire"


class By(StrEnum):
    """What events can be grouped by."""

    TYPE = "type"
    COMPANY = "company"
    ROLE = "role"
    MODALITY = "modality"


class Returns(StrEnum):
    """Forms of return."""

    SIMPLE = "simple"
    LOG = "log"


EventsFile = Annotated[
    Path | None,
    typer.Option("--events", help="Your own events: CSV with event_id, ticker, date and perhaps time, zone, tag."),
]
PricesFile = Annotated[
    Path | None,
    typer.Option("--prices", help="Your own prices: CSV or Parquet with ticker, date, close and perhaps high, volume."),
]
ChosenTable = Annotated[
    TableName | None,
    typer.Option(
        "--table",
        help="One table (by_event for csv); grid: under other models, estimation windows and date rules; "
        "calendar_time: alpha of holding the securities; cross_section: what explains the CARs.",
    ),
]
Hold = Annotated[int, typer.Option("--hold", min=1, help="For calendar_time: sessions a security is held.")]
Explained = Annotated[
    list[str] | None,
    typer.Option(
        "--explain", help=f"For cross_section: {', '.join(EXPLANATIONS)}; may be repeated. [default: log_cap]"
    ),
]
Clustered = Annotated[
    Cluster | None, typer.Option("--cluster", help="For cross_section: errors clustered by it; else HC3.")
]
