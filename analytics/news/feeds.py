"""The one way by which news come over the network.

The network is a stranger: http and https only, no address inside the machine or its network (checked after every
redirect, on the very address that is then connected to), a bound on size and on time.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from analytics.errors import FetchError

_SCHEMES = ("http", "https")
_MOST_REDIRECTS = 5
_MOST_BYTES = 10 * 2**20
_SECONDS = 20.0
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def fetch_feed(address: str, *, allow_loopback: bool = False) -> bytes:
    """Return the bytes of the feed at an address.

    `allow_loopback` is for tests that serve a feed themselves. Raises FetchError for an address that is not allowed,
    a refusal of the server, more than 10 MB or more than 20 seconds.
    """
    deadline = time.monotonic() + _SECONDS
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _get(address, deadline, allow_loopback=allow_loopback)
        if isinstance(answer, bytes):
            return answer
        address = urljoin(address, answer)
    raise FetchError(f"{address} redirects more than {_MOST_REDIRECTS} times.", hint="Check the feed's address.")


def _get(address: str, deadline: float, *, allow_loopback: bool) -> bytes | str:
    """Return the content at the address, or the address it redirects to."""
    parts = _parts(address)
    host = _resolved(parts, allow_loopback=allow_loopback)
    connection = _connection(parts, host, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", target, headers={"Host": parts.netloc, "User-Agent": "newswake"})
        response = connection.getresponse()
        if response.status in _REDIRECTS and (location := response.getheader("Location")):
            return location
        if response.status != _OK:
            raise FetchError(f"{address} answered {response.status} {response.reason}.", hint="Try again later.")
        return _content(response, address, deadline)
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{address} cannot be fetched: {error}.", hint="Check the address and the network.") from error
    finally:
        connection.close()


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        allowed = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        allowed = False
    if not allowed or "@" in parts.netloc or any(ord(letter) <= ord(" ") for letter in address):
        raise FetchError(
            f"{address!r} is not an address of a feed.", hint="Give one such as https://example.com/feed.xml."
        )
    return parts


def _resolved(parts: SplitResult, *, allow_loopback: bool) -> str:
    """Return an IP address of the host; all of its addresses must be public, or the name could change between uses."""
    host = parts.hostname or ""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host} has no address: {error}.", hint="Check the spelling and the network.") from error
    addresses = sorted(str(address) for address in found)
    for address in addresses:
        if not _is_allowed(address, allow_loopback=allow_loopback):
            raise FetchError(
                f"{host} leads to {address}, which is not public.", hint="Only public addresses are fetched."
            )
    return addresses[0]


def _is_allowed(address: str, *, allow_loopback: bool) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if allow_loopback and ip.is_loopback:
        return True
    ip = (_carried(ip) or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
    # Python calls addresses global that lead around a network by old ways: ::a.b.c.d, fec0::.
    is_unicast = isinstance(ip, ipaddress.IPv4Address) or ip in _UNICAST
    return is_unicast and ip.is_global and not ip.is_multicast


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that `ip` leads to by itself (::ffff:, 6to4) or by a gateway (64:ff9b::)."""
    translated = ipaddress.IPv4Address(ip.packed[-4:]) if ip in _TRANSLATED else None
    return ip.ipv4_mapped or ip.sixtofour or translated


def _connection(parts: SplitResult, host: str, deadline: float) -> http.client.HTTPConnection:
    """Connect to the address that was checked, not to whatever the name means by now."""
    left = max(0.1, deadline - time.monotonic())
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=left)
    connection = http.client.HTTPSConnection(host, parts.port or 443, timeout=left)
    try:
        plain = socket.create_connection((host, parts.port or 443), timeout=left)
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    except OSError as error:
        raise FetchError(f"{parts.hostname} cannot be reached: {error}.", hint="Check the address.") from error
    return connection


def _content(response: http.client.HTTPResponse, address: str, deadline: float) -> bytes:
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > _MOST_BYTES:
            raise FetchError(f"{address} is larger than {_MOST_BYTES // 2**20} MB.", hint="Is it a feed?")
        if time.monotonic() > deadline:
            raise FetchError(f"{address} took longer than {_SECONDS:.0f} seconds.", hint="Try again later.")
    return bytes(content)
