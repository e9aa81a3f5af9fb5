"""Any query parameters: a readable response, and no redirect to another site."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from tests.laws.application import ApplicationUnderTest
from tests.laws.routes import RouteRequest, is_public, list_requests, rules
from tests.laws.sampling import IS_FULL, part_of
from tests.laws.test_listings import ALL, LISTINGS, with_query

pytestmark = pytest.mark.engine_in_turn

# The tests of the features cover these lines; measuring coverage again takes a third of the time.

FINE = frozenset({200, 303, 400, 403, 404, 409, 422})
BAD = (
    str(2**70),
    "0001-01-01T00:00:00+23:59~1",
    "9" * 5000,
    "²",
    "-1",
    "9999-12-31T23:59:59-23:59~1",
    str(2**31),
    "1e9",
    "2026-12-31T00:00:00+00:00~-1",
    "٣",
    "x" * 4000,
    "0001-01-01",
    "9999-12-31",
)
KEYS = ("1e999999", "NaN", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", 2**80, "\ud83d", "a\x00", None, [])
"""A column by which no list is sorted."""
ELSEWHERE = ("//evil.example/x", "javascript:evil.example")
PAGES_OF_ONE_PARAMETER = 3
READ: set[str] = set()


class RecordingArgs(ImmutableMultiDict[str, str]):
    """The parameters of an address; records which ones a view looks up."""

    def get(self, key: str, *args: Any, **kw: Any) -> Any:
        """Return one value."""
        READ.add(key)
        return super().get(key, *args, **kw)

    def getlist(self, key: str, *args: Any, **kw: Any) -> Any:
        """Return all values."""
        READ.add(key)
        return super().getlist(key, *args, **kw)

    def __contains__(self, key: object) -> bool:
        READ.add(str(key))
        return super().__contains__(key)


def pages(application: ApplicationUnderTest) -> Iterator[tuple[str, RouteRequest]]:
    """Return one request for each page, about an existing record, with a user who may open it."""
    for rule in rules(application.app):
        requests = [
            a for a in list_requests(application.dataset, application.app, rule) if a.method == "GET" and not a.missing
        ]
        if requests and not is_public(rule.endpoint):
            page = next((a for a in requests if a.access_case and a.access_case.name == "inland"), requests[0])
            yield page.owned_row.owner if page.owned_row else "admin", page


def test_no_page_breaks_on_bad_query_parameters(application, engine, monkeypatch):
    monkeypatch.setattr(application.app.request_class, "parameter_storage_class", RecordingArgs)
    faults, requested = [], dict[str, int]()
    for viewer, page in part_of(list(pages(application))):
        READ.clear()
        application.ask(viewer, "GET", page.path)
        for name in sorted(READ):
            turn = requested[name] = requested.get(name, -1) + 1
            # All of it on one engine; on the other only values that its columns refuse.
            few = turn < PAGES_OF_ONE_PARAMETER and engine == "sqlite"
            for bad in BAD[turn::3] if few else BAD[:2] if turn == 0 else ():
                answer = application.ask(viewer, "GET", f"{page.path}?{urlencode({name: bad})}")
                if answer.status not in FINE:
                    faults.append(f"{page.path} {name}={bad[:30]}: {answer.status} {answer.text[:150]}")
    assert not faults, "\n".join(faults)
    if IS_FULL:
        assert {"older", "find", "from", "page", "client", "about", "next"} <= requested.keys()


@ALL
def test_list_refuses_an_invalid_cursor(application, name):
    listing, faults = LISTINGS[name], []
    for number, col in enumerate(c for c in listing.cols if c.key is not None):
        for key in KEYS[number % 3 :: 3]:
            text = json.dumps([col.name, 0, key, 1]).encode()
            after = base64.urlsafe_b64encode(text).decode().rstrip("=")
            answer = application.ask("admin", "GET", with_query(listing, f"sort={col.name}&after={after}"))
            if answer.status not in (200, 400):
                faults.append((col.name, key, answer.status, answer.text[:150]))
    assert faults == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_page_redirects_to_a_foreign_next_url(application):
    """The return address of a page must be within the application."""
    redirected = []
    for number, (viewer, page) in enumerate(part_of(list(pages(application)))):
        target = ELSEWHERE[number % 2]
        answer = application.ask(viewer, "GET", f"{page.path}?{urlencode({'next': target, 'to': 'qualified'})}")
        if f'="{target}"' in answer.text:
            redirected.append(page.path)
    assert redirected == []
