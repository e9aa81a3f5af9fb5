"""Changes in slices: continued after an interruption, stopped for a deactivated user, and undone."""

from __future__ import annotations

from threading import Event

import pytest
import sqlalchemy as sa

from crm.bulk.policy import BulkState
from crm.bulk.queries import list_open_runs
from crm.bulk.services import begin_undo, continue_run, may_undo
from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.record import Record
from tests.bulk.conftest import reasons
from tests.factories import client_of, organization, person


def test_change_is_free_for_the_next_process_when_one_stops(change, in_slices, monkeypatch):
    run = change("anna", "edit", [organization("Port Alpha"), organization("Port Beta")], field="city", value="Ningbo")
    monkeypatch.setattr("crm.bulk.services.slices.stopping", stopped := Event())
    stopped.set()
    assert not continue_run(run.id)
    assert (run.worker, run.lease_until, run.changed) == (None, None, 0)
    stopped.clear()
    assert continue_run(run.id)
    assert run.changed == 2


@pytest.mark.parametrize(("field", "value"), [("city", "Ningbo"), ("region", "Zhejiang")])
def test_change_in_slices_is_undone_except_for_later_edits(change, actor, in_slices, field, value):
    rows = [organization(f"Port {number}", city="Suzhou", region="Jiangsu") for number in range(5)]
    before = [(row.city, row.region, row.tokens) for row in rows]
    run = change("anna", "edit", rows, field=field, value=value)
    assert (run.state, list_open_runs(business_clock.real_now())) == (BulkState.waiting, [run.id])
    assert continue_run(run.id)
    assert (run.state, run.changed, {getattr(row, field) for row in rows}) == (BulkState.done, 5, {value})
    setattr(rows[3], field, "Elsewhere")
    db.session.flush()
    begin_undo(actor("anna"), run)
    assert continue_run(run.id)
    assert (run.state, run.undone) == (BulkState.undone, 4)
    assert reasons(run) == {rows[3].id: "This record has been changed or used since then."}
    db.session.expire_all()
    assert [(row.city, row.region, row.tokens) for row in rows if row is not rows[3]] == before[:3] + before[4:]


def test_undo_key_after_a_change_in_slices_leads_to_its_page(change, client, in_slices):
    web, rows = client.login_as("anna"), [organization("Port Alpha", city="Suzhou"), organization("Port Beta")]
    web.post(f"/organizations/{rows[1].id}/edit", data={"name": "Port Gamma", "version": rows[1].version})
    run = change("anna", "edit", rows, field="city", value="Ningbo")
    assert continue_run(run.id)
    for _number in range(2):
        answer = web.post("/records/changes/undo", data={"next": "/organizations/"})
        assert (answer.status_code, answer.location) == (303, f"/bulk/runs/{run.id}")
        assert ({row.city for row in rows}, rows[1].label) == ({"Ningbo"}, "Port Gamma")
    assert "Undo</button>" in web.get(f"/bulk/runs/{run.id}").text
    page = web.get("/records/changes").text
    assert "Edit field: 2 records changed" in page
    assert f'href="/bulk/runs/{run.id}"' in page
    web.post(f"/bulk/runs/{run.id}/undo")
    assert continue_run(run.id)
    web.post("/records/changes/undo")
    assert ([row.city for row in rows], rows[1].label) == (["Suzhou", None], "Port Beta")
    assert f'href="/bulk/runs/{run.id}"' not in web.get("/records/changes").text


def test_undo_key_skips_a_change_in_slices_that_changed_nothing(change, client, in_slices):
    web, own = client.login_as("anna"), organization("Port Beta")
    web.post(f"/organizations/{own.id}/edit", data={"name": "Port Gamma", "version": own.version})
    run = change("anna", "edit", [client_of("Bay", "Port Alpha")], field="city", value="Suzhou")
    assert continue_run(run.id)
    assert (run.state, run.changed) == (BulkState.done, 0)
    assert f'href="/bulk/runs/{run.id}"' not in web.get("/records/changes").text
    web.post("/records/changes/undo")
    assert own.label == "Port Beta"


def test_change_of_a_deactivated_user_is_canceled(change, client, people, in_slices):
    rows = [organization("Port Alpha", city="Suzhou"), organization("Port Beta", city="Suzhou")]
    run = change("anna", "edit", rows, field="city", value="Ningbo")
    people["anna"].active = False
    assert continue_run(run.id)
    assert (run.state, {row.city for row in rows}) == (BulkState.canceled, {"Suzhou"})
    assert list_open_runs(business_clock.real_now()) == []
    people["anna"].active = True
    db.session.commit()
    page = client.login_as("anna").get(f"/bulk/runs/{run.id}").text
    assert "Your account was deactivated before this change was complete." in page
    assert "2 records weren" in page


def test_change_stops_when_its_user_is_deactivated_and_can_be_undone(change, actor, people, in_slices, monkeypatch):
    rows = [organization(f"Port {number}", city="Suzhou") for number in range(5)]
    run = change("anna", "edit", rows, field="city", value="Ningbo")

    def deactivate(*_args) -> int:
        people["anna"].active = False
        return 2

    monkeypatch.setattr("crm.bulk.services.slices._next_size", deactivate)
    assert continue_run(run.id)
    assert (run.state, run.changed, run.position) == (BulkState.canceled, 2, 2)
    people["anna"].active = True
    assert may_undo(run)
    begin_undo(actor("anna"), run)
    assert continue_run(run.id)
    assert (run.state, {row.city for row in rows}) == (BulkState.undone, {"Suzhou"})


def test_undo_of_new_follow_ups_archives_them(change, actor, people, in_slices):
    values = {"title": "Call", "side": "we", "due_on": "2026-12-15", "counselor_id": people["anna"].id}
    run = change("anna", "follow_up", [person("Zhou", "Limin")], listing="people", **values)
    continue_run(run.id)
    begin_undo(actor("anna"), run)
    continue_run(run.id)
    assert db.session.scalars(sa.select(Record.archived_why).where(Record.kind == "followup")).all() == ["Undone"]


def test_undo_starts_when_a_long_change_ends(change, clock, in_slices, monkeypatch):
    run = change("anna", "edit", [organization(f"Port {number}") for number in range(3)], field="city", value="Ningbo")
    monkeypatch.setattr("crm.bulk.services.slices._next_size", lambda *_args: clock.forward(minutes=30) or 2)
    continue_run(run.id)
    assert db.session.get_one(Batch, run.batch_id).at == business_clock.now()


def test_interrupted_change_continues_where_it_stopped(change, in_slices, monkeypatch):
    rows = [organization(f"Port {number}") for number in range(5)]
    run = change("anna", "edit", rows, field="city", value="Ningbo")
    monkeypatch.setattr("crm.bulk.services.slices._next_size", lambda *_args: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        continue_run(run.id)
    assert (run.state, run.position) == (BulkState.running, 2)
    monkeypatch.undo()
    assert not continue_run(run.id)
    run.lease_until = None
    assert continue_run(run.id)
    assert (run.changed, {row.city for row in rows}) == (5, {"Ningbo"})


def test_tags_of_a_stored_run_that_no_record_can_have_end_it(change, in_slices):
    rows = [organization(f"Port {number}") for number in range(3)]
    run = change("anna", "tag", rows, tags=",".join(f"tag {number}" for number in range(21)))
    assert continue_run(run.id)
    assert (run.state, run.changed, run.refused_count) == (BulkState.done, 0, 3)
    assert set(reasons(run).values()) == {"Enter at most 20 tags."}
