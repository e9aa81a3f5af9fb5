"""What can't be undone, and when undo ends."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.people.models import Person
from tests.factories import client_of, make_confidential, organization, person
from tests.records.lookups import LOG, archived_kinds, undo_last


def test_change_of_a_record_that_became_hidden_is_not_undone(anna, people):
    row = person("Zhou", "Limin", team="Inland")
    for number in range(3):
        organization(f"Port {number}")
    anna.post(f"/people/{row.id}/edit", data={"family_latin": "Zhou", "given_latin": "Lin", "version": row.version})
    make_confidential(row, people["clara"])
    answer = undo_last(anna)
    assert (answer.status_code, row.given_latin) == (409, "Lin")
    assert "You no longer have access to all records of this change" in answer.text


def test_person_used_since_stays_when_the_interaction_is_undone(anna):
    data = LOG | {"people-typed": "Gao Lei", "people-new": "Gao Lei"}
    anna.post("/interactions/new", data=data)
    action = db.session.scalar(sa.select(sa.func.max(Batch.id)))
    row = db.session.scalars(sa.select(Person)).one()
    anna.post("/interactions/new", data=LOG | {"people": str(row.id), "subject": "Second call"})
    assert anna.post(f"/records/changes/{action}/undo").status_code == 303
    assert archived_kinds() == ["interaction"]


def test_later_change_stands_in_the_way(anna, client):
    row = person("Zhou", "Limin")
    anna.post(f"/people/{row.id}/edit", data={"family_latin": "Chou", "version": row.version})
    action = db.session.scalar(sa.select(sa.func.max(Batch.id)))
    anna.post(f"/people/{row.id}/edit", data={"family_latin": "Chow", "version": row.version})
    answer = anna.post(f"/records/changes/{action}/undo")
    assert (answer.status_code, row.family_latin) == (409, "Chow")
    assert "has been changed or used since then" in answer.text


def test_created_record_in_use_stands_in_the_way(anna):
    anna.post("/people/new", data={"family_latin": "Gao"})
    action = db.session.scalar(sa.select(sa.func.max(Batch.id)))
    row = db.session.scalars(sa.select(Person)).one()
    anna.post("/interactions/new", data=LOG | {"people": str(row.id), "subject": "Call"})
    assert anna.post(f"/records/changes/{action}/undo").status_code == 409
    assert row.archived_at is None


def test_undo_is_possible_for_an_hour(anna, clock):
    anna.post("/people/new", data={"family_latin": "Gao"})
    clock.forward(minutes=61)
    answer = undo_last(anna)
    assert (answer.status_code, archived_kinds()) == (409, [])
    assert "can no longer be undone" in answer.text


def test_undo_can_be_undone_once(anna):
    anna.post("/people/new", data={"family_latin": "Gao"})
    action = db.session.scalar(sa.select(sa.func.max(Batch.id)))
    undo_last(anna)
    assert anna.post(f"/records/changes/{action}/undo").status_code == 409
    assert undo_last(anna).status_code == 303
    assert archived_kinds() == []


def test_change_of_another_user_is_not_found(anna, client):
    anna.post("/people/new", data={"family_latin": "Gao"})
    action = db.session.scalar(sa.select(sa.func.max(Batch.id)))
    assert client.login_as("shen").post(f"/records/changes/{action}/undo").status_code == 404


def test_change_of_a_record_that_is_hidden_by_now_is_not_undone_or_listed(anna, actor, people):
    from crm.records.services import change_confidentiality

    row = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    data = {"why": "Closed", "version": row.version}
    anna.post(f"/records/{row.id}/archive", data=data)
    assert "Tri-Valley" in anna.get("/records/changes").text
    row.counselor_id = people["clara"].id
    change_confidentiality(row, confidential=True, readers=[])
    db.session.flush()
    assert "Tri-Valley was archived" not in anna.get("/records/changes").text
    assert undo_last(anna).status_code == 409
    assert row.archived_at is not None


def test_refused_request_leaves_no_action(anna):
    assert anna.post("/people/new", data={"family_latin": "x" * 500}).status_code == 422
    assert db.session.scalars(sa.select(Batch)).all() == []
    assert undo_last(anna).status_code == 404


def test_action_older_than_ten_minutes_is_not_undone_by_the_key(anna, clock):
    anna.post("/people/new", data={"family_latin": "Gao"})
    clock.forward(minutes=11)
    anna.post("/records/changes/undo")
    assert archived_kinds() == []
