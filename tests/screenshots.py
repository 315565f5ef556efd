"""Pictures of the pages: `uv run python -m tests.screenshots` writes those of the README to docs.

With a folder, and perhaps names, all are written there, each as high as its page, to be looked at. The sample is
served on a free port of this machine.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.dashboard.conftest import CHROMIUM, FLAGS, served, visiting

Scheme = Literal["light", "dark"]

PICTURES: dict[str, tuple[str, int, str, Scheme]] = {
    "today": ("", 1280, "en-US", "light"),
    "today-zh-dark": ("", 1280, "zh-CN", "dark"),
    "today-phone": ("", 390, "zh-CN", "light"),
    "today-wide": ("", 2560, "en-US", "light"),
    "event": ("event?event_id=2bb42e9cf6cc", 1280, "en-US", "light"),
    "event-zh-dark": ("event?event_id=ff32b5f0fffa", 1280, "zh-CN", "dark"),
    "event-phone": ("event?event_id=26a11b316a69", 390, "en-US", "dark"),
    "study": ("study", 1280, "en-US", "light"),
    "study-zh-dark": ("study", 1280, "zh-CN", "dark"),
    "study-phone": ("study", 390, "en-US", "light"),
    "market-cap": ("market_cap?cap_day=2024-11-04", 1280, "en-US", "light"),
    "market-cap-zh-dark": ("market_cap?cap_day=2024-11-04", 1280, "zh-CN", "dark"),
    "market-cap-phone": ("market_cap?cap_day=2024-11-04", 390, "en-US", "light"),
    "sql": ("sql_console", 1280, "en-US", "light"),
    "data": ("data", 1280, "en-US", "light"),
    "data-zh": ("data", 1280, "zh-CN", "light"),
    "method": ("method", 1280, "en-US", "light"),
}
"""Name -> address, width, language of the browser, light or dark."""


README = ("today", "event", "study", "market-cap", "today-zh-dark")


def main(folder: Path, names: Iterable[str], *, tallest: int) -> None:
    """Take the pictures of these names."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, served(Path(home), sample=True) as address, sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names:
            _take(browser, address, name, folder / f"{name}.png", tallest)
        browser.close()


def _take(browser: Browser, address: str, name: str, file: Path, tallest: int) -> None:
    path, width, locale, scheme = PICTURES[name]
    options = {"viewport": {"width": width, "height": 900}, "locale": locale, "color_scheme": scheme}
    with visiting(browser, address, **options) as visit:
        visit.open(path)
        if name == "sql":
            visit.page.get_by_role("button", name="Run").click()
            visit.page.wait_for_selector("[data-testid=stDataFrame]")
            visit.settle()
        visit.page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
        height = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        visit.page.set_viewport_size({"width": width, "height": min(max(900, height), tallest)})
        visit.page.wait_for_timeout(1500)  # charts draw themselves anew at the new height
        visit.page.screenshot(path=file)
        print(file)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main(Path("docs"), README, tallest=1100)
        case [folder, *chosen]:
            main(Path(folder), chosen or PICTURES, tallest=5000)
