"""Leases: one worker writes or undoes an import, and renews its lease with each part."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.core import clock as business_clock
from crm.core.clock import now, real_now
from crm.core.data.base import db
from crm.core.data.history import Author, Batch, Change, ChangeSource, author_of
from crm.core.data.jobs import stopping
from crm.core.errors import Conflict, Invalid
from crm.imports import jobs, services
from crm.imports.models import ImportRun
from crm.imports.policy import ImportKind, RunState
from crm.imports.services import revert, revert_runs, slices
from crm.imports.services.lease import ImportStopped, LeaseLost, RunLease
from tests.imports.conftest import ImportFlow, list_labels
from tests.imports.lookups import batch_of, run_of
from tests.imports.slicing import PEOPLE, confirm_import, on_slice, raise_disk_full

PAST = timedelta(seconds=-1)


def test_only_the_worker_with_the_lease_changes_an_import(people):
    batch = batch_of(people["anna"])
    run, other = (run_of(people["anna"], state=RunState.writing, lease_until=real_now() + PAST) for _ in range(2))
    run.batch_id, untouched = batch.id, (other.worker, other.lease_until)
    db.session.commit()
    first, second = RunLease(run.id), RunLease(run.id)
    assert first.take_over() is RunState.writing
    assert (run.worker, first.batch_id) == (first.worker, batch.id)
    assert timedelta(seconds=100) < run.lease_until - real_now() < timedelta(minutes=2)
    assert second.take_over() is None
    with pytest.raises(LeaseLost):
        second.renew(written=9)
    first.renew(written=3)
    db.session.commit()
    assert run.written == 3
    second.release()
    assert run.lease_until > real_now()
    first.release()
    assert run.lease_until < real_now()
    assert second.take_over() is RunState.writing
    with pytest.raises(LeaseLost):
        first.end(RunState.done, batch.id, "")
    second.end(RunState.failed, None, "The disk is full.")
    ended = (run.state, run.batch_id, run.worker, run.lease_until, run.options["problem"])
    assert ended == ("failed", None, None, None, "The disk is full.")
    assert (other.worker, other.lease_until, other.state) == (*untouched, "writing")


@pytest.fixture
def written(anna, small_slices, monkeypatch) -> ImportFlow:
    """Return an import of 20 people at 5 organizations whose undo takes several slices."""
    monkeypatch.setattr(revert_runs, "UNDO_SLICE_SIZES", (10,) * 3)
    monkeypatch.setattr(revert_runs, "MAX_IMMEDIATE_ROWS", 19)
    monkeypatch.setattr(revert_runs, "PAUSE_SECONDS", 0)
    flow = confirm_import(anna, PEOPLE)
    jobs.write_imports()
    return flow


def test_long_undo_renews_its_lease_and_is_one_batch_of_its_user(written, client, people, monkeypatch, clock):
    leases, kinds = [], []

    def revert_slice(actor, *args):
        """Note the lease before a slice that takes longer than the lease lasts."""
        leases.append(db.session.scalar(sa.select(ImportRun.lease_until)) > real_now())
        kinds.append(actor.name)
        db.session.execute(sa.update(ImportRun).values(lease_until=real_now() + PAST))
        return revert.revert_slice(actor, *args)

    assert client.login_as("clara").post(f"{written.url}/undo").status_code == 303
    db.session.expire_all()
    assert (written.run.state, written.run.written) == ("undo_requested", 0)
    monkeypatch.setattr(revert_runs, "revert_slice", revert_slice)
    jobs.write_imports()
    assert (leases, set(kinds)) == ([True] * 4, {people["clara"].name})
    assert (written.run.state, written.run.written, written.run.options["undone_by"]) == (
        "undone",
        25,
        people["clara"].id,
    )
    stmt = sa.select(Batch.kind, Batch.title, Batch.actor_id, Batch.undone_at).order_by(Batch.id)
    assert db.session.execute(stmt).all() == [
        ("import", "list.csv", people["anna"].id, business_clock.now()),
        ("import_undo", "list.csv", people["clara"].id, None),
    ]
    event = db.session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.import_undone)).one()
    assert (event.user_id, event.count, event.detail) == (people["clara"].id, 25, f"people, import {written.id}")


def test_stopping_process_leaves_the_undo_to_the_next_without_counting_a_failure(written, anna):
    anna.post(f"{written.url}/undo")
    stopping.set()
    try:
        with pytest.raises(ImportStopped):
            services.revert_in_slices(written.id)
    finally:
        stopping.clear()
    db.session.expire_all()
    assert (written.run.state, written.run.options["undo_tries"]) == ("reverting", 0)
    services.revert_in_slices(written.id)
    db.session.expire_all()
    assert (written.run.state, len(list_labels("person"))) == ("reverting", 20)
    jobs.write_imports()
    assert (written.run.state, list_labels("person")) == ("undone", [])


def test_slice_of_an_undo_that_fails_leaves_nothing_and_is_tried_again(written, anna, monkeypatch):
    def fail(*_args) -> None:
        db.session.execute(sa.update(ImportRun).values(file_name="half"))
        raise RuntimeError("disk full")

    anna.post(f"{written.url}/undo")
    monkeypatch.setattr(revert_runs, "revert_slice", fail)
    with pytest.raises(RuntimeError):
        services.revert_in_slices(written.id)
    db.session.expire_all()
    assert (written.run.file_name, written.run.state, written.run.options["undo_tries"]) == ("list.csv", "reverting", 1)
    assert written.run.lease_until < real_now()


def test_short_undo_is_written_at_once(written, actor, monkeypatch, clock):
    monkeypatch.setattr(revert_runs, "MAX_IMMEDIATE_ROWS", 20)
    services.request_revert(actor("anna"), written.run)
    assert (written.run.state, list_labels("person")) == ("undone", [])
    batch = db.session.get_one(Batch, written.run.batch_id)
    assert batch.undone_at == now()
    with pytest.raises(Conflict, match="already undone"):
        services.request_revert(actor("anna"), written.run)


def test_import_killed_while_its_dates_are_updated_is_finished_by_the_next(anna, small_slices, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*_args) -> None:
        raise Killed

    flow = confirm_import(anna, PEOPLE)
    with monkeypatch.context() as patched:
        patched.setattr(slices, "list_affected_records", kill)
        with pytest.raises(Killed):
            services.write_in_slices(flow.id)
    db.session.rollback()
    assert (flow.run.state, flow.run.worker is None) == ("finishing", False)
    assert services.recover_run(flow.id) is False
    flow.run.lease_until = real_now() + PAST
    db.session.commit()
    jobs.write_imports()
    assert (flow.run.state, flow.run.worker, flow.run.options["problem"]) == ("done", None, "")
    assert len(list_labels("person")) == 20


def test_worker_that_lost_its_lease_in_the_last_slice_stores_no_report(anna, small_slices, monkeypatch):
    def lose_lease() -> None:
        db.session.execute(sa.update(ImportRun).values(worker="another"))

    flow = confirm_import(anna, PEOPLE)
    before = flow.run.report
    on_slice(monkeypatch, ImportKind.people, 7, lose_lease)
    with pytest.raises(LeaseLost):
        services.write_in_slices(flow.id)
    db.session.expire_all()
    assert (flow.run.report, flow.run.written, flow.run.state) == (before, 20, "writing")


def test_worker_that_lost_its_lease_stops_undoing(anna, small_slices, monkeypatch):
    calls: list[int] = []

    def undo_slice(batch_id: int, _size: int) -> bool:
        calls.append(batch_id)
        db.session.execute(sa.update(ImportRun).values(worker="another"))
        return True

    flow = confirm_import(anna, PEOPLE)
    on_slice(monkeypatch, ImportKind.people, 2, raise_disk_full)
    monkeypatch.setattr(slices, "undo_slice", undo_slice)
    with pytest.raises(LeaseLost):
        services.write_in_slices(flow.id)
    db.session.expire_all()
    assert (calls, flow.run.state, flow.run.worker) == ([flow.run.batch_id], "undoing", "another")


def test_slices_are_written_once_on_behalf_of_the_user(anna, people, small_slices, monkeypatch):
    flow, leases = confirm_import(anna, PEOPLE), []
    db.session().info["author"] = before = Author(people["boris"].id, ChangeSource.job)
    on_slice(monkeypatch, ImportKind.people, 2, lambda: leases.append(flow.run.lease_until > real_now()))
    assert services.write_in_slices(flow.id) is True
    authors = sa.select(Change.actor_id, Change.via).where(Change.batch_id == flow.run.batch_id).distinct()
    assert db.session.execute(authors).all() == [(people["anna"].id, ChangeSource.import_)]
    assert (author_of(db.session()), leases, flow.run.options["tries"]) == (before, [True], 1)
    assert services.write_in_slices(flow.id) is False
    assert services.recover_run(flow.id) is False


def test_rows_are_planned_again_after_a_change_while_they_were_planned(anna, small_slices, monkeypatch):
    flow, real, plans = confirm_import(anna, PEOPLE), slices.plan_lines, []

    def plan_lines(*args):
        plans.append(len(plans))
        return real(*args)

    changes = iter([7, 8])
    monkeypatch.setattr(slices, "plan_lines", plan_lines)
    monkeypatch.setattr(slices, "newest_change_id", lambda: next(changes))
    jobs.write_imports()
    assert (plans, flow.run.state, flow.run.created) == ([0, 1], "done", 20)


def test_failed_import_keeps_why_and_an_interrupted_one_is_tried_again(anna, people, small_slices, monkeypatch):
    def refuse() -> None:
        raise Invalid("No more space.")

    failed, interrupted = confirm_import(anna, PEOPLE), confirm_import(anna, "Name\nWu Lei\nGao Lei\n")
    with monkeypatch.context() as patched:
        on_slice(patched, ImportKind.people, 2, refuse)
        with pytest.raises(Invalid):
            services.write_in_slices(failed.id)
    assert (failed.run.state, failed.run.options["problem"]) == ("failed", "No more space.")
    run = interrupted.run
    work = RunLease(run.id)
    run.state, run.worker, run.lease_until = "writing", work.worker, real_now() + PAST
    run.batch_id, run.options = batch_of(people["anna"]).id, run.options | {"tries": slices.MAX_ATTEMPTS - 1}
    db.session.commit()
    assert services.recover_run(run.id) is True
    assert (run.state, run.batch_id, run.options["problem"]) == ("confirmed", None, "")
