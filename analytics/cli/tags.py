"""Commands about tagging: what the rules said and what the user set right, and how good the rules are."""

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer

from analytics.cli import options
from analytics.cli.output import Format, print_table, records_table, say, send, show
from analytics.config import data_home, resource
from analytics.errors import RequestError
from analytics.news.scoring import score as score_rules
from analytics.news.universe_check import faults_of
from analytics.pipeline.build import universe
from analytics.pipeline.corrections import correct, tags_of


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(tags)
    app.command()(score)
    app.command("universe")(check_universe)


def tags(
    event_id: Annotated[str, typer.Argument(help="Event, as `newswake events` shows it.")],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="field=value to set right: event_date, market_date, types, tickers, modality, story_id."
        ),
    ] = None,
    undo: Annotated[list[str] | None, typer.Option("--undo", help="Field whose correction is taken back.")] = None,
    home: options.Home = None,
    sample: options.Sample = False,
    form: options.Format = Format.TABLE,
) -> None:
    """Show what the rules said of an event and what you corrected; set a field right with --set."""
    wanted: dict[str, str | None] = dict.fromkeys(undo or ())
    for change in changes or ():
        field, equals, value = change.partition("=")
        if not equals:
            raise RequestError(f"{change!r} gives no value.", hint="Write --set types=deal_mna;partnership.")
        wanted[field] = value
    if wanted:
        correct(data_home(home), event_id, wanted)
    with options.snapshot(home, sample=sample) as data:
        show(records_table(tags_of(data, event_id)), form, title=f"Tags of {event_id}")


def score(
    gold: Annotated[Path, typer.Argument(help="Labels, one JSON object a line.", metavar="GOLD.jsonl")],
    docs: Annotated[Path, typer.Option("--docs", metavar="DIR", help="Folder of the labelled documents, <doc>.md.")],
    home: options.Home = None,
    form: options.Format = Format.TABLE,
) -> None:
    """Score the tagging rules against stories labelled by hand: precision, recall and F1 per field."""
    found = score_rules(gold, docs, universe(data_home(home)))
    if form is Format.JSON:
        send(found)
        return
    errors = found.pop("errors")
    show(_table(_flat(found)), form, title=f"Rules against {gold.name}")
    if form is Format.TABLE:
        print_table(_table(errors), title=f"\n{len(errors)} differences")


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{name: str(value) for name, value in row.items()} for row in rows])


def _flat(values: dict[str, Any], prefix: str = "") -> list[dict[str, Any]]:
    rows = []
    for name, value in values.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append({"measure": prefix + name, "value": value})
    return rows


def check_universe(
    home: options.Home = None,
) -> None:
    """Check the table of companies, and your own in the folder `universe` of your data, line by line."""
    own = data_home(home) / "universe"
    faults = faults_of(resource("data/universe"), *([own] if own.is_dir() else []))
    say(faults or ["The table of companies has no fault."])
    raise typer.Exit(1 if faults else 0)
