"""The next hours shared with the other side, beside the date of a follow-up and of an appointment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.core.i18n.formats import as_read_by
from crm.followups.shared_hours import find_shared_hours
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from tests.factories import person

pytestmark = pytest.mark.usefixtures("people")
WINTER = datetime(2026, 12, 7, 17, tzinfo=UTC)


def test_hours_are_on_the_clock_of_the_user(actor, clock):
    clock.set(WINTER)
    anna = actor("anna")
    with as_read_by(anna):
        hours = find_shared_hours(anna, "Asia/Shanghai")
        assert find_shared_hours(anna, anna.zone) is None
        assert find_shared_hours(anna, None) is None
    assert hours.text == "Mon, Dec 7 5:00 PM-6:00 PM = Tue 9:00 AM Shanghai"
    assert (hours.day, hours.time) == ("2026-12-07", "17:00")


def test_form_offers_them_for_a_person_in_another_zone(client, session, clock):
    zhou = person("Zhou", "Limin", zone="Asia/Shanghai")
    near = person("Ruiz", "Ana", zone="America/Los_Angeles")
    session.commit()
    clock.set(WINTER)
    client.login_as("anna")
    offer = "Next shared working hours: Mon, Dec 7 5:00 PM-6:00 PM = Tue 9:00 AM Shanghai"
    assert offer in client.get(f"/followups/new?person={zhou.id}").text
    assert "Next shared working hours" not in client.get(f"/followups/new?person={near.id}").text


def test_rescheduling_offers_the_next_shared_hours(client, session, actor, clock):
    zhou = person("Zhou", "Limin", zone="Asia/Shanghai")
    values = {"state": InteractionState.planned, "subject": "Call", "wall": datetime(2026, 12, 8, 11)}
    values |= {"zone": "America/Los_Angeles"}
    row = log_interaction(actor("anna"), values, InteractionDetails(parties=[PartyValues(zhou.id)]))
    session.commit()
    clock.set(WINTER)
    client.login_as("anna")
    assert "Next shared working hours" in client.get(f"/interactions/{row.id}/move").text
