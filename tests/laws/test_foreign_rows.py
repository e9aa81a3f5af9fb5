"""Forms neither take what is shared away from others, nor lose what their reader may not see."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionTime
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.laws.application import House
from tests.laws.fill import filled, form_of


def send(house: House, who: str, path: str, **changed: list[str]) -> Any:
    """Send the form of a page as it stands, but for what is changed; the caller takes it back."""
    page = house.clients[who].get(path).get_data(as_text=True)
    form = form_of(page, path)
    assert form is not None
    data = {f.name: [f.value] for f in form.fields.values() if f.value and f.type not in ("checkbox", "radio")}
    data = filled(form, house.scene) | {n: [] for n in form.fields} | data | changed
    return house.clients[who].post(path, data=data | {"csrf_token": house.tokens[who]})


def test_staff_do_not_take_a_shared_firm_into_their_team(house):
    organization = house.scene.of("organization", "shared").id
    team_id = sa.select(Organization.team_id).where(Organization.id == organization)
    anna, clara = ([str(house.scene.users[name].id)] for name in ("anna", "clara"))
    with house.put_back():
        answer = send(house, "anna", f"/organizations/{organization}/edit", roles=["client"], counselor_id=anna)
        assert (answer.status_code, db.session.scalar(team_id)) == (422, None)
        assert "All teams share it" in answer.get_data(as_text=True)
    with house.put_back():
        answer = send(house, "clara", f"/organizations/{organization}/edit", roles=["client"], counselor_id=clara)
        assert (answer.status_code, db.session.scalar(team_id) is not None) == (303, True)


def test_staff_do_not_take_a_shared_person_into_their_team(house):
    who, client = house.scene.of("person", "shared"), house.scene.of("organization").id
    team_id = sa.select(Person.team_id).where(Person.id == who.id)
    with house.put_back():
        path = f"/people/{who.id}/jobs/{who.rows['job_edit']}/edit"
        answer = send(house, "anna", path, organization_id=[str(client)])
        assert (answer.status_code, db.session.scalar(team_id)) == (422, None)


def test_a_follow_up_goes_to_nobody_who_could_not_see_it(house):
    boris = [str(house.scene.users["boris"].id)]
    with house.put_back():
        about = [str(house.scene.of("organization").id)]
        answer = send(
            house, "anna", "/followups/new", counselor_id=boris, about=about, title=["Call"], due_on=["2026-12-15"]
        )
        assert answer.status_code == 422
    with house.put_back():
        path = f"/followups/{house.scene.of('followup').id}/edit"
        assert send(house, "anna", path, counselor_id=boris).status_code == 422


def test_a_promise_to_somebody_hidden_by_now_can_still_be_changed(house):
    follow_up, secret = house.scene.of("followup").id, house.scene.of("person", "bay").id
    with house.put_back():
        db.session.get_one(FollowUp, follow_up).promised_to_id = secret
        db.session.commit()
        answer = send(house, "anna", f"/followups/{follow_up}/edit", promised_to_id=[""], title=["Another title"])
        kept = sa.select(FollowUp.title, FollowUp.promised_to_id).where(FollowUp.id == follow_up)
        assert answer.status_code == 303
        assert db.session.execute(kept).one() == ("Another title", secret)


def test_a_contact_keeps_clients_minutes_and_links_its_reader_may_not_see(house):
    contact, organization = house.scene.of("interaction").id, house.scene.of("organization", "secret_bay").id
    project, boris = house.scene.of("project", "secret_bay").id, house.scene.users["boris"].id
    with house.put_back():
        at = db.session.get_one(Interaction, contact).at
        db.session.add(InteractionClient(interaction_id=contact, client_id=organization))
        db.session.add(InteractionTime(interaction_id=contact, client_id=organization, user_id=boris, contact=20))
        db.session.add(InteractionLink(interaction_id=contact, record_id=project, at=at, stated=True))
        db.session.commit()
        assert send(house, "anna", f"/interactions/{contact}/edit").status_code == 303
        clients = sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == contact)
        minutes = sa.select(InteractionTime.contact).where(
            InteractionTime.interaction_id == contact, InteractionTime.client_id == organization
        )
        links = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == contact)
        assert organization in db.session.scalars(clients).all()
        assert db.session.scalars(minutes).all() == [20]
        assert project in db.session.scalars(links).all()
