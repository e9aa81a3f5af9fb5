"""A center with every kind of data, backed up, and empty systems to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from crm.core.data.base import db, reading
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from crm.core.ops.backup.rows import lines_of, tables_of
from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up
from crm.records.services import attach, set_tags
from tests.factories import affiliation, client_of, organization, person, reachable
from tests.factories.opportunities import make_opportunity
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.fixtures.people import make_people

PDF = b"%PDF-1.7 an offer"


def contents(app: Flask) -> dict[str, list[str]]:
    """Return all rows of a database by table, sorted by text; SQLite does not store that its datetimes are UTC."""
    with app.app_context(), reading(), db.engine.connect() as connection:
        return {
            table.name: sorted(line.replace('+00:00"', '"') for line in lines_of(connection, table))
            for table in tables_of(connection)
        }


def fill_center() -> None:
    """Create people, organizations, an opportunity, an interaction at a local time, a file and a due email."""
    anna = make_people()["anna"]
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民")
    affiliation(zhou, organization("Huadong Water", "华东水务"))
    reachable(zhou, email="zhou@huadong.example", phone="+86 138 0013 8000")
    set_tags(zhou, "water, 水")
    make_opportunity(
        client, "Flow meters", amount=Decimal("125000.50"), currency="USD", confidential=True, counselor=anna
    )
    call = {"title": "Call Zhou", "due_wall": datetime(2026, 3, 12, 9, 30), "zone": "Asia/Shanghai"}
    add_follow_up(SYSTEM, call | {"counselor_id": anna.id}, about=[zhou.id])
    attach(SYSTEM, client, [FileStorage(BytesIO(PDF), filename="offer.pdf")])
    put_mail("digest", RenderedMail("Today", "Call\n", "<p>Call</p>"), to=anna, dedupe_key="digest:1")
    db.session.commit()


@pytest.fixture
def center(real_app: Flask) -> Flask:
    """Return the application of a center with data."""
    with real_app.app_context():
        fill_center()
    return real_app


@pytest.fixture
def empty_app(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Return a factory of applications on databases without tables: `empty_app("sqlite", CRM_SMTP_URL=...)`."""
    applications: list[tuple[Flask, str]] = []

    def make(engine: str, **settings: Any) -> Flask:
        url = databases.empty(engine)
        app = make_app(url, tmp_path / f"restored-{len(applications)}", **settings)
        applications.append((app, url))
        return app

    yield make
    for app, url in applications:
        dispose(app)
        databases.drop(url)
