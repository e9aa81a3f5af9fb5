"""When a user leaves, someone else attends the planned interactions: otherwise nobody would be reminded."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.accounts.services.reassignment import list_parts, reassign_user_records
from crm.accounts.services.users import deactivate_user, reactivate_user
from crm.core.data.base import db
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from tests.factories import make_confidential


def staff_of(row):
    stmt = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id)
    return set(db.session.scalars(stmt))


def parts_of(user):
    return [(str(label), number) for label, number in list_parts(user.id, is_leaving=False)]


def test_new_owner_attends_planned_interactions_and_no_past_ones(log, people):
    anna, clara = people["anna"], people["clara"]
    planned = log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned)
    past = log(datetime(2026, 12, 1, 10, 0))
    assert (staff_of(planned), parts_of(anna)) == ({anna.id}, [("Planned interactions to attend", 1)])
    reassign_user_records(anna, clara)
    assert (staff_of(planned), staff_of(past), parts_of(anna)) == ({clara.id}, {anna.id}, [])


def test_new_owner_who_attends_already_attends_once(log, people):
    anna, clara = people["anna"], people["clara"]
    row = log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned)
    db.session.add(InteractionStaff(interaction_id=row.id, user_id=clara.id))
    db.session.flush()
    reassign_user_records(anna, clara)
    assert staff_of(row) == {clara.id}


def test_confidential_interaction_goes_to_nobody_who_may_not_see_it(log, people):
    anna, dora = people["anna"], people["dora"]
    row = log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned)
    row.counselor_id = people["clara"].id
    make_confidential(row)
    db.session.flush()
    assert reassign_user_records(anna, dora) == 0
    assert staff_of(row) == {people["clara"].id}


def test_reactivated_user_attends_planned_interactions_again(log, people):
    anna, boris, clara, dora = (people[name] for name in ("anna", "boris", "clara", "dora"))
    day = datetime(2026, 12, 20, 10, 0)
    alone, together, canceled, passed_on, hidden = (log(day, state=InteractionState.planned) for _ in range(5))
    db.session.add(InteractionStaff(interaction_id=together.id, user_id=clara.id))
    db.session.flush()
    deactivate_user(anna, clara)
    assert [staff_of(row) for row in (alone, together, hidden)] == [{clara.id}] * 3
    canceled.state = InteractionState.canceled
    db.session.delete(db.session.get(InteractionStaff, (passed_on.id, clara.id)))
    db.session.add(InteractionStaff(interaction_id=passed_on.id, user_id=boris.id))
    hidden.counselor_id = dora.id
    make_confidential(hidden)
    db.session.flush()
    db.session.expire_all()
    reactivate_user(anna, gets_records=True)
    rows = (alone, together, canceled, passed_on, hidden)
    assert [staff_of(row) for row in rows] == [{anna.id}, {anna.id, clara.id}, {clara.id}, {boris.id}, {clara.id}]


def test_reactivated_user_without_the_records_attends_nothing(log, people):
    row = log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned)
    deactivate_user(people["anna"], people["clara"])
    reactivate_user(people["anna"])
    assert staff_of(row) == {people["clara"].id}


def test_reactivated_user_attends_again_after_the_colleague_left(log, people):
    anna, clara, dora = (people[name] for name in ("anna", "clara", "dora"))
    passed_on, together, given_up = (log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned) for _ in "123")
    db.session.add(InteractionStaff(interaction_id=together.id, user_id=clara.id))
    db.session.flush()
    deactivate_user(anna, dora)
    db.session.delete(db.session.get(InteractionStaff, (given_up.id, dora.id)))
    db.session.add(InteractionStaff(interaction_id=given_up.id, user_id=clara.id))
    db.session.flush()
    deactivate_user(dora, clara)
    reactivate_user(anna, gets_records=True)
    assert [staff_of(row) for row in (passed_on, together, given_up)] == [{anna.id}, {anna.id, clara.id}, {clara.id}]


def test_user_without_records_is_offered_the_appointments(client, log, people):
    clara, dora = people["clara"], people["dora"]
    row = log(datetime(2026, 12, 20, 10, 0), state=InteractionState.planned)
    attendees = staff_of(row)
    db.session.add(InteractionStaff(interaction_id=row.id, user_id=dora.id))
    db.session.flush()
    deactivate_user(dora, clara)
    admin = client.login_as("admin")
    page = admin.get(f"/users/{dora.id}/enable").text
    assert "These colleagues have the records" not in page
    assert "Return records and appointments" in page
    assert admin.post(f"/users/{dora.id}/enable", data={"gets_records": "y"}).status_code == 303
    assert staff_of(row) == attendees | {dora.id}
