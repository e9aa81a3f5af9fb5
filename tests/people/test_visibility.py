"""Queries about people return only what the actor may see, and nothing archived."""

from __future__ import annotations

import pytest

from crm.calendars import Workplace
from crm.core.errors import NotFound
from crm.people.policy import RepresentationStatus
from crm.people.queries import (
    list_organization_members,
    list_post_holders,
    list_relations,
    list_representations,
    list_rivals,
    list_workplaces,
    load_affiliations,
    load_representations,
)
from crm.people.services import add_affiliation
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    organization,
    person,
    post,
    post_role,
    relation,
    representation,
)

HIDDEN = ["other team", "confidential"]


def hidden_from_anna(people, kind: str) -> dict:
    """Return the values of a record that anna may not see."""
    if kind == "other team":
        return {"team": "Bay", "counselor": people["boris"]}
    return {"team": "Inland", "counselor": people["clara"], "confidential": True}


@pytest.mark.parametrize("kind", HIDDEN)
def test_position_at_a_hidden_organization_is_not_listed(people, actor, kind):
    li, employer = (
        person("Li", "Hui", organization=organization("Open Water")),
        organization("Quiet Harbor", **hidden_from_anna(people, kind)),
    )
    affiliation(li, employer)
    assert [row.organization for row in load_affiliations(actor("anna"), [li.id])[li.id]] == ["Open Water"]
    assert len(load_affiliations(actor("boris" if kind == "other team" else "clara"), [li.id])[li.id]) == 2


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_and_archived_people_are_not_listed_at_an_organization(people, actor, kind):
    employer = organization("Open Water")
    person("Zhou", "Limin", organization=employer)
    person("Lu", "Hua", organization=employer, **hidden_from_anna(people, kind))
    archived(person("Ma", "Jun", organization=employer))
    assert [c.label for c in list_organization_members(actor("anna"), employer.id)] == ["Limin Zhou"]


@pytest.mark.parametrize("kind", HIDDEN)
def test_relation_with_a_hidden_person_is_not_listed_in_either_direction(people, actor, kind):
    li, hidden, open_one = (
        person("Li", "Hui"),
        person("Lu", "Hua", **hidden_from_anna(people, kind)),
        person("Ma", "Jun"),
    )
    relation(li, hidden)
    relation(hidden, li)
    relation(open_one, li)
    assert [k.other_id for k in list_relations(actor("anna"), li.id)] == [open_one.id]


def test_relation_is_listed_for_its_team_and_a_shared_one_for_all(people, actor):
    li, one, two, three = (person(name) for name in ("Li", "Ma", "Lu", "Wu"))
    relation(li, one)
    relation(li, two, team="Inland")
    relation(li, three, team="Bay")
    other_ids = {name: [k.other_id for k in list_relations(actor(name), li.id)] for name in ("anna", "boris", "nora")}
    assert other_ids == {"anna": [one.id, two.id], "boris": [one.id, three.id], "nora": [one.id, two.id, three.id]}


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_post_holder_is_not_listed(people, actor, kind):
    place = post("Consulate")
    role = post_role(place)
    visible_person = person("Smith", "Tom")
    holder(role, visible_person)
    holder(role, person("Lu", "Hua", **hidden_from_anna(people, kind)))
    assert [h.person_id for h in list_post_holders(actor("anna"), place.id)] == [visible_person.id]


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_person_and_organization_of_a_rep_are_not_named(people, actor, kind):
    client = client_of("Inland", "ClearAir", counselor=people["anna"])
    hidden_person = person("Lu", "Hua", **hidden_from_anna(people, kind))
    hidden_firm = organization("Quiet Agents", **hidden_from_anna(people, kind))
    by_person, by_firm = representation(client, hidden_person), representation(client, hidden_firm)
    rows = {rep.id: rep for rep in list_representations(actor("anna"), client.id)}
    assert (rows[by_person.id].client, rows[by_person.id].person_id, rows[by_person.id].person) == (
        "ClearAir",
        None,
        None,
    )
    assert (rows[by_firm.id].organization_id, rows[by_firm.id].organization) == (None, None)


def test_reps_of_hidden_clients_and_archived_reps_are_not_listed(people, actor):
    li = person("Li", "Hui")
    visible_rep = representation(client_of("Inland", counselor=people["anna"]), li)
    representation(client_of("Bay", counselor=people["boris"]), li)
    representation(client_of("Inland", counselor=people["clara"], confidential=True), li)
    archived(representation(client_of("Inland"), li))
    assert [rep.id for rep in list_representations(actor("anna"), li.id)] == [visible_rep.id]


def test_name_of_a_hidden_client_is_not_shown_with_its_rep(people, actor):
    client = client_of("Inland", "Quiet Harbor", counselor=people["clara"])
    row = representation(client, person("Li", "Hui"))
    client.confidential, row.confidential = True, False  # opened again by hand
    (rep,) = list_representations(actor("anna"), row.person_id)
    assert (rep.id, rep.client) == (row.id, None)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (RepresentationStatus.active, True),
        (RepresentationStatus.proposed, True),
        (RepresentationStatus.ended, False),
    ],
)
def test_rivals_are_active_reps_of_other_clients(people, actor, status, counts):
    li, own_client = person("Li", "Hui"), client_of("Inland")
    row = representation(own_client, li)
    representation(own_client, li)
    archived(representation(client_of("Inland"), li))
    other = representation(client_of("Inland", "Rival"), li, status=status)
    assert [r.id for r in list_rivals(actor("anna"), row)] == ([other.id] if counts else [])


def test_rival_of_another_team_has_no_label_and_a_confidential_one_is_not_listed(people, actor):
    li = person("Li", "Hui")
    row = representation(client_of("Inland"), li)
    other_rep = representation(client_of("Bay", "Bay Metering", counselor=people["boris"]), li)
    representation(client_of("Inland", counselor=people["clara"], confidential=True), li)
    assert [(r.id, r.label) for r in list_rivals(actor("anna"), row)] == [(other_rep.id, None)]


def test_reps_are_loaded_by_id(people, actor):
    one, two, _other = (representation(client_of("Inland", name), person(name)) for name in ("Li", "Ma", "Wu"))
    archived(two)
    assert {row.id for row in load_representations(actor("anna"), [one.id, two.id])} == {one.id, two.id}


@pytest.mark.parametrize("kind", HIDDEN)
def test_position_at_a_hidden_organization_cannot_be_added(people, actor, kind):
    li, employer = person("Li", "Hui"), organization("Quiet Harbor", **hidden_from_anna(people, kind))
    with pytest.raises(NotFound):
        add_affiliation(actor("anna"), li, {"organization_id": employer.id})


def test_workplaces_are_those_of_the_given_people_and_organizations(people):
    near, far = (
        person("Li", "Wei", zone="America/Los_Angeles"),
        person("Zhou", "Min", zone="Asia/Shanghai", country="CN"),
    )
    consulate = post("Consulate Wuhan", country="CN", zone="Asia/Shanghai")
    assert list_workplaces([near.id]) == [Workplace("America/Los_Angeles", ("US",))]
    assert list_workplaces([far.id]) == [Workplace("Asia/Shanghai", ("CN",))]
    assert list_workplaces([consulate.id]) == [Workplace("Asia/Shanghai", ("CN", "US"))]
    assert list_workplaces([]) == []
