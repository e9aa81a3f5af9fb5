"""Imported follow-ups and people are as confidential as those added by hand."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.followups.services import about_of
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.records.services import set_confidentiality
from tests.factories import affiliation, client_of, organization, person, reachable
from tests.imports.conftest import LIST, ImportFlow


@pytest.fixture
def secret(people) -> Organization:
    """Return a confidential client of anna with shen as reader, where the shared person Hua Lu works now."""
    readers = [people["shen"]]
    row = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True, readers=readers)
    affiliation(person("Lu", "Hua", organization=organization("Huadong Water")), row)
    return row


def import_call(browser, about: str) -> FollowUp:
    """Import a follow-up about these records, and return it."""
    ImportFlow(browser, f'title,due,about\nCall,2026-12-08,"{about}"\n', kind="followups").confirm()
    return db.session.scalars(sa.select(FollowUp)).one()


@pytest.mark.parametrize("about", ["Quiet Harbor", "Hua Lu", "Hua Lu; Huadong Water"])
def test_follow_up_about_a_person_is_as_confidential_as_the_employer(anna, people, secret, about):
    row = import_call(anna, about)
    assert (row.confidential, row.counselor_id, row.reader_ids) == (True, people["anna"].id, {people["shen"].id})
    assert secret.id in about_of(row)


def test_follow_up_about_a_person_ignores_an_employer_hidden_from_its_author(client, people, secret):
    row = import_call(client.login_as("dora"), "Hua Lu")
    assert (row.confidential, row.counselor_id) == (False, people["dora"].id)
    assert secret.id not in about_of(row)


@pytest.mark.parametrize("about", ["Quiet Harbor", "Hua Lu"])
@pytest.mark.parametrize(("name", "counts"), [("dora", (0, 0, 0, 1)), ("shen", (1, 0, 0, 0)), ("clara", (1, 0, 0, 0))])
def test_confidential_follow_up_is_not_assigned_to_a_user_who_cannot_see_it(anna, secret, about, name, counts):
    flow = ImportFlow(anna, f"title,due,counselor,about\nCall,2026-12-08,{name}@demo.example,{about}\n")
    assert flow.counts == counts
    assert ("doesn't have access to this confidential record" in flow.text) == (name == "dora")


@pytest.mark.parametrize("existing", [False, True])
def test_person_of_a_confidential_client_shares_its_readers(anna, people, existing):
    client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True, readers=[people["shen"]])
    if existing:
        reachable(person("Ma", "Jun", team="Inland"), email="ma@harbor.example")
    ImportFlow(anna, "Name,E-mail,Company\nMa Jun,ma@harbor.example,Quiet Harbor\n").confirm()
    row = db.session.scalars(sa.select(Person)).one()
    assert (row.confidential, row.counselor_id, row.reader_ids) == (True, people["anna"].id, {people["shen"].id})


def test_follow_up_about_confidential_records_of_two_teams_is_refused(client, people, secret):
    boris = people["boris"]
    client_of("Bay", "Silent Bay", counselor=boris, confidential=True)
    set_confidentiality(secret, confidential=True, readers=[boris.id])
    flow = ImportFlow(client.login_as("boris"), "title,due,about\nCall,2026-12-08,Quiet Harbor; Silent Bay\n")
    assert flow.counts == (0, 0, 0, 1)
    assert "confidential in different teams" in flow.text


def test_manager_undoes_an_import_of_the_team_and_others_do_not(anna, client):
    flow = ImportFlow(anna, LIST)
    flow.confirm()
    assert client.login_as("boris").post(f"{flow.url}/undo").status_code == 404
    assert client.login_as("clara").post(f"{flow.url}/undo").status_code == 303
    db.session.expire_all()
    assert flow.run.state == "undone"
