"""A long import is written in slices: seen as a whole or not at all, undone when it fails."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.record import Record
from crm.desk.checks import search_index
from crm.followups.models import Cadence
from crm.imports import jobs
from crm.imports.policy import ImportKind
from crm.imports.services import slices
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from tests.imports.conftest import Way, labels
from tests.imports.slicing import KNOWN, PEOPLE, at_slice, confirmed, counts, fails, known_person

pytestmark = pytest.mark.usefixtures("small_slices")


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
    assert "9 of 20 rows imported" in seen[0].text
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
        organization = db.session.scalars(sa.select(Organization).where(Organization.label == "Firm 0")).one()
        db.session.add(Affiliation(person_id=who.id, organization_id=organization.id, main=True))
        db.session.commit()
        fails()

    who = known_person()
    monkeypatch.setattr(slices, "show_all", lambda *_given: refer())
    way = confirmed(anna, PEOPLE)
    jobs.write_imports()
    assert way.run.state == "failed"
    assert labels("organization") == ["Firm 0"]
    assert db.session.scalars(sa.select(Organization.archived_why)).one() == "Import in progress: list.csv"
    assert labels("person") == ["Known Ann"]
