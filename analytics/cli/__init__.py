"""The command line: `newswake` opens the dashboard, its commands answer in the terminal."""

from analytics.cli.main import main

__all__ = ["main"]
