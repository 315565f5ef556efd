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
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from dashboard.parameters import MODALITIES, ROLES
from tests.dashboard.conftest import CHROMIUM, FLAGS, PATIENCE, Visit, served, visiting

SESSIONS, EVERY = 19, 10.0
_CHART = "[data-testid=stPlotlyChart] .main-svg"

_WATCH = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  let pressed, changed, ended = false;
  addEventListener("click", () => { pressed = performance.now(); }, { capture: true, once: true });
  const watch = new MutationObserver((changes) => {
    changed = performance.now();
    ended ||= changes.some((change) => change.oldValue === "running");
  });
  const what = { childList: true, characterData: true, attributeFilter: ["d", "data-test-script-state"] };
  watch.observe(app, { ...what, subtree: true, attributeOldValue: true });
  window.redrawn = new Promise((resolve) => {
    const look = setInterval(() => {
      if (!ended || app.dataset.testScriptState === "running" || performance.now() - changed < 500) return;
      clearInterval(look);
      watch.disconnect();
      resolve((changed - pressed) / 1000);
    }, 50);
  });
}"""
"""Keeps in `redrawn` the seconds from the next click to the last change of text, elements or curves that half a second
without any follows, the script having run to its end. A running state too short for polling is seen as well."""


def changed(socket: ClientConnection, chosen: Mapping[str, Sequence[str]]) -> float:
    """Ask for the Study page under another filter and read all that is sent; return the seconds until its end."""
    request = BackMsg()
    request.rerun_script.page_name = "study"
    request.rerun_script.query_string = urlencode(chosen, doseq=True)
    start = time.perf_counter()
    socket.send(request.SerializeToString())
    drawn = False
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(socket.recv(PATIENCE / 1000)))  # type: ignore[arg-type]  # binary frames alone
        drawn |= message.delta.new_element.HasField("plotly_chart")
        if message.delta.new_element.HasField("exception"):
            raise RuntimeError(message.delta.new_element.exception.message)
        # A run that asked for another one ends early: what it drew is not yet what was asked for.
        if message.HasField("script_finished") and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            if not drawn:
                raise RuntimeError(f"{chosen} draws no chart: its time would flatter the figures")
            return time.perf_counter() - start


def some_filter(rng: random.Random) -> dict[str, list[str]]:
    """Return one of 165 choices that leave most events in, whatever the data: few find their study in a cache."""
    return {
        "study_roles": ["subject", *rng.sample(ROLES[1:], 2)],
        "study_modalities": ["confirmed", rng.choice(MODALITIES[1:])],
    }


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
                taken.append(changed(socket, some_filter(rng)))
                over.wait(EVERY - taken[-1])

    with ThreadPoolExecutor(count) as pool:
        people = [pool.submit(live, number) for number in range(count)]
        try:
            yield taken
        finally:
            over.set()
        for person in people:
            person.result()  # a session that failed has put no load on the server: the figures would be too good


def first_chart(visit: Visit, address: str) -> None:
    """Open the first page and wait until a chart is drawn."""
    visit.page.goto(address)
    visit.page.wait_for_selector(_CHART)


def redraws(visit: Visit, *pages: Sequence[str]) -> list[float]:
    """On the Study page of each of these modalities add one role after another; return the seconds of each redraw."""
    taken = []
    for modalities in pages:
        visit.open("study?" + urlencode({"study_modalities": modalities}, doseq=True))
        for _ in ROLES[2:]:
            visit.page.get_by_role("combobox", name="Role").click()
            role = visit.page.get_by_role("option").nth(1)  # the first one stands for all
            role.wait_for()
            visit.page.evaluate(_WATCH)
            role.click()
            taken.append(visit.page.evaluate("window.redrawn"))
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
            told("a changed filter, alone", redraws(visit, ("confirmed", "reported"), ("confirmed", "rumor")))
            before = memory(address)
            with crowd(address, sessions) as theirs:
                time.sleep(EVERY)
                beside = redraws(visit, ("confirmed", "denied"), ("confirmed", "reported", "rumor"))
                told(f"a changed filter, beside {sessions} sessions", beside)
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
