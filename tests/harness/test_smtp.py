"""The mail server of the tests accepts emails and fails on request."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest


def _send(smtp, timeout=5.0):
    message = EmailMessage()
    message["Subject"] = "Follow up 跟进"
    message["From"] = "crm@demo.example"
    message["To"] = "anna@demo.example"
    message.set_content("Call Mr. 李.\n.leading dot\n")
    address = urlsplit(smtp.url)
    with smtplib.SMTP(address.hostname, address.port, timeout=timeout) as connection:
        connection.send_message(message)


def test_message_arrives_complete(smtp):
    _send(smtp)
    [received] = smtp.messages
    assert (received.sender, received.recipients) == ("crm@demo.example", ["anna@demo.example"])
    assert received.message["Subject"] == "Follow up 跟进"
    assert received.message.get_content() == "Call Mr. 李.\r\n.leading dot\r\n"


@pytest.mark.parametrize(
    ("step", "error", "count"),
    [
        ("mail", smtplib.SMTPSenderRefused, 0),
        ("rcpt", smtplib.SMTPRecipientsRefused, 0),
        ("data", smtplib.SMTPDataError, 0),
        ("dot", smtplib.SMTPDataError, 1),
    ],
)
def test_server_refuses_at_each_step(smtp, step, error, count):
    smtp.refuse("451 later", step=step)
    with pytest.raises(error):
        _send(smtp)
    assert len(smtp.messages) == count
    smtp.accept()
    _send(smtp)
    assert len(smtp.messages) == count + 1


@pytest.mark.parametrize(("step", "count"), [("data", 0), ("dot", 1)])
def test_server_drops_the_connection_before_and_after_the_dot(smtp, step, count):
    smtp.drop(step=step)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        _send(smtp)
    assert len(smtp.messages) == count


def test_server_stalls_after_the_dot_without_a_reply(smtp):
    smtp.stall()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        _send(smtp, timeout=0.3)
    assert len(smtp.messages) == 1


def test_server_refuses_one_recipient(smtp):
    smtp.refuse_recipient("anna@demo.example")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _send(smtp)
    assert refused.value.recipients == {"anna@demo.example": (550, b"5.1.1 no such user")}
