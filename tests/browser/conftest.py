"""The demo with its small sample, served; and a crawl that collects its pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask

from crm.core.data.base import db
from crm.sample.seed import seed
from tests.fixtures.browser import Live, served
from tests.fixtures.databases import Databases
from tests.fixtures.people import sign_in
from tests.laws.crawl import crawl


@pytest.fixture(scope="module")
def seeded_app(databases: Databases, engine: str) -> Iterator[Live]:
    """Serve the demo with its small sample."""
    with served(databases, engine, CRM_DEMO="1") as server:
        with server.app.app_context():
            seed("small")
            db.session.remove()
        yield server


@cache
def pages_for(app: Flask, first_name: str) -> tuple[str, ...]:
    """One address of each view that is reached by links."""
    client = app.test_client()
    sign_in(client, f"{first_name}@demo.example")

    def get(address: str) -> tuple[int, str]:
        with client.get(address) as answer:
            return answer.status_code, answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""

    walked = [(address, status) for address, _from, status, text in crawl(app, get, each=1) if text or status >= 400]
    assert [(address, status) for address, status in walked if status not in (200, 303)] == []
    return tuple(address for address, status in walked if status == 200)
