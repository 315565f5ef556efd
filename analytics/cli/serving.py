"""The command that starts the dashboard: the only start of the app."""

import os
import socket
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

import analytics
from analytics.cli import options
from analytics.cli.output import say
from analytics.config import data_home, resource
from analytics.errors import RequestError
from analytics.pipeline.snapshot import open_snapshot

DEFAULT_PORT = 8501
ADDRESS = "localhost"


def register(app: typer.Typer) -> None:
    """Add the command of this module to the program."""
    app.command("serve")(serve)


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on this machine.")] = DEFAULT_PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    home: options.Home = None,
    sample: options.Sample = False,
) -> None:
    """Open the dashboard: your data, or the embedded sample where there is none."""
    if _is_busy(port):
        raise RequestError(
            f"Port {port} is busy.", hint=f"Is newswake running already? Else try `newswake serve --port {port + 1}`."
        )
    chosen = data_home(home)
    with open_snapshot(chosen, sample=sample) as data:
        say([f"newswake shows {data.label}. http://{ADDRESS}:{port} - stop it with Ctrl+C."])
    os.environ["NEWSWAKE_HOME"] = str(chosen)
    os.environ["NEWSWAKE_SAMPLE"] = "1" if sample else ""
    _run_streamlit(port, browser=not no_browser)


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        # As the server itself does: a port that only waits out a closed connection is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _run_streamlit(port: int, *, browser: bool) -> None:
    """Run Streamlit in this process. It looks for settings in the working folder, so they are passed explicitly."""
    from streamlit.web import bootstrap  # noqa: PLC0415  # a second to import, which no other command should wait for

    chosen = settings(port, browser=browser)
    bootstrap.load_config_options(chosen)
    bootstrap.run(str(_app()), is_hello=False, args=[], flag_options=chosen)


def settings(port: int, *, browser: bool) -> dict[str, Any]:
    """Return Streamlit's settings by the names that its command line gives them."""
    held = tomllib.loads(resource(".streamlit/config.toml").read_text(encoding="utf-8"))
    return _flat(held) | {"server_port": port, "server_headless": not browser}


def _app() -> Path:
    """Return the page that Streamlit runs; it stands beside this package and is above it, so it is not imported."""
    return Path(analytics.__file__).parents[1] / "dashboard" / "app.py"


def _flat(held: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return {"a_b": 1} for {"a": {"b": 1}}, as Streamlit takes its settings."""
    flat: dict[str, Any] = {}
    for name, value in held.items():
        flat |= _flat(value, f"{prefix}{name}_") if isinstance(value, dict) else {prefix + name: value}
    return flat
