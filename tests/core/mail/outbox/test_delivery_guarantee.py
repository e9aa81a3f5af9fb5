"""Emails that are claimed by another sender, abandoned, or answered at the wrong moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.mail.outbox import claim as claims
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.mail.outbox.put import cancel_mails
from crm.core.mail.outbox.settle import Result, settle_results
from tests.core.mail.outbox.outbox_app import Office, real_now
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox


def at_recipient(smtp: Mailbox, act: Callable[[], None]) -> None:
    """Run a function while the first email is being transmitted: after its RCPT, before its body."""
    plain = smtp.handle_RCPT
    acts = [act]

    async def handle(server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if acts:
            acts.pop()()
        return await plain(server, session, envelope, address, options)

    smtp.handle_RCPT = handle


def test_email_canceled_while_claimed_is_not_sent(office: Office, smtp: Mailbox) -> None:
    office.put("a")

    def cancel() -> None:
        with office.app.app_context():
            assert cancel_mails(db.session(), dedupe_prefix="a") == 1
            db.session.commit()

    at_recipient(smtp, cancel)
    office.send()
    assert office.states() == {"a": "cancelled"}
    assert smtp.messages == []
    assert office.attempts("a") == []


def test_uncommitted_cancellation_does_not_block_sending(office: Office, smtp: Mailbox, engine: str) -> None:
    if engine == "sqlite":
        return  # SQLite has one writer at a time: this can't happen there.
    office.put("a", "b")
    with office.app.app_context(), Session(db.engine) as other:
        at_recipient(smtp, lambda: cancel_mails(other, dedupe_prefix="a"))  # type: ignore[arg-type, return-value]
        office.send()
        assert [m.recipients for m in smtp.messages] == [["b@center.example"]]
        other.commit()
    assert office.states() == {"a": "cancelled", "b": "sent"}


def test_email_claimed_by_another_sender_before_the_dot_is_not_sent(office: Office, smtp: Mailbox) -> None:
    office.put("a")
    at_recipient(smtp, lambda: office.change("a", worker="another:1:2"))
    office.send()
    assert smtp.messages == []
    assert office.states() == {"a": "claimed"}
    assert office.mail("a").worker == "another:1:2"


def test_expired_lease_sends_nothing(office: Office, smtp: Mailbox) -> None:
    office.put("a")
    names = []

    def run_out() -> None:
        names.append(office.mail("a").worker)
        office.change("a", lease_until=real_now() - timedelta(seconds=1))

    at_recipient(smtp, run_out)
    office.send()
    assert len(smtp.messages) == 1
    mail = office.mail("a")
    assert (mail.state, mail.ever_ambiguous) == (MailState.sent, False)
    assert mail.worker not in names


def test_abandoned_email_before_the_marker_is_due_again(office: Office, smtp: Mailbox) -> None:
    office.put("gone", "held")
    office.hold("gone", MailState.claimed, real_now() - timedelta(seconds=1))
    office.hold("held", MailState.claimed, real_now() + timedelta(minutes=1))
    office.send()
    assert office.states() == {"gone": "sent", "held": "claimed"}
    assert [outcome for outcome, _ in office.attempts("gone")] == [AttemptOutcome.interrupted, AttemptOutcome.sent]
    assert not office.mail("gone").ever_ambiguous


def test_abandoned_email_after_the_marker_is_uncertain(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("staff")
    office.put("outside", kind="test_letter")
    for key in ("staff", "outside"):
        office.hold(key, MailState.sending, real_now() - timedelta(seconds=1))
    office.send()
    assert office.states() == {"outside": "uncertain", "staff": "retry"}
    assert office.attempts("outside") == [(AttemptOutcome.uncertain, "")]
    clock.forward(minutes=1)
    office.send()
    assert office.states() == {"outside": "uncertain", "staff": "sent"}
    assert office.mail("staff").ever_ambiguous


def test_lease_uses_the_system_clock(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    office.hold("a", MailState.claimed, real_now() + timedelta(minutes=1))
    clock.forward(days=365)
    office.send()
    assert office.states() == {"a": "claimed"}


def test_email_that_keeps_killing_its_sender_is_delayed(office: Office, smtp: Mailbox, clock: Clock) -> None:
    smtp.refuse("451 wait")
    office.put("a")
    for expected in ("pending", "pending", "retry"):
        office.hold("a", MailState.claimed, real_now() - timedelta(seconds=1))
        with office.app.app_context():
            assert claims.recover(db.engine) == 1
        assert office.states() == {"a": expected}
    assert office.mail("a").next_at > clock_now(clock)


def clock_now(_clock: Clock) -> Any:
    from crm.core import clock as business

    return business.now()


@pytest.mark.parametrize("state", [MailState.sending, MailState.retry, MailState.uncertain])
def test_late_acceptance_counts_unless_another_sender_claimed_the_email(office: Office, state: MailState) -> None:
    office.put("a")
    with office.app.app_context():
        claim = claims.claim_due(db.engine, timedelta(seconds=5))
        office.change("a", state=state)
        with db.engine.begin() as connection:
            settle_results(connection, "another:1:2", [Result(claim.mails[0], AttemptOutcome.sent, "250 not mine")])
        assert office.states() == {"a": state.value}
        with db.engine.begin() as connection:
            settle_results(connection, claim.worker, [Result(claim.mails[0], AttemptOutcome.sent, "250 late")])
    assert office.mail("a").queue_id == "250 late"
    assert office.states() == {"a": "sent"}


def test_two_claims_are_disjoint(office: Office) -> None:
    office.put(*[f"m{n:02}" for n in range(10)])
    with office.app.app_context():
        first = claims.claim_due(db.engine, timedelta(seconds=5), most=6)
        second = claims.claim_due(db.engine, timedelta(seconds=5), most=6)
    assert [m.dedupe_key for m in first.mails] == [f"m{n:02}" for n in range(6)]
    assert [m.dedupe_key for m in second.mails] == [f"m{n:02}" for n in range(6, 10)]
    assert first.worker != second.worker


def test_claimed_emails_are_released_when_the_lease_is_nearly_over(office: Office, smtp: Mailbox) -> None:
    office.app.config.update(MAIL_LEASE_SECONDS=1, MAIL_DEADLINE_SECONDS=2)
    office.put("a")
    with office.app.app_context():
        from crm.core.mail.outbox.worker import DeliveryQueue

        claim = claims.claim_due(db.engine, timedelta(seconds=1))
        queue = DeliveryQueue(claim, None, claims_stopping())
        assert queue.take(2) is None
        assert [m.dedupe_key for m in queue.waiting] == ["a"]


def claims_stopping() -> Any:
    from crm.core.data.jobs import stopping

    return stopping


def test_database_restart_during_delivery_loses_no_email(office: Office, smtp: Mailbox, engine: str) -> None:
    if engine == "sqlite":
        return  # SQLite has no server that could restart.
    office.put("a", "b")
    plain = smtp.handle_DATA
    cut = ["once"]

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        if cut:
            cut.pop()
            with office.app.app_context(), Session(db.engine) as other:
                terminate_sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                other.execute(sa.text(f"{terminate_sql} AND datname = current_database()"))
        return await plain(server, session, envelope)

    smtp.handle_DATA = handle
    office.send()
    assert office.states() == {"a": "sent", "b": "sent"}
    assert len(smtp.messages) == 2
    assert not any(office.mail(key).ever_ambiguous for key in "ab")


def test_claim_uses_its_index(office: Office, engine: str) -> None:
    with office.app.app_context(), Session(db.engine) as session:
        due = claims.due_now(db.engine).limit(64)
        if engine == "postgresql":
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        text = str(due.compile(db.engine, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
        plan = " ".join(str(row) for row in session.execute(sa.text(explain + text)))
    assert "ix_mail_due" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
