"""Faults of the mail server, with 100 emails each: every email ends as promised, and one doesn't delay the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.mail.outbox.outbox_app import Office
from tests.faults.faulty_smtp import DROP, STALL, Fault, FaultyServer
from tests.fixtures.clock import Clock

COUNT = 100
VICTIM = "m050"
# One engine: the database has no part in what the server replies.
pytestmark = [pytest.mark.faults, pytest.mark.one_engine]


@pytest.fixture
def server(office: Office) -> Iterator[FaultyServer]:
    """Run a mail server, with an office that sends to it and gives up after two seconds without a reply."""
    with FaultyServer() as server:
        office.app.config.update(CRM_SMTP_URL=f"smtp://{server.address}?tls=none", MAIL_DEADLINE_SECONDS=2)
        yield server


def put_all(office: Office, **more: str) -> dict[str, str]:
    """Add the emails; return their Message-IDs by key."""
    keys = [f"m{number:03}" for number in range(COUNT)]
    office.put(*keys, **more)
    return {key: office.mail(key).message_id for key in keys}


def send(office: Office, clock: Clock, *, ticks: int, minutes: float = 0.2) -> dict[str, str]:
    """Run the job a number of times; return the states."""
    for _ in range(ticks):
        office.send()
        clock.forward(minutes=minutes)
    return office.states()


TEMPORARY = [
    ("rcpt", "421 4.3.2 closing"),
    ("rcpt", "450 4.2.1 greylisted"),
    ("rcpt", "452 4.2.2 mailbox full"),
    ("rcpt", STALL),
    ("rcpt", DROP),
    ("data", "451 4.3.0 try later"),
    ("data", DROP),
    ("dot", "421 4.3.2 closing"),
    ("dot", "451 4.7.1 try later"),
]
PERMANENT = [
    ("rcpt", "550 5.1.1 no such user"),
    ("rcpt", "553 5.1.3 bad address"),
    ("data", "554 5.5.1 no valid recipients"),
    ("dot", "552 5.3.4 too large"),
    ("dot", "554 5.7.1 looks like spam"),
]
UNCLEAR = [("dot", STALL), ("dot", DROP), ("dot", "nonsense")]
EVERYBODY = [
    ("connect", "421 too many connections"),
    ("connect", "554 no service"),
    ("connect", DROP),
    ("ehlo", DROP),
    ("mail", "451 4.3.0 try later"),
    ("mail", "530 5.7.0 sign in first"),
    ("mail", "553 5.7.1 not your address"),
    ("auth", "535 5.7.8 wrong password"),
    ("auth", "454 4.7.0 try later"),
]


@pytest.mark.parametrize(("step", "reply"), TEMPORARY)
def test_temporary_fault_of_one_recipient_delays_that_email_only(office, server, clock, step, reply):
    ids = put_all(office)
    server.fault = Fault(step, reply, f"{VICTIM}@center.example")
    assert send(office, clock, ticks=2) == dict.fromkeys(ids, "sent") | {VICTIM: "retry"}
    server.repair()
    assert send(office, clock, ticks=2, minutes=2) == dict.fromkeys(ids, "sent")
    assert server.accepted == dict.fromkeys(ids.values(), 1)
    assert not office.mail(VICTIM).ever_ambiguous


@pytest.mark.parametrize(("step", "reply"), PERMANENT)
def test_permanent_fault_of_one_recipient_ends_that_email_only(office, server, clock, step, reply):
    ids = put_all(office)
    server.fault = Fault(step, reply, f"{VICTIM}@center.example")
    expected = dict.fromkeys(ids, "sent") | {VICTIM: "dead"}
    assert send(office, clock, ticks=2) == expected
    server.repair()
    assert send(office, clock, ticks=3, minutes=60) == expected
    assert office.attempts(VICTIM)[-1][1] == reply
    assert server.accepted == {ids[key]: 1 for key in ids if key != VICTIM}


@pytest.mark.parametrize(("step", "reply"), UNCLEAR)
@pytest.mark.parametrize(("kind", "copies", "state"), [("test_note", 2, "sent"), ("test_letter", 1, "uncertain")])
def test_email_without_a_clear_reply_is_sent_again_to_staff_only(
    office, server, clock, step, reply, kind, copies, state
):
    ids = put_all(office, kind=kind)
    server.fault = Fault(step, reply, f"{VICTIM}@center.example")
    first = send(office, clock, ticks=2)
    assert {key for key, state in first.items() if state != "sent"} == {VICTIM}
    server.repair()
    assert send(office, clock, ticks=3, minutes=2) == dict.fromkeys(ids, "sent") | {VICTIM: state}
    assert server.received == dict.fromkeys(ids.values(), 1) | {ids[VICTIM]: copies}
    assert office.mail(VICTIM).ever_ambiguous


@pytest.mark.parametrize(("step", "reply"), EVERYBODY)
def test_fault_for_everybody_loses_and_repeats_nothing(office, server, clock, step, reply):
    ids = put_all(office)
    if step == "auth":
        office.app.config["CRM_SMTP_URL"] = f"smtp://office:secret@{server.address}?tls=none"
    server.fault = Fault(step, reply)
    assert "sent" not in send(office, clock, ticks=3).values()
    server.repair()
    assert send(office, clock, ticks=8, minutes=5) == dict.fromkeys(ids, "sent")
    assert server.accepted == dict.fromkeys(ids.values(), 1)


@pytest.mark.parametrize("step", ["connect", "ehlo"])
def test_silent_server_loses_and_repeats_nothing(office, server, clock, step):
    ids = put_all(office)
    server.fault = Fault(step, STALL)
    assert "sent" not in send(office, clock, ticks=2).values()
    server.repair()
    assert send(office, clock, ticks=8, minutes=5) == dict.fromkeys(ids, "sent")
    assert server.received == dict.fromkeys(ids.values(), 1)


def test_server_that_is_away_loses_and_repeats_nothing(office, server, clock):
    ids = put_all(office)
    url = office.app.config["CRM_SMTP_URL"]
    office.app.config["CRM_SMTP_URL"] = "smtp://127.0.0.1:1?tls=none"
    assert "sent" not in send(office, clock, ticks=3).values()
    office.app.config["CRM_SMTP_URL"] = url
    assert send(office, clock, ticks=8, minutes=5) == dict.fromkeys(ids, "sent")
    assert server.accepted == dict.fromkeys(ids.values(), 1)
