"""Commands about market data."""

from pathlib import Path
from typing import Annotated

import typer

from analytics.cli import options
from analytics.cli.output import Format, records_table, say, show
from analytics.config import data_home
from analytics.errors import RequestError
from analytics.pipeline.publish import import_files

PARTLY_DONE = 3


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(prices)


def prices(
    prices_file: Annotated[
        list[Path] | None, typer.Option("--from-file", help="Daily prices, CSV or Parquet; may be repeated.")
    ] = None,
    shares_file: Annotated[
        list[Path] | None, typer.Option("--shares", help="Shares outstanding: ticker, as_of, shares.")
    ] = None,
    fx_file: Annotated[list[Path] | None, typer.Option("--fx", help="Currency rates: currency, date, per_usd.")] = None,
    home: options.Home = None,
    form: options.Format = Format.TABLE,
) -> None:
    """Import prices, share counts and currency rates from files."""
    chosen = {"prices": prices_file, "shares": shares_file, "fx": fx_file}
    files = [(table, path) for table, paths in chosen.items() for path in paths or ()]
    if not files:
        raise RequestError("Nothing was named to import.", hint="Give --from-file, --shares or --fx.")
    imported = import_files(data_home(home), files)
    show(records_table(imported), form, title="Imported", columns=("file", "table", "rows"))
    refused = [sentence for one in imported for sentence in one.refused]
    say(refused, error=form is not Format.TABLE)
    raise typer.Exit(PARTLY_DONE if refused else 0)
