"""Projects to test with."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.people.services import add_person
from crm.projects.services import add_project, change_project
from crm.reference.models import Sector


@pytest.fixture
def suzhou(actor):
    """Give a shared project that anna has only heard the name of."""
    return add_project(actor("anna"), {"name": "Suzhou smart city", "native_name": "苏州智慧城市", "country": "CN"})


@pytest.fixture
def prime(actor):
    """Give a shared prime contractor."""
    return add_organization(actor("anna"), {"name": "Huayue Municipal"}, roles=[OrganizationRole.prime])


@pytest.fixture
def wang(actor, prime):
    """Give a person at the prime."""
    values = {"given_latin": "Xiaoming", "family_latin": "Wang", "organization_id": prime.id}
    return add_person(actor("anna"), values)


@pytest.fixture
def water(session):
    """Give a Sectors."""
    sector = Sector(code="water", name="Water")
    db.session.add(sector)
    db.session.flush()
    return sector


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


@pytest.fixture
def secret(actor, suzhou):
    """Give anna's project, now confidential."""
    return change_project(actor("anna"), suzhou, {"confidential": True})
