"""Commands about market capitalisation: the ranking of a day, and who overtook whom."""

from typing import Annotated

import typer

from analytics.cli import options
from analytics.cli.output import Format, say, show
from analytics.config import data_home
from analytics.pipeline.overtaking import DOCUMENT, add_overtakes


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(rank)
    app.command()(overtakes)


def rank(
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Day of the ranking; else the last.")
    ] = None,
    home: options.Home = None,
    sample: options.Sample = False,
    form: options.Format = Format.TABLE,
) -> None:
    """Rank companies by market capitalisation at the close; on a closed day, at the close of the session before."""
    asked = options.day(date)
    with options.snapshot(home, sample=sample) as data:
        found = data.rank(asked)
        notes = [f"{found.coverage}. Market capitalisation in US dollars at the close, source: {data.label}."]
        if asked and asked != found.day:
            notes.insert(0, f"{asked} was no session; the ranking is of the session before, {found.day}.")
        notes += [
            f"Left out: {row['company']} ({row['ticker']}): {row['reason']}" for row in found.left_out.to_pylist()
        ]
        columns = (
            "rank",
            "rank_change",
            "company",
            "ticker",
            "close",
            "currency",
            "day_return",
            "market_cap_usd",
            "market_cap_change",
            "shares_as_of",
            "shares_stale",
        )
        show(found.rows, form, title=f"Market capitalisation, {found.day}", columns=columns, notes=notes)


def overtakes(
    persist: Annotated[int, typer.Option("--persist", help="Sessions that the new order must last.")] = 1,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Earliest session.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Latest session.")] = None,
    add: Annotated[bool, typer.Option("--add", help="Store those listed as events, to be studied like news.")] = False,
    home: options.Home = None,
    sample: options.Sample = False,
    form: options.Format = Format.TABLE,
) -> None:
    """List the pairs among the hundred largest whose order changed at the close, or during the day alone."""
    with options.snapshot(home, sample=sample) as data:
        found = data.overtakes(persist=persist, first_date=options.day(first), last_date=options.day(last))
        columns = (
            "session",
            "overtaker",
            "overtaken",
            "basis",
            "overtaker_market_cap_usd",
            "overtaken_market_cap_usd",
            "overtaker_rank",
            "by_share_count",
        )
        note = f"{found.num_rows} overtakes lasting {persist} session(s) or more, US dollars, source: {data.label}."
        show(found, form, title="Overtakes", columns=columns, notes=[note])
    if add and found.num_rows:
        count = add_overtakes(data_home(home), found)
        say([f"{count} events are stored as the document {DOCUMENT}: study them with --type overtakes or overtaken."])
        if persist > 1:
            say([f"That an order lasts {persist} sessions is known at the last of them, after the event."])
