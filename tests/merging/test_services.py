"""Merging moves everything to one record, and undoing it restores the database as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import MERGE, Batch, Change
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.search import search
from crm.followups.models import FollowUpAbout
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.merging.queries import build_plan
from crm.merging.services import check_pair, unmerge
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Alias, Organization
from crm.organizations.services import change_organization
from crm.people.models import Affiliation, Relation
from crm.products.policy import Jurisdiction
from crm.products.services import save_product
from crm.records.models import ContactPoint, OtherName, Star
from tests.factories import client_of, organization, person
from tests.merging.dumps import difference, dump_database
from tests.merging.lookups import busy_clients, busy_people, merge


def test_merged_person_has_the_rows_of_both(clara):
    a, b = busy_people(clara)
    merge(clara, a, b)
    points = db.session.scalars(sa.select(ContactPoint.raw).where(ContactPoint.record_id == a.id)).all()
    assert sorted(points) == ["limin@mail.example", "zhou@huayue.example"]
    positions = db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == a.id)).all()
    assert {(row.title, row.main) for row in positions} == {("Engineer", True), ("Adviser", False)}
    assert len(db.session.scalars(sa.select(Relation)).all()) == 2
    assert (a.country, a.read_first, a.city) == (None, "Prefers WeChat", "Suzhou")
    assert db.session.scalars(sa.select(OtherName.name)).all() == ["Li-min Chou"]
    assert {row.id for row in search.search(clara, "chou", ("person",))} == {a.id}
    assert (b.merged_into_id, b.tokens, b.archived_why) == (a.id, "", "Merged into Limin Zhou")


def test_interaction_with_both_people_has_one_of_them(clara):
    a, b = busy_people(clara)
    merge(clara, a, b)
    stmt = sa.select(InteractionParty.interaction_id).where(InteractionParty.person_id == a.id)
    assert len(set(db.session.scalars(stmt))) == len(db.session.scalars(stmt).all()) == 2
    assert db.session.scalars(sa.select(FollowUpAbout).where(FollowUpAbout.record_id == b.id)).all() == []
    assert [row.record_id for row in db.session.scalars(sa.select(Star))] == [a.id]


def test_merged_client_has_the_minutes_of_both(clara):
    a, b = busy_clients(clara)
    merge(clara, a, b)
    rows = db.session.execute(sa.select(InteractionTime.client_id, InteractionTime.contact, InteractionTime.prep)).all()
    assert sorted(rows) == [(a.id, 20, 10), (a.id, 40, 20)]
    assert set(db.session.scalars(sa.select(InteractionClient.client_id))) == {a.id}
    assert set(db.session.scalars(sa.select(Alias.name))) == {"CAS", "Clear Air Sensors Inc."}
    assert len(db.session.scalars(sa.select(Affiliation)).all()) == 2


def test_parent_outside_the_organization_can_be_chosen(clara):
    holding = organization("Holding")
    a, b = client_of("Inland", "ClearAir", counselor=clara.id), client_of("Inland", "Clear Air", counselor=clara.id)
    change_organization(clara, b, {"parent_id": holding.id})
    merge(clara, a, b, parent_id="b")
    assert a.parent_id == holding.id


def test_records_with_long_names_are_merged(clara):
    a, b = (client_of("Inland", name * 150, counselor=clara.id) for name in "AB")
    merge(clara, a, b)
    title = db.session.scalars(sa.select(Batch.title).where(Batch.kind == MERGE)).one()
    assert title == f"{'B' * 150} was merged into {'A' * 150}."[:200]


def test_only_differences_are_choices(clara):
    a, b = (person("Zhou", "Limin", country="CN", city="Suzhou", read_first=text) for text in ("Call first", "WeChat"))
    assert [list(choice.values) for choice in build_plan(clara, a, b, {}).choices] == [["read_first"]]


def test_organization_never_becomes_its_own_parent(clara):
    a, b = busy_clients(clara)
    holding_id = a.parent_id
    merge(clara, a, b, parent_id="b")
    assert holding_id is not None
    assert a.parent_id == holding_id


def test_shared_organization_merged_into_a_client_belongs_to_its_team(clara):
    a, b = client_of("Inland", "ClearAir Sensors"), organization("ClearAir")
    before = dump_database()
    merged = merge(clara, b, a)
    assert b.team_id == a.team_id
    unmerge(clara, merged)
    assert difference(before, dump_database()) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"team": "Inland"}, {"team": "Bay"}),
        ({"team": "Inland", "confidential": True}, {"team": "Inland"}),
        ({"team": "Inland", "confidential": True, "readers": ["dora"]}, {"team": "Inland", "confidential": True}),
    ],
)
def test_records_with_different_access_are_not_merged(clara, people, first, second):
    rows = []
    for facts in (first, second):
        readers = [people[name] for name in facts.get("readers", ())]
        values = {"counselor": people["clara"], "confidential": "confidential" in facts, "readers": readers}
        rows.append(client_of(facts["team"], **values))
    with pytest.raises(Invalid):
        check_pair(*rows)


def test_merge_is_one_batch_of_the_history(clara):
    a, b = busy_people(clara)
    start = db.session.scalar(sa.select(sa.func.max(Change.id))) or 0
    merged = merge(clara, a, b)
    batches = db.session.scalars(sa.select(Change.batch_id).where(Change.id > start).distinct()).all()
    assert batches == [merged.batch_id]


def test_merged_records_are_archived_organizations_without_roles(clara):
    a, b = busy_clients(clara)
    merge(clara, a, b)
    stmt = sa.select(Record.id).where(Record.kind == "organization", Record.merged_into_id.is_not(None))
    assert db.session.scalars(stmt).all() == [b.id]
    assert isinstance(b, Organization)


def test_merge_of_opportunities_keeps_their_list_of_changes(clara):
    client = client_of("Inland", "ClearAir", counselor=clara.id)
    a, b = (add_opportunity(clara, {"client_id": client.id, "title": "Filters", "amount": n}) for n in (1000, 2000))
    merged = merge(clara, a, b, amount="b")
    assert a.amount == 2000
    unmerge(clara, merged)
    stmt = sa.select(OpportunityChange.new).where(OpportunityChange.opportunity_id == a.id)
    changes = stmt.where(OpportunityChange.field == ChangedField.amount.undone_code).order_by(OpportunityChange.id)
    assert (a.amount, db.session.scalars(changes).all()) == (1000, ["USD 2000.00", "USD 1000.00"])


def test_products_and_opportunities_are_merged_within_a_client(clara):
    one, other = (client_of("Inland", name, counselor=clara.id) for name in ("ClearAir", "Bluewater"))
    for add in (save_product, add_opportunity):
        a, b = (
            add(clara, {"client_id": row.id, "name": "Filter"} if add is save_product else {"client_id": row.id})
            for row in (one, other)
        )
        with pytest.raises(Invalid):
            check_pair(a, b)


def test_known_value_is_proposed_instead_of_an_unknown_one(clara):
    client = client_of("Inland", "ClearAir", counselor=clara.id)
    a, b = (
        save_product(clara, {"client_id": client.id, "name": "Filter", "jurisdiction": jurisdiction})
        for jurisdiction in (Jurisdiction.unknown, Jurisdiction.ear)
    )
    c, d = (
        add_opportunity(clara, {"client_id": client.id, "title": "Filters", "amount": amount})
        for amount in (None, 2000)
    )
    assert [x.chosen for x in build_plan(clara, a, b, {}).choices if "jurisdiction" in x.values] == ["b"]
    assert [x.chosen for x in build_plan(clara, b, a, {}).choices if "jurisdiction" in x.values] == ["a"]
    assert [x.chosen for x in build_plan(clara, c, d, {}).choices if "amount" in x.values] == ["b"]
