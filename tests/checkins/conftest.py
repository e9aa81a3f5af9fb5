"""A China rep whose check-ins are on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.checkins.jobs import send_check_ins
from crm.checkins.models import CheckIn
from crm.checkins.services import start_check_ins
from tests.checkins.lookups import MARCH
from tests.factories import client_of, person, representation
from tests.factories.records import reachable


@pytest.fixture
def anna(people, actor, clock):
    clock.set(MARCH - timedelta(days=10))
    return actor("anna")


@pytest.fixture
def rep(anna):
    """Return a China rep with an address, whose check-ins are on."""
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民", zone="Asia/Shanghai", country="CN")
    reachable(zhou, email="zhou@example.cn")
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    row = representation(client, zhou, counselor=anna)
    start_check_ins(anna, row)
    return row


@pytest.fixture
def sent(session, clock):
    """Run the job at a moment; return the check-ins."""

    def run(moment: datetime) -> list[CheckIn]:
        session.commit()
        clock.set(moment)
        send_check_ins()
        return list(session.scalars(sa.select(CheckIn).order_by(CheckIn.id)))

    return run
