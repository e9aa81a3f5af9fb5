"""What an import assigns to a user is one notification, which ends with the undo of the import."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import ChangeSource
from crm.core.data.record import archive_record
from crm.notifications.models import Notification
from crm.notifications.queries import list_notifications
from crm.notifications.sources import notify_of_changes
from crm.organizations.models import Organization
from crm.records.services import change_counselor
from tests.factories import client_of
from tests.imports.conftest import ImportFlow
from tests.reminders.digest_data import turn_off

ROWS = """Name,Roles,Owner
Delta Orchards,client,anna@demo.example
Redwood Filters,client,anna@demo.example
Golden Valves,client,clara@demo.example
"""


def titles(actor, name: str = "anna") -> list[str]:
    return [row.title for row in list_notifications(actor(name))]


def test_records_of_an_import_are_one_notification_that_opens_their_list(client, anna, actor):
    flow = ImportFlow(client.login_as("clara"), ROWS, kind="organizations")
    flow.confirm()
    assert titles(actor) == ["Clara Whitfield assigned you 2 records"]
    assert titles(actor, "clara") == []
    (id,) = db.session.scalars(sa.select(Notification.id).where(Notification.user_id == anna.id))
    page = client.login_as("anna").get(f"/notifications/{id}/records").text
    assert ("Delta Orchards" in page, "Redwood Filters" in page, "Golden Valves" in page) == (True, True, False)
    client.login_as("clara").post(f"{flow.url}/undo")
    db.session.expire_all()
    assert titles(actor) == []


def test_imported_opportunities_are_one_too(client, anna, actor):
    client_of("Inland", "Delta Orchards", counselor=actor("clara"))
    db.session.commit()
    rows = "".join(f"{name},Delta Orchards,dora@demo.example\n" for name in ("Meters", "Pumps"))
    text = f"Opportunity,Client,Counselor\n{rows}"
    ImportFlow(client.login_as("clara"), text, kind="opportunities").confirm()
    assert titles(actor, "dora") == ["Clara Whitfield assigned you 2 records"]


ENDS = [lambda row, user: change_counselor(row, user.id), lambda row, _: archive_record(row, "")]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("first", [0, 1])
def test_notification_ends_with_the_last_record(client, anna, actor, people, end, first):
    ImportFlow(client.login_as("clara"), ROWS, kind="organizations").confirm()
    rows = sorted(db.session.scalars(sa.select(Organization).where(Organization.counselor_id == anna.id)), key=id_of)
    end(rows[first], people["dora"])
    db.session.flush()
    assert titles(actor) == ["Clara Whitfield assigned you 1 record"]
    end(rows[1 - first], people["dora"])
    db.session.flush()
    assert titles(actor) == []


def test_notification_of_an_import_has_the_first_record_of_a_flush(session, anna, people):
    rows = [client_of("Inland", name, counselor=None) for name in ("Delta Orchards", "Redwood Filters")]
    ids = sorted(row.id for row in rows)
    shared = {"table": "record", "action": "changed", "actor_id": people["clara"].id, "via": ChangeSource.import_}
    shared |= {"diff": {"counselor_id": (None, anna.id)}, "batch_id": None, "at": now()}
    notify_of_changes(session, [shared | {"root_id": id, "row_id": str(id)} for id in ids])
    assert session.scalar(sa.select(Notification.record_id).where(Notification.user_id == anna.id)) == ids[0]


def id_of(row: Organization) -> int:
    return row.id


def test_turned_off_there_is_none(client, anna, actor):
    turn_off(anna, "assigned")
    ImportFlow(client.login_as("clara"), ROWS, kind="organizations").confirm()
    assert titles(actor) == []
