"""Which rows the queries of people return, in which order, and who sees contact details."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.record_dates import RecordDates
from crm.people import queries
from crm.people.models import Person
from crm.people.policy import (
    Exclusivity,
    OfficialKind,
    OfficialRank,
    RelationKind,
    RepresentationKind,
    RepresentationStatus,
    may_see_conflict,
)
from crm.people.queries.contact_details import has_public_contact_details, has_readable_contact_details
from crm.people.queries.contacts import find_contacts
from crm.people.queries.people import AffiliationRow, OrganizationMember, PostHolderRow, RelationRow
from crm.people.queries.representations import RepresentationRow
from crm.records.opt_outs import opt_out
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    make_confidential,
    organization,
    person,
    post,
    post_role,
    reachable,
    relation,
    representation,
    team_id_of,
)

PAST, FUTURE = date(2025, 1, 1), date(2026, 3, 11)


def test_positions_are_listed_primary_first_then_current_then_past(people, actor):
    zhou, gao, mill = person("Zhou", "Limin"), person("Gao", "Lei"), organization("Mill", "厂")
    facts = {"title": "Buyer", "native_title": "采购", "department": "Sales", "from_on": PAST, "main": True}
    official = {"official": OfficialKind.official, "rank": OfficialRank.bureau, "rank_words": "副厅级"}
    past = affiliation(zhou, organization("Past"), main=True, to_on=PAST)
    primary = affiliation(zhou, mill, **facts, **official)
    older, newer = (affiliation(zhou, organization(name), main=False) for name in ("Older", "Newer"))
    affiliation(gao, mill)
    rows = queries.load_affiliations(actor("anna"), [zhou.id, 0])
    assert [row.id for row in rows[zhou.id]] == [primary.id, newer.id, older.id, past.id]
    ranks = (OfficialKind.official, OfficialRank.bureau, "副厅级")
    texts = ("Mill", "厂", "Buyer", "采购", "Sales")
    expected = AffiliationRow(primary.id, zhou.id, mill.id, *texts, PAST, None, True, *ranks, False)
    assert (rows[zhou.id][0], rows[0], queries.load_affiliations(actor("anna"), [])) == (expected, [], {})


def test_members_of_an_organization_are_listed_current_ones_first_by_name(people, actor):
    mill, other = organization("Mill"), organization("Other")
    for name, to_on in (("Zhou", None), ("An", PAST), ("Bo", None)):
        affiliation(person(name), mill, title=f"T {name}", from_on=PAST, to_on=to_on)
    person("Wu", organization=other)
    rows = queries.list_organization_members(actor("anna"), mill.id)
    assert [(row.label, row.to_on) for row in rows] == [("Bo", None), ("Zhou", None), ("An", PAST)]
    assert rows[0] == OrganizationMember(rows[0].id, "Bo", "", "T Bo", None, PAST, None)


def test_relations_are_read_from_their_person_in_the_order_of_entry(people, actor):
    zhou, gao, li = person("Zhou"), person("Gao"), person("Li")
    first = relation(zhou, gao, RelationKind.reports_to, evidence="Card", since_on=PAST)
    second = relation(li, zhou, RelationKind.reports_to)
    relation(gao, li)
    assert queries.list_relations(actor("anna"), zhou.id) == [
        RelationRow(first.id, gao.id, "Gao", "", "Reports to", "Card", PAST),
        RelationRow(second.id, li.id, "Li", "", "Manages", None, None),
    ]


def test_holders_of_a_post_are_listed_current_ones_first_then_the_latest(people, actor, clock):
    consulate, smith = post("Consulate"), person("Smith")
    role = post_role(consulate)
    times = ({"to_on": FUTURE}, {"from_on": PAST, "expected_end_on": date(2027, 1, 1)}, {"to_on": PAST}, {})
    rows = [holder(role, smith, **dates) for dates in times]
    holder(post_role(post("Other")), smith)
    holders = queries.list_post_holders(actor("anna"), consulate.id)
    assert [row.id for row in holders] == [rows[i].id for i in (3, 1, 0, 2)]
    assert holders[1] == PostHolderRow(rows[1].id, role.id, smith.id, "Smith", "", PAST, None, date(2027, 1, 1))


def test_reps_are_listed_on_each_of_their_records_ended_ones_last(people, actor):
    anna, client, zhou = actor("anna"), client_of("Inland", "Client"), person("Zhou", native_address="x")
    agent = organization("Agents")
    ended = representation(client, zhou, status=RepresentationStatus.ended)
    facts = {"territory": "Jiangsu", "exclusive": Exclusivity.yes, "to_on": PAST, "may_quote": True, "mark_owner": "Us"}
    row = representation(client, agent, rep_kind=RepresentationKind.agent, **facts)
    representation(client_of("Inland"), person("Other"))
    expected = RepresentationRow(
        row.id,
        client.id,
        "Client",
        None,
        None,
        None,
        agent.id,
        "Agents",
        RepresentationKind.agent,
        RepresentationStatus.active,
        "Jiangsu",
        Exclusivity.yes,
        PAST,
        True,
        "Us",
    )
    assert [rep.id for rep in queries.list_representations(anna, client.id)] == [row.id, ended.id]
    assert queries.list_representations(anna, agent.id) == [expected]
    assert [(rep.id, rep.person) for rep in queries.list_representations(anna, zhou.id)] == [(ended.id, "Zhou")]
    assert queries.load_representation(anna, row) == expected
    assert queries.get_representation(anna, row.id) is row


def test_conflict_is_for_the_counselor_and_managers_of_the_team(people, actor):
    row = representation(client_of("Inland", counselor=people["anna"]))
    names = ["anna", "clara", "dora", "nora", "admin", "boris"]
    assert [name for name in names if may_see_conflict(actor(name), row)] == ["anna", "clara"]
    make_confidential(row)
    row.without_managers = True
    assert [name for name in names if may_see_conflict(actor(name), row)] == ["anna"]


def test_contact_of_an_organization_is_who_takes_email_and_was_contacted_last(people, actor, clock):
    anna, mill = actor("anna"), organization("Mill")
    contacts: dict[str, Person] = {}

    def add(name: str, email: str = "", **facts) -> Person:
        contacts[name] = person(name)
        affiliation(contacts[name], mill, **facts)
        return reachable(contacts[name], email=email) if email else contacts[name]

    def last_at(name: str, days: int, team: str | None = None) -> None:
        values = {"team_key": team_id_of(team) if team else 0, "last_interaction_at": now() - timedelta(days=days)}
        db.session.add(RecordDates(record_id=contacts[name].id, **values))
        db.session.flush()

    def find(viewer=anna) -> str:
        [(organization_id, person_id)] = find_contacts(viewer, [mill.id, 0]).items()
        assert organization_id == mill.id
        return db.session.get_one(Person, person_id).label

    person("Elsewhere", organization=organization("Port"))
    assert find_contacts(anna, [mill.id]) == {}
    archived(add("Archived", "a@a.example"))
    add("Past", "p@a.example", to_on=PAST)
    add("Hidden", "h@a.example").team_id = team_id_of("Bay")
    add("Plain")
    assert find() == "Plain"
    add("Second", "second@a.example", main=False)
    assert find() == "Second"
    add("Main", "main@a.example")
    add("Also", "also@a.example")
    assert find() == "Also"
    last_at("Main", 9)
    assert find() == "Main"
    last_at("Also", 3, "Inland")
    assert (find(), find(actor("boris")), find(actor("nora"))) == ("Also", "Main", "Also")
    opt_out(["also@a.example", "main@a.example"])
    assert find() == "Second"


def test_contact_details_are_readable_with_an_open_or_a_visible_employer(people, actor):
    secret = make_confidential(client_of("Inland", counselor=people["anna"]))
    rows = {name: person(name) for name in ("Alone", "Open", "Secret", "Both", "Past")}
    affiliation(rows["Open"], organization())
    for name in ("Secret", "Both"):
        affiliation(rows[name], secret)
    affiliation(rows["Both"], organization())
    affiliation(rows["Past"], secret, to_on=PAST)
    for row in rows.values():
        row.team_id, row.confidential = None, False
    db.session.flush()
    ids = [row.id for row in rows.values()]

    def names(condition) -> list[str]:
        return list(
            db.session.scalars(sa.select(Person.label).where(Person.id.in_(ids), condition).order_by(Person.id))
        )

    public = ["Alone", "Open", "Both", "Past"]
    assert names(has_public_contact_details()) == names(has_readable_contact_details(actor("dora"))) == public
    assert names(has_readable_contact_details(actor("anna"))) == list(rows)
    assert [queries.may_see_contact_details(actor(name), rows["Secret"]) for name in ("anna", "dora")] == [True, False]
    rows["Secret"].team_id = team_id_of("Inland")
    db.session.flush()
    assert queries.may_see_contact_details(actor("dora"), rows["Secret"])


def test_spring_festival_is_celebrated_in_five_places(people):
    for country in ("CN", "HK", "MO", "TW", "SG", "US", None):
        person(country or "None", country=country)
    stmt = sa.select(Person.label).where(queries.celebrates_spring_festival()).order_by(Person.id)
    assert db.session.scalars(stmt).all() == ["CN", "HK", "MO", "TW", "SG"]
