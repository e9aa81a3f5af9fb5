"""A client that signs in, keeps its connection, fills in forms, and measures the time."""

from __future__ import annotations

import http.client
import time
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode

from crm.accounts.demo import PASSWORD, email_of


class BenchResponse(NamedTuple):
    """A response, and the milliseconds until its last byte."""

    status: int
    body: bytes
    ms: float
    statements: int
    cookies: list[str]


class PageForm(HTMLParser):
    """The values a browser would send for the fields of a page's main form."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._select = self._area = ""
        self._chosen: str | None = None
        self._templates = 0
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the fields in their order."""
        self._templates += tag == "template"
        if self._templates:
            # Rows that a script adds: a browser sends nothing of a template.
            return
        has = dict(attrs)
        name, kind = has.get("name") or "", has.get("type") or "text"
        if tag == "input" and name and kind not in ("submit", "file", "button"):
            if kind not in ("radio", "checkbox") or "checked" in has:
                self.values.append((name, has.get("value") or ""))
        elif tag == "select":
            self._select, self._chosen = name, None if "multiple" in has else ""
        elif tag == "option" and self._select and ("selected" in has or self._chosen == ""):
            self._chosen = has.get("value") or ""
        elif tag == "textarea" and name:
            self.values.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        """End a template or a select."""
        self._templates -= tag == "template"
        if tag == "select":
            if self._select and self._chosen is not None:
                self.values.append((self._select, self._chosen))
            self._select = ""

    def filled(self, **values: str) -> str:
        """Return the form as a request body; `values` replace the values of their fields."""
        unchanged = [(name, value) for name, value in self.values if name not in values]
        return urlencode([*unchanged, *values.items()])


class BenchClient:
    """One browser: a connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, body: str | None = None, accept: str = "text/html") -> BenchResponse:
        """Send one request; connect again if the server has closed the connection."""
        headers = {"Accept": accept, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
        try:
            return self._once(path, body, headers)
        except (http.client.HTTPException, ConnectionError):
            self._line.close()
            return self._once(path, body, headers)

    def _once(self, path: str, body: str | None, headers: dict[str, str]) -> BenchResponse:
        begun = time.perf_counter()
        self._line.request("GET" if body is None else "POST", path, body, headers)
        response = self._line.getresponse()
        text = response.read()
        took = (time.perf_counter() - begun) * 1000
        set_cookies = response.headers.get_all("Set-Cookie") or []
        for cookie in set_cookies:
            name, _is, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return BenchResponse(response.status, text, took, int(response.headers.get("X-Statements") or 0), set_cookies)

    def sign_in(self, name: str) -> None:
        """Sign in through the form."""
        page = self.ask("/login")
        answer = self.ask("/login", PageForm(page.body).filled(email=email_of(name), password=PASSWORD))
        if answer.status != 303:
            raise RuntimeError(f"{name} cannot sign in: {answer.status}")
