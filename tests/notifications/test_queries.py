"""What stands behind the bell: states, labels, addresses and counts, each with what stays out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core.errors import NotFound
from crm.followups.services import add_follow_up
from crm.notifications.models import Notification
from crm.notifications.policy import ASSIGNED, MENTIONED, RETENTION
from crm.notifications.queries import PAGE, list_ids, list_notifications, load_notification, url_of
from crm.notifications.services import mark, undo_marks
from tests.factories import client_of
from tests.notifications.conftest import NOW


@pytest.fixture
def notify(session):
    """Add a notification, by default of anna; return its id."""

    def add(user, **values) -> int:
        number = session.scalar(sa.select(sa.func.count(Notification.id)))
        row = Notification(**{"user_id": user.id, "kind": "digest", "key": f"k{number}", "at": NOW} | values)
        session.add(row)
        session.flush()
        return row.id

    return add


@pytest.fixture
def four(anna, notify):
    """Return the ids of an unread notification, a read one, a dismissed one, and one that is both."""
    states = ({}, {"read_at": NOW}, {"dismissed_at": NOW}, {"read_at": NOW, "dismissed_at": NOW})
    return [notify(anna, **state) for state in states]


def test_dismissed_ones_are_neither_listed_nor_unread(anna, people, notify, four, client):
    notify(people["clara"])
    unread, read, _dismissed, _both = four
    assert [(row.id, row.is_read) for row in list_notifications(anna)] == [(read, True), (unread, False)]
    assert (sorted(list_ids(anna, unread=False)), list_ids(anna, unread=True)) == ([unread, read], [unread])
    assert 'aria-label="Notifications: 1 unread"' in client.login_as("anna").get("/help").text


@pytest.mark.parametrize(("count", "text"), [(1, "1"), (99, "99"), (100, "99+")])
def test_bell_counts_to_99(anna, session, client, count, text):
    rows = [{"user_id": anna.id, "kind": "digest", "key": f"k{number}", "at": NOW} for number in range(count)]
    session.execute(sa.insert(Notification), rows)
    page = client.login_as("anna").get("/help").text
    assert f'aria-label="Notifications: {text} unread"' in page


def test_page_has_fifty_and_shows_whether_there_are_more(anna, notify):
    ids = [notify(anna) for _number in range(PAGE + 1)][::-1]
    assert (PAGE, [row.id for row in list_notifications(anna)]) == (50, ids)
    assert [row.id for row in list_notifications(anna, ids[PAGE - 1])] == ids[PAGE:]
    notify(anna)
    assert len(list_notifications(anna)) == PAGE + 1


def test_half_a_year_is_kept():
    assert timedelta(days=180) == RETENTION


def test_lines_name_kind_person_and_record(anna, people, notify):
    latin, chinese = client_of("Inland", "Delta Orchards"), client_of("Inland", "华岳水务")
    chinese.label, chinese.native_label = "", "华岳水务"
    notify(anna, kind=MENTIONED, record_id=latin.id, by_id=people["clara"].id)
    notify(anna, kind=MENTIONED, record_id=chinese.id)
    notify(anna, kind="cover_notice")
    notify(anna, kind="nothing like this")
    lines = [(row.title, row.kind, row.icon) for row in list_notifications(anna)][::-1]
    assert lines == [
        ("Clara Whitfield mentioned you: Delta Orchards", "Mentions of you in notes", "note"),
        ("A colleague mentioned you: 华岳水务", "Mentions of you in notes", "note"),
        ("", "Covering for a colleague", "handover"),
        ("", "", "mail"),
    ]


def test_assignment_is_shown_while_it_lasts(anna, people, notify):
    own_client, other = client_of("Inland", counselor=anna), client_of("Inland", counselor=people["clara"])
    ids = [notify(anna, kind=kind, record_id=row.id) for kind in (ASSIGNED, MENTIONED) for row in (own_client, other)]
    assert sorted(list_ids(anna, unread=True)) == [ids[0], ids[2], ids[3]]


def test_one_is_loaded_by_its_user_alone(anna, people, actor, notify):
    ids = [notify(anna), notify(anna), notify(people["clara"])]
    assert [load_notification(anna, i).id for i in ids[:2]] == ids[:2]
    for user, notice_id in (("anna", ids[2]), ("clara", ids[0])):
        with pytest.raises(NotFound):
            load_notification(actor(user), notice_id)


def test_address_is_its_own_or_that_of_the_record_or_of_the_email(anna, session, client):
    values = {"user_id": anna.id, "kind": "digest", "key": "k", "at": NOW}
    record = add_follow_up(anna, {"title": "HS note", "due_on": NOW.date()})
    rows = [
        Notification(**values, record_id=record.id, mail_id=7, path="/referrals/1"),
        Notification(**values, record_id=record.id, mail_id=7, path=""),
        Notification(**values, mail_id=7, path=""),
    ]
    with client.application.test_request_context():
        assert [url_of(row) for row in rows] == ["/referrals/1", f"/records/{record.id}", "/mail/7"]


def test_mark_changes_only_what_is_own_named_and_not_marked_yet(anna, people, session, clock, notify):
    first, second, unnamed, of_clara = notify(anna), notify(anna), notify(anna), notify(people["clara"])
    early = mark(anna, [first, of_clara], "dismissed")
    clock.forward(minutes=1)
    late = mark(anna, [first, second, of_clara], "dismissed")
    stmt = sa.select(Notification.read_at, Notification.dismissed_at).order_by(Notification.id)
    assert session.execute(stmt).all() == [(None, early), (None, late), (None, None), (None, None)]
    undo_marks(anna, "read", late)
    undo_marks(people["clara"], "dismissed", late)
    assert sorted(list_ids(anna, unread=True)) == [unnamed]
    undo_marks(anna, "dismissed", late)
    assert sorted(list_ids(anna, unread=True)) == [second, unnamed]
    mark(anna, [second], "read")
    assert (list_ids(anna, unread=True), sorted(list_ids(anna, unread=False))) == ([unnamed], [second, unnamed])
