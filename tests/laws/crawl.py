"""Crawls the application by its links as one person: one page of each view, or all linked pages."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)"')


def endpoint_of(app: Flask, address: str) -> str | None:
    """Return the view of an address, the address itself if it has none; None for an external address."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    try:
        endpoint, _values = app.url_map.bind("localhost").match(parts.path, "GET")
    except HTTPException:
        return address
    return f"{endpoint}{'?' if parts.query else ''}"


def crawl(app: Flask, get: Callable[[str], tuple[int, str]], *, each: int) -> Iterator[tuple[str, str, int, str]]:
    """Open linked pages starting from Today, at most `each` of a view; yield address, referrer, status, text."""
    waiting, visited, opened = [("/", "")], {"/"}, Counter[str]()
    while waiting:
        address, source = waiting.pop(0)
        view = endpoint_of(app, address)
        if view is None or opened[view] >= each:
            continue
        opened[view] += 1
        status, text = get(address)
        yield address, source, status, text
        for href in LINK.findall(text):
            target = urljoin(address, html.unescape(href))
            if target not in visited:
                visited.add(target)
                waiting.append((target, address))
