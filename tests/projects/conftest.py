"""Fixtures of projects."""

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
    """Return a shared project that has only a name and a country."""
    return add_project(actor("anna"), {"name": "Suzhou smart city", "native_name": "苏州智慧城市", "country": "CN"})


@pytest.fixture
def prime(actor):
    """Return a shared prime contractor."""
    return add_organization(actor("anna"), {"name": "Huayue Municipal"}, roles=[OrganizationRole.prime])


@pytest.fixture
def wang(actor, prime):
    """Return a person at the prime."""
    values = {"given_latin": "Xiaoming", "family_latin": "Wang", "organization_id": prime.id}
    return add_person(actor("anna"), values)


@pytest.fixture
def water(session):
    """Return a sector."""
    sector = Sector(code="water", name="Water")
    db.session.add(sector)
    db.session.flush()
    return sector


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


@pytest.fixture
def secret(actor, suzhou):
    """Return anna's project, now confidential."""
    return change_project(actor("anna"), suzhou, {"confidential": True})
