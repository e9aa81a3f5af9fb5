"""Invitations on the pages of users: who may invite whom, and when again."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Role
from tests.accounts.lookups import events, mailed_path, mails, team_id, teams, user, user_form_values

GOOD = "four unrelated words"


@pytest.fixture(autouse=True)
def mail_server(app, monkeypatch):
    """Configure a mail server; nothing is sent to it."""
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "smtp://localhost:1025")


def invite(client, email: str = "new@demo.example", **more):
    data = {"email": email, "name": "New Colleague", "role": "staff", "zone": "Asia/Shanghai"}
    return client.post("/users/new", data=data | {"team_ids": [team_id("Inland")]} | more)


def ids() -> list[int]:
    return list(db.session.scalars(sa.select(User.id).order_by(User.id)))


def test_invited_user_chooses_password_and_signs_in(client, people):
    client.login_as("admin")
    answer = invite(
        client, "New@Demo.example", role="manager", has_compliance="y", team_ids=[team_id("Bay"), team_id("Inland")]
    )
    invited = user("new@demo.example")
    assert answer.headers["Location"] == f"/users/{invited.id}"
    assert (invited.role, invited.has_compliance, invited.country, invited.password) == (Role.manager, True, "CN", None)
    page = client.get(f"/users/{invited.id}").text
    assert "Invited" in page
    assert "Invitation email" in page
    path = mailed_path()
    client.post("/logout")
    assert "Welcome, New Colleague" in client.get(path).text
    assert client.post(path, data={"password": GOOD}).status_code == 303
    assert client.get(path).status_code == 404
    assert 'value="new@demo.example"' in client.get("/login").text
    assert client.post("/login", data={"email": "new@demo.example", "password": GOOD}).status_code == 303
    client.post("/logout")
    assert "new@demo.example" not in client.get("/login").text
    assert "Invitation email" not in client.login_as("admin").get(f"/users/{invited.id}").text


def test_invitation_without_a_mail_server_says_that_it_waits(app, client, people, clock, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "")
    client.login_as("admin")
    url = invite(client).headers["Location"]
    page = client.get(url).text
    assert "No mail server is configured. The invitation to New Colleague is waiting." in page
    assert "run “flask --app crm users link new@demo.example” on the server" in page
    clock.forward(minutes=5)
    page = client.get(client.post(f"{url}/invite").headers["Location"]).text
    assert "is being sent" not in page
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "smtp://localhost:1025")
    assert "To get a link" not in client.get(url).text


def test_sent_invitation_of_a_former_mail_server_does_not_wait(app, client, people, session, monkeypatch):
    client.login_as("admin")
    url = invite(client).headers["Location"]
    session.execute(sa.update(Mail).values(state=MailState.sent))
    session.commit()
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "")
    page = client.get(url).text
    assert "Invitation email" in page
    assert "To get a link" not in page


def test_corrected_address_gets_an_invitation_that_works(client, people):
    client.login_as("admin")
    invite(client, "nwe@demo.example")
    former_path, invited = mailed_path(), user("nwe@demo.example")
    data = user_form_values(invited) | {"email": "new@demo.example", "team_ids": [team_id("Inland")]}
    assert client.post(f"/users/{invited.id}/edit", data=data).status_code == 303
    assert "The invitation to New Colleague is being sent." in client.get(f"/users/{invited.id}").text
    assert [(mail.kind, mail.address) for mail in mails()][1:] == [("invitation", "new@demo.example")]
    assert events()[-3:] == ["invited", "invited", "changed"]
    client.post("/logout")
    assert client.get(former_path).status_code == 404
    assert "Welcome, New Colleague" in client.get(mailed_path()).text


def test_primary_team_is_stored_first(client, people):
    bay, inland = team_id("Bay"), team_id("Inland")
    client.login_as("admin")
    assert "Primary team" in client.get("/users/new").text
    invite(client, team_ids=[bay, inland], first_team=inland)
    assert teams(user("new@demo.example").id) == [inland, bay]
    assert invite(client, "other@demo.example", team_ids=[bay], first_team=inland).status_code == 422
    assert user("other@demo.example") is None


@pytest.mark.parametrize(("role", "status"), [("staff", 422), ("manager", 422), ("network_manager", 303)])
def test_counselors_and_managers_are_invited_to_a_team(client, people, role, status):
    answer = invite(client.login_as("admin"), role=role, team_ids=[])
    assert answer.status_code == status
    assert ("Choose a team." in answer.text) is (status == 422)


def test_invitation_submitted_twice_creates_one_user(client, people):
    client.login_as("admin")
    first, again = invite(client, uid="u-1"), invite(client, uid="u-1")
    assert first.headers["Location"] == again.headers["Location"]
    assert len(mails()) == 1


def test_invitation_resent_by_a_double_click_is_one_email(client, people, clock):
    client.login_as("admin")
    url = invite(client).headers["Location"]
    clock.forward(minutes=5)
    texts = [client.get(client.post(f"{url}/invite").headers["Location"]).text for _click in range(2)]
    assert "is being sent." in texts[0]
    (refusal,) = re.findall(r'data-toast="error">(.*?)</span>', texts[1], re.DOTALL)
    assert "was invited less than a minute ago. Try again later." in refusal
    assert len(mails()) == 2


def test_manager_invites_staff_to_own_team(client, people):
    client.login_as("clara")
    assert "Primary team" not in client.get("/users/new").text
    assert invite(client).status_code == 303
    assert user("new@demo.example").role is Role.staff


@pytest.mark.parametrize("role", ["manager", "network_manager", "administrator"])
def test_manager_can_invite_only_staff(client, people, role):
    client.login_as("clara")
    before = ids()
    answer = invite(client, role=role)
    assert (answer.status_code, ids(), mails()) == (422, before, [])


@pytest.mark.parametrize("names", [["Bay"], ["Inland", "Bay"]])
def test_manager_cannot_invite_to_other_team(client, people, names):
    client.login_as("clara")
    before = ids()
    answer = invite(client, team_ids=[team_id(name) for name in names])
    assert (answer.status_code, ids(), mails()) == (422, before, [])


def test_administrator_can_invite_every_role_to_every_team(client, people):
    client.login_as("admin")
    for role in Role:
        email = f"{role.value}@demo.example"
        assert invite(client, email, role=role.value, team_ids=[team_id("Bay")]).status_code == 303
        invited = user(email)
        assert (invited.role, teams(invited.id)) == (role, [team_id("Bay")])


def test_only_team_of_manager_is_preselected_and_required(client, people):
    page = client.login_as("clara").get("/users/new").text
    assert f'id="team_ids-0" value="{team_id("Inland")}" checked' in page
    before = ids()
    answer = invite(client, team_ids=[])
    assert (answer.status_code, "Choose a team." in answer.text, ids()) == (422, True, before)


def test_manager_cannot_give_rights(client, people):
    client.login_as("clara")
    invite(client, has_compliance="y", is_china_desk="y")
    invited = user("new@demo.example")
    assert (invited.has_compliance, invited.is_china_desk) == (False, False)


@pytest.mark.parametrize(
    "data", [{"email": "anna@demo.example"}, {"email": "no address"}, {"name": ""}, {"role": "king"}]
)
def test_invalid_invitation_changes_nothing(client, people, data):
    client.login_as("admin")
    before = ids()
    answer = invite(client, **{"email": "new@demo.example"} | data)
    assert answer.status_code == 422
    assert ids() == before
    assert mails() == []


def test_only_users_without_password_are_invited_again(client, people, clock):
    client.login_as("admin")
    invite(client)
    invited = user("new@demo.example")
    clock.forward(minutes=1)
    assert client.post(f"/users/{invited.id}/invite").status_code == 303
    assert len(mails()) == 2
    assert client.post(f"/users/{people['anna'].id}/invite").status_code == 422
