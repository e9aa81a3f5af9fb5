"""A long import is written in slices: seen as a whole or not at all, undone when it fails or is interrupted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.audit import Batch, Change
from crm.core.db import db
from crm.core.jobs import stopping
from crm.core.record import Record, RecordDates
from crm.desk.checks import search_index
from crm.followups.dates import wrong_next_steps
from crm.followups.models import Cadence
from crm.imports import jobs, services
from crm.imports.kinds import WAYS
from crm.imports.models import ImportRun
from crm.imports.policy import ImportKind
from crm.imports.services import slices, writing
from crm.interactions.dates import wrong_last_contacts
from crm.organizations.models import Alias, Organization
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint, RecordTag, Tag
from tests.factories import organization, person, reachable
from tests.imports.conftest import Way, labels

PEOPLE = "Name,Company,E-mail,City,Tags\n" + "".join(
    f"Person {chr(65 + n)},Firm {n % 5},p{n}@a.example,Fresno,Fair\n" for n in range(20)
)
TABLES = (Record, Person, Organization, Affiliation, ContactPoint, Tag, RecordTag, RecordDates, Change, Cadence, Alias)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    """Write every import by the job, in slices of a few rows."""
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    monkeypatch.setattr(slices, "FIRST", 3)
    monkeypatch.setattr(slices, "LEAST", 3)
    monkeypatch.setattr(slices, "MOST", 3)
    monkeypatch.setattr(slices, "PAUSE_SECONDS", 0)


def counts() -> dict[str, int]:
    db.session.expire_all()
    return {t.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in TABLES}


def confirmed(client, text: str, **more) -> Way:
    way = Way(client, text)
    assert way.send(**more).status_code == 303
    assert way.run.state == "confirmed"
    return way


def at_slice(monkeypatch, kind: ImportKind, number: int, then) -> None:
    """Let something happen when a slice is about to be written, the first being 1."""
    way, calls = WAYS[kind], []

    def write(actor, lines, options, tell):
        calls.append(len(lines))
        if len(calls) == number:
            then()
        way.write(actor, lines, options, tell)

    monkeypatch.setitem(WAYS, kind, way._replace(write=write))


def fails() -> None:
    raise RuntimeError("disk full")


def known_person() -> Person:
    who = reachable(person("Ann", "Known"), email="known@a.example")
    db.session.commit()
    return who


KNOWN = "Ann Known,Firm 1,known@a.example,Oakland,New\n"


def test_all_rows_are_written_counted_and_shown_together(anna, monkeypatch):
    seen = []
    at_slice(monkeypatch, ImportKind.people, 5, lambda: seen.append(anna.get("/people/").text))
    way = confirmed(anna, PEOPLE)
    jobs.write_imports()
    assert "Person A" not in seen[0]
    assert (way.run.state, way.counts, way.run.written) == ("done", (20, 0, 0, 0), 20)
    assert len(labels("person")) == 20
    assert sorted(labels("organization")) == [f"Firm {n}" for n in range(5)]
    assert db.session.scalars(sa.select(Record.id).where(Record.archived_at.is_not(None))).all() == []
    assert {line[-1] for line in way.run.report} == set(db.session.scalars(sa.select(Person.id)))
    assert "Person A" in anna.get("/people/").text
    assert search_index() == []


def test_page_says_how_far_it_is(anna, monkeypatch):
    way, seen = confirmed(anna, PEOPLE), []
    at_slice(monkeypatch, ImportKind.people, 3, lambda: seen.append(anna.get(way.url)))
    jobs.write_imports()
    assert "9 of 20 rows are written" in seen[0].text
    assert seen[0].headers["Refresh"] == "3"
    assert "Refresh" not in anna.get(way.url).headers


def test_silence_is_spread_over_all_slices(anna):
    confirmed(anna, PEOPLE, tier="a")
    jobs.write_imports()
    days = list(db.session.scalars(sa.select(Cadence.counts_from).order_by(Cadence.record_id)))
    assert len(days) == 20
    assert max(days) - min(days) == timedelta(days=6)


@pytest.mark.parametrize("number", [1, 4, 7, 8])
def test_slice_that_fails_leaves_nothing_of_the_import(anna, monkeypatch, number):
    who = known_person()
    before, name = counts(), (who.city, who.tokens, who.team_id)
    at_slice(monkeypatch, ImportKind.people, number, fails)
    way = confirmed(anna, PEOPLE + KNOWN)
    jobs.write_imports()
    assert (way.run.state, way.run.batch_id) == ("failed", None)
    assert counts() == before
    db.session.refresh(who)
    assert (who.city, who.tokens, who.team_id) == name
    assert db.session.scalars(sa.select(Batch.undone_at)).one() is not None
    assert "Nothing was imported" in anna.get(way.url).text
    assert search_index() == []
    assert Way(anna, PEOPLE + KNOWN).counts == (20, 1, 0, 0)


def test_failure_after_updates_restores_what_was_there(anna, monkeypatch):
    who = known_person()
    before = counts()
    monkeypatch.setattr(slices, "show_all", lambda *_given: fails())
    confirmed(anna, PEOPLE + KNOWN)
    jobs.write_imports()
    assert counts() == before
    db.session.refresh(who)
    assert (who.city, "oakland" in who.tokens) == (None, False)


def test_change_made_meanwhile_is_kept_when_an_import_is_undone(anna, monkeypatch):
    who = known_person()

    def changed_and_failed(*_given) -> None:
        db.session.get_one(Person, who.id).city = "Reno"
        db.session.commit()
        fails()

    monkeypatch.setattr(slices, "show_all", changed_and_failed)
    confirmed(anna, PEOPLE + KNOWN)
    jobs.write_imports()
    db.session.refresh(who)
    assert who.city == "Reno"


def test_record_that_somebody_refers_to_stays_archived(anna, monkeypatch):
    def refer() -> None:
        firm = db.session.scalars(sa.select(Organization).where(Organization.label == "Firm 0")).one()
        db.session.add(Affiliation(person_id=who.id, organization_id=firm.id, main=True))
        db.session.commit()
        fails()

    who = known_person()
    monkeypatch.setattr(slices, "show_all", lambda *_given: refer())
    way = confirmed(anna, PEOPLE)
    jobs.write_imports()
    assert way.run.state == "failed"
    assert labels("organization") == ["Firm 0"]
    assert db.session.scalars(sa.select(Organization.archived_why)).one() == "Being imported from list.csv"
    assert labels("person") == ["Known Ann"]


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
    for _time in range(slices.MOST_TRIES):
        killed(monkeypatch, way)
        interrupted(way)
        if way.run.options["tries"] < slices.MOST_TRIES:
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
    assert (wrong_last_contacts(), wrong_next_steps()) == ([], [])
    assert labels("interaction") == [f"Call {n}" for n in range(1, 9)]
    assert labels("followup") == []
    stmt = sa.select(RecordDates.last_interaction_at).where(RecordDates.record_id == firm.id, RecordDates.team_key == 0)
    assert str(db.session.scalar(stmt))[:10] == "2026-03-08"
    assert db.session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)).all() == ["done", "failed"]
