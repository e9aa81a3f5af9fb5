"""A show with people to meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest

from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.people.services import add_person
from crm.shows.services import save_meeting, save_show

DAY = date(2026, 12, 9)
TEN_FORTY = datetime(2026, 12, 9, 2, 40, tzinfo=UTC)
"""10:40 on that day in Suzhou."""


@pytest.fixture
def trade_show(actor):
    """Return a show of three days in Suzhou."""
    values = {
        "name": "Smart City Fair",
        "native_name": "智慧城市展",
        "city": "Suzhou",
        "zone": "Asia/Shanghai",
        "starts_on": DAY,
        "ends_on": date(2026, 12, 11),
    }
    return save_show(actor("anna"), values)


@pytest.fixture
def show_records(actor):
    """Return a client of anna's team, one of boris's, a shared host, and Li Hui who works there."""
    client = add_organization(actor("anna"), {"name": "ClearAir Sensors"}, roles=[OrganizationRole.client])
    other = add_organization(actor("boris"), {"name": "Bay Metering"}, roles=[OrganizationRole.client])
    host = add_organization(actor("anna"), {"name": "Jiangchuan"}, roles=[OrganizationRole.prime])
    li = add_person(actor("anna"), {"given_latin": "Hui", "family_latin": "Li", "organization_id": host.id})
    return SimpleNamespace(client=client, other=other, host=host, li=li)


@pytest.fixture
def meet(actor, trade_show, show_records):
    """Create meetings: `meet("anna", time(10, 30), people=[show_records.li.id])`, of its client, at table 14."""

    def make(user_name: str = "anna", starts_at: time = time(10, 30), show=None, **more):
        organization = show_records.other if user_name == "boris" else show_records.client
        values = {
            "day": DAY,
            "time": starts_at,
            "minutes": 30,
            "table": "14",
            "client_id": organization.id,
            "host_id": show_records.host.id,
        }
        return save_meeting(actor(user_name), show or trade_show, values | more)

    return make


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")
