"""An address of a person to which an email couldn't be delivered: shown with the reason, and resumed."""

from __future__ import annotations

from crm.core.mail.outbox.bounces import find_bounce, stop_address
from crm.core.mail.outbox.policy import MailState
from crm.mailings.services import send_to_one
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium, PointLabel
from tests.factories import person
from tests.factories.records import reachable

from .lookups import HELLO, mails

REASON = "550 5.7.1 rejected as spam"


def test_email_to_a_person_is_resumed_after_a_failed_delivery(session, anna, zhou, client):
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans")
    stop_address(session(), "zhou@huadong.example", REASON, mails(session)[0].id)
    session.commit()
    client.login_as("anna")
    page = client.get(f"/people/{zhou.id}/email").text
    assert REASON in page
    assert "Email to this address bounces" in page
    assert "Resume email</button>" in page
    assert client.post(f"/people/{zhou.id}/email/resume").status_code == 303
    page = client.get(f"/people/{zhou.id}/email").text
    assert REASON not in page
    assert 'name="subject"' in page
    assert find_bounce(session(), "zhou@huadong.example") is None
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans")
    assert [mail.state for mail in mails(session)] == [MailState.dead, MailState.pending]


def test_reason_is_shown_beside_another_address_that_works(session, anna, zhou, client):
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans")
    more = ContactPoint(record_id=zhou.id, medium=ContactMedium.email, label=PointLabel.home, position=9)
    more.raw = more.value = "limin@mail.example"
    session.add(more)
    stop_address(session(), "zhou@huadong.example", REASON, mails(session)[0].id)
    session.commit()
    page = client.login_as("anna").get(f"/people/{zhou.id}/email").text
    assert REASON in page
    assert 'name="subject"' in page


def test_email_to_a_hidden_person_is_not_resumed(session, anna, zhou, client):
    hidden = reachable(person("Xu", "Bo", team="Bay"), email="xu@example.org")
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans")
    stop_address(session(), "xu@example.org", REASON, mails(session)[0].id)
    session.commit()
    assert client.login_as("anna").post(f"/people/{hidden.id}/email/resume").status_code == 404
    assert find_bounce(session(), "xu@example.org") == REASON
