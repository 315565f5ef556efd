"""Commands about news: add and remove documents, list documents, events and checked claims."""

from collections import Counter
from typing import Annotated

import pyarrow as pa
import typer

from analytics.cli import options
from analytics.cli.output import Format, counting, records_table, say, send, show
from analytics.config import data_home
from analytics.pipeline.adding import Added, add_documents
from analytics.pipeline.publish import remove_document
from analytics.report.numbers import amount, percent

PARTLY_DONE = 3


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(add)
    app.command()(remove)
    app.command()(documents)
    app.command()(events)
    app.command()(claims)


def add(
    what: Annotated[list[str], typer.Argument(help="Files, folders or feed addresses.", metavar="WHAT...")],
    home: options.Home = None,
    form: options.Format = Format.TABLE,
) -> None:
    """Read digests, link lists, feeds, tables of events, or folders of them, and store their events.

    A table of events has the columns headline, date and ticker, and may have event_id, time, zone, company, type,
    source, modality and url. What was stored before changes nothing.
    """
    with counting("documents read") as count:
        added = add_documents(data_home(home), what, progress=lambda _: count())
    if form is Format.JSON:
        send(
            [{"document": a.document, "outcome": a.outcome, "stories": a.stories, "reasons": a.reasons} for a in added]
        )
    else:
        show(records_table(added), form, title="Documents", columns=("document", "outcome", "stories"))
    if form is Format.TABLE:
        say(f"{one.document}: {reason}" for one in added for reason in one.reasons)
        say([_summary(added)])
    raise typer.Exit(_exit_code(added))


def _summary(added: list[Added]) -> str:
    outcomes = Counter(one.outcome for one in added)
    return f"{len(added)} documents: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) + "."


def _exit_code(added: list[Added]) -> int:
    outcomes = {one.outcome for one in added}
    if outcomes <= {"read", "unchanged"}:
        return 0
    return 1 if outcomes == {"refused"} else PARTLY_DONE


def remove(
    document: Annotated[str, typer.Argument(help="Name of a stored document, as `newswake documents` shows it.")],
    home: options.Home = None,
) -> None:
    """Remove a document and all that was read from it."""
    events_removed = remove_document(data_home(home), document)
    say([f"Removed {document} and its {events_removed} events."])


def documents(home: options.Home = None, sample: options.Sample = False, form: options.Format = Format.TABLE) -> None:
    """List the stored documents and what came of each."""
    with options.snapshot(home, sample=sample) as data:
        columns = ("document", "format", "issue_date", "outcome", "stories", "reasons")
        show(data.documents(), form, title=f"Documents in {data.label}", columns=columns)


def events(
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
    form: options.Format = Format.TABLE,
) -> None:
    """List the stored events with their tags."""
    chosen = options.selection(
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
        found = data.events(chosen)
        columns = ("event_id", "event_date", "headline", "types", "tickers", "modality", "source")
        show(found, form, title=f"Events in {data.label}", columns=columns, notes=[f"{found.num_rows} events."])


def claims(home: options.Home = None, sample: options.Sample = False, form: options.Format = Format.TABLE) -> None:
    """Check what headlines say about prices and market caps against the stored prices."""
    with options.snapshot(home, sample=sample) as data:
        found = data.claims()
        note = f"{found.num_rows} claims; computed is the value at the close of the session, for an overtake the lead."
        if form is Format.TABLE and found.num_rows:
            found = _claims_for_people(found)
        show(found, form, title=f"Claims in {data.label}", notes=[note])


def _claims_for_people(found: pa.Table) -> pa.Table:
    """Return the claims with each value in its own unit: a percentage, or dollars."""
    rows = []
    for row in found.to_pylist():
        told = {name: row[name] for name in ("headline", "kind", "ticker", "rival", "session")}
        for name in ("stated", "computed", "computed_high"):
            dollars = row["kind"] == "market_cap" and row[name] is not None
            told[name] = f"{amount(row[name])} USD" if dollars else percent(row[name])
        rows.append(told | {"verdict": row["verdict"]})
    return pa.Table.from_pylist(rows)
