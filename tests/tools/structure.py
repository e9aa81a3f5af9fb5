"""What a screen reader lists of a page: its tables with the headers of their rows, and its links by name."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.tools.pages import VOID, Attributes

VAGUE = frozenset({"here", "more", "click here", "read more", "link", "this", "this page"})
"""Names of links that say nothing without the text around them."""
FIGURE = re.compile(r"\W*(?:[A-Z]{2,3})?\W*\d[\d.,]*[KMB]?[%+]?")
"""A number or an amount: in a table its row and column say what it is."""
RECORD = re.compile(r"/(?:[a-z]+/)+(?=\d+$)")
"""The path before the id of a record; `/records/5` leads to the page of any kind."""


class Outline(HTMLParser):
    """Collect the rows of data tables and the links with their accessible names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows_without_header: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._open: list[tuple[str, Attributes]] = []
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._row: tuple[bool, list[str]] | None = None
        self._link: tuple[Attributes, list[str]] | None = None
        self._named_by_ids: list[tuple[str, str]] = []
        self.feed(text)
        for ids, href in self._named_by_ids:
            self.links.append((_name(" ".join("".join(self._texts[i]) for i in ids.split())), href))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "tr" and any(t == "tbody" for t, _a in self._open) and not self._is_layout():
            self._row = (False, [])
        elif tag == "th" and self._row and a.get("scope") == "row":
            self._row = (True, self._row[1])
        elif tag == "a" and a.get("href") is not None:
            self._link = (a, [])
        elif tag == "img" and self._link:
            self._link[1].append(a.get("alt") or "")
        if tag not in VOID:
            self._open.append((tag, a))

    def handle_endtag(self, tag):
        if any(t == tag for t, _a in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag == "tr" and self._row:
            has_header, words = self._row
            if not has_header:
                self.rows_without_header.append(_name("".join(words)))
            self._row = None
        elif tag == "a" and self._link:
            self._end_link(*self._link)
            self._link = None

    def handle_data(self, data):
        for _tag, a in self._open:
            if a.get("id"):
                self._texts[str(a["id"])].append(data)
        if any(a.get("aria-hidden") == "true" or "hidden" in a for _t, a in self._open):
            return
        tags = {t for t, _a in self._open}
        # A script shows the links of a template, perhaps elsewhere than in its row.
        for part in (None if "template" in tags else self._row, self._link):
            if part and "kbd" not in tags:
                part[1].append(data)

    def _is_layout(self) -> bool:
        return any(t == "table" and a.get("role") == "presentation" for t, a in self._open)

    def _end_link(self, a: Attributes, words: list[str]) -> None:
        href = a.get("href") or ""
        if any(t == "thead" for t, _a in self._open):
            return  # a sort link is named by its column
        if a.get("aria-labelledby"):
            self._named_by_ids.append((str(a["aria-labelledby"]), href))
        else:
            self.links.append((_name(a.get("aria-label") or "".join(words)), href))


def _name(text: str) -> str:
    return " ".join(text.split())


def _target(href: str) -> str:
    """Return the address as it concerns the purpose: without the page to return to; one for each record."""
    parts = urlsplit(href)
    if not parts.query and not parts.fragment and RECORD.match(parts.path):
        return RECORD.sub("/records/", parts.path)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "next"]
    return parts._replace(query=urlencode(query)).geturl()


def structure_faults(text: str) -> list[str]:
    """Return the rows of data tables without a header, and the links whose name doesn't stand alone."""
    outline = Outline(text)
    faults = [f"row without a header: {words[:60]}" for words in outline.rows_without_header]
    targets: dict[str, set[str]] = defaultdict(set)
    for name, href in outline.links:
        if name.casefold() in VAGUE:
            faults.append(f"link named “{name}”: {href}")
        if not FIGURE.fullmatch(name):
            targets[name].add(_target(href))
    return faults + [
        f"links named “{name}”: {', '.join(sorted(different))}"
        for name, different in targets.items()
        if len(different) > 1
    ]
