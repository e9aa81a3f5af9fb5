"""Names are saved on one line and without invisible characters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization

NEW = "/organizations/new"


def test_name_is_saved_without_invisible_characters(client, people):
    sent = {
        "name": "Acme\u202e \r\nSensors\u200b\x07",
        "native_name": "華岳\u3000科技",
        "city": " Ningbo\n",
        "address": "1 Main St\r\nBuilding \u2066B",
    }
    assert client.login_as("anna").post(NEW, data=sent).status_code == 303
    organization = db.session.scalars(sa.select(Organization)).one()
    assert (organization.name, organization.native_name, organization.city) == ("Acme Sensors", "華岳 科技", "Ningbo")
    assert organization.address == "1 Main St\nBuilding B"


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u2800", "\u3164", "\u202e", "\u00ad\ufeff", "\u0301"])
def test_name_of_invisible_characters_only_is_refused(client, people, name):
    assert client.login_as("anna").post(NEW, data={"name": name}).status_code == 422
    assert db.session.scalars(sa.select(Organization)).all() == []
