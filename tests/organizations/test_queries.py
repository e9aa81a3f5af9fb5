"""Which organizations and details the queries return: of own teams, open, and of the requested one."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Forbidden, NotFound
from crm.followups.services import add_follow_up
from crm.organizations import queries
from crm.organizations.models import Alias, Client, ClientAgreement, DatedFact, Organization, Ownership
from crm.organizations.policy import AliasKind, FactKind, OrganizationRole
from crm.organizations.services import set_facts
from tests.factories import archived, client_of, make_confidential, organization, owner, post, post_role, prime, sector


def test_list_has_shared_organizations_and_those_of_own_teams(session, actor, people):
    shared, of_inland, of_bay = organization("Shared"), client_of("Inland"), client_of("Bay")
    secret = make_confidential(client_of("Inland", counselor=people["anna"]))
    former = archived(organization("Former"))
    ids = {
        name: set(session.scalars(queries.visible_organizations(actor(name)).with_only_columns(Organization.id)))
        for name in ("anna", "dora", "boris", "nora")
    }
    everywhere = {shared.id, former.id}
    assert {name: row_ids - everywhere for name, row_ids in ids.items()} == {
        "anna": {of_inland.id, secret.id},
        "dora": {of_inland.id},
        "boris": {of_bay.id},
        "nora": {of_inland.id, of_bay.id},
    }
    assert all(everywhere <= row_ids for row_ids in ids.values())


def test_organization_is_found_with_access_and_the_right(actor, people):
    client = client_of("Inland", counselor=people["anna"])
    assert queries.get_organization(actor("anna"), client.id, "organization:edit") is client
    for name, record_id in (("boris", client.id), ("anna", 999)):
        with pytest.raises(NotFound):
            queries.get_organization(actor(name), record_id)
    with pytest.raises(Forbidden):
        queries.get_organization(actor("shen"), client.id, "organization:money")


def test_owners_are_visible_ones_of_the_organization_the_largest_first(actor, people):
    mill, other = organization("Mill"), organization("Other")
    holding, secret = organization("Holding"), make_confidential(client_of("Bay", "Secret", counselor=people["boris"]))
    rows = {row.owner_id: row for row in (owner(mill, secret, 10), owner(mill, "A person", None), owner(mill, holding))}
    owner(other, holding, 100)
    names = {name: [x.owner for x in queries.list_owners(actor(name), mill.id)] for name in ("anna", "boris", "shen")}
    assert names == {"anna": ["Holding", "A person"], "boris": ["Holding", "Secret", "A person"], "shen": []}
    assert queries.get_part(actor("anna"), Ownership, mill.id, rows[holding.id].id) is rows[holding.id]
    with pytest.raises(NotFound):
        queries.get_part(actor("anna"), Ownership, other.id, rows[holding.id].id)


def test_hidden_figure_and_missing_part_are_not_found(session, actor, people):
    client = client_of("Inland")
    values = {"kind": FactKind.sales, "number": 5, "as_of": date(2026, 1, 1), "source": "Client"}
    set_facts(DatedFact(organization_id=client.id), values)
    fact = session.query(DatedFact).one()
    assert queries.get_part(actor("anna"), DatedFact, client.id, fact.id) is fact
    for name, row_id in (("shen", fact.id), ("anna", 999)):
        with pytest.raises(NotFound):
            queries.get_part(actor(name), DatedFact, client.id, row_id)


def test_newest_figure_of_each_kind_is_the_one_of_the_latest_day(actor, people):
    client, other = client_of("Inland"), client_of("Inland")
    for row, kind, number, day in (
        (client, FactKind.staff, 10, date(2025, 1, 1)),
        (client, FactKind.staff, 12, date(2026, 1, 1)),
        (client, FactKind.staff, 8, date(2024, 1, 1)),
        (client, FactKind.sales, 500, date(2025, 6, 1)),
        (other, FactKind.staff, 99, date(2026, 2, 1)),
    ):
        values = {"kind": kind, "number": number, "as_of": day, "source": "Client"}
        set_facts(DatedFact(organization_id=row.id), values)
    numbers = {x.kind: x.number for x in queries.list_newest_facts(actor("anna"), client.id)}
    assert numbers == {FactKind.staff: 12, FactKind.sales: 500}
    assert {x.kind for x in queries.list_newest_facts(actor("shen"), client.id)} == {FactKind.staff}


def test_agreement_is_on_file_on_a_day(session, people):
    client = client_of("Inland")
    for from_on, to_on, on_file in (
        (date(2026, 1, 1), date(2026, 1, 31), True),
        (date(2026, 3, 1), None, True),
        (date(2026, 2, 1), None, False),
    ):
        set_facts(ClientAgreement(organization_id=client.id), {"from_on": from_on, "to_on": to_on, "on_file": on_file})
    days = (
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 1, 31),
        date(2026, 2, 1),
        date(2026, 2, 28),
        date(2026, 3, 1),
    )
    assert [queries.has_agreement(client.id, day) for day in days] == [False, True, True, False, False, True]
    assert not queries.has_agreement(client_of("Inland").id, date(2026, 3, 1))


def test_parts_are_those_of_the_organization(session, people):
    client, contractor, consulate, shared = (
        client_of("Inland"),
        prime("Prime"),
        post("Consulate"),
        organization("Shared"),
    )
    roles = [post_role(consulate, title) for title in ("Commercial Officer", "Assistant")]
    post_role(post("Other"), "Elsewhere")
    assert queries.get_client(client.id).organization_id == client.id
    assert queries.get_prime(contractor.id).organization_id == contractor.id
    assert queries.get_post(consulate.id).organization_id == consulate.id
    assert {row.id for row in queries.list_post_roles(consulate.id)} == {row.id for row in roles}
    assert session.get(Client, shared.id) is None


def test_subsidiaries_are_open_visible_ones_by_name_and_the_parent_is_shown_if_visible(session, actor, people):
    holding, other = organization("Holding"), organization("Other holding")
    rows = [organization(name, parent_id=holding.id, parent_share=60) for name in ("Beta", "Alpha")]
    archived(organization("Former", parent_id=holding.id))
    secret = make_confidential(client_of("Bay", "Secret", counselor=people["boris"], parent_id=holding.id))
    organization("Elsewhere", parent_id=other.id)
    labels = {
        name: [(x.label, x.share) for x in queries.list_subsidiaries(actor(name), holding.id)]
        for name in ("anna", "boris", "shen")
    }
    assert labels == {
        "anna": [("Alpha", 60), ("Beta", 60)],
        "boris": [("Alpha", 60), ("Beta", 60), ("Secret", None)],
        "shen": [("Alpha", None), ("Beta", None)],
    }
    parent = queries.get_parent(actor("anna"), rows[0])
    assert (parent.id, parent.label, parent.share) == (holding.id, "Holding", 60)
    assert queries.get_parent(actor("shen"), rows[0]).share is None
    assert queries.get_parent(actor("anna"), holding) is None
    rows[0].parent_id = secret.id
    session.flush()
    assert queries.get_parent(actor("anna"), rows[0]) is None


def test_names_sectors_and_roles_are_those_of_the_organization(session, people):
    water, air = sector("Water"), sector("Air")
    mill, other = organization("Mill", sectors=[water, air]), organization("Other", sectors=[water])
    for row, name in ((mill, "First name"), (mill, "Second name"), (other, "Other name")):
        session.add(Alias(organization_id=row.id, kind=AliasKind.trading, name=name))
        session.flush()
    assert queries.list_aliases(mill.id) == [(AliasKind.trading, "First name"), (AliasKind.trading, "Second name")]
    assert queries.list_organization_sectors(mill.id) == [(air.id, "Air"), (water.id, "Water")]
    consulate = post("Consulate")
    assert queries.load_roles([mill.id, consulate.id]) == {mill.id: [], consulate.id: [OrganizationRole.post]}
    assert queries.load_roles([]) == {}


def test_next_step_is_the_earliest_open_one_of_own_teams(actor, people):
    mill, other = organization("Mill"), organization("Other")
    days = {"boris": date(2026, 3, 11), "anna": date(2026, 3, 13)}
    for name, day in days.items():
        add_follow_up(actor(name), {"title": "Call", "due_on": day}, about=[mill.id])
    add_follow_up(actor("anna"), {"title": "Call", "due_on": date(2026, 3, 12)}, about=[other.id])
    next_days = {name: queries.load_next_step_dates([mill.id], actor(name)) for name in ("anna", "boris", "nora")}
    assert next_days == {
        "anna": {mill.id: days["anna"]},
        "boris": {mill.id: days["boris"]},
        "nora": {mill.id: days["boris"]},
    }
