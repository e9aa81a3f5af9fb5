"""Undo of merges: the database is as before, and later changes are named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Conflict, Forbidden
from crm.interactions.models import InteractionParty
from crm.merging.obstacles import find_obstacles
from crm.merging.services import unmerge
from crm.opportunities.services import add_opportunity
from crm.organizations.services import change_organization
from crm.people.services import change_person
from crm.records.services import set_confidentiality
from tests.factories import client_of, person
from tests.merging.dumps import difference, dump_database
from tests.merging.lookups import busy_clients, busy_people, log, merge


def test_undone_merge_of_people_leaves_the_database_as_it_was(clara):
    a, b = busy_people(clara)
    before = dump_database()
    unmerge(clara, merge(clara, a, b, family_latin="b", country="b"))
    assert difference(before, dump_database()) == {}


def test_undone_merge_of_clients_leaves_the_database_as_it_was(clara):
    a, b = busy_clients(clara)
    before = dump_database()
    unmerge(clara, merge(clara, a, b, parent_id="b", name="b"))
    assert difference(before, dump_database()) == {}


def test_undone_merge_leaves_no_rows_of_dates(clara):
    a, b, c = (person("Zhou", name) for name in ("Limin", "Li-min", "Lei"))
    log(clara, b)
    log(clara, c)
    before = dump_database()
    unmerge(clara, merge(clara, a, b))
    assert difference(before, dump_database()) == {}


def test_names_that_repeat_a_changed_record_follow_its_undone_merge(clara):
    a, b = (client_of("Inland", name, counselor=clara.id) for name in ("ClearAir", "Bluewater"))
    opportunity = add_opportunity(clara, {"client_id": a.id, "title": "Filters"})
    merged = merge(clara, a, b, name="b")
    change_organization(clara, a, {"city": "Chino"})
    unmerge(clara, merged)
    assert ("clearair" in opportunity.tokens, "bluewater" in opportunity.tokens) == (True, False)


def test_merge_of_a_merged_record_is_undone_in_reverse_order(clara):
    a, b, c = (person("Zhou", f"Limin {number}") for number in range(3))
    before = dump_database()
    first = merge(clara, b, c)
    second = merge(clara, a, b)
    assert c.merged_into_id == a.id
    assert [row.id for row in find_obstacles(clara, first).merges] == [second.batch_id]
    with pytest.raises(Conflict):
        unmerge(clara, first)
    unmerge(clara, second)
    unmerge(clara, first)
    assert difference(before, dump_database()) == {}


@pytest.mark.parametrize("was_confidential", [False, True])
def test_later_change_of_the_readers_prevents_undo(clara, people, was_confidential):
    a, b = (client_of("Inland", name, counselor=people["anna"]) for name in ("ClearAir", "Bluewater"))
    for row in (a, b) if was_confidential else ():
        set_confidentiality(row, confidential=True, readers=[])
    merged = merge(clara, a, b)
    set_confidentiality(a, confidential=True, readers=[people["dora"].id])
    assert [row.id for row in find_obstacles(clara, merged).records] == [a.id]
    with pytest.raises(Conflict):
        unmerge(clara, merged)
    set_confidentiality(a, confidential=was_confidential, readers=[])
    unmerge(clara, merged)
    assert (a.confidential, b.confidential) == (was_confidential, was_confidential)


def test_later_change_of_a_merged_value_prevents_undo_and_is_named(clara):
    a, b = person("Zhou", "Limin"), person("Zhou", "Limin", city="Suzhou")
    merged = merge(clara, a, b)
    change_person(clara, a, {"city": "Ningbo"})
    assert [row.id for row in find_obstacles(clara, merged).records] == [a.id]
    with pytest.raises(Conflict):
        unmerge(clara, merged)


def test_later_additions_stay_with_the_record_that_was_kept(clara):
    a, b = person("Zhou", "Limin"), person("Zhou", "Limin")
    log(clara, b)
    merged = merge(clara, a, b)
    change_person(clara, a, {"city": "Ningbo"})
    newest = log(clara, a)
    unmerge(clara, merged)
    stmt = sa.select(InteractionParty.person_id).where(InteractionParty.interaction_id == newest.id)
    assert db.session.scalar(stmt) == a.id
    assert "ningbo" in a.tokens.split()


def test_merge_can_be_undone_for_30_days(clara, clock):
    merged = merge(clara, person("Zhou", "Limin"), person("Zhou", "Limin"))
    clock.forward(days=31)
    with pytest.raises(Conflict):
        unmerge(clara, merged)


def test_staff_undo_only_their_own_merges(clara, actor):
    a, b = (client_of("Inland", name) for name in ("ClearAir", "Clear Air"))
    merged = merge(clara, a, b)
    with pytest.raises(Forbidden):
        unmerge(actor("anna"), merged)
    unmerge(actor("clara"), merged)
