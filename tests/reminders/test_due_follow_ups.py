"""The lines of due follow-ups: whom they name, and what they are about."""

from __future__ import annotations

from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up
from crm.reminders.queries.follow_ups import list_due_follow_ups
from tests.factories import client_of, organization, person
from tests.reminders.morning import TODAY


def add_due(anna, *about, **facts):
    """Add a follow-up of anna that is due today."""
    values = {"title": "Price", "due_on": TODAY, "counselor_id": anna.id, "team_id": anna.first_team_id} | facts
    return add_follow_up(SYSTEM, values, about=[row.id for row in about])


def test_nothing_due_counts_zero(anna):
    assert list_due_follow_ups(anna, TODAY) == ([], 0, (0, 0), (0, 0))


def test_person_of_another_team_is_not_named(anna):
    hidden = person("Lu", "Hua", organization=client_of("Bay"))
    add_due(anna, organization("Port"), promised_to_id=hidden.id)
    (row,) = list_due_follow_ups(anna, TODAY).rows
    assert (row.person, row.about) == (None, "Port")


def test_organization_comes_before_other_records(anna):
    zhou, port = person("Zhou", "Limin"), organization("Port")
    add_due(anna, zhou, port)
    (row,) = list_due_follow_ups(anna, TODAY).rows
    assert (row.about, row.about_id) == ("Port, Limin Zhou", port.id)
