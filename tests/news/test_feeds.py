import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from analytics.errors import FetchError
from analytics.news import feeds
from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Wire</title><link>https://example.com/</link>
<item><title>Nvidia overtakes Apple</title><link>https://example.com/1</link>
<description>&lt;p&gt;Nvidia &lt;b&gt;rose&lt;/b&gt; 1.65%.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>
<pubDate>Mon, 04 Nov 2024 21:05:00 GMT</pubDate></item>
<item><description>untitled</description></item></channel></rss>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>
<entry><title>Apple sues a rival</title><updated>2024-11-05T01:00:00+08:00</updated></entry></feed>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><title>&b;</title></channel></rss>"""


def test_a_saved_feed_has_a_story_per_entry() -> None:
    document = read_document("wire.xml", RSS)
    (item,) = document.items
    assert document.format == "feed"
    assert (item.headline, item.body, item.url) == (
        "Nvidia overtakes Apple",
        "Nvidia rose 1.65%.",
        "https://example.com/1",
    )
    assert item.published_at == datetime(2024, 11, 4, 21, 5, tzinfo=UTC)
    assert document.reasons == ("1 entries have no title and were left out.",)


def test_an_entry_is_dated_by_its_instant(universe: Universe) -> None:
    (event,) = tag_document(read_document("wire.atom", ATOM), universe)
    assert event.item.published_at == datetime(2024, 11, 4, 17, 0, tzinfo=UTC)
    assert (event.event_date.isoformat(), event.precision) == ("2024-11-04", "minute")


def test_a_feed_that_declares_entities_is_refused() -> None:
    document = read_document("bomb.xml", BOMB)
    assert document.items == ()
    assert document.reasons == ("The feed declares XML entities, which are not read.",)


def test_a_broken_feed_says_why() -> None:
    document = read_document("broken.xml", b"<rss><channel>")
    assert document.outcome == "refused"
    assert document.reasons


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/feed":
            self._answer(200, RSS)
        elif self.path == "/moved":
            self._answer(302, b"", location="/feed")
        elif self.path == "/inside":
            self._answer(302, b"", location="http://10.0.0.1/feed")
        elif self.path == "/file":
            self._answer(302, b"", location="file:///etc/passwd")
        elif self.path == "/loop":
            self._answer(302, b"", location="/loop")
        elif self.path == "/large":
            self._answer(200, b"x" * (feeds._MOST_BYTES + 1))
        else:
            self._answer(404, b"")

    def _answer(self, status: int, content: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Callable[[str], bytes]]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: feeds.fetch_feed(f"http://127.0.0.1:{server.server_port}{path}", allow_loopback=True)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/feed", "/moved"])
def test_a_feed_is_fetched_also_after_a_redirect(site: Callable[[str], bytes], path: str) -> None:
    assert site(path) == RSS


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/inside", "10.0.0.1 leads to 10.0.0.1, which is not public"),
        ("/file", "is not an address of a feed"),
        ("/loop", "redirects more than 5 times"),
        ("/large", "is larger than 10 MB"),
        ("/absent", "answered 404"),
    ],
)
def test_what_a_server_may_not_do(site: Callable[[str], bytes], path: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        site(path)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/feed",
        "http://[::1]/feed",
        "http://[::ffff:127.0.0.1]/feed",
        "http://0.0.0.0/feed",
        "http://192.168.1.1/feed",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/feed",
        "http://localhost/feed",
        "http://2130706433/feed",
        "http://0x7f000001/feed",
        "http://127.1/feed",
        "http://[::ffff:10.0.0.1]/feed",
        "http://[64:ff9b::10.0.0.1]/feed",
        "http://[2002:7f00:1::]/feed",
        "http://[::127.0.0.1]/feed",
        "http://[::ffff:0:127.0.0.1]/feed",
        "http://[fec0::1]/feed",
        "http://[fd00::1]/feed",
        "http://100.64.0.1/feed",
    ],
)
def test_addresses_inside_are_refused(address: str) -> None:
    with pytest.raises(FetchError, match="is not public"):
        feeds.fetch_feed(address)


def test_a_name_is_refused_if_any_of_its_addresses_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(FetchError, match=r"news\.example leads to 10\.0\.0\.7, which is not public"):
        feeds.fetch_feed("http://news.example/feed")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert feeds._is_allowed(address, allow_loopback=False)


@pytest.mark.parametrize(
    "address",
    ["ftp://example.com/x", "file:///etc/passwd", "example.com", "http://a@example.com/", "http://exa mple.com/"],
)
def test_other_schemes_and_odd_addresses_are_refused(address: str) -> None:
    with pytest.raises(FetchError, match="is not an address of a feed"):
        feeds.fetch_feed(address)
