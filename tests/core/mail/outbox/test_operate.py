"""What a user does with an email, what a pause and a bounce change, and the columns of a new email."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core.clock import now, real_now
from crm.core.data.base import db
from crm.core.errors import Conflict
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.bounces import describe_bounce, find_bounce, stop_address
from crm.core.mail.outbox.channel import channel, is_paused, pause_channel, resume_channel
from crm.core.mail.outbox.kinds import KINDS, MailKind, declare_mail_kind, resends
from crm.core.mail.outbox.models import BouncedAddress, Mail, MailAttempt
from crm.core.mail.outbox.operate import cancel_mail, mark_delivered, resend
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.mail.outbox.put import cancel_mails, put_mail
from crm.core.words import _l
from tests.factories import client_of, organization, team_id_of

WORDS = {"text": "Words", "html": "<p>Words</p>"}
LONG = "x" * 600


def mail_of(people, key: str = "a", state: MailState = MailState.pending, **values) -> Mail:
    mail = put_mail("digest", RenderedMail("Today", **WORDS), to=people["anna"], dedupe_key=key)
    assert mail is not None
    mail.state = state
    for name, value in values.items():
        setattr(mail, name, value)
    db.session.flush()
    return mail


def notes() -> list[tuple[object, ...]]:
    stmt = sa.select(MailAttempt.mail_id, MailAttempt.outcome, MailAttempt.worker, MailAttempt.at)
    return [tuple(row) for row in db.session.execute(stmt.order_by(MailAttempt.id))]


ACTIONS = {
    resend: ("dead uncertain cancelled retry", "pending", AttemptOutcome.resent),
    mark_delivered: ("dead uncertain retry", "sent", AttemptOutcome.marked_delivered),
    cancel_mail: ("pending retry uncertain claimed", "cancelled", AttemptOutcome.canceled),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_action_changes_one_email_in_an_allowed_state_and_is_noted(session, people, clock, action):
    allowed, after, outcome = ACTIONS[action]
    other = mail_of(people, "other", MailState.retry, worker="w", tries=3)
    expected = []
    for state in MailState:
        mail = mail_of(people, state.value, state, lease_until=real_now(), worker="w")
        if state.value in allowed.split():
            action(session(), mail, f"Clara {LONG}")
            assert (mail.state.value, mail.lease_until, mail.worker) == (after, None, None)
            expected.append((mail.id, outcome, f"Clara {LONG}"[:80], now()))
            continue
        with pytest.raises(Conflict, match=f"status is now “{state.label}”"):
            action(session(), mail, "Clara")
        assert (mail.state, mail.worker) == (state, "w")
    assert notes() == expected
    assert (other.state, other.worker, other.tries) == (MailState.retry, "w", 3)


def test_resent_email_begins_as_for_the_first_time(session, people, clock):
    tried = {"tries": 4, "ambiguous": 2, "first_tried_at": now(), "why_dead": "550 no", "ever_ambiguous": True}
    mail = mail_of(people, "a", MailState.dead, next_at=now() + timedelta(days=1), **tried)
    clock.forward(hours=1)
    resend(session(), mail, "Clara")
    assert (mail.tries, mail.ambiguous, mail.first_tried_at, mail.why_dead) == (0, 0, None, None)
    assert (mail.next_at, mail.ever_ambiguous) == (now(), True)


def test_email_marked_as_delivered_has_the_moment_and_keeps_its_text(session, people, clock):
    mail = mail_of(people, "a", MailState.uncertain)
    clock.forward(hours=1)
    mark_delivered(session(), mail, "Clara")
    assert (mail.sent_at, mail.text) == (now(), "Words")


def test_waiting_emails_get_their_48_hours_again_after_a_pause(session, people, clock):
    for state in MailState:
        mail_of(people, state.value, state, first_tried_at=now())
    assert is_paused() is False
    pause_channel(session(), LONG, by_server=True)
    assert (channel(session()).why, is_paused()) == (LONG[:500], True)
    resume_channel(session())
    session.expire_all()
    reset = session.scalars(sa.select(Mail.dedupe_key).where(Mail.first_tried_at.is_(None)).order_by(Mail.id))
    assert (list(reset), is_paused()) == (["pending", "claimed", "sending", "retry"], False)


def test_bounced_address_is_stored_once_with_its_reason(session, people, clock):
    first, other = mail_of(people, "first"), mail_of(people, "other", address="boris@demo.example")
    stop_address(session(), " Anna@Demo.example ", LONG, first.id)
    clock.forward(hours=1)
    second = put_mail("digest", RenderedMail("Today", **WORDS), to=people["anna"], dedupe_key="second")
    second.state = MailState.pending
    session.flush()
    stop_address(session(), "anna@demo.example", "551 moved", other.id)
    session.expire_all()
    row = session.scalars(sa.select(BouncedAddress)).one()
    stored = (row.address, row.why, row.mail_id, row.at)
    assert stored == ("anna@demo.example", LONG[:300], first.id, now() - timedelta(hours=1))
    assert (first.why_dead, len(describe_bounce(LONG))) == (describe_bounce(LONG), 500)
    assert second.why_dead == "An earlier email to this address couldn't be delivered: 551 moved"
    assert (other.state, other.why_dead) == (MailState.pending, None)
    assert (find_bounce(session(), " ANNA@demo.example"), find_bounce(session(), "boris@demo.example")) == (
        LONG[:300],
        None,
    )
    third = put_mail("digest", RenderedMail("Today", **WORDS), to=people["anna"], dedupe_key="third")
    assert (third.state, third.why_dead) == (MailState.dead, describe_bounce(LONG[:300]))


def test_columns_of_a_new_email(session, people, clock):
    secret = client_of("Bay", counselor=people["anna"], confidential=True)
    later, rendered = now() + timedelta(hours=2), RenderedMail(f" {LONG}\n", "a\x00b", "")
    numbered = rendered._replace(numbered={"1": 7})
    mail = put_mail("digest", numbered, to=people["anna"], dedupe_key="a", record=secret)
    assert (mail.user_id, mail.team_id, mail.record_id, mail.address) == (
        people["anna"].id,
        team_id_of("Bay"),
        secret.id,
        "anna@demo.example",
    )
    assert (mail.subject, mail.text, mail.numbered, mail.confidential) == (LONG[:300], "ab", {"1": 7}, True)
    assert (mail.next_at, mail.was_due_at, mail.date, mail.created_at, mail.secret) == (*[now()] * 4, False)
    assert (mail.audience, mail.state, mail.why_dead) == (Audience.staff, MailState.pending, None)
    assert b"Anna Reyes" in mail.mime
    outside = put_mail(
        "mailing",
        rendered,
        to="li@hd.cn",
        name="Li Hui",
        dedupe_key="b",
        next_at=later,
        record=organization(),
    )
    assert (outside.user_id, outside.team_id, outside.confidential) == (None, None, False)
    assert (outside.next_at, outside.was_due_at, outside.audience) == (later, later, Audience.outside)
    assert b"Li Hui" in outside.mime
    due = put_mail("digest", rendered, to=people["nora"], dedupe_key="c", was_due_at=now() - timedelta(days=1))
    assert (due.was_due_at, due.next_at, due.team_id) == (now() - timedelta(days=1), now(), None)
    assert put_mail("digest", rendered, to="x@y.example", dedupe_key="d", confidential=True).confidential


def test_key_of_a_withdrawn_email_is_free_again(session, people):
    free, by_hand = (mail_of(people, key, MailState.canceled) for key in ("a", "b"))
    session.add(MailAttempt(mail_id=free.id, at=now(), outcome=AttemptOutcome.deferred))
    session.add(MailAttempt(mail_id=by_hand.id, at=now(), outcome=AttemptOutcome.canceled))
    sent = mail_of(people, "c", MailState.sent)
    keys = ("a", "b", "c", "d")
    new = [put_mail("digest", RenderedMail("Again", **WORDS), to=people["anna"], dedupe_key=key) for key in keys]
    assert [mail is not None for mail in new] == [True, False, False, True]
    session.expire_all()
    assert [mail.dedupe_key for mail in (free, by_hand, sent)] == [f"a#{free.id}", "b", "c"]


def test_emails_are_canceled_by_record_and_kind_together(session, people):
    mill, port = organization(), organization()
    rows = [
        put_mail(kind, RenderedMail("x", **WORDS), to=people["anna"], dedupe_key=f"{kind}{record.id}", record=record)
        for kind in ("digest", "followup_due")
        for record in (mill, port)
    ]
    rows[1].lease_until = real_now()
    assert cancel_mails(session(), record_ids=[port.id], kind="digest") == 1
    session.expire_all()
    assert [row.state.value for row in rows] == ["pending", "cancelled", "pending", "pending"]
    assert (rows[1].lease_until, cancel_mails(session(), record_ids=[])) == (None, 0)


def test_uncertain_email_of_a_kind_is_sent_again_by_its_audience(monkeypatch):
    monkeypatch.setattr("crm.core.mail.outbox.kinds.KINDS", kinds := dict(KINDS))
    declare_mail_kind(MailKind("note_a", _l("A")))
    declare_mail_kind(MailKind("note_b", _l("B"), Audience.outside))
    declare_mail_kind(MailKind("note_c", _l("C"), secret_for=timedelta(hours=1)))
    assert (kinds["note_c"].secret_for, kinds["note_c"].label) == (timedelta(hours=1), _l("C"))
    with pytest.raises(ValueError, match="note_a declared twice"):
        declare_mail_kind(MailKind("note_a", _l("A")))
    assert [resends(f"note_{x}", Audience.staff) for x in "abc"] == [True, False, True]
    assert [resends("of an old release", audience) for audience in Audience] == [True, False]
