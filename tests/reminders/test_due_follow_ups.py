"""The lines of due follow-ups: whom they name, and what they are about."""

from __future__ import annotations

from datetime import timedelta

from crm.core.policy import SYSTEM
from crm.followups.enums import FollowUpSide
from crm.followups.services import add_follow_up, complete_follow_up
from crm.reminders.queries.follow_ups import list_due_follow_ups
from tests.factories import archived, client_of, make_confidential, organization, person
from tests.reminders.digest_data import MORNING, TODAY


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
    add_due(anna, person("Zhou", "Limin"), organization("Port"))
    (row,) = list_due_follow_ups(anna, TODAY).rows
    assert row.about == "Port, Limin Zhou"


def test_line_has_the_time_zone_of_the_promised_person(anna, session):
    shanghai, chicago = person("Zhou", "Limin"), person("Miller", "Samuel")
    shanghai.zone, chicago.zone = "Asia/Shanghai", "America/Chicago"
    session.flush()
    add_due(anna, promised_to_id=shanghai.id, side=FollowUpSide.we)
    add_due(anna, promised_by_id=chicago.id, side=FollowUpSide.they)
    add_due(anna, chicago)
    rows = list_due_follow_ups(anna, TODAY).rows
    assert [(row.person, row.their_zone) for row in rows] == [
        ("Limin Zhou", "Asia/Shanghai"),
        ("Samuel Miller", "America/Chicago"),
        (None, "America/Chicago"),
    ]


def test_due_are_open_ones_of_the_counselor_up_to_the_day_counted_by_side(anna, people, actor, clock):
    yesterday = TODAY - timedelta(days=1)
    rows = [
        add_due(anna, title="They, late", side=FollowUpSide.they, due_on=yesterday),
        add_due(anna, title="We, late", due_on=yesterday),
        add_due(anna, title="We, later", due_on=yesterday),
        add_due(anna, title="We, today"),
    ]
    add_due(anna, title="Tomorrow", due_on=TODAY + timedelta(days=1))
    add_due(anna, title="Of dora", counselor_id=people["dora"].id)
    archived(add_due(anna, title="Archived"))
    complete_follow_up(anna, add_due(anna, title="Done"))
    clock.set(MORNING)
    due = list_due_follow_ups(anna, TODAY)
    assert [row.id for row in due.rows] == [row.id for row in rows]
    assert (due.older_count, due.we, due.they) == (0, (3, 2), (1, 1))
    assert [row.title for row in list_due_follow_ups(anna, TODAY, counselor_id=people["dora"].id).rows] == ["Of dora"]
    make_confidential(rows[0])
    assert len(list_due_follow_ups(actor("dora"), TODAY, counselor_id=anna.id).rows) == 3
