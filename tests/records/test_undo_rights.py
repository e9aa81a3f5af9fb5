"""Undo gives no right that the user has lost since the change, and no further access to a confidential record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.policy import Role, may_see
from crm.followups.services import about_of, add_follow_up
from crm.records.services import change_confidentiality
from tests.factories import client_of, organization, person
from tests.records.lookups import undo_last


@pytest.fixture(autouse=True)
def clock_of_test(clock):
    clock.set(datetime(2026, 12, 8, 20, 0, tzinfo=UTC))


def test_change_from_before_a_lower_role_is_not_undone(client, people):
    clara, row = client.login_as("clara"), organization("Huadong Water")
    clara.post(f"/records/{row.id}/archive", data={"why": "Closed", "version": row.version})
    people["clara"].role = Role.staff
    db.session.flush()
    assert clara.post(f"/records/{row.id}/restore").status_code == 403
    answer = undo_last(clara)
    assert (answer.status_code, row.archived_at is None) == (409, False)
    assert "Your role, teams or permissions have changed since then" in answer.text


def test_change_from_before_another_team_is_not_undone(client, people):
    anna, row = client.login_as("anna"), person("Zhou", "Limin")
    anna.post(f"/people/{row.id}/edit", data={"family_latin": "Chou", "version": row.version})
    bay = db.session.scalars(sa.select(Membership).where(Membership.user_id == people["boris"].id)).one().team_id
    db.session.add(Membership(user_id=people["anna"].id, team_id=bay, position=1))
    db.session.flush()
    assert (undo_last(anna).status_code, row.family_latin) == (409, "Chou")


def test_change_is_undone_after_rights_of_other_users_changed(client, people):
    anna, row = client.login_as("anna"), person("Zhou", "Limin")
    anna.post(f"/people/{row.id}/edit", data={"family_latin": "Chou", "version": row.version})
    people["clara"].role, people["anna"].name = Role.staff, "Anna R."
    db.session.flush()
    assert (undo_last(anna).status_code, row.family_latin) == (303, "Zhou")


def test_confidential_client_is_not_moved_back_to_a_former_team(client, people, actor):
    bay = db.session.scalars(sa.select(Membership).where(Membership.user_id == people["boris"].id)).one().team_id
    db.session.add(Membership(user_id=people["anna"].id, team_id=bay, position=1))
    row = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    anna = client.login_as("anna")
    data = {"name": "Tri-Valley", "roles": "client", "team_id": str(bay), "counselor_id": str(people["anna"].id)}
    assert anna.post(f"/organizations/{row.id}/edit", data=data | {"version": row.version}).status_code == 303
    assert row.team_id == bay
    change_confidentiality(row, confidential=True, readers=[])
    db.session.flush()
    assert undo_last(anna).status_code == 409
    assert (row.team_id, may_see(actor("clara"), row)) == (bay, False)


def test_record_stays_confidential_when_the_undo_removes_its_link(client, people, actor):
    secret = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    row = add_follow_up(actor("anna"), {"title": "Call", "due_on": date(2026, 12, 9)}, about=[organization("Port").id])
    anna = client.login_as("anna")
    data = {"title": "Call Quiet Harbor", "due_on": "2026-12-09", "side": "we", "about": [secret.id]}
    assert anna.post(f"/followups/{row.id}/edit", data=data | {"version": row.version}).status_code == 303
    assert (row.confidential, row.restricted) == (True, False)
    assert undo_last(anna).status_code == 303
    assert (row.title, about_of(row) == [secret.id], row.confidential, row.restricted) == ("Call", False, True, True)
