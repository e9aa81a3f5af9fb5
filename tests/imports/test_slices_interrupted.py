"""A long import that is interrupted is undone, and written anew."""

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
from tests.imports.conftest import Way, labels
from tests.imports.slicing import PEOPLE, at_slice, confirmed, counts, fails

pytestmark = pytest.mark.usefixtures("small_slices")


def interrupted(way: Way) -> None:
    """Let the lease of an import be over, as after a kill."""
    run = way.run
    run.lease_until = clock.real_now() - timedelta(seconds=1)
    db.session.commit()


def killed(monkeypatch, way: Way, number: int = 4) -> None:
    """Write some slices of an import and go no further."""

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        at_slice(patched, ImportKind.people, number, kill)
        with pytest.raises(Killed):
            services.write_long(way.id)
    db.session.rollback()


def test_interrupted_import_is_undone_and_written_anew(anna, monkeypatch):
    way = confirmed(anna, PEOPLE)
    killed(monkeypatch, way)
    assert (way.run.state, way.run.written, len(labels("person"))) == ("writing", 9, 9)
    jobs.write_imports()
    assert way.run.state == "writing"
    interrupted(way)
    jobs.write_imports()
    assert (way.run.state, way.counts, len(labels("person"))) == ("done", (20, 0, 0, 0), 20)
    assert len(labels("organization")) == 5


def test_import_interrupted_again_and_again_fails_and_leaves_nothing(anna, monkeypatch):
    way, before = confirmed(anna, PEOPLE), counts()
    for _time in range(slices.MAX_ATTEMPTS):
        killed(monkeypatch, way)
        interrupted(way)
        if way.run.options["tries"] < slices.MAX_ATTEMPTS:
            assert services.recover(way.id)
    jobs.write_imports()
    assert (way.run.state, counts()) == ("failed", before)
    assert "The import was interrupted and undone" in anna.get(way.url).text


def test_undoing_that_was_interrupted_goes_on(anna, monkeypatch):
    way, before = confirmed(anna, PEOPLE), counts()
    at_slice(monkeypatch, ImportKind.people, 5, fails)
    with monkeypatch.context() as patched:
        patched.setattr(slices, "undo_part", lambda _batch: fails())
        jobs.write_imports()
    assert way.run.state == "undoing"
    interrupted(way)
    jobs.write_imports()
    assert (way.run.state, counts()) == ("failed", before)


def test_worker_that_lost_its_import_writes_no_further(anna, monkeypatch):
    way = confirmed(anna, PEOPLE)

    def taken_over() -> None:
        db.session.rollback()
        run = way.run
        run.worker = "another"
        db.session.commit()

    at_slice(monkeypatch, ImportKind.people, 3, taken_over)
    with pytest.raises(services.LostLease):
        services.write_long(way.id)


def test_process_that_ends_leaves_the_import_to_the_next(anna, monkeypatch):
    way = confirmed(anna, PEOPLE)
    at_slice(monkeypatch, ImportKind.people, 3, stopping.set)
    try:
        with pytest.raises(services.Stopped):
            services.write_long(way.id)
    finally:
        stopping.clear()
    monkeypatch.undo()
    jobs.write_imports()
    assert (way.run.state, len(labels("person"))) == ("done", 20)


def test_interactions_and_follow_ups_count_when_all_are_written(anna, people, monkeypatch):
    firm = organization("Delta")
    db.session.commit()
    rows = "".join(f"2026-03-0{n},Call {n},Delta,anna@demo.example\n" for n in range(1, 9))
    confirmed(anna, "Date,Subject,Organization,Staff\n" + rows, kind="interactions")
    jobs.write_imports()
    due = "".join(f"Send {n},2026-04-0{n},Delta\n" for n in range(1, 9))
    at_slice(monkeypatch, ImportKind.followups, 3, fails)
    confirmed(anna, "Title,Due,About\n" + due)
    jobs.write_imports()
    assert (find_wrong_last_dates(), wrong_next_steps()) == ([], [])
    assert labels("interaction") == [f"Call {n}" for n in range(1, 9)]
    assert labels("followup") == []
    stmt = sa.select(RecordDates.last_interaction_at).where(RecordDates.record_id == firm.id, RecordDates.team_key == 0)
    assert str(db.session.scalar(stmt))[:10] == "2026-03-08"
    assert db.session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)).all() == ["done", "failed"]
