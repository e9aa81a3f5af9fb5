"""Addresses of emails to people outside: hidden, with the replies of mail servers, from those who may not see them."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.mail.outbox.put import put_mail
from crm.mailings.recipients import EmailText
from crm.mailings.services import send_to_one
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.factories.records import reachable

ADDRESS = "xu@quietharbor.example"
REPLY = f"550 <{ADDRESS}> unknown"


def failed_mail() -> Mail:
    """Let the only email fail with a reply of the mail server that names the address."""
    mail: Mail = db.session.scalars(sa.select(Mail)).one()
    mail.state, mail.why_dead, mail.queue_id = MailState.dead, REPLY, f"queued for {ADDRESS}"
    attempt = MailAttempt(mail_id=mail.id, at=clock.now(), outcome=AttemptOutcome.refused, worker="w", text=REPLY)
    db.session.add(attempt)
    db.session.flush()
    return mail


def shows_address(client, name: str, mail: Mail) -> set[bool]:
    """Return whether the list and the page of an email have its address."""
    client.login_as(name)
    pages = [client.get(path) for path in ("/mail/", f"/mail/{mail.id}")]
    assert [page.status_code for page in pages] == [200, 200]
    return {"quietharbor" in page.text for page in pages}


@pytest.fixture
def anna(people, actor):
    return actor("anna")


def test_address_of_a_visible_person_is_shown(client, anna):
    xu = reachable(person("Xu", "Bo", team="Inland"), email=ADDRESS)
    affiliation(xu, client_of("Inland", "Harbor", counselor=anna))
    send_to_one(anna, xu.id, EmailText("Samples", "Hello"), language="en")
    assert shows_address(client, "clara", failed_mail()) == {True}


def test_address_of_a_hidden_person_is_hidden(client, anna):
    quiet = client_of("Inland", "Quiet Harbor", counselor=anna, confidential=True)
    xu = reachable(person("Xu", "Bo", organization=quiet), email=ADDRESS)
    send_to_one(anna, xu.id, EmailText("Samples", "Hello"), language="en")
    mail = failed_mail()
    assert client.login_as("admin").get(f"/people/{xu.id}").status_code == 404
    assert (shows_address(client, "admin", mail), shows_address(client, "clara", mail)) == ({False}, {True})


def test_address_that_would_reveal_a_confidential_employer_is_hidden(client, anna):
    xu = reachable(person("Xu", "Bo"), email=ADDRESS)
    affiliation(xu, organization("Port"), to_on=date(2025, 1, 1))
    send_to_one(anna, xu.id, EmailText("Samples", "Hello"), language="en")
    affiliation(xu, make_confidential(client_of("Inland", "Quiet Harbor", counselor=anna)))
    mail = failed_mail()
    assert client.login_as("admin").get(f"/people/{xu.id}").status_code == 200
    assert (shows_address(client, "admin", mail), shows_address(client, "clara", mail)) == ({False}, {True})


def test_address_of_a_hidden_guest_of_a_shared_event_is_hidden(client, anna):
    quiet = client_of("Inland", "Quiet Harbor", counselor=anna, confidential=True)
    reachable(person("Xu", "Bo", organization=quiet), email=ADDRESS)
    rendered = RenderedMail("Valve Expo", "Hello", "<p>Hello</p>")
    put_mail("calendar_invitation", rendered, to=ADDRESS, dedupe_key="x", audience=Audience.outside)
    assert shows_address(client, "admin", failed_mail()) == {False}


def test_address_of_a_user_is_shown_with_a_hidden_record(client, anna, people):
    quiet = client_of("Inland", "Quiet Harbor", counselor=anna, confidential=True)
    rendered = RenderedMail("Call Xu", "Hello", "<p>Hello</p>")
    mail = put_mail("followup_due", rendered, to=people["anna"], dedupe_key="x", record=quiet)
    page = client.login_as("admin").get(f"/mail/{mail.id}").text
    assert people["anna"].email in page
    assert "Call Xu" not in page


def test_former_address_is_hidden_from_everyone(client, anna):
    xu = reachable(person("Xu", "Bo", team="Inland"), email=ADDRESS)
    affiliation(xu, client_of("Inland", "Harbor", counselor=anna))
    send_to_one(anna, xu.id, EmailText("Samples", "Hello"), language="en")
    mail = failed_mail()
    reachable(xu, email="xu@harbor.example")
    assert (shows_address(client, "admin", mail), shows_address(client, "clara", mail)) == ({False}, {False})
