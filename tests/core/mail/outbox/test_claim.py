"""Claims: which emails are leased, in which order, and what becomes of abandoned ones and of results."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crm.core.clock import now, real_now
from crm.core.data.base import db
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.outbox import results, send
from crm.core.mail.outbox.claim import claim_due, is_any_due, new_worker, recover
from crm.core.mail.outbox.models import MailChannel
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.mail.outbox.results import ResultWriter
from crm.core.mail.outbox.settle import Result, mark_sending, settle_results
from crm.core.mail.smtp import Tls
from tests.core.mail.outbox.outbox_app import Office
from tests.core.mail.outbox.test_encryption import put as put_secret
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox

PAST = timedelta(seconds=-1)


@pytest.fixture
def engine_of(office: Office, clock: Clock):
    with office.app.app_context():
        yield db.engine


def test_oldest_due_emails_are_leased(office: Office, engine_of, clock: Clock) -> None:
    assert not is_any_due(engine_of)
    for key, minutes in (("c", 0), ("a", -2), ("b", -1), ("later", 1), ("d", 0)):
        office.put(key, next_at=now() + timedelta(minutes=minutes))
    office.put("sent", next_at=now() - timedelta(days=1))
    office.change("sent", state=MailState.sent)
    office.change("b", state=MailState.retry)
    assert is_any_due(engine_of)
    began = time.monotonic()
    claim = claim_due(engine_of, timedelta(seconds=30), most=3)
    assert [mail.dedupe_key for mail in claim.mails] == ["c", "a", "b"]
    assert 30 <= claim.ends - began < 40
    states = {key: (mail.state.value, mail.worker) for key in "abcd" for mail in [office.mail(key)]}
    assert states == dict.fromkeys("abc", ("claimed", claim.worker)) | {"d": ("pending", None)}
    assert timedelta(seconds=10) < office.mail("a").lease_until - real_now() <= timedelta(seconds=30)
    other = claim_due(engine_of, timedelta(seconds=30))
    assert ([mail.dedupe_key for mail in other.mails], other.worker != claim.worker) == (["d"], True)
    assert claim_due(engine_of, timedelta(seconds=30)).mails == []
    assert f":{os.getpid()}:" in new_worker()


def test_abandoned_emails_are_settled_by_their_state(office: Office, engine_of, clock: Clock) -> None:
    office.put("a", "b", "c", "d")
    assert recover(engine_of) == 0
    for key, tries in (("a", 1), ("b", 2)):
        office.hold(key, MailState.claimed, real_now() + PAST)
        office.change(key, tries=tries)
    office.hold("c", MailState.sending, real_now() + PAST)
    office.hold("d", MailState.sending, real_now() + timedelta(minutes=1))
    assert (recover(engine_of), recover(engine_of)) == (3, 0)
    rows = {key: office.mail(key) for key in "abcd"}
    assert {key: row.state.value for key, row in rows.items()} == {
        "a": "pending",
        "b": "retry",
        "c": "retry",
        "d": "sending",
    }
    assert [(row.tries, row.ambiguous, row.first_tried_at) for row in rows.values()] == [
        (2, 0, now()),
        (3, 0, now()),
        (1, 1, now()),
        (0, 0, None),
    ]
    assert timedelta(minutes=4) <= rows["b"].next_at - now() <= timedelta(minutes=5)
    assert timedelta(seconds=48) <= rows["c"].next_at - now() <= timedelta(minutes=1)
    assert [office.attempts(key) for key in "acd"] == [
        [(AttemptOutcome.interrupted, "")],
        [(AttemptOutcome.uncertain, "")],
        [],
    ]


def test_results_are_stored_by_outcome(office: Office, engine_of, clock: Clock) -> None:
    office.put("sent", "deferred", "old", "untried", "again", "unwanted")
    put_secret(office, "secret", "refused")
    office.change("deferred", tries=2, first_tried_at=now() - timedelta(hours=47, minutes=59))
    office.change("old", tries=9, first_tried_at=now() - timedelta(hours=48))
    office.change("again", tries=1)
    claim = claim_due(engine_of, timedelta(seconds=30))
    mails = {mail.dedupe_key: mail for mail in claim.mails}
    with engine_of.begin() as connection:
        free = mark_sending(connection, claim.worker, [mails["sent"].id, mails["secret"].id])
        assert free == {mails["sent"].id, mails["secret"].id}
        assert mark_sending(connection, "another", [mails["old"].id]) == set()
        assert mark_sending(connection, claim.worker, [mails["sent"].id]) == set()
    outcomes = {
        "sent": AttemptOutcome.sent,
        "secret": AttemptOutcome.sent,
        "deferred": AttemptOutcome.deferred,
        "old": AttemptOutcome.deferred,
        "untried": None,
        "again": None,
        "unwanted": AttemptOutcome.no_longer_needed,
        "refused": AttemptOutcome.refused,
    }
    with engine_of.begin() as connection:
        settle_results(connection, claim.worker, [Result(mails[key], x, "451 later") for key, x in outcomes.items()])
    rows = {key: office.mail(key) for key in outcomes}
    assert {key: (row.state.value, row.tries, row.lease_until) for key, row in rows.items()} == {
        "sent": ("sent", 1, None),
        "secret": ("sent", 1, None),
        "deferred": ("retry", 3, None),
        "old": ("dead", 10, None),
        "untried": ("pending", 0, None),
        "again": ("retry", 1, None),
        "unwanted": ("cancelled", 0, None),
        "refused": ("dead", 1, None),
    }
    assert (rows["sent"].queue_id, rows["sent"].sent_at, rows["sent"].first_tried_at) == ("451 later", now(), now())
    assert rows["deferred"].first_tried_at == now() - timedelta(hours=47, minutes=59)
    assert timedelta(minutes=4) <= rows["deferred"].next_at - now() <= timedelta(minutes=5)
    assert (rows["secret"].mime, rows["refused"].mime != b"", rows["sent"].mime != b"") == (b"", True, True)
    assert rows["old"].why_dead == "Sending stopped after 48 hours of attempts. 451 later"
    assert rows["refused"].why_dead == "451 later"
    assert (office.attempts("untried"), office.attempts("unwanted")) == (
        [],
        [(AttemptOutcome.no_longer_needed, "451 later")],
    )


def test_expired_lease_allows_no_dot(office: Office, engine_of) -> None:
    office.put("a")
    claim = claim_due(engine_of, PAST)
    with engine_of.begin() as connection:
        assert mark_sending(connection, claim.worker, [claim.mails[0].id]) == set()
    assert office.states() == {"a": "claimed"}


@pytest.mark.parametrize(("failures", "is_written", "state"), [(3, True, "pending"), (4, False, "claimed")])
def test_results_wait_for_the_database_for_some_attempts(
    office: Office, engine_of, monkeypatch, failures, is_written, state
) -> None:
    monkeypatch.setattr(results, "MAX_ATTEMPTS", 3)
    monkeypatch.setattr(results, "PAUSE_SECONDS", 0)
    office.put("a")
    claim = claim_due(engine_of, timedelta(seconds=30))
    calls: list[Any] = []

    def write_results(connection, worker, written) -> None:
        calls.append(list(written))
        if len(calls) <= failures:
            raise OperationalError("UPDATE", {}, Exception("the disk is full"))
        settle_results(connection, worker, written)

    monkeypatch.setattr(results, "settle_results", write_results)
    writer = ResultWriter(engine_of, claim.worker)
    writer.add(Result(claim.mails[0], None))
    assert writer.close() is is_written
    assert (office.states(), len(calls)) == ({"a": state}, 4)


def test_result_that_cannot_be_written_loses_no_other_and_its_marker_is_refused(
    office: Office, engine_of, monkeypatch
) -> None:
    office.put("a", "b", "c")
    claim = claim_due(engine_of, timedelta(seconds=30))

    def write_results(connection, worker, written) -> None:
        if any(result.mail.dedupe_key == "b" for result in written):
            raise LookupError("b")
        settle_results(connection, worker, written)

    writer = ResultWriter(engine_of, claim.worker)
    assert writer.mark(claim.mails[2])
    assert not writer.mark(claim.mails[2])
    monkeypatch.setattr(results, "settle_results", write_results)
    for mail in claim.mails[:2]:
        writer.add(Result(mail, None))
    writer.add(Result(claim.mails[2], AttemptOutcome.sent, "250 ok"))
    assert writer.close()
    assert office.states() == {"a": "pending", "b": "claimed", "c": "sent"}


def test_connections_are_as_many_as_the_emails_need(office: Office, smtp: Mailbox, monkeypatch) -> None:
    sizes: list[int] = []
    real = send.ResultWriter

    def writer(engine, worker, workers=1):
        sizes.append(workers)
        return real(engine, worker, workers)

    monkeypatch.setattr(send, "ResultWriter", writer)
    monkeypatch.setattr(send, "CONNECTIONS", 3)
    monkeypatch.setattr(send, "MAILS_A_CONNECTION", 2)
    office.app.config.update(MAIL_LEASE_SECONDS=300, MAIL_DEADLINE_SECONDS=60)
    for count in (1, 4, 9):
        office.put(*[f"m{count}x{n}" for n in range(count)])
        office.send()
    assert (sizes, len(smtp.messages)) == ([1, 2, 3], 14)


def test_channel_paused_by_a_server_opens_after_a_probe(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    office.app.config["CRM_BASE_URL"] = "https://crm.example.org:8443/x"
    with office.app.app_context():
        route = send.make_route("smtp://u:p@mail.example:2525?tls=none")
        paused = MailChannel(id=1, paused_at=now(), why="535", by_server=True, probed_at=now())
        with Session(db.engine) as session, session.begin():
            session.add(paused)
    assert (route.sender, route.own_name, route.deadline) == ("crm@center.example", "crm.example.org", 2)
    assert (route.server.host, route.server.port, route.server.tls) == ("mail.example", 2525, Tls.none)
    assert run_job(office.app, JOBS["send_mail"])
    assert office.states() == {"a": "pending"}
    clock.forward(minutes=5)
    smtp.refuse("451 later", step="rcpt")
    office.send()
    channel = office.channel()
    assert (office.states(), channel.paused_at, channel.by_server, channel.probed_at) == (
        {"a": "retry"},
        None,
        False,
        None,
    )
