"""A need of a shared project, and a product of an Inland client that fits it."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.data.changed_rows import take_changed
from crm.matching.models import ProductMatch
from crm.matching.services import refresh_changed
from crm.projects.services import add_project, save_need
from tests.factories import client_of, product


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


@pytest.fixture
def plant(actor, people):
    """Return a shared project."""
    return add_project(actor("anna"), {"name": "Ningbo water plant", "country": "CN", "city": "Ningbo"})


@pytest.fixture
def need(actor, plant):
    """Return a need of the project."""
    values = {"title": "Ultrasonic water meters", "hs6": "902820", "project_id": plant.id}
    return save_need(actor("anna"), values)


@pytest.fixture
def meter(people):
    """Return a product of an Inland client that fits the need."""
    owner = client_of("Inland", "Bluewater Metering", counselor=people["anna"])
    return product(owner, name="Ultrasonic water meter BW-3", hs6="902820")


@pytest.fixture
def match(need, meter):
    """Return the match of both."""
    return refreshed()[need.id, meter.id]


def refreshed() -> dict[tuple[int, int], ProductMatch]:
    """Compute what changed, as a commit does, and return the matches by need and product."""
    db.session.flush()
    changed = take_changed(db.session())
    refresh_changed(db.session(), changed, changed)
    db.session.expire_all()
    return {(row.need_id, row.product_id): row for row in db.session.query(ProductMatch)}
