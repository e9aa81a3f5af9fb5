"""Merging moves everything to one record, and undoing it restores the database as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change, Via, act_as
from crm.core.data.record import Record
from crm.core.errors import Conflict, Forbidden, Invalid
from crm.core.search import search
from crm.followups.models import FollowUpAbout
from crm.followups.services import add_follow_up
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, log_interaction
from crm.merging.obstacles import find_obstacles
from crm.merging.queries import build_plan
from crm.merging.services import check_pair, merge_records, unmerge
from crm.opportunities.models import OpportunityChange
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Alias, Organization
from crm.organizations.services import change_organization
from crm.people.models import Affiliation, Relation
from crm.people.services import change_person
from crm.products.policy import Jurisdiction
from crm.products.services import save_product
from crm.records.models import ContactPoint, OtherName, Star
from crm.records.policy import Medium, PointLabel
from crm.records.services import Point, set_points, set_tags, star
from tests.factories import affiliation, client_of, organization, person, relation
from tests.merging.dumps import difference, dump_database


@pytest.fixture
def clara(session, people, actor):
    act_as(db.session(), actor("clara"), Via.web)
    return actor("clara")


def merge(actor, a, b, **chosen):
    """Merge b into a."""
    return merge_records(actor, build_plan(actor, a, b, {f"field-{key}": side for key, side in chosen.items()}))


def log(actor, *people, clients=(), organizations=(), about=()):
    """Log a call of an hour ago with these people, for these clients, about these records."""
    moment = clock.now() - timedelta(hours=1)
    values = {"wall": moment.replace(tzinfo=None), "zone": "UTC"}
    parties = [PartyValues(person_id=row.id) for row in people]
    parties += [PartyValues(organization_id=row.id, label="2 engineers") for row in organizations]
    for_clients = [ForClient(row.id, contact=20, prep=10) for row in clients]
    details = InteractionDetails(parties=parties, clients=for_clients, about=[row.id for row in about])
    return log_interaction(actor, values, details)


def busy_people(actor):
    """Two people with everything that people can have, some of it the same."""
    huayue, other = organization("Huayue"), organization("Ningbo Harbor")
    a = person("Zhou", "Limin", organization=huayue, title="Engineer", city="Suzhou")
    b = person("Chou", "Li-min", organization=huayue, country="CN", read_first="Prefers WeChat")
    c = person("Gao", "Lei", organization=other)
    affiliation(b, other, title="Adviser")
    for row, emails in ((a, ("zhou@huayue.example",)), (b, ("ZHOU@huayue.example", "limin@mail.example"))):
        points = [Point(Medium.email, PointLabel.work, email) for email in emails]
        set_points(row, points, "CN")
    set_tags(a, "hvac, filters")
    set_tags(b, "filters, vip")
    relation(a, b)
    relation(c, b)
    relation(b, c)
    star(actor, a, on=True)
    star(actor, b, on=True)
    log(actor, a, b)
    log(actor, b, c)
    add_follow_up(actor, {"title": "Send drawing", "due_on": date(2026, 3, 20)}, about=[b.id])
    add_follow_up(actor, {"title": "Call", "due_on": date(2026, 3, 12), "promised_by_id": b.id}, about=[a.id, b.id])
    return a, b


def test_merged_person_has_the_rows_of_both(clara):
    a, b = busy_people(clara)
    merge(clara, a, b)
    points = db.session.scalars(sa.select(ContactPoint.raw).where(ContactPoint.record_id == a.id)).all()
    assert points == ["zhou@huayue.example", "limin@mail.example"]
    positions = db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == a.id)).all()
    assert [(row.title, row.main) for row in positions] == [("Engineer", True), ("Adviser", False)]
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


def test_undone_merge_of_people_leaves_the_database_as_it_was(clara):
    a, b = busy_people(clara)
    before = dump_database()
    unmerge(clara, merge(clara, a, b, family_latin="b", country="b"))
    assert difference(before, dump_database()) == {}


def busy_clients(actor):
    """Two clients of a team with interactions, minutes, people and a parent in common."""
    parent = organization("Holding")
    a = client_of("Inland", "ClearAir Sensors", counselor=actor.id, parent_id=parent.id)
    b = client_of("Inland", "Clear Air Sensors Inc.", counselor=actor.id, city="Chino")
    staff = person("Ann", "Lee", organization=a)
    affiliation(staff, b)
    person("Bo", "Diaz", organization=b)
    db.session.add(Alias(organization_id=b.id, name="CAS"))
    b.parent_id = a.id
    log(actor, staff, clients=(a, b), organizations=(b,))
    log(actor, clients=(b,))
    log(actor, organizations=(a,), about=(b,))
    return a, b


def test_merged_client_has_the_minutes_of_both(clara):
    a, b = busy_clients(clara)
    merge(clara, a, b)
    rows = db.session.execute(sa.select(InteractionTime.client_id, InteractionTime.contact, InteractionTime.prep)).all()
    assert sorted(rows) == [(a.id, 20, 10), (a.id, 40, 20)]
    assert set(db.session.scalars(sa.select(InteractionClient.client_id))) == {a.id}
    assert set(db.session.scalars(sa.select(Alias.name))) == {"CAS", "Clear Air Sensors Inc."}
    assert len(db.session.scalars(sa.select(Affiliation)).all()) == 2


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


def test_parent_outside_the_organization_can_be_chosen(clara):
    holding = organization("Holding")
    a, b = client_of("Inland", "ClearAir", counselor=clara.id), client_of("Inland", "Clear Air", counselor=clara.id)
    change_organization(clara, b, {"parent_id": holding.id})
    merge(clara, a, b, parent_id="b")
    assert a.parent_id == holding.id


def test_only_differences_are_choices(clara):
    a, b = (person("Zhou", "Limin", country="CN", city="Suzhou", read_first=text) for text in ("Call first", "WeChat"))
    assert [list(choice.values) for choice in build_plan(clara, a, b, {}).choices] == [["read_first"]]


def test_organization_never_becomes_its_own_parent(clara):
    a, b = busy_clients(clara)
    merge(clara, a, b, parent_id="b")
    assert a.parent_id is None


def test_shared_organization_merged_into_a_client_belongs_to_its_team(clara):
    a, b = client_of("Inland", "ClearAir Sensors"), organization("ClearAir")
    before = dump_database()
    merged = merge(clara, b, a)
    assert b.team_id == a.team_id
    unmerge(clara, merged)
    assert difference(before, dump_database()) == {}


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
    changes = stmt.where(OpportunityChange.field == "amount").order_by(OpportunityChange.id)
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
