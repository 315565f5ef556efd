"""The dashboard as a person meets it: a server on the sample, and a real browser that notes every error and address."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000


@dataclass
class Visit:
    """A page in a browser, and what went wrong on it."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, path: str = "") -> None:
        """Open an address of the app and wait until it has settled."""
        self.page.goto(self.base + path)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run to its end and nothing is added to the page any more."""
        self.page.wait_for_selector("[data-testid=stMain] h1, [data-testid=stMain] h2", timeout=PATIENCE)
        before = None
        while before != (before := self.text()):
            self.page.wait_for_selector("[data-test-script-state=notRunning]", state="attached", timeout=PATIENCE)
            self.page.wait_for_timeout(400)

    def text(self) -> str:
        """Return the visible text of the page."""
        return self.page.locator("[data-testid=stMain]").inner_text()

    def shows(self, words: str) -> None:
        """Wait until the page shows these words; fail if it never does."""
        expect(self.page.locator("[data-testid=stMain]")).to_contain_text(words, timeout=PATIENCE, use_inner_text=True)

    def go(self, title: str) -> None:
        """Follow the navigation to a page."""
        self.page.get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_timeout(300)
        self.settle()

    def download(self, label: str) -> bytes:
        """Press a download button and return the bytes of the file."""
        with self.page.expect_download(timeout=PATIENCE) as waiting:
            self.page.get_by_role("button", name=label).first.click()
        return Path(waiting.value.path()).read_bytes()

    def check(self) -> None:
        """Fail if the browser's console told of an error, or if anything but this machine was asked."""
        assert self.errors == []
        assert self.hosts <= {"localhost", "127.0.0.1"}


def _note(visit: Visit, message: Any) -> None:
    # Streamlit looks for its server under the page's own path first, and finds it one step up.
    if message.type == "error" and "/_stcore/" not in (message.location or {}).get("url", ""):
        visit.errors.append(message.text)


@contextmanager
def served(home: Path, *, sample: bool) -> Iterator[str]:
    """Run `newswake serve` on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("newswake")),
        "serve",
        "--no-browser",
        "--port",
        str(port),
        "--home",
        str(home),
    ]
    process = subprocess.Popen([*command, *(["--sample"] if sample else [])], stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=2)
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"no server answers at {address}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium; a test that asks for it is skipped where there is none."""
    if CHROMIUM is None:
        if os.environ.get("NEWSWAKE_REQUIRE_BROWSER") == "1":
            pytest.fail("NEWSWAKE_REQUIRE_BROWSER is set and there is no chromium")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(sample_home: Path) -> Iterator[str]:
    """Return the address of an app that shows the sample."""
    with served(sample_home, sample=True) as address:
        yield address


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Visit]:
    """Open a browser window of its own; on leaving, nothing may have gone wrong in it."""
    context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    visit = Visit(page=page, base=address)
    page.on("console", lambda message: _note(visit, message))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.hosts.add(urlsplit(request.url).hostname or "localhost"))
    yield visit
    visit.check()
    context.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Return a window on the app in English."""
    with visiting(browser, server) as opened:
        yield opened
