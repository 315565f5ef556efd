"""The command that runs a user's SQL: one SELECT of the command line or a pipe, or one after the other at a prompt."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer

from analytics.cli import options
from analytics.cli.output import Format, say, show
from analytics.errors import QueryError, RequestError
from analytics.pipeline.snapshot import Snapshot
from analytics.store.console import DOWNLOAD_ROWS, SCREEN_ROWS, Console, QueryResult

_EXPLAIN = re.compile(r"\s*explain\b", re.IGNORECASE)
_LEAVE = {"exit", "quit", ".exit", ".quit"}
_KEYWORDS = (
    "select from where group by order having limit join left using on as with distinct case when then else end and or"
    " not in is null between like asc desc union all count sum avg median min max over partition qualify"
)


def register(app: typer.Typer) -> None:
    """Add the command of this module to the program."""
    app.command("sql")(run_sql)


def run_sql(
    text: Annotated[
        str | None,
        typer.Argument(
            help="One SELECT statement, with explain before it for its plan; - or a pipe reads it from standard input;"
            " without one a prompt opens.",
            metavar="SQL",
            show_default=False,
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--param", help="name=value for $name; may be repeated.")
    ] = None,
    home: options.Home = None,
    sample: options.Sample = False,
    form: options.Format = Format.TABLE,
) -> None:
    """Run one SELECT against the stored data, in a process that can read nothing else."""
    values = _parameters(parameters or [])
    with options.snapshot(home, sample=sample) as data:
        if text is None and sys.stdin.isatty():
            _prompt(data, values, form)
            return
        given = sys.stdin.read() if text in {None, "-"} else text
        _show(_found(data.console(), given, values, form), form)


def _found(console: Console, text: str, values: dict[str, str], form: Format) -> QueryResult | str:
    """Return the rows of a SELECT, or its plan if `explain` stands before it, which the console puts there itself."""
    if explain := _EXPLAIN.match(text):
        return console.explain(text[explain.end() :], values)
    return console.run(text, values, SCREEN_ROWS if form is Format.TABLE else DOWNLOAD_ROWS)


def _show(found: QueryResult | str, form: Format) -> None:
    if isinstance(found, str):
        say([found])
        return
    notes = [f"First {found.rows.num_rows} rows of more."] if found.truncated else []
    show(found.table, form, title="", notes=notes)


def _prompt(data: Snapshot, values: dict[str, str], form: Format) -> None:
    """Answer one SELECT after the other until the person leaves; Ctrl+C ends a running one."""
    console = data.console()
    session = _session(data, console)
    say([f"{data.label}. End a SELECT with ; and Enter; Tab completes; exit leaves."])
    while True:
        try:
            text = session.prompt("sql> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text.rstrip("; ").lower() in _LEAVE:
            return
        if text.strip("; "):
            _answer(console, text, values, form)


def _answer(console: Console, text: str, values: dict[str, str], form: Format) -> None:
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(_found, console, text, values, form)
        try:
            try:
                found = running.result()
            except KeyboardInterrupt:
                console.cancel()
                found = running.result()
        except QueryError as error:
            say([str(error)], error=True)
        else:
            _show(found, form)


def _session(data: Snapshot, console: Console) -> Any:
    """Return a prompt with the history of the data's folder, completion of names, and colours."""
    try:
        from prompt_toolkit import PromptSession  # noqa: PLC0415  # an extra
        from prompt_toolkit.completion import WordCompleter  # noqa: PLC0415
        from prompt_toolkit.filters import Condition  # noqa: PLC0415
        from prompt_toolkit.history import FileHistory  # noqa: PLC0415
        from prompt_toolkit.lexers import PygmentsLexer  # noqa: PLC0415
        from pygments.lexers.sql import SqlLexer  # noqa: PLC0415
    except ImportError as error:
        raise RequestError(
            "The SQL prompt needs the extra `prompt`.",
            hint="Install it with pip install 'newswake[prompt]', or give the SELECT: newswake sql \"select ...\".",
        ) from error
    entries = console.catalog()
    known = {entry.name for entry in entries} | {name for entry in entries for name, *_ in entry.columns}
    session: PromptSession[str] = PromptSession(
        history=FileHistory(data.home / "sql_history"),
        completer=WordCompleter([*sorted(known), *_KEYWORDS.split()], ignore_case=True),
        lexer=PygmentsLexer(SqlLexer),
        multiline=Condition(lambda: not _finished(session.default_buffer.text)),
        prompt_continuation="...> ",
    )
    return session


def _finished(text: str) -> bool:
    text = text.strip()
    return not text or text.endswith(";") or text.lower() in _LEAVE


def _parameters(pairs: list[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise RequestError(f"{wrong[0]!r} gives no value.", hint="Write --param name=value.")
    return dict(pair.split("=", 1) for pair in pairs)
