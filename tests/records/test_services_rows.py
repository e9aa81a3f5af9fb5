"""What services of records write besides the main thing: tags, files, readers, counselors and restored records."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.organizations.models import Organization
from crm.people.models import Affiliation
from crm.records.models import Attachment, RecordTag, Star, Tag
from crm.records.policy import Access
from crm.records.queries import tags_of
from crm.records.services import (
    MAX_TAGS,
    add_tags_to_all,
    attach,
    belong_to,
    change_counselor,
    check_active,
    check_counselor,
    copy_access,
    derive_place_columns,
    find_or_add_tags,
    find_references,
    is_active,
    load_access,
    merge_tag,
    rebuild_access,
    remove_tag,
    rename_tag,
    require_access,
    restore_records,
    set_confidentiality,
    set_tags,
    split_tags,
    star,
    update_access,
)
from crm.records.services.access_links import about_confidential
from tests.factories import archived, client_of, make_confidential, organization, person, product, team_id_of


def test_tags_of_a_text_are_shortened_counted_and_the_first_spelling_counts():
    assert split_tags(f" Water，AIR, water ,, {'x' * 50}") == {"x" * 40: "x" * 40, "air": "AIR", "water": "Water"}
    assert len(split_tags(",".join(map(str, range(MAX_TAGS))))) == MAX_TAGS
    with pytest.raises(Invalid, match="at most 20 tags") as refused:
        split_tags(",".join(map(str, range(MAX_TAGS + 1))))
    assert refused.value.field == "tags"


def test_tag_is_renamed_merged_and_removed_in_all_records(session):
    mill, port = organization(), organization()
    set_tags(mill, "water, air")
    set_tags(port, "water")
    ids = find_or_add_tags({"water": "WATER", "fire": "Fire"})
    tags = {tag.key: tag for tag in session.scalars(sa.select(Tag))}
    assert (ids, tags["water"].name, tags["fire"].name) == (
        {"water": tags["water"].id, "fire": tags["fire"].id},
        "water",
        "Fire",
    )
    with pytest.raises(Invalid, match="Another tag has this name") as refused:
        rename_tag(SYSTEM, tags["water"], " AIR ")
    assert (refused.value.field, tags["water"].name) == ("name", "water")
    rename_tag(SYSTEM, tags["water"], f" Water {'x' * 50}")
    assert (tags["water"].name, tags["water"].key) == (f"Water {'x' * 34}", f"water {'x' * 34}")
    rename_tag(SYSTEM, tags["water"], "Clean Water")
    rename_tag(SYSTEM, tags["water"], "CLEAN water")
    assert tags_of([mill.id, port.id]) == {mill.id: ["air", "CLEAN water"], port.id: ["CLEAN water"]}
    versions = {row.id: row.version for row in (mill, port)}
    merge_tag(tags["water"], tags["air"])
    assert tags_of([mill.id, port.id]) == {mill.id: ["air"], port.id: ["air"]}
    assert port.version > versions[port.id]
    changes = sa.select(Change.action, Change.row_id).where(Change.root_id == port.id, Change.table == "record_tag")
    assert session.execute(changes.order_by(Change.id)).all()[1:] == [
        ("deleted", f"{port.id}/{ids['water']}"),
        ("created", f"{port.id}/{tags['air'].id}"),
    ]
    other = organization()
    set_tags(other, "earth")
    remove_tag(tags["air"])
    remove_tag(tags["air"])
    assert session.scalars(sa.select(RecordTag.record_id)).all() == [other.id]


def test_record_with_too_many_tags_stays_as_it_is(session):
    full, free = organization(), organization()
    set_tags(full, ",".join(map(str, range(MAX_TAGS - 1))))
    ids = list(find_or_add_tags({"a": "a", "b": "b"}).values())
    assert add_tags_to_all([full.id, free.id], ids) == {full.id}
    assert (len(tags_of([full.id])[full.id]), tags_of([free.id])[free.id]) == (MAX_TAGS - 1, ["a", "b"])
    assert add_tags_to_all([full.id], ids[:1]) == set()
    assert len(tags_of([full.id])[full.id]) == MAX_TAGS


def test_attachment_has_the_facts_of_its_file(people, actor, clock):
    mill = organization()
    uploads = ["name.txt", FileStorage(BytesIO(b""), filename=""), FileStorage(BytesIO(b"text"), filename="a.txt")]
    rows = attach(actor("anna"), mill, uploads)
    assert [(row.record_id, row.name, row.media_type, row.size, row.at, row.by_id) for row in rows] == [
        (mill.id, "a.txt", "text/plain", 4, now(), people["anna"].id)
    ]
    assert rows[0].sha256 == hashlib.sha256(b"text").hexdigest()
    assert db.session.scalars(sa.select(Attachment)).all() == rows
    star(actor("anna"), mill, on=True)
    assert db.session.execute(sa.select(Star.user_id, Star.record_id, Star.at)).all() == [
        (people["anna"].id, mill.id, now())
    ]
    star(actor("dora"), mill, on=False)
    assert len(db.session.scalars(sa.select(Star)).all()) == 1


def test_records_are_restored_as_far_as_the_actor_may(people, actor):
    own, shared, active = archived(client_of("Inland")), archived(organization()), client_of("Inland")
    merged, hidden = archived(client_of("Inland")), archived(client_of("Bay"))
    merged.merged_into_id = active.id
    db.session.flush()
    ids = [own.id, own.id, shared.id, active.id, merged.id, hidden.id, 0]
    assert restore_records(actor("anna"), ids) == (1, 4)
    db.session.expire_all()
    rows = (own, shared, active, merged, hidden)
    assert [row.archived_at is None for row in rows] == [True, False, True, False, False]
    assert restore_records(actor("clara"), [shared.id]) == (1, 0)


def test_chosen_readers_are_kept_apart_from_derived_ones(people):
    anna, dora, shen = people["anna"], people["dora"], people["shen"]
    host = make_confidential(client_of("Inland", counselor=anna), dora)
    meter = product(host)
    assert load_access([meter.id])[meter.id] == Access(host.team_id, anna.id, True, frozenset({dora.id}))
    set_confidentiality(meter, confidential=True, readers=[anna.id])
    assert load_access([meter.id])[meter.id] == Access(host.team_id, anna.id, True, frozenset(), restricted=True)
    set_confidentiality(meter, confidential=True, readers=[dora.id])
    assert not meter.restricted
    set_confidentiality(host, confidential=True, readers=[shen.id])
    assert (meter.reader_ids, meter.restricted, host.restricted) == ({shen.id}, False, True)
    assert about_confidential("product") == [meter.id]
    set_confidentiality(host, confidential=False, readers=[shen.id])
    assert (meter.confidential, meter.reader_ids, host.reader_ids, host.restricted) == (
        False,
        frozenset(),
        frozenset(),
        False,
    )


def test_only_changed_access_is_returned_and_rebuilt(people):
    anna, dora = people["anna"], people["dora"]
    host = make_confidential(client_of("Inland", counselor=anna), dora)
    first, second = product(host), product(host)
    assert update_access("product", [first.id, second.id]) == set()
    second.confidential = False
    assert update_access("product", [first.id]) == set()
    assert update_access("product", [first.id, second.id]) == {second.id}
    first.confidential = False
    db.session.flush()
    assert (rebuild_access(), rebuild_access(), first.confidential) == (1, 0, True)


def test_access_is_copied_without_the_counselor(people):
    anna, dora, clara = people["anna"], people["dora"], people["clara"]
    source = make_confidential(client_of("Inland", counselor=anna), dora)
    row = client_of("Bay", counselor=clara)
    copy_access(row, source)
    expected = Access(team_id_of("Inland"), clara.id, True, frozenset({dora.id}), restricted=True)
    assert load_access([row.id])[row.id] == expected


def test_record_gets_the_team_of_the_record_it_belongs_to(people):
    anna, dora = people["anna"], people["dora"]
    meter = product(client_of("Inland", counselor=anna))
    set_confidentiality(meter, confidential=True, readers=[dora.id])
    belong_to(meter, client_of("Bay"))
    assert (meter.team_id, meter.confidential, meter.reader_ids) == (team_id_of("Bay"), True, {dora.id})
    belong_to(meter, organization())
    assert load_access([meter.id])[meter.id] == Access(None, anna.id, False, frozenset())


def test_new_counselor_must_be_active_and_see_the_record(people):
    anna, dora, boris = people["anna"], people["dora"], people["boris"]
    meter = product(make_confidential(client_of("Inland", counselor=anna)))
    require_access(meter, None)
    require_access(meter, people["clara"].id)
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access") as refused:
        change_counselor(meter, dora.id)
    assert (refused.value.field, meter.counselor_id) == ("counselor_id", anna.id)
    with pytest.raises(Invalid, match="Choose a counselor"):
        change_counselor(meter, None)
    boris.active = dora.active = False
    db.session.flush()
    check_counselor(dora.id, team_id_of("Inland"), is_new=False)
    for team in (None, team_id_of("Inland")):
        with pytest.raises(Invalid, match="Dora Lindqvist is deactivated"):
            check_counselor(dora.id, team)
    with pytest.raises(Invalid, match="Boris Keller is deactivated") as refused:
        check_active([dora.id, boris.id, anna.id], "users")
    assert refused.value.field == "users"
    check_active([], "users")
    assert [is_active(i) for i in (anna.id, dora.id, None, 0)] == [True, False, False, False]


def test_columns_that_follow_from_the_place(session):
    rows = [organization(city=city, country=country) for city, country in (("Suzhou", "CN"), (None, None))]
    rows[0].zone, rows[1].zone = None, "UTC"
    db.session.flush()
    labels = {row.id: {"tokens": f"words {row.id}"} for row in rows}
    derived = derive_place_columns(Organization, [rows[0].id], labels)
    expected = {"tokens": f"words {rows[0].id}", "city_key": rows[0].city_key, "zone": "Asia/Shanghai"}
    assert derived == {rows[0].id: expected}
    assert derive_place_columns(Organization, [rows[1].id], labels)[rows[1].id]["zone"] == "UTC"


def test_records_that_active_records_refer_to(people):
    mill, port, free = organization(), organization(), organization()
    zhou = person("Zhou", "Limin", organization=mill)
    gone = person("Gao", "Lei", organization=port)
    archived(gone)
    ids = {mill.id, port.id, free.id}
    assert find_references(ids, except_rows=()) == {mill.id}
    assert find_references({mill.id, zhou.id}, except_rows=()) == find_references([], except_rows=()) == set()
    job_id = db.session.scalars(sa.select(Affiliation.id).where(Affiliation.person_id == zhou.id)).one()
    assert find_references(ids, except_rows=[("affiliation", str(job_id))]) == set()
    assert db.session.get(Record, zhou.id) is zhou
