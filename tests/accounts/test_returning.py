"""Reactivated users get their records back, also from colleagues to whom they were passed on meanwhile."""

from __future__ import annotations

from crm.accounts.services.reassignment import reassign_user_records
from crm.accounts.services.returning import list_returnable
from crm.accounts.services.users import deactivate_user, reactivate_user
from crm.core.data.base import db
from tests.accounts.lookups import record


def test_records_come_back_after_the_new_owner_left(people):
    anna, dora, clara = people["anna"], people["dora"], people["clara"]
    row, own, moved_on = record("A", anna), record("B", dora), record("C", anna)
    deactivate_user(anna, dora)
    moved_on.counselor_id = clara.id
    db.session.flush()
    deactivate_user(dora, clara)
    assert list_returnable(anna) == [(clara, [row.id])]
    assert reactivate_user(anna, gets_records=True) == 1
    assert reactivate_user(dora, gets_records=True) == 1
    assert [one.counselor_id for one in (row, own, moved_on)] == [anna.id, dora.id, clara.id]


def test_records_come_back_when_the_new_owner_returned_first(people):
    anna, dora, clara = people["anna"], people["dora"], people["clara"]
    row = record("A", anna)
    deactivate_user(anna, dora)
    deactivate_user(dora, clara)
    assert reactivate_user(dora, gets_records=True) == 1
    assert reactivate_user(anna, gets_records=True) == 1
    assert row.counselor_id == anna.id


def test_record_that_somebody_passed_on_by_hand_stays_where_it_is(people):
    anna, dora, clara = people["anna"], people["dora"], people["clara"]
    row = record("A", anna)
    deactivate_user(anna, dora)
    row.counselor_id = clara.id
    db.session.flush()
    reassign_user_records(clara, dora)
    row.counselor_id = people["shen"].id
    db.session.flush()
    deactivate_user(dora, clara)
    assert list_returnable(anna) == []
    assert (reactivate_user(anna, gets_records=True), row.counselor_id) == (0, people["shen"].id)
