"""Counselors of rows: only an active user who may see the record gets it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import RecordReader
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionStaff
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.factories import client_of, person, team_id_of
from tests.imports.conftest import ImportFlow


@pytest.mark.parametrize(("name", "counts"), [("boris", (0, 0, 0, 1)), ("clara", (1, 0, 0, 0)), ("nora", (1, 0, 0, 0))])
def test_follow_up_is_not_assigned_to_a_user_who_cannot_see_it(anna, people, name, counts):
    client_of("Inland", "Delta Orchards")
    flow = ImportFlow(anna, f"title,due,counselor,about\nSend prices,2026-12-08,{name}@demo.example,Delta Orchards\n")
    assert flow.counts == counts
    assert ("isn't on this record's team" in flow.text) == (name == "boris")


@pytest.mark.parametrize(("name", "is_assigned"), [("boris", False), ("dora", True), ("nora", True)])
def test_client_is_not_assigned_to_a_counselor_who_cannot_see_it(anna, people, name, is_assigned):
    flow = ImportFlow(anna, f"Name,Roles,Owner\nDelta Orchards,client,{name}@demo.example\n", kind="organizations")
    assert ("isn't on this record's team" in flow.text) is not is_assigned
    flow.confirm()
    created = db.session.scalars(sa.select(Organization)).one()
    assert (created.team_id, created.counselor_id) == (team_id_of("Inland"), people[name].id if is_assigned else None)


@pytest.mark.parametrize(("name", "is_assigned"), [("boris", False), ("dora", True), ("nora", True), ("Nobody", False)])
def test_person_is_not_assigned_to_a_counselor_who_cannot_see_them(anna, people, name, is_assigned):
    client_of("Inland", "Delta Orchards", counselor=people["anna"])
    text = f"Name,Company,Contact owner\nRosa Lopez,Delta Orchards,{people[name].email if name in people else name}\n"
    flow = ImportFlow(anna, text)
    assert ("The counselor wasn't imported." in flow.text) is not is_assigned
    flow.confirm()
    assert db.session.scalars(sa.select(Person)).one().counselor_id == people[name if is_assigned else "anna"].id


def test_person_at_a_confidential_client_keeps_the_importer_as_counselor(anna, people):
    client_of("Inland", "Secret Pumps", counselor=people["anna"], confidential=True)
    flow = ImportFlow(anna, "Name,Company,Owner\nRosa Lopez,Secret Pumps,dora@demo.example\n")
    assert f"{people['dora'].name} doesn't have access to this confidential record." in flow.text
    flow.confirm()
    assert db.session.scalars(sa.select(Person)).one().counselor_id == people["anna"].id


def test_shared_organization_may_have_a_counselor_of_any_team(anna, people):
    ImportFlow(anna, "Name,Owner\nHuadong Water,boris@demo.example\n", kind="organizations").confirm()
    assert db.session.scalars(sa.select(Organization.counselor_id)).all() == [people["boris"].id]


@pytest.mark.parametrize(
    ("owner", "is_read"),
    [
        ("Boris Li (boris@demo.example)", True),
        ("Anna <BORIS@demo.example>", True),
        ("(boris@demo.example)", True),
        ("Boris (nobody@demo.example)", False),
        ("Boris (boris@demo.example) Li", False),
        ("boris@demo.example (Boris)", False),
    ],
)
def test_owner_is_read_from_a_name_with_an_email_address(anna, people, owner, is_read):
    flow = ImportFlow(anna, f"Name,Company owner\nHuadong Water,{owner}\n", kind="organizations")
    assert ("isn't a user" in flow.text) is not is_read
    flow.confirm()
    assert db.session.scalars(sa.select(Organization.counselor_id)).all() == [people["boris"].id if is_read else None]


def import_opportunity(anna, counselor: str, second: str = "") -> tuple[str, Opportunity]:
    """Import an opportunity; return the text of the preview and the opportunity."""
    db.session.commit()
    text = f"Opportunity,Client,Counselor,Second counselor\nMeters,Tri-Valley,{counselor},{second}\n"
    flow = ImportFlow(anna, text, kind="opportunities")
    preview = flow.text
    flow.confirm()
    return preview, db.session.scalars(sa.select(Opportunity)).one()


@pytest.mark.parametrize("field", ["counselor", "second"])
def test_user_without_access_to_a_confidential_client_gets_no_opportunity(anna, people, field):
    client_of("Inland", "Tri-Valley", counselor=people["anna"], confidential=True)
    users = {"counselor": "", "second": ""} | {field: "dora@demo.example"}
    preview, row = import_opportunity(anna, **users)
    assert f"{people['dora'].name} doesn't have access to this confidential record." in preview
    assert (row.counselor_id, row.second_counselor_id) == (people["anna"].id, None)


def test_opportunity_of_a_shared_client_gets_users_of_the_importers_team(anna, people):
    client_of("Inland", "Tri-Valley", counselor=people["anna"]).team_id = None
    preview, row = import_opportunity(anna, "boris@demo.example", "dora@demo.example")
    assert f"{people['boris'].name} isn't on this record's team." in preview
    assert (row.counselor_id, row.second_counselor_id) == (people["anna"].id, people["dora"].id)
    assert row.team_id == team_id_of("Inland")


@pytest.mark.parametrize("counselor", ["anna@demo.example", ""])
def test_second_counselor_is_another_user_than_the_counselor(anna, people, counselor):
    client_of("Inland", "Tri-Valley", counselor=people["anna"])
    preview, row = import_opportunity(anna, counselor, people["anna"].name)
    assert "Choose a different user than the counselor. “Second counselor” was left blank." in preview
    assert (row.counselor_id, row.second_counselor_id) == (people["anna"].id, None)


def test_second_counselor_of_a_confidential_client_is_chosen_by_its_counselor(anna, people):
    client = client_of("Inland", "Tri-Valley", counselor=people["clara"], confidential=True)
    db.session.add_all(RecordReader(record_id=client.id, user_id=people[name].id) for name in ("anna", "dora"))
    preview, row = import_opportunity(anna, "", "dora@demo.example")
    assert "Only the counselor or a manager can choose who sees a confidential record." in preview
    assert (row.counselor_id, row.second_counselor_id) == (people["clara"].id, None)


@pytest.mark.parametrize("counselor", ["dora@demo.example", ""])
def test_opportunity_of_a_client_with_a_deactivated_counselor_goes_to_the_importer(anna, people, counselor):
    client_of("Inland", "Tri-Valley", counselor=people["dora"])
    people["dora"].active = False
    preview, row = import_opportunity(anna, counselor)
    assert ("is deactivated. Choose an active user. “Counselor” was left blank." in preview) is bool(counselor)
    assert row.counselor_id == people["anna"].id


@pytest.fixture
def namesakes(people):
    """Return boris of another team and dora of anna's, who have the same name."""
    people["boris"].name = people["dora"].name = "Dora Xu"
    client_of("Inland", "Tri-Valley", counselor=people["anna"])
    db.session.commit()
    return people


@pytest.mark.parametrize("about", ["Tri-Valley", ""])
def test_of_two_users_with_one_name_the_one_of_the_team_gets_the_record(anna, namesakes, about):
    ImportFlow(anna, f"Title,Due,Counselor,About\nCall,2026-12-20,Dora Xu,{about}\n", kind="followups").confirm()
    assert db.session.scalars(sa.select(FollowUp)).one().counselor_id == namesakes["dora"].id
    _preview, opportunity = import_opportunity(anna, "Dora Xu")
    assert opportunity.counselor_id == namesakes["dora"].id
    ImportFlow(anna, "Name,Company,Counselor\nRosa Lopez,Tri-Valley,Dora Xu\n").confirm()
    assert db.session.scalars(sa.select(Person)).one().counselor_id == namesakes["dora"].id
    ImportFlow(anna, "Date,Subject,Staff,People\n2020-05-04,Visit,Dora Xu,Li Hui\n", kind="interactions").confirm()
    assert db.session.scalars(sa.select(InteractionStaff.user_id)).all() == [namesakes["dora"].id]


def test_name_of_two_users_of_the_team_is_not_guessed(anna, people):
    people["clara"].name = people["dora"].name = "Dora Xu"
    client_of("Inland", "Tri-Valley", counselor=people["anna"])
    message = "Enter the email address. 2 users are named “Dora Xu”."
    preview, opportunity = import_opportunity(anna, "Dora Xu")
    assert f"{message} “Counselor” was left blank." in preview
    assert opportunity.counselor_id == people["anna"].id
    flow = ImportFlow(anna, "Title,Due,Counselor\nCall,2026-12-20,Dora Xu\n", kind="followups")
    assert (flow.counts, message in flow.text) == ((0, 0, 0, 1), True)
    flow = ImportFlow(anna, "Date,Subject,Staff,People\n2020-05-04,Visit,Dora Xu,Li Hui\n", kind="interactions")
    assert (flow.counts, message in flow.text) == ((0, 0, 0, 1), True)


def test_counselor_of_an_existing_person_is_not_changed_and_noted(anna, people):
    row = person("Zhou", "Limin", counselor=people["anna"])
    db.session.commit()
    text = "Identifier,Name,Counselor,City\n{uid},Zhou Limin,{user},Ningbo\n"
    flow = ImportFlow(anna, text.format(uid=row.uid, user="dora@demo.example"))
    assert "The counselor wasn't imported. Imports don't change counselors of existing people." in flow.text
    flow = ImportFlow(anna, text.format(uid=row.uid, user="anna@demo.example"))
    assert "The counselor wasn't imported." not in flow.text
    flow.confirm()
    assert db.session.get_one(Person, row.id).counselor_id == people["anna"].id
