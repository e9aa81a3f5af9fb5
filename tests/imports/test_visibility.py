"""Imports match only visible records and write only where the user may."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.imports.services import change_run
from crm.imports.services.runs import RunSettings
from crm.interactions.models import InteractionParty
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint
from tests.factories import archived, client_of, organization, person, post, reachable, team_id_of
from tests.imports.conftest import SAMPLES, ImportFlow

ROW = "Name,E-mail,City\nLi Hui,li@hd.cn,Ningbo\n"


def hidden_person(people, kind: str) -> Person:
    """A person with the email address of the row, whom anna doesn't see or shouldn't be offered."""
    if kind == "other team":
        hidden = person("Zhao", "Secret", team="Bay", counselor=people["boris"])
    elif kind == "confidential":
        hidden = person("Zhao", "Secret", team="Inland", counselor=people["clara"], confidential=True)
    else:
        hidden = archived(person("Zhao", "Secret"))
    return reachable(hidden, email="li@hd.cn", phone="138 0013 8000")


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
@pytest.mark.parametrize("row", [ROW, "Name,Mobile,Country,City\nLi Hui,138 0013 8000,CN,Ningbo\n"])
def test_hidden_person_with_the_same_email_or_phone_is_neither_shown_nor_changed(anna, people, kind, row):
    hidden = hidden_person(people, kind)
    flow = ImportFlow(anna, row)
    assert (flow.counts, "Secret" in flow.page) == ((1, 0, 0, 0), False)
    flow.confirm()
    assert db.session.get_one(Person, hidden.id).city is None
    assert [p.label for p in db.session.scalars(sa.select(Person).where(Person.city == "Ningbo"))] == ["Li Hui"]


def test_visible_person_with_the_same_email_is_updated(anna, people):
    existing = reachable(person("Zhao", "Open", team="Inland"), email="li@hd.cn")
    flow = ImportFlow(anna, ROW)
    # Another name: a question, not an update.
    assert (flow.counts, "Open" in flow.page) == ((0, 0, 1, 0), True)
    flow.confirm(**{"row-2": str(existing.id)})
    assert db.session.get_one(Person, existing.id).city == "Ningbo"


def test_organization_with_the_email_of_a_person_is_not_that_person(anna, people):
    existing = reachable(organization("Huadong Water"), email="li@hd.cn")
    flow = ImportFlow(anna, ROW)
    assert flow.counts == (1, 0, 0, 0)
    flow.confirm()
    assert (db.session.get_one(Organization, existing.id).city, existing.label) == (None, "Huadong Water")


def hidden_client(people, kind: str) -> Organization:
    """A client that anna doesn't see or shouldn't be offered."""
    if kind == "other team":
        return client_of("Bay", "Zephyr Optics", counselor=people["boris"])
    if kind == "confidential":
        return client_of("Inland", "Zephyr Optics", counselor=people["clara"], confidential=True)
    return client_of("Inland", "Zephyr Optics", is_archived=True)


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
def test_person_is_not_put_into_a_hidden_organization_of_that_name(anna, people, kind):
    hidden = hidden_client(people, kind)
    flow = ImportFlow(anna, "Name,Company\nLi Hui,Zephyr Optics\n")
    assert "firm is known" not in flow.page
    flow.confirm()
    job = db.session.scalars(sa.select(Affiliation)).one()
    assert job.organization_id != hidden.id
    assert db.session.get_one(Organization, job.organization_id).team_id is None
    assert db.session.get_one(Person, job.person_id).team_id is None


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
def test_hidden_organization_of_that_name_is_neither_shown_nor_changed(anna, people, kind):
    hidden = hidden_client(people, kind)
    flow = ImportFlow(anna, "Name,City,Roles\nZephyr Optics,Reno,client\n", kind="organizations")
    assert flow.counts == (1, 0, 0, 0)
    flow.confirm()
    assert db.session.get_one(Organization, hidden.id).city is None


def test_hidden_organization_with_the_same_uscc_is_neither_shown_nor_changed(anna, people):
    hidden = hidden_client(people, "other team")
    hidden.uscc = "91440300708461136T"
    db.session.flush()
    flow = ImportFlow(anna, "Name,USCC,City\nNew Optics,91440300708461136T,Shenzhen\n", kind="organizations")
    assert (flow.counts, "Zephyr" in flow.page) == ((1, 0, 0, 0), False)
    flow.confirm()
    assert db.session.get_one(Organization, hidden.id).city is None


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
def test_interaction_with_a_hidden_organization_is_refused(anna, people, kind):
    hidden_client(people, kind)
    flow = ImportFlow(anna, "Date,Kind,Organization,Client\n2026-01-12,call,Zephyr Optics,Zephyr Optics\n")
    assert flow.counts == (0, 0, 0, 1)


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
def test_interaction_with_a_hidden_person_keeps_the_name_only(anna, people, kind):
    hidden_person(people, kind)
    flow = ImportFlow(anna, "Date,Kind,People\n2026-01-12,call,Secret Zhao\n")
    flow.confirm()
    party = db.session.scalars(sa.select(InteractionParty)).one()
    assert (party.person_id, party.label) == (None, "Secret Zhao")


@pytest.mark.parametrize("kind", ["other team", "confidential", "archived"])
def test_follow_up_about_a_hidden_organization_is_refused(anna, people, kind):
    hidden_client(people, kind)
    flow = ImportFlow(anna, "title,due,about\nSend prices,2026-12-08,Zephyr Optics\n")
    assert (flow.counts, "No record named “Zephyr Optics”" in flow.page) == ((0, 0, 0, 1), True)


@pytest.mark.parametrize(("kind", "heading"), [("people", "Name"), ("organizations", "Name"), ("followups", "title")])
def test_row_with_the_identifier_of_a_hidden_record_becomes_a_new_one(anna, people, kind, heading):
    hidden = hidden_client(people, "other team")
    row = {"people": "Li Hui,", "organizations": "Huadong Water,", "followups": "Send prices,2026-12-08,"}[kind]
    headings = f"{heading},due,uid" if kind == "followups" else f"{heading},uid"
    flow = ImportFlow(anna, f"{headings}\n{row}{hidden.uid}\n", kind=kind)
    assert flow.counts == (1, 0, 0, 0)
    flow.confirm()
    assert db.session.get_one(Organization, hidden.id).label == "Zephyr Optics"


@pytest.mark.parametrize("kind", ["people", "followups"])
def test_row_with_the_identifier_of_a_record_of_another_kind_becomes_a_new_one(anna, people, kind):
    existing = organization("Huadong Water")
    rows = {"people": "Name,uid\nLi Hui,", "followups": "title,due,uid\nSend prices,2026-12-08,"}
    flow = ImportFlow(anna, f"{rows[kind]}{existing.uid}\n", kind=kind)
    assert flow.counts == (1, 0, 0, 0)
    flow.confirm()
    assert db.session.get_one(Organization, existing.id).label == "Huadong Water"


@pytest.mark.parametrize(
    ("team", "counts"), [("Bay", (0, 0, 0, 1)), ("Inland", (1, 0, 0, 0)), ("Nowhere", (0, 0, 0, 1))]
)
def test_client_of_another_team_is_refused(anna, people, team, counts):
    flow = ImportFlow(anna, f"Name,Roles,Team\nDelta Orchards,client,{team}\n", kind="organizations")
    assert (flow.counts, "Choose one of your teams." in flow.page) == (counts, team == "Bay")


def test_network_manager_imports_clients_of_any_team(client, people):
    flow = ImportFlow(client.login_as("nora"), "Name,Roles,Team\nDelta Orchards,client,Bay\n", kind="organizations")
    flow.confirm()
    assert db.session.scalars(sa.select(Organization.team_id)).all() == [team_id_of("Bay")]


def test_hidden_post_is_not_shown_by_an_import_of_posts(anna, people):
    post("Secret listening post", country="CN", city="成都", team="Bay", counselor=people["boris"], confidential=True)
    flow = ImportFlow(anna, (SAMPLES / "ita_posts.xml").read_bytes(), "ita_posts.xml")
    assert (flow.counts[2], "Secret" in flow.page) == (0, False)


def test_own_team_comes_first_among_organizations_of_one_name(anna, people):
    organization("Huadong Water")
    own = client_of("Inland", "Huadong Water")
    ImportFlow(anna, "Name,Company\nLi Hui,Huadong Water\n").confirm()
    assert db.session.scalars(sa.select(Affiliation.organization_id)).all() == [own.id]


def test_team_of_other_users_is_refused_and_nothing_changes(anna, people, actor):
    flow = ImportFlow(anna, ROW)
    before = flow.run.team_id
    answer = flow.send(do="look", team_id=str(team_id_of("Bay")))
    assert flow.run.team_id == before == team_id_of("Inland")
    assert answer.status_code in (303, 422)
    with pytest.raises(Invalid) as refused:
        change_run(actor("anna"), flow.run, RunSettings(team_id=team_id_of("Bay")))
    assert (refused.value.field, flow.run.team_id) == ("team_id", before)
    change_run(actor("anna"), flow.run, RunSettings(team_id=team_id_of("Inland")))


@pytest.mark.parametrize(("name", "team"), [("shen", "Valley"), ("nora", "Bay")])
def test_user_in_several_teams_chooses_one(client, people, name, team):
    flow = ImportFlow(client.login_as(name), ROW)
    flow.confirm(team_id=str(team_id_of(team)))
    assert db.session.scalars(sa.select(Person.team_id)).all() == [team_id_of(team)]


def test_confidential_person_stays_in_the_team_when_a_shared_employer_comes(anna, people):
    existing = person("Li", "Hui", team="Inland", counselor=people["anna"], confidential=True)
    reachable(existing, email="li@hd.cn")
    organization("Huadong Water")
    flow = ImportFlow(anna, "Name,E-mail,Company\nLi Hui,li@hd.cn,Huadong Water\n")
    assert flow.confirm().updated == 1
    assert (existing.team_id, existing.confidential) == (team_id_of("Inland"), True)


def test_person_of_the_team_is_shared_when_a_shared_employer_comes(anna, people):
    existing = reachable(person("Li", "Hui", team="Inland"), email="li@hd.cn")
    organization("Huadong Water")
    ImportFlow(anna, "Name,E-mail,Company\nLi Hui,li@hd.cn,Huadong Water\n").confirm()
    assert (existing.team_id, existing.confidential) == (None, False)


def test_known_email_address_is_not_written_twice(anna, people):
    existing = reachable(person("Li", "Hui", team="Inland"), email="li@hd.cn")
    ImportFlow(anna, "Name,E-mail,WeChat\nLi Hui,li@hd.cn,w1\nLi Hui,li@hd.cn,w1\n").confirm()
    raw_values = db.session.scalars(sa.select(ContactPoint.raw).where(ContactPoint.record_id == existing.id))
    assert sorted(raw_values) == ["li@hd.cn", "w1"]


def test_second_row_of_a_known_person_fills_only_what_the_first_left_blank(anna, people):
    existing = reachable(person("Li", "Hui", team="Inland"), email="li@hd.cn")
    ImportFlow(
        anna, "Name,E-mail,City,Note\nLi Hui,li@hd.cn,Ningbo,\nLi Hui,li@hd.cn,Beijing,Met at the fair\n"
    ).confirm()
    assert (existing.city, existing.note) == ("Ningbo", "Met at the fair")
