"""Changes of one field, of tags of many records and of readers, and who manages a team."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.errors import NotFound, RecordMerged
from crm.organizations.services import change_organization
from crm.records.models import RecordTag, Tag
from crm.records.policy import Access, ContactMedium
from crm.records.queries import find_visible_record
from crm.records.services.access import load_access, managers_of
from crm.records.services.confidentiality import change_confidentiality
from crm.records.services.contact_points import point_tokens
from crm.records.services.restore import restore_value
from crm.records.services.tags import MAX_TAGS, add_tags_to_all, merge_tag, remove_tags_from_all, set_tags
from crm.records.services.undo import UndoConflict
from tests.factories import client_of, make_confidential, organization, team_id_of


@pytest.fixture
def mill(actor):
    """Return an organization whose city was changed."""
    row = organization("Mill", city="Suzhou")
    change_organization(actor("anna"), row, {"city": "Wuxi"})
    return row


def last_change(row) -> int:
    stmt = sa.select(Change.id).where(Change.root_id == row.id, Change.table == "organization")
    return db.session.scalars(stmt.order_by(Change.id.desc())).first()


def test_former_value_of_a_field_is_restored_with_what_is_derived_from_it(actor, mill):
    change_id = last_change(mill)
    restore_value(actor("anna"), mill, change_id, "city")
    assert (mill.city, mill.city_key) == ("Suzhou", organization(city="Suzhou").city_key)
    assert ("suzhou" in mill.tokens.split(), "wuxi" in mill.tokens.split()) == (True, False)
    other = organization("Other")
    for row, wrong_id, name in ((mill, change_id, "website"), (other, change_id, "city"), (mill, 999_999, "city")):
        with pytest.raises(NotFound):
            restore_value(actor("anna"), row, wrong_id, name)


def events(session) -> list[tuple[str, str]]:
    return [(row.kind.value, row.detail) for row in session.query(SecurityEvent).order_by(SecurityEvent.id)]


def test_confidentiality_and_each_added_and_removed_reader_are_security_events(session, people):
    row = client_of("Inland", counselor=people["anna"])
    change_confidentiality(row, confidential=True, readers=[people["dora"].id])
    change_confidentiality(row, confidential=True, readers=[people["dora"].id])
    change_confidentiality(row, confidential=True, readers=[people["boris"].id, people["clara"].id])
    change_confidentiality(row, confidential=False, readers=[])
    assert events(session) == [
        ("confidential_on", ""),
        ("readers_changed", "+dora@demo.example"),
        ("readers_changed", "+boris@demo.example, +clara@demo.example, -dora@demo.example"),
        ("confidential_off", ""),
        ("readers_changed", "-boris@demo.example, -clara@demo.example"),
    ]


def test_managers_of_one_team_are_its_members_with_that_role(people):
    ids = {name: people[name].id for name in ("anna", "boris", "clara", "nora")}
    inland, bay = (
        Access(team_id_of(name), None, confidential=True, reader_ids=frozenset()) for name in ("Inland", "Bay")
    )
    assert managers_of([inland], list(ids.values())) == {ids["clara"]}
    assert managers_of([inland], [ids["anna"]]) == set()
    assert managers_of([bay], [ids["clara"]]) == set()
    assert managers_of([inland, bay], [ids["clara"]]) == managers_of([inland], [None]) == set()
    assert managers_of([inland, inland._replace(without_managers=True)], [ids["clara"]]) == set()


def test_access_has_the_readers_of_each_record(people):
    first = make_confidential(client_of("Inland", counselor=people["anna"]), people["dora"])
    second = make_confidential(client_of("Inland", counselor=people["anna"]), people["boris"])
    shared = organization("Shared")
    access = load_access([first.id, shared.id])
    assert access.keys() == {first.id, shared.id}
    assert (access[first.id].reader_ids, access[shared.id].reader_ids) == ({people["dora"].id}, frozenset())
    assert load_access([second.id])[second.id].reader_ids == {people["boris"].id}
    assert load_access([]) == {}


def tag_names(*rows) -> list[list[str]]:
    stmt = sa.select(Tag.name).join(RecordTag, RecordTag.tag_id == Tag.id).order_by(Tag.name)
    return [list(db.session.scalars(stmt.where(RecordTag.record_id == row.id))) for row in rows]


def test_tags_of_many_records_are_added_removed_and_merged(session, people):
    first, second, full, other = (organization(name) for name in ("First", "Second", "Full", "Other"))
    set_tags(first, "water")
    set_tags(other, "water, air")
    set_tags(full, ", ".join(f"t{n:02}" for n in range(MAX_TAGS)))
    tags = {tag.name: tag for tag in session.query(Tag)}
    version = second.version
    assert add_tags_to_all([first.id, second.id, full.id], [tags["water"].id, tags["air"].id]) == {full.id}
    assert tag_names(first, second) == [["air", "water"]] * 2
    assert (len(tag_names(full)[0]), second.version > version) == (MAX_TAGS, True)
    assert add_tags_to_all([full.id], [tags["t00"].id]) == set()
    remove_tags_from_all([first.id, full.id], [tags["air"].id])
    assert tag_names(first, second, other) == [["water"], ["air", "water"], ["air", "water"]]
    merge_tag(tags["water"], tags["air"])
    assert tag_names(first, second, other) == [["air"]] * 3
    changes = sa.select(Change.action, sa.func.count()).where(Change.root_id == second.id, Change.table == "record_tag")
    assert dict(map(tuple, session.execute(changes.group_by(Change.action)))) == {"created": 2, "deleted": 1}


def test_phones_are_found_by_their_digits_and_other_contact_details_by_words():
    assert point_tokens(ContactMedium.phone, "+86 138 0013 8000") != point_tokens(
        ContactMedium.wechat, "+86 138 0013 8000"
    )
    assert "wang" in point_tokens(ContactMedium.email, "wang@mill.example").split()
    assert "8000" in point_tokens(ContactMedium.phone, "138 0013 8000")


def test_merged_record_leads_to_the_remaining_one_if_that_is_visible(session, actor, people):
    row, other, of_bay = organization("Mill"), organization("Other"), client_of("Bay")
    assert find_visible_record(actor("anna"), row.id) is row
    for target, error in ((other, RecordMerged), (of_bay, NotFound)):
        row.merged_into_id = target.id
        session.flush()
        with pytest.raises(error):
            find_visible_record(actor("anna"), row.id)
    with pytest.raises(NotFound):
        find_visible_record(actor("anna"), of_bay.id)


@pytest.mark.parametrize(("label", "name"), [("Mill", "Mill"), ("", "磨坊")])
def test_changed_record_is_named(people, label, name):
    row = organization("Mill", "磨坊")
    row.label = label
    assert f"“{name}” has been changed" in str(UndoConflict(row))
