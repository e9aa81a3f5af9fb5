"""Services of records: contact points, tags, confidentiality, counselor, stars, recent visits, evidence."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core.errors import Invalid
from crm.core.web.files import folder, store_bytes
from crm.records.models import ContactPoint, Tag
from crm.records.policy import ContactMedium, EvidenceState, PointLabel
from crm.records.queries import (
    evidence_of,
    points_of,
    records_with_point,
    tags_of,
)
from crm.records.services import (
    MAX_TAGS,
    ContactPointValues,
    attach,
    change_counselor,
    check_counselor,
    delete_old_recents,
    delete_unused_files,
    note_recent,
    set_confidentiality,
    set_evidence,
    set_points,
    set_tags,
    star,
)
from crm.records.starred import list_recent_records, list_starred_records
from tests.factories import archived, client_of, organization, team_id_of


def stored_points(record):
    return [(p.medium, p.label, p.raw, p.value, p.extension) for p in points_of([record.id])[record.id]]


def test_contact_points_keep_typed_and_normalized_value(session):
    record = organization()
    typed = [
        ContactPointValues(ContactMedium.phone, PointLabel.mobile, " 138 0013 8000 "),
        ContactPointValues(ContactMedium.phone, PointLabel.work, "0574-8765 4321 转 12"),
        ContactPointValues(ContactMedium.phone, PointLabel.other, "ask at the desk"),
        ContactPointValues(ContactMedium.email, PointLabel.work, "Li.Wei@Example.ORG"),
        ContactPointValues(ContactMedium.email, PointLabel.home, "   "),
        ContactPointValues(ContactMedium.wechat, PointLabel.other, "Zhou_LM"),
        ContactPointValues(ContactMedium.wechat, PointLabel.work, "Zhou_LM"),
    ]
    tokens = set_points(record, typed, "CN")
    assert stored_points(record) == [
        (ContactMedium.phone, PointLabel.mobile, "138 0013 8000", "+8613800138000", ""),
        (ContactMedium.phone, PointLabel.work, "0574-8765 4321 转 12", "+8657487654321", "12"),
        (ContactMedium.phone, PointLabel.other, "ask at the desk", "", ""),
        (ContactMedium.email, PointLabel.work, "Li.Wei@Example.ORG", "li.wei@example.org", ""),
        (ContactMedium.wechat, PointLabel.other, "Zhou_LM", "zhou_lm", ""),
    ]
    assert "8000" in " ".join(tokens)
    assert records_with_point(ContactMedium.phone, "+8613800138000") == [record.id]


def test_contact_points_are_changed_in_place_and_deleted(session):
    record = organization()
    set_points(record, [ContactPointValues(ContactMedium.email, PointLabel.work, "a@example.org")], None)
    before = session.scalars(sa.select(ContactPoint.id)).one()
    set_points(record, [ContactPointValues(ContactMedium.email, PointLabel.home, "a@example.org")], None)
    assert session.scalars(sa.select(ContactPoint.id)).one() == before
    assert stored_points(record)[0][1] is PointLabel.home
    set_points(record, [], None)
    assert stored_points(record) == []


@pytest.mark.parametrize("raw", ["nobody", "a@b", "a b@example.org", "a@example.org, b@example.org", "@example.org"])
def test_invalid_email_is_refused_on_its_field(session, raw):
    with pytest.raises(Invalid, match="isn't a valid email address") as refused:
        set_points(organization(), [ContactPointValues(ContactMedium.email, PointLabel.work, raw)], None, "emails")
    assert refused.value.field == "emails"


def test_tags_are_matched_ignoring_case(session):
    one, other = organization(), organization()
    set_tags(one, "Water, FDA 注册，水务, water ,, ")
    set_tags(other, "WATER")
    assert tags_of([one.id, other.id]) == {one.id: ["FDA 注册", "Water", "水务"], other.id: ["Water"]}
    set_tags(one, "")
    assert tags_of([one.id]) == {one.id: []}


@pytest.mark.parametrize("name", ["水" * 40, "x" * 60, "!!!", "🙂"])
def test_unusual_tags_are_stored_once(session, name):
    for record in (organization(), organization()):
        set_tags(record, name)
        assert tags_of([record.id]) == {record.id: [name[:40]]}
    assert len(session.scalars(sa.select(Tag)).all()) == 1


def test_tags_that_sound_alike_are_different(session):
    record = organization()
    set_tags(record, "食品, 饰品")
    assert tags_of([record.id]) == {record.id: ["食品", "饰品"]}


def test_too_many_tags_are_refused(session):
    with pytest.raises(Invalid):
        set_tags(organization(), ",".join(map(str, range(MAX_TAGS + 1))))


def test_confidentiality_is_set_and_removed(session, people):
    record = client_of("Inland", counselor=people["anna"])
    set_confidentiality(record, confidential=True, readers=[people["boris"].id, people["dora"].id])
    assert record.reader_ids == {people["boris"].id, people["dora"].id}
    set_confidentiality(record, confidential=True, readers=[people["dora"].id])
    assert record.reader_ids == {people["dora"].id}
    set_confidentiality(record, confidential=False, readers=[people["dora"].id])
    assert (record.confidential, record.reader_ids) == (False, frozenset())


def test_shared_record_cannot_be_confidential(session):
    with pytest.raises(Invalid) as refused:
        set_confidentiality(organization(), confidential=True, readers=[])
    assert refused.value.field == "confidential"


def test_counselor_needs_access_to_record(session, people):
    record = client_of("Inland", counselor=people["anna"])
    for name in ("dora", "shen", "nora", "clara"):
        change_counselor(record, people[name].id)
        assert record.counselor_id == people[name].id
    with pytest.raises(Invalid, match="team"):
        change_counselor(record, people["boris"].id)
    change_counselor(record, None)
    check_counselor(people["boris"].id, None)
    with pytest.raises(Invalid, match="Choose a counselor"):
        check_counselor(None, team_id_of("Inland"), confidential=True)


def test_stars_and_recents_are_private_and_only_visible_records(session, people, actor, clock):
    anna, own, archived_record = actor("anna"), organization("Mine"), organization("Gone")
    foreign = client_of("Bay", "Foreign")
    for record in (own, archived_record, foreign):
        star(anna, record, on=True)
        star(anna, record, on=True)
        note_recent(anna.id, record.id)
        clock.forward(seconds=1)
    archived(archived_record)
    session.expire_all()
    assert [r.label for r in list_starred_records(anna)] == ["Mine"]
    assert [r.label for r in list_recent_records(anna)] == ["Mine"]
    assert list_starred_records(actor("clara")) == list_recent_records(actor("clara")) == []
    star(anna, own, on=False)
    assert list_starred_records(anna) == []


def test_only_newest_recents_are_kept(session, people, actor, clock):
    anna = actor("anna")
    records = [organization(f"Firm {n:02}") for n in range(33)]
    for record in records:
        clock.forward(seconds=1)
        note_recent(anna.id, record.id)
    clock.forward(seconds=1)
    note_recent(anna.id, records[10].id)
    note_recent(actor("clara").id, records[0].id)
    delete_old_recents()
    session.expire_all()
    assert [r.label for r in list_recent_records(anna, 50)] == [
        "Firm 10",
        *(f"Firm {n:02}" for n in range(32, 2, -1) if n != 10),
    ]
    assert [r.label for r in list_recent_records(actor("clara"))] == ["Firm 00"]


def test_evidence_is_replaced_by_newer_evidence(session, people, actor, clock):
    record = organization()
    set_evidence(actor("anna"), record, "screened", EvidenceState.met, "CSL", "no hit")
    clock.forward(days=1)
    set_evidence(actor("clara"), record, "screened", EvidenceState.does_not_apply)
    row = evidence_of(record.id)["screened"]
    assert (row.state, row.by, str(row.on), row.where) == (
        EvidenceState.does_not_apply,
        "Clara Whitfield",
        "2026-03-11",
        "",
    )


def test_twelve_stars_and_eight_recents_are_listed_newest_first(session, people, actor, clock):
    anna = actor("anna")
    records = [client_of("Inland", f"Client {n:02}") for n in range(13)]
    session.flush()
    for record in records:
        star(anna, record, on=True)
        session.flush()
        note_recent(anna.id, record.id)
        clock.forward(minutes=1)
    newest = [record.label for record in reversed(records)]
    assert [row.label for row in list_starred_records(anna)] == newest[:12]
    assert [row.label for row in list_recent_records(anna)] == newest[:8]


def test_contact_points_of_other_record_stay(session):
    one, other = organization("One"), organization("Other")
    same = [ContactPointValues(ContactMedium.email, PointLabel.work, "desk@firm.example")]
    for record in (one, other):
        set_points(record, same, "US")
    set_points(one, [], "US")
    assert (stored_points(one), [raw for _medium, _label, raw, *_rest in stored_points(other)]) == (
        [],
        ["desk@firm.example"],
    )
    set_points(one, same, "US")
    assert sorted(records_with_point(ContactMedium.email, "desk@firm.example")) == [one.id, other.id]


def test_evidence_belongs_to_one_record(session, people, actor, clock):
    one, other = organization("One"), organization("Other")
    for record, state in ((one, EvidenceState.met), (other, EvidenceState.does_not_apply)):
        set_evidence(actor("anna"), record, "screened", state, "trade.gov", record.label)
    assert {test: (row.state, row.result) for test, row in evidence_of(one.id).items()} == {
        "screened": (EvidenceState.met, "One")
    }
    assert evidence_of(organization("Third").id) == {}


def test_file_of_an_undone_upload_is_deleted_after_a_day(session, actor):
    row = organization("Port")
    existing, undone = attach(actor("anna"), row, [FileStorage(BytesIO(b"text"), filename=f"{n}.txt") for n in "ab"])
    young = store_bytes(b"text", "c.txt", "files").stored_as
    session.delete(undone)
    session.flush()
    files = {name: folder("attachments") / name for name in (existing.stored_as, undone.stored_as, young)}
    for name in (existing.stored_as, undone.stored_as):
        os.utime(files[name], (0, 0))
    assert delete_unused_files() == 1
    assert [name for name, path in files.items() if path.exists()] == [existing.stored_as, young]
