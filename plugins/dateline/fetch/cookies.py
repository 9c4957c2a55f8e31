"""Cookies of the sources that need them: in memory, for as long as a client lives."""

from __future__ import annotations

from http.cookiejar import CookieJar
from typing import TYPE_CHECKING

from requests.cookies import extract_cookies_to_jar, get_cookie_header

if TYPE_CHECKING:
    import requests
    import urllib3

MOST = 50
"""Cookies of a host; a server that sets more has them all forgotten."""


class Cookies:
    """A jar for each host that is asked, and for where it redirects to meanwhile.

    So what a login page on another host sets is there when it leads back, and no two publishers
    ever share a cookie. Jars lock themselves: threads may share this.
    """

    def __init__(self) -> None:
        self._jars: dict[str, CookieJar] = {}

    def put(self, host: str, request: requests.PreparedRequest) -> None:
        """Add what the jar of `host` holds for this request."""
        jar = self._jars.get(host)
        if jar and "Cookie" not in request.headers and (value := get_cookie_header(jar, request)):  # type: ignore[no-untyped-call]
            request.headers["Cookie"] = value

    def learn(
        self, host: str, request: requests.PreparedRequest, answer: urllib3.BaseHTTPResponse
    ) -> None:
        """Keep what an answer sets, as far as its host may set it."""
        jar = self._jars.setdefault(host, CookieJar())
        extract_cookies_to_jar(jar, request, answer)  # type: ignore[no-untyped-call]
        if len(jar) > MOST:
            jar.clear()
