"""Where things are: the files that come with newswake, and the folder that holds the user's data."""

import os
from pathlib import Path

from platformdirs import user_data_path

from analytics.errors import RequestError

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries data/ and .streamlit/ inside the package; a checkout keeps them beside it.
_RESOURCES = _PACKAGE / "resources" if (_PACKAGE / "resources").is_dir() else _PACKAGE.parent


def resource(name: str) -> Path:
    """Return the path of what comes with newswake, such as "data/sample" or ".streamlit/config.toml"."""
    path = _RESOURCES / name
    if not path.exists():
        raise FileNotFoundError(f"{name} is missing from this installation of newswake (looked in {_RESOURCES}).")
    return path


def data_home(home: Path | None = None) -> Path:
    """Return the folder of the user's data, made if absent: `home`, else NEWSWAKE_HOME, else the platform's own."""
    chosen = home or Path(os.environ.get("NEWSWAKE_HOME") or user_data_path("newswake", appauthor=False))
    chosen = chosen.expanduser().resolve()
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(
            f"The data folder {chosen} cannot be made: {error.strerror}.",
            hint="Choose another with --home or NEWSWAKE_HOME.",
        ) from error
    return chosen
