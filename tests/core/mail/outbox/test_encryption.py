"""Secret emails: encrypted in the database, sent unchanged, wiped once sent or expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.jobs import JOBS, run_job
from crm.core.errors import Conflict
from crm.core.mail.outbox.encryption import PREFIX, Unreadable, is_wiped, readable_text, seal, unseal
from crm.core.mail.outbox.kinds import KINDS, MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.operate import mark_delivered, resend
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.words import _l
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox

TOKEN = "WyJxdWlldC1oYXJib3I.zq-secret-token"
LINK = f"https://crm.example.org/reset/{TOKEN}"

if "test_secret" not in KINDS:
    declare_mail_kind(MailKind("test_secret", _l("Secret"), secret_for=timedelta(hours=2)))


def put(office: Office, *keys: str) -> None:
    office.put(*keys, kind="test_secret", text=f"Open {LINK}\n", html=f"<p><a href='{LINK}'>Open</a></p>")


def stored(office: Office) -> str:
    """Return all values of the mail row as text, including bytes."""
    with office.app.app_context(), Session(db.engine) as session:
        rows = session.execute(sa.select(Mail.__table__)).all()
        return repr([bytes(v) if isinstance(v, memoryview) else v for row in rows for v in row])


def test_secret_link_is_encrypted_before_sending_and_wiped_after(office: Office, smtp: Mailbox) -> None:
    put(office, "a")
    mail = office.mail("a")
    assert TOKEN not in stored(office)
    assert mail.mime.startswith(PREFIX)
    with office.app.app_context():
        composed = unseal(mail.mime)
        assert LINK in readable_text(mail)
    assert office.send()
    assert smtp.messages[0].raw == composed
    assert smtp.messages[0].message["Message-ID"] == mail.message_id
    assert LINK in smtp.messages[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    after = office.mail("a")
    assert (after.state, after.mime, after.text) == (MailState.sent, b"", "")
    assert (after.message_id, after.date, after.subject) == (mail.message_id, mail.date, mail.subject)


def test_uncertain_secret_email_is_resent_with_the_same_bytes(office: Office, smtp: Mailbox, clock: Clock) -> None:
    put(office, "a")
    smtp.drop(step="dot")
    office.send()
    assert office.mail("a").mime.startswith(PREFIX)
    smtp.accept()
    clock.forward(minutes=1)
    office.send()
    assert smtp.messages[0].raw == smtp.messages[1].raw
    assert (office.states(), office.mail("a").mime) == ({"a": "sent"}, b"")


def test_ordinary_email_keeps_its_bytes_after_sending(office: Office, smtp: Mailbox) -> None:
    put(office, "a")
    office.put("b")
    office.send()
    assert office.mail("b").mime == smtp.messages[-1].raw or office.mail("b").mime == smtp.messages[0].raw
    assert office.mail("b").text == "Words on b.\n"


def test_expired_link_is_wiped_and_never_sent(office: Office, smtp: Mailbox, clock: Clock) -> None:
    put(office, "dead", "waits")
    office.put("plain")
    put(office, "open")
    office.change("open", secret=False)
    office.change("dead", state=MailState.dead)
    clock.forward(hours=1, minutes=59)
    assert run_job(office.app, JOBS["wipe_expired_links"])
    assert office.mail("dead").mime.startswith(PREFIX)
    clock.forward(minutes=1)
    assert run_job(office.app, JOBS["wipe_expired_links"])
    assert office.states() == {"dead": "dead", "open": "pending", "plain": "pending", "waits": "cancelled"}
    assert [office.mail(key).mime for key in ("dead", "waits")] == [b"", b""]
    assert [office.mail(key).mime != b"" for key in ("plain", "open")] == [True, True]
    assert [office.mail(key).text for key in ("dead", "waits")] == ["", ""]
    with office.app.app_context(), Session(db.engine) as session, pytest.raises(Conflict, match="has expired"):
        resend(session, session.scalars(sa.select(Mail).where(Mail.dedupe_key == "dead")).one(), "clara")


def test_expired_link_is_canceled_when_due(office: Office, smtp: Mailbox, clock: Clock) -> None:
    put(office, "a")
    clock.forward(hours=2)
    office.send()
    assert (office.states(), smtp.messages) == ({"a": "cancelled"}, [])
    assert [outcome for outcome, _ in office.attempts("a")] == [AttemptOutcome.no_longer_needed]


def test_email_being_sent_is_not_wiped(office: Office, clock: Clock) -> None:
    put(office, "a")
    office.change("a", state=MailState.sending)
    clock.forward(hours=3)
    run_job(office.app, JOBS["wipe_expired_links"])
    assert office.mail("a").mime.startswith(PREFIX)


def test_changed_key_cancels_the_email_instead_of_sending_ciphertext(office: Office, smtp: Mailbox) -> None:
    put(office, "a")
    office.app.config["SECRET_KEY"] = "y" * 32
    office.send()
    assert (office.states(), smtp.messages) == ({"a": "cancelled"}, [])


def test_unencrypted_email_of_an_earlier_release_is_sent_and_wiped(office: Office, smtp: Mailbox) -> None:
    office.put("a", text=f"Open {LINK}\n")
    plain = office.mail("a").mime
    office.change("a", kind="test_secret", secret=True)
    office.send()
    assert smtp.messages[0].raw == plain
    assert (office.mail("a").mime, office.mail("a").text) == (b"", "")


def test_confirming_arrival_wipes_the_link(office: Office) -> None:
    put(office, "a")
    office.change("a", state=MailState.uncertain)
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        mark_delivered(session, session.scalars(sa.select(Mail)).one(), "clara")
    assert (office.states(), office.mail("a").mime, office.mail("a").text) == ({"a": "sent"}, b"", "")


def test_wiped_or_altered_message_cannot_be_decrypted(office: Office) -> None:
    with office.app.app_context():
        sealed = seal(b"words")
        assert unseal(sealed) == b"words"
        for broken in (b"", sealed[:-4], PREFIX + b"x"):
            with pytest.raises(Unreadable):
                unseal(broken)


def test_link_counts_as_wiped_once_its_bytes_are_gone(office: Office) -> None:
    put(office, "a")
    for is_gone in (False, True):
        if is_gone:
            office.change("a", mime=b"")
        with office.app.app_context(), Session(db.engine) as session:
            assert is_wiped(session, office.mail("a")) is is_gone
