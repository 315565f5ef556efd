"""A server on loopback that speaks Yahoo's formats: chart v8, share counts, cookie, crumb and consent.

libcurl does not pass Python's sockets, so a wall there would not stop it. The door used here sends every request, to
whatever host, to this server as its HTTP proxy; an address that Yahoo does not have is answered 599 and remembered.
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from curl_cffi.requests import Response

from analytics.market.door import Door

if TYPE_CHECKING:
    from curl_cffi.requests.session import HttpMethod, RequestParams

CRUMB = "a.crumb"


@dataclass(frozen=True)
class Answer:
    """One answer; `cut` closes the connection in the middle of the body."""

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    delay: float = 0.0
    cut: bool = False


CONSENT = Answer(
    body='<form><input name="csrfToken" value="t"><input name="sessionId" value="s"></form>',
    headers=(("Content-Type", "text/html"),),
)


def instant(day: date, zone: str) -> int:
    """Return the second at which Yahoo dates a daily bar: half past nine in the zone of the exchange."""
    return int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZoneInfo(zone)).timestamp())


def chart(
    ticker: str,
    days: Sequence[date],
    closes: Sequence[float | None],
    *,
    zone: str = "America/New_York",
    currency: str = "USD",
    instrument: str = "EQUITY",
    events: Mapping[str, Any] | None = None,
    **columns: Sequence[float | None],
) -> Answer:
    """Return a chart: columns that are not given follow the closes; volume is 1000."""
    bars = {name: columns.get(name, closes) for name in ("open", "high", "low", "close")}
    bars["volume"] = columns.get("volume", [1000] * len(days))
    result = {
        "meta": {
            "symbol": ticker,
            "currency": currency,
            "exchangeTimezoneName": zone,
            "instrumentType": instrument,
            "validRanges": ["1d", "max"],
        },
        "timestamp": [instant(day, zone) for day in days],
        "events": events or {},
        "indicators": {"quote": [bars], "adjclose": [{"adjclose": columns.get("adjclose", closes)}]},
    }
    return Answer(body=json.dumps({"chart": {"result": [result], "error": None}}))


def failure(status: int, description: str) -> Answer:
    """Return the JSON that Yahoo sends with an error."""
    error = {"code": "an error", "description": description}
    return Answer(status=status, body=json.dumps({"chart": {"result": None, "error": error}}))


def share_counts(days: Sequence[date], counts: Sequence[int]) -> Answer:
    """Return a history of share counts."""
    series = {"timestamp": [instant(day, "UTC") for day in days], "shares_out": list(counts)}
    return Answer(body=json.dumps({"timeseries": {"result": [series], "error": None}}))


NO_SHARE_COUNTS = Answer(body=json.dumps({"timeseries": {"result": [{"meta": {}}], "error": None}}))


@dataclass
class Yahoo:
    """What the server answers and what it was asked."""

    charts: dict[str, list[Answer]] = field(default_factory=dict)
    """Answers of a ticker's chart in turn; the last one is given from then on."""
    shares: dict[str, list[Answer]] = field(default_factory=dict)
    home: Answer = Answer(status=404, headers=(("Set-Cookie", "A3=a; Domain=.yahoo.com; Path=/; Max-Age=9999"),))
    """The answer of fc.yahoo.com, which gives the cookie."""
    crumb: Answer = Answer(body=CRUMB)
    asked: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Number of requests per "chart TICKER", "shares TICKER", "crumb", ..."""
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    """Requests that Yahoo would not know."""
    port: int = 0

    def answer(self, url: str) -> Answer:
        """Return the answer to a request and note it."""
        parts = urlsplit(url)
        *folder, name = parts.path.split("/")
        self.queries.append(parse_qs(parts.query))
        if (parts.hostname or "").startswith("query") and "/".join(folder) == "/v8/finance/chart":
            return self._next("chart", name, self.charts, failure(404, "No data found, symbol may be delisted"))
        if "/fundamentals-timeseries/" in parts.path:
            return self._next("shares", name, self.shares, NO_SHARE_COUNTS)
        for known, kind, answer in (
            ("finance.yahoo.com/v1/test/getcrumb", "crumb", self.crumb),
            ("fc.yahoo.com", "home", self.home),
            ("guce.yahoo.com", "consent", CONSENT),
            ("consent.yahoo.com", "consent", CONSENT),
            ("/v10/finance/quoteSummary/", "summary", failure(404, "Quote not found")),
        ):
            if known in url:
                return self._note(kind, answer)
        self.strays.append(url)
        return Answer(status=599)

    def _next(self, kind: str, name: str, answers: Mapping[str, Sequence[Answer]], default: Answer) -> Answer:
        place = self.asked[f"{kind} {name}"]
        listed = answers.get(name, [default])
        return self._note(f"{kind} {name}", listed[min(place, len(listed) - 1)])

    def _note(self, kind: str, answer: Answer) -> Answer:
        self.asked[kind] += 1
        return answer

    def served(self) -> ThreadingHTTPServer:
        """Return a running server that answers as this object says."""
        yahoo = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = yahoo.answer(self.path)
                time.sleep(answer.delay)
                body = answer.body.encode()
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # a client that would not wait is gone
                    self.wfile.write(body[: len(body) // 2] if answer.cut else body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server


class LoopbackDoor(Door):
    """The door with a loopback server behind it, whatever host is asked for."""

    def __init__(self, port: int, *, timeout: float = 10.0) -> None:
        super().__init__(timeout=timeout)
        self.trust_env = False
        proxy = f"http://127.0.0.1:{port}"
        self.proxies = {"http": proxy, "https": proxy}

    def send(self, method: "HttpMethod", url: str, **options: Unpack["RequestParams"]) -> Response:
        """Send a request in the clear: the server has no certificate."""
        return super().send(method, url.replace("https://", "http://", 1), **options)
