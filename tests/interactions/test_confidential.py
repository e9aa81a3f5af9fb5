"""Interactions about confidential records are confidential and name only people visible to their readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.record import get_visible
from crm.core.errors import NotFound
from crm.followups.services import about_of, add_follow_up, change_follow_up
from crm.interactions.mail_proposal import list_people_with_address
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    InteractionToLog,
    PartyValues,
    log_interaction,
    log_interactions,
)
from crm.people.models import Affiliation
from crm.records.services import set_confidentiality
from tests.factories import affiliation, client_of, organization, person, reachable, team_id_of

HELD = {
    "state": InteractionState.held,
    "type": InteractionType.meeting,
    "reached": InteractionOutcome.talked,
    "wall": datetime(2026, 12, 7, 14, 0),
    "zone": "America/Los_Angeles",
}


@pytest.fixture
def secret_client(people):
    """Return a confidential client of clara's that anna may read."""
    return client_of("Inland", "Quiet Harbor", counselor=people["clara"], confidential=True, readers=[people["anna"]])


@pytest.fixture
def secret_person(people):
    """Return a confidential person of clara's that anna can read."""
    return person("Lu", "Hua", team="Inland", counselor=people["clara"], confidential=True, readers=[people["anna"]])


def linked(kind: str, secret_client, secret_person) -> InteractionDetails:
    """Return details that link a confidential record, by kind of link."""
    return {
        "person": InteractionDetails(parties=[PartyValues(secret_person.id)]),
        "client": InteractionDetails(clients=[ClientMinutes(secret_client.id, 10)]),
        "about": InteractionDetails(about=[secret_client.id]),
        "person among others": InteractionDetails(
            parties=[PartyValues(person("Ma", "Jun").id), PartyValues(secret_person.id)]
        ),
        "client among others": InteractionDetails(
            clients=[ClientMinutes(client_of("Inland").id, 10), ClientMinutes(secret_client.id, 10)]
        ),
    }[kind]


KINDS_OF_LINK = ["person", "client", "about", "person among others", "client among others"]


@pytest.mark.parametrize("kind", KINDS_OF_LINK)
def test_interaction_with_a_confidential_record_is_hidden_from_the_team(
    anna, actor, secret_client, secret_person, kind
):
    row = log_interaction(anna, HELD | {"notes": "Their price"}, linked(kind, secret_client, secret_person))
    assert (row.confidential, row.team_id) == (True, team_id_of("Inland"))
    assert get_visible(Interaction, anna, row.id) is row
    for name in ("dora", "shen", "nora", "admin", "boris"):
        with pytest.raises(NotFound):
            get_visible(Interaction, actor(name), row.id)


@pytest.mark.parametrize("kind", [kind_of_link for kind_of_link in KINDS_OF_LINK if kind_of_link != "about"])
def test_bulk_logged_interaction_is_as_confidential(anna, actor, secret_client, secret_person, kind):
    secret = replace(linked(kind, secret_client, secret_person), staff_ids=[anna.id])
    plain = replace(InteractionDetails(clients=[ClientMinutes(client_of("Inland").id, 10)]), staff_ids=[anna.id])
    first, second = log_interactions(
        anna, [InteractionToLog(new_uid(), HELD, plain), InteractionToLog(new_uid(), HELD, secret)]
    )
    dora = actor("dora")
    assert get_visible(Interaction, dora, first).confidential is False
    with pytest.raises(NotFound):
        get_visible(Interaction, dora, second)


def test_bulk_logged_interaction_with_a_shared_person_is_as_confidential_as_the_employer(anna, actor, secret_client):
    lu = person("Lu", "Hua", organization=organization("Huadong Water"))
    affiliation(lu, secret_client)
    details = InteractionDetails([PartyValues(lu.id)], [anna.id], [], [])
    (interaction_id,) = log_interactions(anna, [InteractionToLog(new_uid(), HELD, details)])
    assert get_visible(Interaction, anna, interaction_id).confidential is True
    with pytest.raises(NotFound):
        get_visible(Interaction, actor("dora"), interaction_id)


@pytest.mark.parametrize("kind", KINDS_OF_LINK)
def test_interaction_with_a_confidential_record_opens_only_for_its_readers(
    client, people, anna, secret_client, secret_person, kind
):
    row = log_interaction(anna, HELD | {"notes": "Their price"}, linked(kind, secret_client, secret_person))
    path = f"/interactions/{row.id}"
    assert client.login_as("anna").get(path).status_code == 200
    client.post("/logout")
    client.login_as("dora")
    assert client.get(path).status_code == 404
    assert "Their price" not in client.get("/interactions/").text


def test_interaction_with_open_records_is_not_confidential(anna, actor, wang, client_firm):
    row = log_interaction(
        anna, HELD, InteractionDetails(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id, 10)])
    )
    assert row.confidential is False
    assert get_visible(Interaction, actor("dora"), row.id) is row


@pytest.mark.parametrize("kind", ["person", "organization", "client", "about"])
def test_interaction_with_a_record_hidden_from_its_author_is_refused(anna, people, kind):
    organization = client_of("Bay", counselor=people["boris"])
    hidden = person("Lu", "Hua", team="Bay", counselor=people["boris"])
    details = {
        "person": InteractionDetails(parties=[PartyValues(hidden.id)]),
        "organization": InteractionDetails(parties=[PartyValues(organization_id=organization.id)]),
        "client": InteractionDetails(clients=[ClientMinutes(organization.id, 10)]),
        "about": InteractionDetails(about=[organization.id]),
    }[kind]
    with pytest.raises(NotFound):
        log_interaction(anna, HELD, details)


def log_as(author, details: InteractionDetails, *, many: bool) -> Interaction:
    """Log an interaction by itself, or as an import does."""
    if many:
        (interaction_id,) = log_interactions(author, [InteractionToLog(new_uid(), HELD, details)])
        return db.session.get_one(Interaction, interaction_id)
    return log_interaction(author, HELD, details)


def searchable_text(row: Interaction) -> str:
    """Return the texts by which an interaction is shown and found."""
    return f"{row.subject} {row.label} {row.tokens}".lower()


@pytest.mark.parametrize("many", [False, True])
def test_subject_and_search_words_name_nobody_of_another_team(people, actor, many):
    shen = actor("shen")
    bay_person = person("Zhao", "Ming", team="Bay", counselor=people["boris"])
    inland_person = person("Zhou", "Limin", team="Inland")
    details = InteractionDetails(
        [PartyValues(bay_person.id), PartyValues(inland_person.id)],
        [shen.id],
        [ClientMinutes(client_of("Inland").id, 5)],
        [],
    )
    row = log_as(shen, details, many=many)
    words = searchable_text(row)
    assert ("zhou" in words, "zhao" in words) == (True, False)
    assert row.team_id == team_id_of("Inland")


@pytest.mark.parametrize("many", [False, True])
def test_interaction_for_a_confidential_client_of_another_team_is_hidden_from_the_own_team(people, actor, many):
    anna = replace(
        actor("anna"),
        team_ids=frozenset({team_id_of("Inland"), team_id_of("Valley")}),
        first_team_id=team_id_of("Inland"),
    )
    bay = client_of("Bay", counselor=people["boris"], confidential=True, readers=[people["anna"]])
    row = log_as(anna, InteractionDetails([], [anna.id], [ClientMinutes(bay.id, 5)], []), many=many)
    for reader in (anna, actor("boris")):
        assert get_visible(Interaction, reader, row.id) is row
    for name in ("clara", "dora", "shen", "nora", "admin"):
        with pytest.raises(NotFound):
            get_visible(Interaction, actor(name), row.id)


@pytest.mark.parametrize("many", [False, True])
def test_interaction_for_a_client_of_own_team_belongs_to_that_team(people, actor, many):
    anna = replace(
        actor("anna"),
        team_ids=frozenset({team_id_of("Inland"), team_id_of("Valley")}),
        first_team_id=team_id_of("Inland"),
    )
    details = InteractionDetails([], [anna.id], [ClientMinutes(client_of("Valley").id, 5)], [])
    row = log_as(anna, details, many=many)
    assert row.team_id == team_id_of("Valley")


@pytest.mark.parametrize("many", [False, True])
def test_interaction_for_a_shared_client_belongs_to_the_authors_first_team(people, actor, many):
    shen, shared = actor("shen"), organization()
    details = InteractionDetails([], [shen.id], [ClientMinutes(shared.id, 5)], [])
    row = log_as(shen, details, many=many)
    assert row.team_id == shen.first_team_id


def test_bulk_log_of_a_network_manager_uses_the_team_of_the_client(people, actor):
    nora, bay = actor("nora"), client_of("Bay")
    (interaction_id,) = log_interactions(
        nora, [InteractionToLog(new_uid(), HELD, InteractionDetails([], [nora.id], [ClientMinutes(bay.id, 5)], []))]
    )
    assert (
        db.session.scalars(sa.select(Interaction.team_id).where(Interaction.id == interaction_id)).one() == bay.team_id
    )


def test_follow_up_closed_by_an_interaction_becomes_confidential_with_it(anna, actor, people):
    client = client_of("Inland", "Harbor", counselor=people["anna"])
    call = add_follow_up(anna, {"title": "Call", "due_on": date(2026, 12, 7)})
    log_interaction(anna, HELD | {"subject": "Their price"}, InteractionDetails(about=[client.id], closes=[call.id]))
    assert (call.result, call.confidential) == ("Their price", False)
    set_confidentiality(client, confidential=True, readers=[])
    assert call.confidential is True


def test_follow_up_stays_linked_to_the_interaction_whose_subject_is_its_result(anna, people):
    client = client_of("Inland", "Harbor", counselor=people["anna"])
    call = add_follow_up(anna, {"title": "Call", "due_on": date(2026, 12, 7)}, about=[client.id])
    details = InteractionDetails(about=[client.id], closes=[call.id])
    interaction = log_interaction(anna, HELD | {"subject": "Their price"}, details)
    change_follow_up(anna, call, {"about": []})
    assert about_of(call) == [interaction.id]
    set_confidentiality(interaction, confidential=True, readers=[])
    assert call.confidential is True


def test_address_of_a_pasted_email_does_not_reveal_a_confidential_employer(actor, secret_client):
    lu = reachable(person("Lu", "Hua", organization=organization("Huadong Water")), email="lu@harbor.example")
    assert list_people_with_address(actor("dora"), "lu@harbor.example") == [lu.id]
    for position in db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == lu.id)):
        position.to_on = date(2026, 1, 1)
    affiliation(lu, secret_client)
    assert list_people_with_address(actor("dora"), "lu@harbor.example") == []
