"""Undo of an import restores fields and names what stays; it never opens a confidential record."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch, Change, ChangeSource, act_as, in_batch
from crm.core.data.record import Record
from crm.core.data.summaries import find_wrong_sums
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.followups.models import FollowUpAbout
from crm.followups.services import add_follow_up, change_follow_up
from crm.imports import queries
from crm.imports.policy import RunState
from crm.imports.queries import undoing
from crm.imports.services import count_batch_records, revert
from crm.imports.services.batch_records import hide_batch_records, show_batch_records
from crm.imports.services.revert import RevertResult, revert_slice
from crm.imports.services.undo import delete_unused_tags
from crm.opportunities.models import StageSum
from crm.people.models import Affiliation
from crm.records.models import Tag
from crm.records.services import set_tags
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.imports.lookups import batch_of, run_of


@pytest.mark.parametrize("is_confidential", [False, True])
def test_team_is_restored_unless_that_would_open_a_confidential_record(session, actor, people, is_confidential):
    mill, inland = organization("Mill", city="Suzhou"), team_id_of("Inland")
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        mill.team_id, mill.city = inland, "Wuxi"
        session.flush()
    if is_confidential:
        make_confidential(mill, people["anna"])
    result = RevertResult()
    assert revert_slice(actor("anna"), batch.id, result)
    assert (mill.city, mill.team_id) == ("Suzhou", inland if is_confidential else None)
    assert (result.restored, result.edited, result.removed) == (1, [], 0)
    assert not revert_slice(actor("anna"), batch.id, result)


def test_former_counselor_is_restored_unless_deactivated(session, actor, people):
    rows = [organization(name, counselor=people["dora"], city="Suzhou") for name in ("Mill", "Port")]
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        for row in rows:
            row.counselor_id, row.city = people["anna"].id, "Wuxi"
    for row, is_active in zip(rows, (True, False), strict=True):
        people["dora"].active = is_active
        session.flush()
        result = RevertResult(restored_to=row.id - 1)
        assert revert_slice(actor("anna"), batch.id, result, 1)
        assert (row.city, row.counselor_id, result.restored_to) == (
            "Suzhou",
            people["dora" if is_active else "anna"].id,
            row.id,
        )


def test_record_stays_confidential_when_the_undo_removes_its_link(session, actor, people):
    secret = client_of("Inland", counselor=people["anna"], confidential=True)
    port, anna = organization("Port"), actor("anna")
    row = add_follow_up(anna, {"title": "Call", "due_on": date(2026, 12, 9)}, about=[port.id])
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        change_follow_up(anna, row, {"about": [port.id, secret.id]})
    assert (row.confidential, row.restricted) == (True, False)
    assert revert_slice(anna, batch.id, RevertResult())
    about = session.scalars(sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == row.id)).all()
    assert (about, row.confidential, row.restricted) == ([port.id], True, True)


def test_later_edits_stay_and_are_named_with_user_and_time(session, actor, people, clock):
    mill, port, hidden = (organization(name, city="Suzhou") for name in ("Mill", "Port", "Hidden"))
    zhou = person("Zhou", "Limin")
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        for row in (mill, port, hidden):
            row.city, row.website = "Wuxi", "https://mill.example"
        job = affiliation(zhou, mill, title="Buyer")
    hidden.team_id = team_id_of("Bay")
    act_as(db.session(), actor("boris"), ChangeSource.web)
    mill.city, mill.website, job.title = "Ningbo", "https://other.example", "Manager"
    session.flush()
    act_as(db.session(), None, ChangeSource.import_)
    port.city = "Nanjing"
    session.flush()
    result = RevertResult()
    assert revert_slice(actor("anna"), batch.id, result)
    by_boris = "Changed by Boris Keller, Tue, Mar 10, 5:00 PM."
    assert dict(result.edited) == {
        mill.id: f"Later edits were kept: City, Website. {by_boris}",
        port.id: "Later edits were kept: City.",
        zhou.id: f"Later edits were kept. {by_boris}",
    }
    assert (mill.city, port.city, port.website, hidden.city) == ("Ningbo", "Nanjing", None, "Wuxi")
    assert (result.restored, db.session.scalars(sa.select(Affiliation.title)).all()) == (0, ["Manager"])


def test_created_record_that_others_refer_to_stays_and_hidden_ones_are_not_named(session, actor, people, monkeypatch):
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        port, mill, _free, hidden = (organization(name) for name in ("Port", "Mill", "Free", "Hidden"))
    person("Zhou", "Limin", organization=port)
    mill.city = "Wuxi"
    hidden.team_id = team_id_of("Bay")
    session.flush()
    monkeypatch.setattr(revert, "MAX_EDITED", 1)
    result = RevertResult()
    assert revert_slice(actor("anna"), batch.id, result)
    assert (result.removed, result.archived, result.removed_to) == (1, 0, port.id)
    assert result.edited == [[port.id, "Other records refer to this record."]]
    labels = db.session.scalars(sa.select(Record.label).where(Record.kind == "organization").order_by(Record.id))
    assert list(labels) == ["Port", "Mill", "Hidden"]
    assert not revert_slice(actor("anna"), batch.id, result)


def test_new_records_of_a_slice_are_hidden_and_shown_with_its_reason(session, people, clock):
    batch, other = batch_of(people["anna"]), batch_of(people["anna"])
    existing = organization("Known")
    with in_batch(db.session(), batch):
        existing.city = "Wuxi"
        first = organization("First")
    newest = hide_batch_records(batch.id, "Importing", 0)
    first.archived_at = None
    with in_batch(db.session(), other):
        foreign = organization("Foreign")
    with in_batch(db.session(), batch):
        second, twice = organization("Second"), archived(organization("Twice"))
    session.flush()
    assert newest == db.session.scalar(
        sa.select(sa.func.max(Change.id)).where(
            Change.batch_id == batch.id, Change.root_id.in_([first.id, existing.id])
        )
    )
    last = hide_batch_records(batch.id, "Importing", newest)
    assert last > newest
    assert hide_batch_records(batch.id, "Importing", last) == last
    assert hide_batch_records(batch_of(people["anna"]).id, "Importing", 7) == 7
    rows = (existing, first, second, twice, foreign)
    session.expire_all()
    assert [row.archived_at is None for row in rows] == [True, True, False, False, True]
    assert [row.archived_why for row in rows] == [None, "Importing", "Importing", "Twice in the list", None]
    archived(foreign, "Importing")
    show_batch_records(batch.id, "Importing")
    session.expire_all()
    assert [row.archived_at is None for row in rows] == [True, True, True, False, False]
    assert [count_batch_records(i) for i in (batch.id, other.id, None)] == [3, 1, 0]


def test_hidden_opportunities_are_in_no_sums_until_they_are_shown(session, people):
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        row = make_opportunity(client_of("Inland", "Tri-Valley"))
    session.flush()
    count, keys = sa.select(sa.func.sum(StageSum.opportunities)), find_wrong_visibility_keys()
    before = session.scalar(count)
    hide_batch_records(batch.id, "Importing", 0)
    assert (session.scalar(count), session.execute(keys).all(), find_wrong_sums()) == (before - 1, [], [])
    show_batch_records(batch.id, "Importing")
    assert (session.scalar(count), session.execute(keys).all(), find_wrong_sums()) == (before, [], [])
    session.expire_all()
    assert row.archived_at is None


def test_tags_that_records_have_stay_with_their_history(session, people):
    mill = organization("Mill")
    set_tags(mill, "Former")
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        set_tags(mill, "Former, Used, Unused")
    set_tags(mill, "Used")
    former = db.session.scalars(sa.select(Tag).where(Tag.name == "Former")).one()
    values = {"at": batch.at, "via": ChangeSource.import_, "batch_id": batch.id, "action": "changed", "diff": {}}
    session.add(Change(table="team", row_id=str(former.id), **values))
    session.flush()
    delete_unused_tags(batch.id)
    assert sorted(db.session.scalars(sa.select(Tag.name))) == ["Former", "Used"]
    stmt = sa.select(Change.table).where(Change.batch_id == batch.id, Change.root_id.is_(None))
    assert db.session.scalars(stmt).all() == ["team"]


def test_records_edited_after_an_import_are_listed_by_name(session, actor, people, monkeypatch):
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        rows = {name: organization(name) for name in ("Port", "Mill", "Undone", "Hidden", "Same", "Zeta")}
    undone = Batch(uid="u", kind="action", title="", at=batch.at, undone_at=batch.at)
    session.add(undone)
    session.flush()
    for by, names in ((undone, ["Undone"]), (batch_of(people["anna"], "undo"), ["Undone", "Zeta"])):
        with in_batch(db.session(), by):
            for name in names:
                rows[name].city = f"City {by.id}"
    for name in ("Port", "Mill", "Hidden"):
        rows[name].city = "Wuxi"
    organization("Other").city = "Wuxi"
    session.flush()
    rows["Hidden"].team_id = team_id_of("Bay")
    session.flush()
    run = run_of(people["anna"], state=RunState.done, batch_id=batch.id)
    viewer = actor("anna")
    assert [(edit.id, edit.label) for edit in queries.list_later_edits(viewer, run)] == [
        (rows["Mill"].id, "Mill"),
        (rows["Port"].id, "Port"),
    ]
    run.options = {"revert": {"edited": [[rows[name].id, f"Why {name}"] for name in ("Port", "Mill", "Hidden")]}}
    assert [(edit.label, edit.why) for edit in queries.list_edited_records(viewer, run)] == [
        ("Mill", "Why Mill"),
        ("Port", "Why Port"),
    ]
    run.options = {"revert": None}
    assert queries.list_edited_records(viewer, run) == []
    ids = [rows["Port"].id, rows["Hidden"].id, None]
    assert (queries.find_open_records(viewer, ids), queries.find_open_records(viewer, [None])) == ({ids[0]}, set())
    monkeypatch.setattr(undoing, "MAX_EDITS", 0)
    assert [edit.label for edit in queries.list_later_edits(viewer, run)] == ["Mill"]
