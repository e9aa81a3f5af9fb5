"""Where a request leads: to a page of ours, or back to where its form was."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag, urlsplit

from flask import make_response, request, url_for
from werkzeug.wrappers import Response


def redirect_to(endpoint: str, **values: Any) -> Response:
    """Send the browser to a page of ours, by GET; htmx is told to go there as a whole."""
    return redirect_url(url_for(endpoint, **values))


def redirect_url(url: str) -> Response:
    """Send the browser to an address of ours."""
    status, header = (200, "HX-Redirect") if request.headers.get("HX-Request") else (303, "Location")
    response = make_response("", status)
    response.headers[header] = url
    return response


MAX_NEXT_CHARS = 1000
"""Characters of an address to return to: it travels in the session's cookie, which browsers drop beyond 4,093 bytes."""


def safe_next(url: str | None, fallback: str = "/") -> str:
    """A path of ours, or the fallback: never another host, never a scheme, nothing that fills the session's cookie."""
    if not url or len(url) > MAX_NEXT_CHARS or not url.startswith("/") or url.startswith("//") or "\\" in url:
        return fallback
    if any(char <= " " or char == "\x7f" for char in url):
        # Browsers drop tabs and line ends: "/<tab>/elsewhere" would become "//elsewhere".
        return fallback
    parts = urlsplit(url)
    return fallback if parts.scheme or parts.netloc else url


def next_path() -> str:
    """Where the page was told to lead back to: a path of ours, or nothing."""
    return safe_next(request.values.get("next"), "")


def back(fallback: str = "/", item: int | None = None) -> Response:
    """Send the browser back to the page whose form named it in `next`, there to the line of a record when told."""
    page = next_path() or fallback
    return redirect_url(page if item is None else f"{urldefrag(page).url}#i{item}")
