"""What records have, read for many at once: contact points, files, names, tags; and records of any kind."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.errors import NotFound
from crm.organizations.models import Organization
from crm.records import queries
from crm.records.models import Attachment, ContactPoint, OtherName, Tag
from crm.records.policy import ContactMedium, EvidenceState, PointLabel
from crm.records.queries import FileRow, PointRow
from crm.records.services import ContactPointValues, set_evidence, set_points, set_tags
from crm.records.tag_queries import count_tags, find_tags, has_tag, join_tags, load_tag
from tests.factories import archived, client_of, make_confidential, organization, person, product


def add_file(record, name: str, by=None) -> Attachment:
    values = {"media_type": "text/plain", "size": 4, "sha256": "x", "stored_as": name, "at": now()}
    row = Attachment(record_id=record.id, name=name, by_id=by.id if by else None, **values)
    db.session.add(row)
    db.session.flush()
    return row


def test_contact_points_are_read_by_record_in_the_order_of_the_form(session):
    mill, port, other = organization(), organization(), organization()
    emails = [ContactPointValues(ContactMedium.email, PointLabel.work, f"{name}@a.example") for name in ("b", "a")]
    for row in (mill, other):
        set_points(row, emails, None)
    set_points(
        mill,
        [emails[1], ContactPointValues(ContactMedium.phone, PointLabel.fax, "0574 8765 4321 转 12"), emails[0]],
        "CN",
    )
    points = queries.points_of([mill.id, port.id])
    assert {key: [point.raw for point in rows] for key, rows in points.items()} == {
        mill.id: ["a@a.example", "0574 8765 4321 转 12", "b@a.example"],
        port.id: [],
    }
    assert points[mill.id][1] == PointRow(
        mill.id, ContactMedium.phone, PointLabel.fax, "0574 8765 4321 转 12", "+8657487654321", "12"
    )
    stored = sa.select(ContactPoint.position).where(ContactPoint.record_id == mill.id).order_by(ContactPoint.position)
    assert session.scalars(stored).all() == [0, 1, 2]
    assert queries.records_with_point(ContactMedium.email, "a@a.example") in ([mill.id, other.id], [other.id, mill.id])
    assert queries.records_with_point(ContactMedium.phone, "a@a.example") == []
    joined = sa.select(queries.join_points(Organization.id, ContactMedium.email)).where(Organization.id == mill.id)
    assert session.scalar(joined) == "b@a.example; a@a.example"


def test_files_are_read_by_record_newest_first(people, actor, clock):
    mill, port, hidden = organization(), organization(), client_of("Bay")
    first, second = add_file(mill, "a.txt", people["anna"]), add_file(mill, "b.txt")
    add_file(organization(), "c.txt")
    files = queries.files_of([mill.id, port.id])
    assert files == {
        mill.id: [
            FileRow(second.id, mill.id, "b.txt", 4, now(), None),
            FileRow(first.id, mill.id, "a.txt", 4, now(), "Anna Reyes"),
        ],
        port.id: [],
    }
    assert queries.attachment(actor("anna"), first.id) is first
    for attachment_id in (add_file(hidden, "d.txt").id, 0):
        with pytest.raises(NotFound):
            queries.attachment(actor("anna"), attachment_id)


def test_other_names_are_read_in_the_order_in_which_they_were_added(session):
    zhou, gao = person("Zhou", "Limin"), person("Gao", "Lei")
    for record, name in ((zhou, "Z"), (gao, "G"), (zhou, "A")):
        session.add(OtherName(record_id=record.id, name=name))
        session.flush()
    assert queries.other_names_of(zhou.id) == ["Z", "A"]
    assert queries.load_other_names([zhou.id, 0]) == {zhou.id: ["Z", "A"]}


def test_joined_entries_are_quoted_if_they_would_be_read_as_something_else(session):
    mill = organization()
    for name in ("Plain", "A; B", '"quoted"', "N/A", "Ltd, Co"):
        session.add(OtherName(record_id=mill.id, name=name))
    session.flush()
    stmt = sa.select(OtherName.name).where(OtherName.record_id == Organization.id).order_by(OtherName.id)
    text = session.scalar(sa.select(queries.join_as_text(stmt, Organization)).where(Organization.id == mill.id))
    assert text == 'Plain; "A; B"; """quoted"""; "N/A"; Ltd, Co'


def test_evidence_names_the_user_and_the_source(people, actor, clock):
    mill = organization()
    row = set_evidence(actor("shen"), mill, "screened", EvidenceState.met, "CSL", "no hit")
    # In Shanghai it is already the next day.
    assert queries.evidence_of(mill.id) == {
        "screened": ("screened", EvidenceState.met, row.on, "CSL", "no hit", "Shen Yun")
    }
    assert (str(row.on), row.at, row.by_id) == ("2026-03-11", now(), people["shen"].id)


def test_tags_are_counted_over_visible_active_records(people, actor):
    anna = actor("anna")
    for record, text in (
        (organization("Mill"), "Water, air"),
        (organization("Port"), "water"),
        (person("Zhou", "Limin"), "WATER"),
        (archived(organization("Gone")), "water, gone"),
        (client_of("Bay"), "water, bay"),
        (make_confidential(client_of("Inland", counselor=people["dora"])), "secret"),
    ):
        set_tags(record, text)
    counts = [(tag.name, tag.kind, tag.records) for tag in count_tags(anna)]
    assert counts == [("air", "organization", 1), ("Water", "organization", 2), ("Water", "person", 1)]
    assert [(tag.name, tag.kind) for tag in find_tags(anna, "WAT")] == [("Water", "organization"), ("Water", "person")]
    assert find_tags(anna, "ater") == find_tags(anna, " ") == []
    stmt = sa.select(Organization.label).where(has_tag(Organization, "wAter")).order_by(Organization.id)
    assert db.session.scalars(stmt).all()[:3] == ["Mill", "Port", "Gone"]
    text = sa.select(Organization.id, join_tags(Organization)).where(Organization.label == "Mill")
    assert db.session.execute(text).one()[1] in ("Water; air", "air; Water")
    tags = {tag.name: tag for tag in db.session.scalars(sa.select(Tag))}
    assert load_tag(anna, tags["gone"].id) is tags["gone"]
    for name in ("bay", "secret"):
        with pytest.raises(NotFound):
            load_tag(anna, tags[name].id)


def test_at_most_five_tags_are_found(actor):
    for n in range(6):
        set_tags(organization(), f"tag {n}")
    assert [tag.name for tag in find_tags(actor("anna"), "tag")] == [f"tag {n}" for n in range(5)]


def test_record_of_any_kind_is_found_if_it_is_visible(people, actor, monkeypatch):
    row, hidden = make_confidential(client_of("Inland", counselor=people["anna"])), client_of("Bay")
    meter = product(hidden)
    opened: list[int] = []
    monkeypatch.setattr("crm.core.data.record.CONFIDENTIAL_OPENED", [opened.append])
    monkeypatch.setitem(queries.VISIBILITY_RULES, "product", lambda _actor: sa.true())
    assert queries.find_visible_record(actor("anna"), meter.id) is meter
    assert queries.find_visible_record(actor("anna"), row.id) is row
    assert opened == [row.id]
    for record_id in (hidden.id, 0):
        with pytest.raises(NotFound):
            queries.find_visible_record(actor("anna"), record_id)
    with pytest.raises(NotFound):
        queries.find_visible_record(actor("dora"), row.id)
