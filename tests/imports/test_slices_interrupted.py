"""Interrupted long imports are undone and written again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.jobs import stopping
from crm.core.data.record_dates import RecordDates
from crm.followups.dates import wrong_next_steps
from crm.imports import jobs, services
from crm.imports.models import ImportRun
from crm.imports.policy import ImportKind
from crm.imports.services import slices
from crm.interactions.dates import find_wrong_last_dates
from tests.factories import organization
from tests.imports.conftest import ImportFlow, list_labels
from tests.imports.slicing import PEOPLE, confirm_import, counts, on_slice, raise_disk_full

pytestmark = pytest.mark.usefixtures("small_slices")


def expire_lease(flow: ImportFlow) -> None:
    """Expire the lease of an import, as after a kill."""
    run = flow.run
    run.lease_until = clock.real_now() - timedelta(seconds=1)
    db.session.commit()


def kill_worker(monkeypatch, flow: ImportFlow, number: int = 4) -> None:
    """Write some slices of an import and stop."""

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        on_slice(patched, ImportKind.people, number, kill)
        with pytest.raises(Killed):
            services.write_in_slices(flow.id)
    db.session.rollback()


def test_interrupted_import_is_undone_and_written_again(anna, monkeypatch):
    flow = confirm_import(anna, PEOPLE)
    kill_worker(monkeypatch, flow)
    assert (flow.run.state, flow.run.written, len(list_labels("person"))) == ("writing", 9, 9)
    jobs.write_imports()
    assert flow.run.state == "writing"
    expire_lease(flow)
    jobs.write_imports()
    assert (flow.run.state, flow.counts, len(list_labels("person"))) == ("done", (20, 0, 0, 0), 20)
    assert len(list_labels("organization")) == 5


def test_import_interrupted_too_often_fails_and_leaves_nothing(anna, monkeypatch):
    flow, before = confirm_import(anna, PEOPLE), counts()
    for _time in range(slices.MAX_ATTEMPTS):
        kill_worker(monkeypatch, flow)
        expire_lease(flow)
        if flow.run.options["tries"] < slices.MAX_ATTEMPTS:
            assert services.recover_run(flow.id)
    jobs.write_imports()
    assert (flow.run.state, counts()) == ("failed", before)
    assert "The import was interrupted and undone" in anna.get(flow.url).text
    assert "Undone" in anna.get("/records/changes").text
    assert "Nothing to undo" in anna.post("/records/changes/undo", follow_redirects=True).text


def test_report_of_the_job_is_in_the_language_of_the_user(anna, people, monkeypatch):
    people["anna"].language = "zh_Hans"
    db.session.commit()
    flow = confirm_import(anna, PEOPLE)
    for _time in range(slices.MAX_ATTEMPTS):
        kill_worker(monkeypatch, flow)
        expire_lease(flow)
        jobs.write_imports() if flow.run.options["tries"] == slices.MAX_ATTEMPTS else services.recover_run(flow.id)
    assert flow.run.state == "failed"
    assert flow.run.options["problem"] == "导入中断，已撤销。请重新导入文件。"


def test_interrupted_undo_continues(anna, monkeypatch):
    flow, before = confirm_import(anna, PEOPLE), counts()
    on_slice(monkeypatch, ImportKind.people, 5, raise_disk_full)
    with monkeypatch.context() as patched:
        patched.setattr(slices, "undo_slice", lambda *_args: raise_disk_full())
        jobs.write_imports()
    assert flow.run.state == "undoing"
    expire_lease(flow)
    jobs.write_imports()
    assert (flow.run.state, counts()) == ("failed", before)


def test_worker_that_lost_its_lease_stops_writing(anna, monkeypatch):
    flow = confirm_import(anna, PEOPLE)

    def take_over_by_another() -> None:
        db.session.rollback()
        run = flow.run
        run.worker = "another"
        db.session.commit()

    on_slice(monkeypatch, ImportKind.people, 3, take_over_by_another)
    with pytest.raises(services.LeaseLost):
        services.write_in_slices(flow.id)


def test_stopping_process_leaves_the_import_to_the_next(anna, monkeypatch):
    flow = confirm_import(anna, PEOPLE)
    on_slice(monkeypatch, ImportKind.people, 3, stopping.set)
    try:
        with pytest.raises(services.ImportStopped):
            services.write_in_slices(flow.id)
    finally:
        stopping.clear()
    monkeypatch.undo()
    jobs.write_imports()
    assert (flow.run.state, len(list_labels("person"))) == ("done", 20)


def test_dates_count_only_complete_imports(anna, people, monkeypatch):
    delta = organization("Delta")
    db.session.commit()
    stmt = sa.select(sa.func.max(RecordDates.last_interaction_at), sa.func.max(RecordDates.next_follow_up_on))
    stmt = stmt.where(RecordDates.record_id == delta.id)

    def dates() -> list[str]:
        assert (find_wrong_last_dates(), wrong_next_steps()) == ([], [])
        return [str(value)[:10] for value in db.session.execute(stmt).one()]

    rows = "".join(f"2026-03-0{n},Call {n},Delta,anna@demo.example\n" for n in range(1, 9))
    confirm_import(anna, "Date,Subject,Organization,Staff\n" + rows, kind="interactions")
    jobs.write_imports()
    assert dates() == ["2026-03-08", "None"]
    due = "".join(f"Send {n},2026-04-0{n},Delta\n" for n in range(2, 9))
    confirm_import(anna, "Title,Due,About\n" + due)
    jobs.write_imports()
    assert dates() == ["2026-03-08", "2026-04-02"]
    on_slice(monkeypatch, ImportKind.followups, 3, raise_disk_full)
    confirm_import(anna, "Title,Due,About\n" + due.replace("Send", "Call").replace("2026-04", "2026-03"))
    jobs.write_imports()
    assert dates() == ["2026-03-08", "2026-04-02"]
    assert list_labels("interaction") == [f"Call {n}" for n in range(1, 9)]
    assert list_labels("followup") == [f"Send {n}" for n in range(2, 9)]
    states = db.session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)).all()
    assert states == ["done", "done", "failed"]
