"""People, firms and contacts to test with; record pages stand in where the feature that shows them is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Blueprint, Flask

from crm.core import clock
from crm.core.db import db
from crm.core.web import RIGHTS
from crm.interactions.services import Told, log_interaction
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.people.services import add_person
from crm.reference.models import Funder

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)
"""A Tuesday, 07:36 in Los Angeles, 23:36 in Shanghai."""
PAGES = ("person", "organization", "project", "opportunity", "show", "interaction", "followup")


@pytest.fixture(scope="session", autouse=True)
def record_pages(app: Flask) -> None:
    """Give addresses to the pages of records where nobody has made them."""
    if "desk" not in app.blueprints:
        pages = Blueprint("desk", __name__)
        for kind in PAGES:
            pages.add_url_rule(f"/page/{kind}/<int:id>", kind, lambda id: f"<h1>{id}</h1>")
            RIGHTS[f"desk.{kind}"] = "organization:see"
        app._got_first_request = False
        app.register_blueprint(pages)


@pytest.fixture(autouse=True)
def now():
    """Hold the clock on the morning of the demo."""
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def anna(actor):
    """Give the counselor who writes: staff of Inland."""
    return actor("anna")


@pytest.fixture
def client_firm(anna):
    """Give a client of Inland."""
    return add_organization(anna, {"name": "Tri-Valley Sensors", "country": "US"}, roles=[OrganizationRole.client])


@pytest.fixture
def prime(anna):
    """Give a shared prime contractor in China."""
    values = {"name": "Huayue Municipal", "native_name": "华岳市政", "country": "CN"}
    return add_organization(anna, values, roles=[OrganizationRole.prime])


@pytest.fixture
def wang(anna, prime):
    """Give a shared person in Shanghai."""
    values = {"family_native": "王", "given_native": "小明", "family_latin": "Wang", "given_latin": "Xiaoming"}
    return add_person(anna, values | {"country": "CN", "organization_id": prime.id})


@pytest.fixture
def rosa(anna, client_firm):
    """Give a person at the client: of the team."""
    values = {"given_latin": "Rosa", "family_latin": "Delgado", "country": "US"}
    return add_person(anna, values | {"organization_id": client_firm.id})


@pytest.fixture
def step(session):
    """Give a funder."""
    row = Funder(code="STEP", name="State Trade Expansion Program", from_on=date(2026, 10, 1))
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def log(anna) -> Callable[..., Any]:
    """Log a contact: `log(wall, parties=[...], state=...)`; what is of Told goes there."""

    def make(wall: datetime | None = None, by: Any = None, **values: Any) -> Any:
        told = {k: values.pop(k) for k in ("parties", "clients", "about", "sent", "follow_ups", "closes", "staff_ids") if k in values}
        when = wall or datetime(2026, 12, 7, 14, 0)
        return log_interaction(by or anna, {"wall": when, "zone": LA} | values, Told(**told))

    return make


def days(number: int) -> timedelta:
    """A number of days."""
    return timedelta(days=number)
