"""The options that several commands share, and how their values are read."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from analytics.cli.output import Format as OutputFormat
from analytics.errors import RequestError
from analytics.pipeline.snapshot import Snapshot, open_snapshot
from analytics.records import Selection

T = TypeVar("T")

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of your data; else NEWSWAKE_HOME, else the platform's own.", show_default=False
    ),
]
Sample = Annotated[bool, typer.Option("--sample", help="Use the embedded sample instead of your data.")]
Format = Annotated[
    OutputFormat, typer.Option("--format", help="table for people; csv or json for programs, plain UTF-8.")
]
Tickers = Annotated[list[str] | None, typer.Option("--ticker", help="Only this security; may be repeated.")]
Companies = Annotated[list[str] | None, typer.Option("--company", help="Only this company; may be repeated.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="Only this event type; may be repeated.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="Only this role of the company (subject, investor, ...); may be repeated."),
]
Modalities = Annotated[
    list[str] | None, typer.Option("--modality", help="confirmed, reported, rumor or denied; may be repeated.")
]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Only news from this source; may be repeated.")]
Events = Annotated[list[str] | None, typer.Option("--event", help="Only this event_id; may be repeated.")]
FirstDay = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Earliest event date, 2024-11-04.")]
LastDay = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Latest event date.")]


def snapshot(home: Path | None, *, sample: bool) -> Snapshot:
    """Open what the command reads: the user's data, or the sample where there is none."""
    return open_snapshot(home, sample=sample)


def day(text: str | None) -> date | None:
    """Read a date; RequestError for anything but 2024-11-04."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a calendar date has no zone
    except ValueError as error:
        raise RequestError(f"{text!r} is not a date.", hint="Write it as 2024-11-04.") from error


def window(text: str) -> tuple[int, int]:
    """Read a window of offsets such as "-10,10"."""
    try:
        first, last = text.split(",")
        return int(first), int(last)
    except ValueError as error:
        raise RequestError(
            f"{text!r} is not a window of offsets.", hint="Write first and last session, such as -10,10."
        ) from error


def selection(  # one parameter per filter of the command line
    *,
    events: list[str] | None = None,
    tickers: list[str] | None = None,
    companies: list[str] | None = None,
    types: list[str] | None = None,
    roles: list[str] | None = None,
    modalities: list[str] | None = None,
    sources: list[str] | None = None,
    first: str | None = None,
    last: str | None = None,
) -> Selection:
    """Return the selection that the filters describe."""
    return Selection(
        event_ids=tuple(events or ()),
        tickers=tuple(tickers or ()),
        companies=tuple(companies or ()),
        types=tuple(types or ()),
        roles=tuple(roles or ()),
        modalities=tuple(modalities or ()),  # type: ignore[arg-type]  # Selection checks the words
        sources=tuple(sources or ()),
        first_date=day(first),
        last_date=day(last),
    )
