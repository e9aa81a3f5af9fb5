"""Redirects within the application: to a page, or back to the page of the form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag, urlsplit

from flask import make_response, request, url_for
from werkzeug.wrappers import Response


def redirect_to(endpoint: str, **values: Any) -> Response:
    """Redirect the browser to an endpoint, by GET; htmx loads it as a whole page."""
    return redirect_url(url_for(endpoint, **values))


def redirect_url(url: str) -> Response:
    """Redirect the browser to a URL of the application."""
    status, header = (200, "HX-Redirect") if request.headers.get("HX-Request") else (303, "Location")
    response = make_response("", status)
    response.headers[header] = url
    return response


MAX_NEXT_CHARS = 1000
"""The longest `next` path: it is stored in the session cookie, which browsers drop beyond 4,093 bytes."""


def safe_next(url: str | None, fallback: str = "/") -> str:
    """Return a path within the application, or the fallback.

    No other host, no scheme, nothing too long for the cookie.
    """
    return url if url and len(url) <= MAX_NEXT_CHARS and is_local_path(url) else fallback


def is_local_path(url: str) -> bool:
    """Return whether browsers read a URL as a path within the application."""
    if not url.startswith("/") or url.startswith("//") or "\\" in url:
        return False
    if any(char <= " " or char == "\x7f" for char in url):
        # Browsers drop tabs and line ends: "/<tab>/elsewhere" would become "//elsewhere".
        return False
    parts = urlsplit(url)
    return not (parts.scheme or parts.netloc)


def next_path() -> str:
    """Return the path in `next`, or "" if it isn't one of the application."""
    return safe_next(request.values.get("next"), "")


def back(fallback: str = "/", item: int | None = None) -> Response:
    """Redirect to the page that the form named in `next`, to the row of a record if one is given."""
    page = next_path() or fallback
    return redirect_url(page if item is None else f"{urldefrag(page).url}#i{item}")
