"""The door to Yahoo: a browser-like HTTP session that reaches hosts of yahoo.com and no other."""

from typing import TYPE_CHECKING, Unpack
from urllib.parse import urljoin, urlsplit

from curl_cffi.requests import Response, Session

from analytics.errors import FetchError

if TYPE_CHECKING:
    from curl_cffi.requests.session import HttpMethod, RequestParams

_HOPS = 10


class Door(Session[Response]):
    """A session that refuses every address outside https://*.yahoo.com, those it is redirected to included.

    libcurl would follow a redirect without asking, so each hop is asked for here. `status` is the status of the last
    answer, 0 while there is none: yfinance keeps it to itself.
    """

    def __init__(self, *, timeout: float = 10.0) -> None:
        super().__init__(impersonate="chrome")
        self.patience = timeout
        self.status = 0

    def request(  # type: ignore[override]  # the same parameters, taken as one
        self, method: "HttpMethod", url: str, **options: Unpack["RequestParams"]
    ) -> Response:
        """Send a request and follow its redirects; yfinance's own choice of timeout gives way to that of the door."""
        for _ in range(_HOPS):
            self.status = 0
            options |= {"allow_redirects": False, "timeout": self.patience}
            response = self.send(method, _allowed(url), **options)
            self.status = response.status_code
            location = response.headers.get("Location")
            if not (location and response.status_code in {301, 302, 303, 307, 308}):
                return response
            method, url, options = "GET", urljoin(url, location), {}
        raise FetchError(f"{url} is redirected more than {_HOPS} times.", hint="Try again later.")

    def send(self, method: "HttpMethod", url: str, **options: Unpack["RequestParams"]) -> Response:
        """Send one request to an allowed address."""
        return super().request(method, url, **options)  # type: ignore[arg-type]  # curl_cffi: two types for one option


def _allowed(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not (host == "yahoo.com" or host.endswith(".yahoo.com")):
        raise FetchError(f"The address {url} is not Yahoo's.", hint="Only https://*.yahoo.com is asked for prices.")
    return url
