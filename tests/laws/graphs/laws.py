"""The two laws of confidentiality, checked on one graph for one person at a time.

No page that a person opens has the words of a confidential record that is hidden from the person; and every page is
the same as if the hidden records were not in the database.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from flask import Flask

from tests.laws.application import ApplicationUnderTest
from tests.laws.graphs.addresses import (
    custom_report_addresses,
    list_addresses,
    plain_addresses,
    read_only_forms,
    record_addresses,
    row_addresses,
    sample_addresses,
    search_addresses,
)
from tests.laws.graphs.database import GraphDatabase
from tests.laws.graphs.pages import (
    FEED,
    PREVIEW,
    SECURITY_LOG_PATH,
    fetch,
    is_same,
    mails,
    normalize_page,
    open_feed,
    preview,
)
from tests.laws.graphs.removal import RecordRemoval, neighbors
from tests.laws.patterns import any_of


def request_shape(address: str) -> str:
    """Return an address without ids and query string."""
    return re.sub(r"\d+", "N", re.split(r"[?{]", address)[0])


@dataclass(frozen=True)
class Leak:
    """A page that reveals hidden records: it `tells of` their words, or `differs` from the page without them."""

    law: str
    viewer: str
    address: str
    detail: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Return the place without ids: the same leak in another graph has the same place."""
        return self.law, self.viewer, request_shape(self.address)

    def __str__(self) -> str:
        """Describe the leak for the developer who has to find it."""
        return f"{self.viewer} opens {self.address}, which {self.law}: {self.detail}"


UNUSED_WORD = "Qzzkxvwbnz"
"""A word of no record: a request for a hidden word must return what a request for this one returns."""


@dataclass(frozen=True)
class Extent:
    """How many pages of each group are opened for one person; `compares` also opens them without hidden records.

    `only` limits them to the addresses of one shape.
    """

    plain: int
    lists: int
    records: int
    rows: int
    words: int
    compares: bool = True
    only: str = ""


QUICK = Extent(plain=2, lists=5, records=12, rows=3, words=1, compares=False)
SMALL = Extent(plain=5, lists=11, records=24, rows=6, words=3)
WHOLE = Extent(plain=10**6, lists=10**6, records=10**6, rows=10**6, words=10**6)


def addresses(app: Flask, world: GraphDatabase, viewer: str, rng: Random, extent: Extent) -> Iterator[str]:
    """Choose what a person opens, mostly records linked to hidden ones, and searches for hidden words."""
    hidden, visible = world.hidden_ids(viewer), world.visible_ids(viewer)
    near = neighbors(hidden) & visible
    near |= neighbors(near) & visible if len(near) < 4 else set()
    words = _words(world, rng, hidden, 2)
    yield from sample_addresses(rng, plain_addresses(app), extent.plain)
    yield from sample_addresses(rng, list_addresses(world.actor(viewer), words[:1]), extent.lists)
    yield from sample_addresses(rng, custom_report_addresses(world.actor(viewer)), extent.lists // 5)
    yield from sample_addresses(rng, record_addresses(app, near, words[:1]), extent.records * 2 // 3)
    yield from sample_addresses(rng, record_addresses(app, visible - near, words[:1]), extent.records // 4)
    yield from sample_addresses(rng, record_addresses(app, hidden, []), extent.records // 8)
    yield from sample_addresses(rng, row_addresses(app), extent.rows)
    yield FEED
    yield from sample_addresses(rng, search_addresses(words), extent.words)


def _words(world: GraphDatabase, rng: Random, ids: set[int], most: int) -> list[str]:
    words = [world.mark(name) for name in world.names_of(sorted(ids))]
    return rng.sample(words, min(most, len(words)))


@dataclass(frozen=True)
class Visit:
    """Return what one person opens: addresses, and words to post in forms; `only` limits them to one shape."""

    application: ApplicationUnderTest
    world: GraphDatabase
    viewer: str
    expected: list[str]
    words: list[str]
    only: str
    instead: re.Pattern[str] | None = None

    def pages(self) -> dict[str, str]:
        """Open pages as the person, and write the emails they would get: text by address.

        Each word of `instead` in a request is replaced by UNUSED_WORD, and UNUSED_WORD in the response by that word.
        """
        texts = {name: text for name, text in mails(self.world, self.viewer) if self._is_wanted(name)}
        texts |= {one: self._open(one) for one in self.expected if self._is_wanted(one)}
        for path, data in read_only_forms(self.words):
            if self._is_wanted(f"POST {path} "):
                texts[f"POST {path} {data}"] = self._open(path, data)
        texts |= {f"{PREVIEW}{word}": self._open(f"{PREVIEW}{word}") for word in self.words if self._is_wanted(PREVIEW)}
        return texts

    def _open(self, address: str, data: dict[str, str] | None = None) -> str:
        match = self.instead.search(" ".join([address, *(data or {}).values()])) if self.instead else None
        if match is None:
            return self._fetch(address, data)
        word = match[0].capitalize()

        def swapped(text: str, one: str, other: str) -> str:
            return text.replace(one, other).replace(one.lower(), other.lower())

        data = data and {name: swapped(text, word, UNUSED_WORD) for name, text in data.items()}
        return swapped(self._fetch(swapped(address, word, UNUSED_WORD), data), UNUSED_WORD, word)

    def _fetch(self, address: str, data: dict[str, str] | None) -> str:
        if address.startswith(PREVIEW):
            return preview(self.application, self.viewer, address.removeprefix(PREVIEW))
        if address == FEED:
            return open_feed(self.application, self.world, self.viewer)
        return fetch(self.application, self.viewer, address, data)

    def _is_wanted(self, address: str) -> bool:
        return not self.only or request_shape(address) in (self.only, request_shape(self.only))


def find_leaks(
    application: ApplicationUnderTest, world: GraphDatabase, viewer: str, rng: Random, extent: Extent = SMALL
) -> Iterator[Leak]:
    """Look for leaks to one person in a sample of the pages that the person can open."""
    hidden = world.hidden_ids(viewer)
    if not hidden:
        return
    visible = world.visible_ids(viewer)
    hidden_names = [name for name in world.names_of(sorted(hidden)) if not world.is_copied(name, visible)]
    names = {world.mark(name).lower(): name for name in hidden_names}
    chosen = list(dict.fromkeys(addresses(application.app, world, viewer, rng, extent)))
    visit = Visit(application, world, viewer, chosen, _words(world, rng, hidden, extent.words // 3), extent.only)
    before = visit.pages()
    secret = any_of(names)
    for address, text in before.items():
        # A page may repeat the words of its request.
        leaked = {word.lower() for word in secret.findall(text)} - {w for w in names if w in address.lower()}
        if address.endswith("/history") or address.startswith("/gifts/"):
            # Earlier words of a record follow its present links: nobody can know what it was linked to.
            leaked -= {world.mark(name).lower() for name in world.dropped}
        if leaked:
            yield Leak("tells of", viewer, address, ", ".join(sorted(names[word] for word in leaked)))
    if not extent.compares:
        return
    with application.rolled_back():
        RecordRemoval(set(hidden)).run()
        after = replace(visit, instead=secret).pages()
    for address in before | after:
        texts = before.get(address, ""), after.get(address, "")
        if not (is_same(*texts) or address.startswith(SECURITY_LOG_PATH)):
            yield Leak("differs", viewer, address, _difference(*map(normalize_page, texts)))


def _difference(before: str, after: str) -> str:
    """Return the first tags and texts in which two pages differ."""
    one, other = (text.replace("<", "\n<").splitlines() for text in (before, after))
    lines = list(difflib.unified_diff(one, other, "as it is", "without what is hidden", lineterm="", n=1))
    return "\n".join(["", *(line.rstrip()[:200] for line in lines[:24])])
