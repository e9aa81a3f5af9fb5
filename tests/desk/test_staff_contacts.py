"""Who of the staff was in contact with a record."""

from __future__ import annotations

from datetime import UTC, datetime

from crm.desk.queries import StaffContact, list_staff_contacts
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from tests.factories import organization, person


def test_staff_contacts_are_those_who_took_part_with_how_often_and_when_last(clock, people, actor):
    zhou, other = (person(name, organization=organization()) for name in ("Zhou", "Li"))
    for name, day, about in (("anna", 2, zhou), ("anna", 4, zhou), ("clara", 3, zhou), ("dora", 5, other)):
        values = {"wall": datetime(2026, 3, day, 9, 0), "zone": "UTC"}
        details = InteractionDetails(parties=[PartyValues(about.id)], staff_ids=[people[name].id])
        log_interaction(actor("anna"), values, details)
    assert list_staff_contacts(actor("anna"), zhou) == [
        StaffContact("Anna Reyes", 2, datetime(2026, 3, 4, 9, 0, tzinfo=UTC)),
        StaffContact("Clara Whitfield", 1, datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
    ]
