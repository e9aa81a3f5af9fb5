"""Records that a colleague assigned together are one notification, which lists those that are still the user's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import reassign_user_records
from crm.bulk.services import begin_undo, continue_run
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import archive_record
from crm.notifications.models import Notification
from crm.notifications.queries import list_notifications
from crm.records.services import change_counselor
from tests.factories import client_of, organization, product
from tests.reminders.digest_data import turn_off


@pytest.fixture
def titles(actor):
    return lambda name="anna": [row.title for row in list_notifications(actor(name))]


@pytest.fixture
def assign(change, people, actor):
    """Return a function that lets Clara assign records to Anna."""

    def run(rows):
        act_as(db.session(), actor("clara"), ChangeSource.web)
        return change("clara", "assign", rows, counselor_id=people["anna"].id)

    return run


def ports(count: int, counselor=None):
    return [organization(f"Port {number}", team="Inland", counselor=counselor) for number in range(count)]


def page_of(client, people) -> str:
    notice_id = db.session.scalars(sa.select(Notification.id).where(Notification.user_id == people["anna"].id)).one()
    client.login_as("anna")
    response = client.post(f"/notifications/{notice_id}/open")
    assert response.headers["Location"] == f"/notifications/{notice_id}/records"
    return client.get(f"/notifications/{notice_id}/records").text


def test_records_assigned_together_are_one_notification(assign, people, titles, client):
    rows = ports(3, people["clara"])
    run = assign([*rows, organization("Port of Anna", team="Inland", counselor=people["anna"])])
    assert run.changed == 4
    assert titles() == ["Clara Whitfield assigned you 3 records"]
    assert titles("clara") == []
    change_counselor(rows[0], people["clara"].id)
    db.session.flush()
    assert titles() == ["Clara Whitfield assigned you 2 records"]
    page = page_of(client, people)
    assert [f"Port {number}" in page for number in range(3)] == [False, True, True]
    assert "Port of Anna" not in page
    assert "Clara Whitfield" in page


def test_products_that_follow_their_client_are_counted(assign, people, titles, client):
    owner = client_of("Inland", "Delta Orchards", counselor=people["clara"])
    product(owner, "Walnut meal")
    assign([owner])
    assert titles() == ["Clara Whitfield assigned you 2 records"]
    page = page_of(client, people)
    assert "Delta Orchards" in page
    assert "Walnut meal" in page


def test_slices_are_counted_together_and_undo_removes_the_notification(assign, people, actor, titles, in_slices):
    rows = ports(5, people["clara"])
    run = assign(rows)
    continue_run(run.id)
    assert titles() == ["Clara Whitfield assigned you 5 records"]
    begin_undo(actor("clara"), run)
    continue_run(run.id)
    assert [row.counselor_id for row in rows] == [people["clara"].id] * 5
    assert titles() == []


def test_undo_of_an_assignment_is_no_assignment_to_the_former_counselor(change, people, actor, titles, in_slices):
    rows = ports(3, people["anna"])
    run = change("clara", "assign", rows, counselor_id=people["clara"].id)
    continue_run(run.id)
    assert [row.counselor_id for row in rows] == [people["clara"].id] * 3
    begin_undo(actor("clara"), run)
    continue_run(run.id)
    assert [row.counselor_id for row in rows] == [people["anna"].id] * 3
    assert titles() == []


def test_user_who_turned_assignments_off_has_none(assign, people, actor, titles):
    turn_off(actor("anna"), "assigned")
    assign(ports(2, people["clara"]))
    assert titles() == []


def test_records_of_a_user_who_leaves_are_one_notification(people, actor, titles):
    ports(4, people["clara"])
    db.session.flush()
    act_as(db.session(), actor("admin"), ChangeSource.web)
    reassign_user_records(people["clara"], people["anna"])
    assert len(titles()) == 1
    assert titles()[0].endswith("assigned you 4 records")


def test_hidden_and_archived_records_are_neither_listed_nor_counted(assign, people, titles, client):
    rows = ports(3, people["clara"])
    assign(rows)
    rows[0].team_id = organization("Bay Works", team="Bay").team_id
    archive_record(rows[1], "Twice")
    db.session.flush()
    assert rows[0].counselor_id == people["anna"].id
    assert titles() == ["Clara Whitfield assigned you 1 record"]
    page = page_of(client, people)
    assert [f"Port {number}" in page for number in range(3)] == [False, False, True]


def test_notification_without_a_visible_record_disappears_from_the_bell_too(assign, people, titles, client):
    rows = ports(2, people["clara"])
    assign(rows)
    assert "Notifications: 1 unread" in client.login_as("anna").get("/people/").text
    for row in rows:
        row.team_id = organization("Bay Works", team="Bay").team_id
    db.session.flush()
    assert titles() == []
    assert "unread" not in client.get("/people/").text.partition("<main")[0]
    notice_id = db.session.scalars(sa.select(Notification.id).where(Notification.user_id == people["anna"].id)).one()
    assert client.post(f"/notifications/{notice_id}/open").status_code == 404


def test_numbers_take_one_statement_for_all_notifications(assign, people, actor, sql):
    counts = []
    for _number in range(3):
        assign(ports(2, people["clara"]))
        sql.clear()
        list_notifications(actor("anna"))
        counts.append(len(sql))
    assert counts[0] == counts[-1]
