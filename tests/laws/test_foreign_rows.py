"""Forms neither take shared records away from others, nor lose values hidden from their user."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionTime
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.laws.application import ApplicationUnderTest
from tests.laws.fill import fill_form, form_of

pytestmark = pytest.mark.engine_in_turn


def send(application: ApplicationUnderTest, viewer: str, path: str, **changed: list[str]) -> Any:
    """Send the form of a page unchanged except for these values; the caller rolls it back."""
    page = application.clients[viewer].get(path).get_data(as_text=True)
    form = form_of(page, path)
    assert form is not None
    data = {f.name: [f.value] for f in form.fields.values() if f.value and f.type not in ("checkbox", "radio")}
    data = fill_form(form, application.dataset) | {n: [] for n in form.fields} | data | changed
    return application.clients[viewer].post(path, data=data | {"csrf_token": application.tokens[viewer]})


def test_staff_cannot_move_a_shared_organization_into_their_team(application):
    organization = application.dataset.of("organization", "shared").id
    team_id = sa.select(Organization.team_id).where(Organization.id == organization)
    anna, clara = ([str(application.dataset.users[name].id)] for name in ("anna", "clara"))
    with application.rolled_back():
        answer = send(application, "anna", f"/organizations/{organization}/edit", roles=["client"], counselor_id=anna)
        assert (answer.status_code, db.session.scalar(team_id)) == (422, None)
        assert "Ask a manager to make this shared organization a client" in answer.get_data(as_text=True)
    with application.rolled_back():
        answer = send(application, "clara", f"/organizations/{organization}/edit", roles=["client"], counselor_id=clara)
        assert (answer.status_code, db.session.scalar(team_id) is not None) == (303, True)


def test_staff_cannot_move_a_shared_person_into_their_team(application):
    viewer, client = application.dataset.of("person", "shared"), application.dataset.of("organization").id
    team_id = sa.select(Person.team_id).where(Person.id == viewer.id)
    with application.rolled_back():
        path = f"/people/{viewer.id}/affiliations/{viewer.rows['affiliation_edit']}/edit"
        answer = send(application, "anna", path, organization_id=[str(client)])
        assert (answer.status_code, db.session.scalar(team_id)) == (422, None)


def test_follow_up_cannot_be_assigned_to_a_user_without_access(application):
    boris = [str(application.dataset.users["boris"].id)]
    with application.rolled_back():
        about = [str(application.dataset.of("organization").id)]
        answer = send(
            application,
            "anna",
            "/followups/new",
            counselor_id=boris,
            about=about,
            title=["Call"],
            due_on=["2026-12-15"],
        )
        assert answer.status_code == 422
    with application.rolled_back():
        path = f"/followups/{application.dataset.of('followup').id}/edit"
        assert send(application, "anna", path, counselor_id=boris).status_code == 422


def test_follow_up_to_a_person_hidden_later_can_still_be_edited(application):
    follow_up, secret = application.dataset.of("followup").id, application.dataset.of("person", "bay").id
    with application.rolled_back():
        db.session.get_one(FollowUp, follow_up).promised_to_id = secret
        db.session.commit()
        answer = send(application, "anna", f"/followups/{follow_up}/edit", promised_to_id=[""], title=["Another title"])
        stmt = sa.select(FollowUp.title, FollowUp.promised_to_id).where(FollowUp.id == follow_up)
        assert answer.status_code == 303
        assert db.session.execute(stmt).one() == ("Another title", secret)


def test_editing_an_interaction_keeps_hidden_clients_minutes_and_links(application):
    contact, organization = (
        application.dataset.of("interaction").id,
        application.dataset.of("organization", "secret_bay").id,
    )
    project, boris = application.dataset.of("project", "secret_bay").id, application.dataset.users["boris"].id
    with application.rolled_back():
        moment = db.session.get_one(Interaction, contact).at
        db.session.add(InteractionClient(interaction_id=contact, client_id=organization))
        db.session.add(InteractionTime(interaction_id=contact, client_id=organization, user_id=boris, contact=20))
        db.session.add(InteractionLink(interaction_id=contact, record_id=project, at=moment, stated=True))
        db.session.commit()
        assert send(application, "anna", f"/interactions/{contact}/edit").status_code == 303
        clients = sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == contact)
        minutes = sa.select(InteractionTime.contact).where(
            InteractionTime.interaction_id == contact, InteractionTime.client_id == organization
        )
        links = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == contact)
        assert organization in db.session.scalars(clients).all()
        assert db.session.scalars(minutes).all() == [20]
        assert project in db.session.scalars(links).all()
