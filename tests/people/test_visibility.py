"""What a person's page tells of others: only what the reader sees, and nothing that is archived."""

from __future__ import annotations

import pytest

from crm.people.policy import RepresentationStatus
from crm.people.queries import (
    list_organization_members,
    list_post_holders,
    list_relations,
    list_representations,
    list_rivals,
    load_affiliations,
)
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


def way(people, kind: str) -> dict:
    """Make a record one that anna doesn't see."""
    if kind == "other team":
        return {"team": "Bay", "counselor": people["boris"]}
    return {"team": "Inland", "counselor": people["clara"], "confidential": True}


@pytest.mark.parametrize("kind", HIDDEN)
def test_job_at_a_hidden_organization_is_not_told(people, actor, kind):
    who, firm = person("Li", "Hui", at=organization("Open Water")), organization("Quiet Harbor", **way(people, kind))
    affiliation(who, firm)
    assert [job.organization for job in load_affiliations(actor("anna"), [who.id])[who.id]] == ["Open Water"]
    assert len(load_affiliations(actor("boris" if kind == "other team" else "clara"), [who.id])[who.id]) == 2


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_and_archived_people_are_not_told_at_an_organization(people, actor, kind):
    firm = organization("Open Water")
    person("Zhou", "Limin", at=firm)
    person("Lu", "Hua", at=firm, **way(people, kind))
    archived(person("Ma", "Jun", at=firm))
    assert [c.label for c in list_organization_members(actor("anna"), firm.id)] == ["Limin Zhou"]


@pytest.mark.parametrize("kind", HIDDEN)
def test_relation_with_a_hidden_person_is_not_told_from_either_side(people, actor, kind):
    who, hidden, open_one = person("Li", "Hui"), person("Lu", "Hua", **way(people, kind)), person("Ma", "Jun")
    relation(who, hidden)
    relation(hidden, who)
    relation(open_one, who)
    assert [k.other_id for k in list_relations(actor("anna"), who.id)] == [open_one.id]


def test_relation_is_told_to_the_team_that_noted_it_and_a_shared_one_to_all(people, actor):
    who, one, two, three = (person(name) for name in ("Li", "Ma", "Lu", "Wu"))
    relation(who, one)
    relation(who, two, team="Inland")
    relation(who, three, team="Bay")
    told = {name: [k.other_id for k in list_relations(actor(name), who.id)] for name in ("anna", "boris", "nora")}
    assert told == {"anna": [one.id, two.id], "boris": [one.id, three.id], "nora": [one.id, two.id, three.id]}


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_holder_of_a_role_is_not_told(people, actor, kind):
    place = post("Consulate")
    role = post_role(place)
    known = person("Smith", "Tom")
    holder(role, known)
    holder(role, person("Lu", "Hua", **way(people, kind)))
    assert [h.person_id for h in list_post_holders(actor("anna"), place.id)] == [known.id]


@pytest.mark.parametrize("kind", HIDDEN)
def test_names_around_a_china_rep_are_those_the_reader_sees(people, actor, kind):
    client = client_of("Inland", "ClearAir", counselor=people["anna"])
    hidden_person = person("Lu", "Hua", **way(people, kind))
    hidden_firm = organization("Quiet Agents", **way(people, kind))
    by_person, by_firm = representation(client, hidden_person), representation(client, hidden_firm)
    told = {rep.id: rep for rep in list_representations(actor("anna"), client.id)}
    assert (told[by_person.id].client, told[by_person.id].person_id, told[by_person.id].person) == (
        "ClearAir",
        None,
        None,
    )
    assert (told[by_firm.id].organization_id, told[by_firm.id].organization) == (None, None)


def test_china_rep_of_a_hidden_client_is_not_told_and_of_an_archived_one_neither(people, actor):
    who = person("Li", "Hui")
    mine = representation(client_of("Inland", counselor=people["anna"]), who)
    representation(client_of("Bay", counselor=people["boris"]), who)
    representation(client_of("Inland", counselor=people["clara"], confidential=True), who)
    archived(representation(client_of("Inland"), who))
    assert [rep.id for rep in list_representations(actor("anna"), who.id)] == [mine.id]


def test_name_of_a_client_that_is_hidden_is_not_told_where_its_rep_is_seen(people, actor):
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
def test_rivals_are_running_ones_of_other_clients(people, actor, status, counts):
    who, mine = person("Li", "Hui"), client_of("Inland")
    row = representation(mine, who)
    representation(mine, who)
    archived(representation(client_of("Inland"), who))
    other = representation(client_of("Inland", "Rival"), who, status=status)
    assert [r.id for r in list_rivals(actor("anna"), row)] == ([other.id] if counts else [])


def test_rival_of_another_team_has_no_name_and_a_confidential_one_leaves_no_trace(people, actor):
    who = person("Li", "Hui")
    row = representation(client_of("Inland"), who)
    theirs = representation(client_of("Bay", "Bay Metering", counselor=people["boris"]), who)
    representation(client_of("Inland", counselor=people["clara"], confidential=True), who)
    assert [(r.id, r.label) for r in list_rivals(actor("anna"), row)] == [(theirs.id, None)]
