"""Recording the result of an attempt, and waiting emails when a user's address changes."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox import claim as claims
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.mail.outbox.put import put_mail, readdress_mails
from crm.core.mail.outbox.settle import Result, settle_results
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import Clock

LONG = "550 " + "no such user " * 60


def answered(office: Office, outcome: AttemptOutcome, text: str) -> None:
    """Claim the due emails and record this result for all of them."""
    with office.app.app_context():
        claim = claims.claim_due(db.engine, timedelta(seconds=5))
        with db.engine.begin() as connection:
            settle_results(connection, claim.worker, [Result(mail, outcome, text) for mail in claim.mails])


def test_long_refusal_is_shortened_to_fit_the_column(office: Office) -> None:
    office.put("a")
    answered(office, AttemptOutcome.refused, LONG)
    assert (office.mail("a").why_dead, office.attempts("a")) == (LONG[:500], [(AttemptOutcome.refused, LONG[:500])])


def test_long_confirmation_is_shortened_to_fit_the_column(office: Office) -> None:
    office.put("a")
    with office.app.app_context():
        claim = claims.claim_due(db.engine, timedelta(seconds=5))
        office.change("a", state=MailState.sending)
        with db.engine.begin() as connection:
            settle_results(connection, claim.worker, [Result(claim.mails[0], AttemptOutcome.sent, LONG)])
    assert (office.states(), office.mail("a").queue_id) == ({"a": "sent"}, LONG[:200])


@pytest.mark.parametrize("outcome", [AttemptOutcome.refused, AttemptOutcome.deferred, AttemptOutcome.uncertain])
def test_result_changes_only_emails_still_claimed_by_the_same_sender(office: Office, outcome: AttemptOutcome) -> None:
    office.put("a", "b")
    with office.app.app_context():
        claim = claims.claim_due(db.engine, timedelta(seconds=5))
        office.change("a", worker="another:1:2")
        with db.engine.begin() as connection:
            settle_results(connection, claim.worker, [Result(mail, outcome, "450 later") for mail in claim.mails])
    assert office.states()["a"] == "claimed"
    assert office.states()["b"] != "claimed"


@pytest.mark.parametrize(("before", "minutes"), [(0, 1), (1, 2), (2, 5)])
def test_email_that_may_have_arrived_waits_longer_each_time(office: Office, clock: Clock, before, minutes) -> None:
    office.put("a")
    office.change("a", ambiguous=before)
    with office.app.app_context():
        claim = claims.claim_due(db.engine, timedelta(seconds=5))
        office.change("a", state=MailState.sending)
        with db.engine.begin() as connection:
            settle_results(connection, claim.worker, [Result(claim.mails[0], AttemptOutcome.uncertain, "")])
    mail = office.mail("a")
    assert (mail.state, mail.ambiguous) == (MailState.retry, before + 1)
    assert timedelta(minutes=minutes) * 0.8 <= mail.next_at - now() <= timedelta(minutes=minutes)


@pytest.mark.parametrize("state", [MailState.pending, MailState.retry, MailState.claimed, MailState.dead])
def test_waiting_emails_go_to_a_new_address_and_secret_links_are_canceled(session, people, state) -> None:
    anna, boris = people["anna"], people["boris"]
    rendered = RenderedMail("S", "T", "")
    plain = put_mail("digest", rendered, to=anna, dedupe_key="plain")
    secret = put_mail("password_reset", rendered, to=anna, dedupe_key="secret")
    other = put_mail("password_reset", rendered, to=boris, dedupe_key="other")
    for mail in (plain, secret, other):
        mail.state = state
    anna.email = "reyes@demo.example"
    session.flush()
    readdress_mails(session(), anna)
    for mail in (plain, secret, other):
        session.refresh(mail)
    waits = state in (MailState.pending, MailState.retry)
    address = "reyes@demo.example" if waits else "anna@demo.example"
    assert (plain.address, plain.state) == (address, state)
    assert f"\r\nTo: Anna Reyes <{address}>\r\n".encode() in plain.mime
    assert secret.state is (MailState.canceled if waits else state)
    assert (other.address, other.state) == ("boris@demo.example", state)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_email_that_is_claimed_at_the_same_moment_keeps_its_address(peopled) -> None:
    with peopled.app_context():
        anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        put_mail("digest", RenderedMail("S", "T", ""), to=anna, dedupe_key="plain")
        db.session.commit()

    def change_address() -> None:
        with peopled.app_context():
            user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
            user.email = "reyes@demo.example"
            readdress_mails(db.session(), user)
            db.session.commit()

    change = Thread(target=change_address)
    with peopled.app_context(), db.engine.begin() as sender:
        sender.execute(sa.update(Mail).where(Mail.dedupe_key == "plain").values(state=MailState.claimed))
        change.start()
        # The sender commits while the change of the address waits for its row.
        change.join(timeout=1)
        assert change.is_alive()
    change.join(timeout=60)
    with peopled.app_context():
        mail = db.session.scalars(sa.select(Mail).where(Mail.dedupe_key == "plain")).one()
        assert (mail.address, mail.state) == ("anna@demo.example", MailState.claimed)
