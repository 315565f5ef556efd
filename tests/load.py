"""One person in a real browser beside scripted sessions: `uv run python -m tests.load`.

Prints the first chart from the command and on a running server, how long a changed filter takes until the page stands
still (alone, and beside 19 sessions that change a filter every ten seconds), and the server's memory per session. With
--home DIR it measures that data in place of the sample.
"""

import argparse
import random
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.dashboard.conftest import CHROMIUM, FLAGS, Visit, served, visiting

SESSIONS, EVERY = 19, 10.0
CHANGES = 20
FILTERS = ("product", "results", "denial", "partnership", "regulation", "price_move", "deal_funding", "statement")
_CHART = "[data-testid=stPlotlyChart] .main-svg"


def changed(socket: ClientConnection, chosen: str) -> float:
    """Ask for the Study page under another filter and read all that is sent; return the seconds until its end."""
    request = BackMsg()
    request.rerun_script.page_name = "study"
    request.rerun_script.query_string = f"study_types={chosen}"
    start = time.perf_counter()
    socket.send(request.SerializeToString())
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(socket.recv()))  # type: ignore[arg-type]  # binary frames alone
        if message.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start


@contextmanager
def crowd(address: str, count: int) -> Iterator[list[float]]:
    """Keep scripted sessions changing a filter every ten seconds, out of step; yields the seconds that each took."""
    taken: list[float] = []
    over, stream = threading.Event(), address.replace("http", "ws", 1) + "_stcore/stream"

    def live(number: int) -> None:
        rng = random.Random(number)  # noqa: S311  # no secret
        over.wait(EVERY * number / count)
        with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as socket:
            while not over.is_set():
                taken.append(changed(socket, rng.choice(FILTERS)))
                over.wait(EVERY)

    people = [threading.Thread(target=live, args=(number,)) for number in range(count)]
    for person in people:
        person.start()
    try:
        yield taken
    finally:
        over.set()
        for person in people:
            person.join()


def first_chart(visit: Visit, address: str) -> None:
    """Open the first page and wait until a chart is drawn."""
    visit.page.goto(address)
    visit.page.wait_for_selector(_CHART)


def redraws(visit: Visit) -> list[float]:
    """Change a filter in the browser again and again; return the seconds until the script has ended each time."""
    taken = []
    for number in range(CHANGES):
        label = ("Company", "Role", "Certainty", "Event type")[number % 4]
        visit.page.get_by_role("radio", name=label).or_(visit.page.get_by_role("button", name=label)).first.click()
        start = time.perf_counter()
        visit.page.wait_for_selector("[data-test-script-state=running]", state="attached", timeout=1000)
        visit.page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
        taken.append(time.perf_counter() - start)
        visit.page.wait_for_timeout(1000)
    return taken


def memory(address: str) -> float:
    """Return the resident memory (MB) of the process that serves the address."""
    port = address.rstrip("/").rpartition(":")[2]
    found = subprocess.run(
        ["pgrep", "-f", f"streamlit.*{port}|serve.*{port}"], capture_output=True, text=True, check=True
    )
    sizes = [Path(f"/proc/{number}/status").read_text(encoding="ascii") for number in found.stdout.split()]
    return max(int(text.split("VmRSS:")[1].split()[0]) for text in sizes) / 1024


def told(name: str, taken: Sequence[float]) -> None:
    """Print median, 95th percentile and number."""
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{name}: median {statistics.median(taken):.2f} s, p95 {p95:.2f} s, n {len(taken)}", flush=True)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(home: Path, *, sample: bool, sessions: int) -> None:
    """Print all figures for one data folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        start = time.perf_counter()
        with served(home, sample=sample) as address, visiting(browser, address, locale="en-US") as visit:
            first_chart(visit, address)
            print(f"first chart from the command: {time.perf_counter() - start:.1f} s", flush=True)
            with visiting(browser, address, locale="en-US") as other:
                taken = timed(lambda: first_chart(other, address))
            print(f"first chart on a running server: {taken:.1f} s", flush=True)
            visit.open("study")
            told("a changed filter, alone", redraws(visit))
            before = memory(address)
            with crowd(address, sessions) as theirs:
                time.sleep(EVERY)
                told(f"a changed filter, beside {sessions} sessions", redraws(visit))
                held = memory(address)
            told("their changes", theirs)
            print(f"memory: {before:.0f} MB before, {(held - before) / sessions:.1f} MB more a session", flush=True)
        browser.close()


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--home", type=Path, help="data to measure in place of the sample")
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    asked = parser.parse_args()
    if asked.home:
        measure(asked.home, sample=False, sessions=asked.sessions)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), sample=True, sessions=asked.sessions)


if __name__ == "__main__":
    main()
