"""Commands about market data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from analytics.cli import options
from analytics.cli.output import Format, records_table, say, show
from analytics.config import data_home
from analytics.pipeline.fetching import fetch_prices
from analytics.pipeline.publish import import_files
from analytics.study.spec import DateRule

PARTLY_DONE = 3
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(prices)
    app.command()(coverage)
    app.command()(export)


def prices(
    prices_file: Annotated[
        list[Path] | None, typer.Option("--from-file", help="Daily prices, CSV or Parquet; may be repeated.")
    ] = None,
    shares_file: Annotated[
        list[Path] | None, typer.Option("--shares", help="Shares outstanding: ticker, as_of, shares.")
    ] = None,
    fx_file: Annotated[list[Path] | None, typer.Option("--fx", help="Currency rates: currency, date, per_usd.")] = None,
    tickers: Annotated[
        list[str] | None, typer.Option("--ticker", help="Fetch this ticker alone, if it is needed; may be repeated.")
    ] = None,
    home: options.Home = None,
    form: options.Format = Format.TABLE,
) -> None:
    """Fetch from Yahoo what the stored events still need, or import prices, share counts and rates from files."""
    chosen = {"prices": prices_file, "shares": shares_file, "fx": fx_file}
    files = [(table, path) for table, paths in chosen.items() for path in paths or ()]
    if not files:
        raise typer.Exit(_fetch(data_home(home), tickers or [], form))
    imported = import_files(data_home(home), files)
    show(records_table(imported), form, title="Imported", columns=("file", "table", "rows", "flagged"))
    refused = [sentence for one in imported for sentence in _first(one.file, one.refused)]
    flagged = sum(one.flagged for one in imported)
    kept = [f"{flagged} bars fail a check and are kept with its name; `newswake coverage` shows them by ticker."]
    say([*refused, *(kept if flagged else [])], error=form is not Format.TABLE)
    done = PARTLY_DONE if any(one.rows for one in imported) else 1
    raise typer.Exit(done if refused else 0)


def _first(file: str, refused: Sequence[str]) -> list[str]:
    """Return the first sentences about a file's rows, and how many more there are: a whole file may be in one fault."""
    more = len(refused) - _SHOWN
    return [*refused[:_SHOWN], *([f"{file}: {more:,} more rows are left out."] if more > 0 else [])]


def _fetch(home: Path, tickers: list[str], form: Format) -> int:
    """Fetch what is missing, print one line a ticker, and return the exit code."""
    asked = fetch_prices(home, tickers=tickers, progress=lambda line: say([line], error=True))
    if not asked:
        words = "Nothing is missing: every stored event has its prices, or none is stored."
        say([words], error=form is not Format.TABLE)
        return 0
    show(records_table(asked), form, title="Fetched from Yahoo Finance (for personal use)")
    failed = [one for one in asked if one.outcome != "fetched"]
    if not failed:
        return 0
    return 1 if len(failed) == len(asked) else PARTLY_DONE


def coverage(home: options.Home = None, sample: options.Sample = False, form: options.Format = Format.TABLE) -> None:
    """List the priced tickers: span, bars, sessions of the exchange without one, and checks failed."""
    with options.snapshot(home, sample=sample) as data:
        found = data.ask("coverage")
        columns = ("ticker", "exchange", "first_session", "last_session", "bars", "missing", "flagged", "checks")
        note = "A study takes flat bars without volume, reversed jumps, impossible ranges and closed days as missing."
        show(found, form, title=f"Prices in {data.label}", columns=columns, notes=[note])


def export(
    parquet: Annotated[Path, typer.Option("--parquet", metavar="DIR", help="New folder to write to.")],
    date_rule: Annotated[DateRule, typer.Option("--date-rule", help="Session taken as 0.")] = "same",
    event_ids: options.Events = None,
    tickers: options.Tickers = None,
    companies: options.Companies = None,
    types: options.Types = None,
    roles: options.Roles = None,
    modalities: options.Modalities = None,
    sources: options.Sources = None,
    first: options.FirstDay = None,
    last: options.LastDay = None,
    home: options.Home = None,
    sample: options.Sample = False,
) -> None:
    """Write all prices and the selected events as Parquet files, for a study on Apache Spark."""
    chosen = options.selection(
        events=event_ids,
        tickers=tickers,
        companies=companies,
        types=types,
        roles=roles,
        modalities=modalities,
        sources=sources,
        first=first,
        last=last,
    )
    with options.snapshot(home, sample=sample) as data:
        written = data.export_parquet(parquet, chosen, date_rule=date_rule)
    say([f"{parquet / name}: {rows} rows" for name, rows in written.items()])
