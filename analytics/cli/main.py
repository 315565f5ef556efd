"""The commands brought together, and what an error or an outcome means for the exit code."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from analytics.cli import data, news, ranks, serving, sql, store, studies, tags
from analytics.cli.output import say
from analytics.errors import NewswakeError, RequestError

NOTHING_DONE, WRONG_USAGE = 1, 2

app = typer.Typer(
    name="newswake",
    help="The wake a piece of news leaves in the market. Without a command it opens the dashboard.",
    epilog="Exit codes: 0 all done, 1 nothing done, 2 wrong usage, 3 partly done.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (news, tags, data, studies, sql, ranks, store, serving):
    commands.register(app)


def _version(asked: bool) -> None:
    if asked:
        say([f"newswake {version('newswake')}"])
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Open the dashboard where no command is given."""
    if context.invoked_subcommand is None:
        serving.serve()


def main() -> None:
    """Run the command line; every error newswake raises on purpose becomes one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # both are text streams of this process
    try:
        app()
    except NewswakeError as error:
        say([str(error)], error=True)
        sys.exit(WRONG_USAGE if isinstance(error, RequestError) else NOTHING_DONE)
