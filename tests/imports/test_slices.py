"""Long imports are written in slices: visible only when complete, undone when they fail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.record import Record
from crm.desk.checks import check_search_index
from crm.followups.models import Cadence
from crm.imports import jobs
from crm.imports.plan.line import line_from_json
from crm.imports.policy import ImportKind
from crm.imports.services import slices
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.records.models import Tag
from crm.records.services import set_tags
from tests.imports.conftest import ImportFlow, list_labels
from tests.imports.slicing import (
    EXISTING_PERSON_ROW,
    PEOPLE,
    confirm_import,
    counts,
    make_existing_person,
    on_slice,
    raise_disk_full,
)

pytestmark = pytest.mark.usefixtures("small_slices")


def test_all_rows_are_written_counted_and_shown_together(anna, monkeypatch):
    pages = []
    on_slice(monkeypatch, ImportKind.people, 5, lambda: pages.append(anna.get("/people/").text))
    flow = confirm_import(anna, PEOPLE)
    jobs.write_imports()
    assert "Person A" not in pages[0]
    assert (flow.run.state, flow.counts, flow.run.written) == ("done", (20, 0, 0, 0), 20)
    assert len(list_labels("person")) == 20
    assert sorted(list_labels("organization")) == [f"Firm {n}" for n in range(5)]
    assert db.session.scalars(sa.select(Record.id).where(Record.archived_at.is_not(None))).all() == []
    assert {line_from_json(line).record_id for line in flow.run.report} == set(db.session.scalars(sa.select(Person.id)))
    assert "Person A" in anna.get("/people/").text
    assert check_search_index() == []
    (event,) = db.session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.imported))
    assert (event.count, event.detail) == (20, f"people, import {flow.id}")


def test_page_shows_the_progress(anna, monkeypatch):
    flow, pages = confirm_import(anna, PEOPLE), []
    on_slice(monkeypatch, ImportKind.people, 3, lambda: pages.append(anna.get(flow.url)))
    jobs.write_imports()
    assert "Rows imported: 9 of 20" in pages[0].text
    assert 'data-progress="3"' in pages[0].text
    assert "data-progress" not in anna.get(flow.url).text


def test_keep_in_touch_dates_are_spread_over_all_slices(anna):
    confirm_import(anna, PEOPLE, tier="a")
    jobs.write_imports()
    days = list(db.session.scalars(sa.select(Cadence.counts_from).order_by(Cadence.record_id)))
    assert len(days) == 20
    assert max(days) - min(days) == timedelta(days=6)


@pytest.mark.parametrize("number", [1, 4, 7, 8])
def test_slice_that_fails_leaves_nothing_of_the_import(anna, monkeypatch, number):
    existing = make_existing_person()
    before, name = counts(), (existing.city, existing.tokens, existing.team_id)
    on_slice(monkeypatch, ImportKind.people, number, raise_disk_full)
    flow = confirm_import(anna, PEOPLE + EXISTING_PERSON_ROW)
    jobs.write_imports()
    assert (flow.run.state, flow.run.batch_id) == ("failed", None)
    assert counts() == before
    db.session.refresh(existing)
    assert (existing.city, existing.tokens, existing.team_id) == name
    assert db.session.scalars(sa.select(Batch.undone_at)).one() is not None
    assert "Nothing was imported" in anna.get(flow.url).text
    assert check_search_index() == []
    assert ImportFlow(anna, PEOPLE + EXISTING_PERSON_ROW).counts == (20, 1, 0, 0)


def test_failure_after_updates_restores_the_old_values(anna, monkeypatch):
    existing = make_existing_person()
    before = counts()
    monkeypatch.setattr(slices, "show_batch_records", lambda *_args: raise_disk_full())
    confirm_import(anna, PEOPLE + EXISTING_PERSON_ROW)
    jobs.write_imports()
    assert counts() == before
    db.session.refresh(existing)
    assert (existing.city, "oakland" in existing.tokens) == (None, False)


def test_features_learn_which_existing_records_are_restored(anna, monkeypatch):
    existing = make_existing_person()
    changes: list[dict] = []

    def watch_and_fail(*_args) -> None:
        hooks = [lambda _session, changed, _earlier: changes.append(changed)]
        monkeypatch.setattr("crm.core.data.changed_rows.ROWS_CHANGED", hooks)
        raise_disk_full()

    monkeypatch.setattr(slices, "show_batch_records", watch_and_fail)
    confirm_import(anna, PEOPLE + EXISTING_PERSON_ROW)
    jobs.write_imports()
    assert any(existing.id in changed.get("affiliation", {}) for changed in changes)


def test_change_made_meanwhile_is_kept_when_an_import_is_undone(anna, monkeypatch):
    existing = make_existing_person()

    def changed_and_failed(*_args) -> None:
        db.session.get_one(Person, existing.id).city = "Reno"
        db.session.commit()
        raise_disk_full()

    monkeypatch.setattr(slices, "show_batch_records", changed_and_failed)
    confirm_import(anna, PEOPLE + EXISTING_PERSON_ROW)
    jobs.write_imports()
    db.session.refresh(existing)
    assert existing.city == "Reno"


def test_record_with_references_stays_archived(anna, monkeypatch):
    def refer() -> None:
        organization = db.session.scalars(sa.select(Organization).where(Organization.label == "Firm 0")).one()
        db.session.add(Affiliation(person_id=existing.id, organization_id=organization.id, main=True))
        db.session.commit()
        raise_disk_full()

    existing = make_existing_person()
    monkeypatch.setattr(slices, "show_batch_records", lambda *_args: refer())
    flow = confirm_import(anna, PEOPLE)
    jobs.write_imports()
    assert flow.run.state == "failed"
    assert list_labels("organization") == ["Firm 0"]
    assert db.session.scalars(sa.select(Organization.archived_why)).one() == "Import in progress: list.csv"
    assert list_labels("person") == ["Known Ann"]


def test_import_has_the_moment_of_its_end(anna, clock):
    flow = confirm_import(anna, PEOPLE)
    clock.forward(hours=1)
    jobs.write_imports()
    assert flow.run.at == business_clock.now()


def test_undone_import_deletes_the_tags_it_created_but_no_others(anna, monkeypatch):
    set_tags(make_existing_person(), "Water")
    db.session.commit()
    on_slice(monkeypatch, ImportKind.people, 7, raise_disk_full)
    confirm_import(anna, PEOPLE)
    jobs.write_imports()
    assert db.session.scalars(sa.select(Tag.name)).all() == ["Water"]


def test_slices_grow_while_they_are_fast_and_shrink_when_they_are_slow(anna, monkeypatch, small_slices):
    sizes, moments = [], iter([0.0, 0.1, 1.0, 1.1, 2.0, 4.0, 5.0, 5.4, 6.0, 6.1])
    monkeypatch.setattr(slices, "MIN_ROWS", 2)
    monkeypatch.setattr(slices, "MAX_ROWS", 7)
    monkeypatch.setattr(slices, "time", type("Time", (), {"monotonic": lambda: next(moments)}))
    handler = slices.IMPORT_HANDLERS[ImportKind.people]

    def write(actor, lines, options, on_progress):
        sizes.append((options.written_before, len(lines)))
        handler.write(actor, lines, options, on_progress)

    monkeypatch.setitem(slices.IMPORT_HANDLERS, ImportKind.people, handler._replace(write=write))
    confirm_import(anna, PEOPLE)
    jobs.write_imports()
    assert sizes == [(0, 3), (3, 6), (9, 7), (16, 2), (18, 2)]
