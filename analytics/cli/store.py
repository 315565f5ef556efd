"""Commands about published versions of the data."""

from typing import Annotated

import pyarrow as pa
import typer

from analytics.cli import options
from analytics.cli.output import Format, say, show
from analytics.config import data_home
from analytics.store import versions as published


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(versions)
    app.command()(verify)
    app.command()(rollback)


def versions(home: options.Home = None, form: options.Format = Format.TABLE) -> None:
    """List the published versions that are kept; the one shown is marked."""
    folder = data_home(home)
    kept = published.versions(folder)
    if not kept:
        say(["No version of yours is published yet; the embedded sample is shown."], error=form is not Format.TABLE)
        return
    shown = published.current(folder)
    rows = [
        {
            "version": version.number,
            "shown": shown is not None and version.number == shown.number,
            "made_at": version.made_at,
            "newswake": version.product,
            "events": version.rows.get("events", 0),
            "prices": version.rows.get("prices", 0),
            "bytes": version.path.stat().st_size,
        }
        for version in kept
    ]
    show(pa.Table.from_pylist(rows), form, title=f"Versions in {folder}")


def verify(home: options.Home = None) -> None:
    """Check that every kept version is as it was published."""
    faults = published.verify(data_home(home))
    say(f"version {number}: {fault or 'as it was published'}" for number, fault in faults.items())
    if not faults:
        say(["No version of yours is published yet."])
    raise typer.Exit(1 if any(faults.values()) else 0)


def rollback(
    number: Annotated[int, typer.Argument(help="Version to show again, as `newswake versions` lists it.")],
    home: options.Home = None,
) -> None:
    """Show an earlier version again; the next change builds on it."""
    version = published.rollback(data_home(home), number)
    say([f"Version {version.number} of {version.made_at:%Y-%m-%d %H:%M} UTC is shown again."])
