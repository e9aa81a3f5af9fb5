"""The job with a real IMAP server."""

from __future__ import annotations

import imaplib

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from config import SettingsError
from crm.answers.links import AnswerLinks
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import BouncedAddress, Mail
from crm.core.mail.outbox.put import put_mail
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.inbox import jobs
from crm.inbox.models import InboxMessage, Mailbox
from crm.inbox.policy import InboxOutcome
from tests.fixtures.imap import ADDRESS
from tests.fixtures.people import make_people
from tests.inbox.conftest import email
from tests.inbox.test_receive import report


def outcomes() -> list[str]:
    return [str(o.value) for o in db.session.scalars(sa.select(InboxMessage.outcome).order_by(InboxMessage.id))]


def run(app) -> bool:
    return run_job(app, JOBS["read_mailbox"])


def prepare(app) -> tuple[str, int]:
    """Create a follow-up of Anna; return its reply address and id."""
    with app.app_context():
        people = make_people()
        anna = actor_of(people["anna"], [1])
        row = add_follow_up(anna, {"title": "Call", "due_on": clock.today("America/Los_Angeles")})
        db.session.commit()
        return AnswerLinks(people["anna"].id, clock.today("America/Los_Angeles")).reply_to(row.id), row.id


def test_messages_are_handled_once_and_stay_unread(new_app, imap):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    address, followup_id = prepare(app)
    imap.deliver(email("no answer", to=address), email("Inquiry"), b"no email")
    assert run(app)
    assert run(app)
    imap.deliver(email("Later"))
    assert run(app)
    with app.app_context():
        assert outcomes() == ["answered", "waiting", "unreadable", "waiting"]
        assert db.session.get(FollowUp, followup_id).tries == 1
        assert db.session.get(Mailbox, 1).error is None
        assert [mail.kind for mail in db.session.scalars(sa.select(Mail))] == ["reply_report"]
    assert not any("Seen" in flags or "Deleted" in flags for flags in imap.list_flags())


@pytest.mark.parametrize(
    "bounces",
    [pytest.param(100, marks=pytest.mark.engine_in_turn), pytest.param(1000, marks=pytest.mark.faults)],
)
def test_a_bounce_storm_harms_nothing(new_app, imap, bounces):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    with app.app_context():
        people = make_people()
        mail = put_mail("digest", RenderedMail("x", "x", "x"), to=people["boris"], dedupe_key="x")
        message_id = mail.message_id
        db.session.commit()
    storm = [report(f"<{n}@forged.example>", "anna@demo.example") for n in range(bounces)]
    imap.deliver(*[raw.replace(b"<bounce@", b"<%d@" % n) for n, raw in enumerate(storm)])
    imap.deliver(report(message_id, "boris@demo.example"))
    while run(app):
        with app.app_context():
            if db.session.scalar(sa.select(sa.func.count()).select_from(InboxMessage)) > bounces:
                break
    with app.app_context():
        results = outcomes()
        assert (results.count("automatic"), results.count("bounced")) == (bounces, 1)
        assert list(db.session.scalars(sa.select(BouncedAddress.address))) == ["boris@demo.example"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 1
        assert db.session.scalars(sa.select(User.active).where(User.email == "anna@demo.example")).one()


def test_wrong_password_is_reported_and_nothing_is_lost(new_app, imap):
    app = new_app(CRM_IMAP_URL=imap.url.replace("zq-secret", "wrong"), CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("Inquiry"))
    assert run(app)
    with app.app_context():
        assert db.session.get(Mailbox, 1).error
        assert "wrong" not in db.session.get(Mailbox, 1).error
        assert outcomes() == []


def test_without_a_mailbox_nothing_is_read(new_app):
    app = new_app()
    assert run(app)
    with app.app_context():
        assert db.session.get(Mailbox, 1) is None


def test_an_error_in_one_message_does_not_block_the_others(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First", Subject="Breaks"), email("Second"))
    from crm.inbox.services import receive as receive_module

    original = receive_module.__globals__["read_message"]

    def broken(raw: bytes):
        if b"Breaks" in raw:
            raise RuntimeError("broken")
        return original(raw)

    monkeypatch.setitem(receive_module.__globals__, "read_message", broken)
    assert run(app)
    with app.app_context():
        assert outcomes() == [InboxOutcome.failed.value, InboxOutcome.waiting.value]
    assert len(imap.list_flags()) == 2


@pytest.mark.parametrize("error", [IntegrityError("", {}, ValueError("unique")), StaleDataError("changed")])
@pytest.mark.parametrize(("times", "outcome"), [(1, "waiting"), (2, "failed")])
def test_message_that_meets_a_change_of_the_same_moment_is_tried_again_and_never_skipped(
    new_app, imap, monkeypatch, error, times, outcome
):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First", Subject="Meets"), email("Second"))
    real_receive, errors = jobs.receive, [error] * times

    def receive_later(raw: bytes, **values: int) -> InboxMessage:
        if b"Meets" in raw and errors:
            raise errors.pop()
        return real_receive(raw, **values)

    monkeypatch.setattr(jobs, "receive", receive_later)
    assert run(app)
    with app.app_context():
        assert outcomes() == [outcome, "waiting"]


def test_message_that_the_server_cannot_send_now_is_read_later(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First"), email("Second"))
    with monkeypatch.context() as patch:
        real_uid = imaplib.IMAP4.uid
        patch.setattr(
            imaplib.IMAP4,
            "uid",
            lambda box, command, *args: ("NO", [b"busy"]) if command == "fetch" else real_uid(box, command, *args),
        )
        assert run(app)
    with app.app_context():
        assert (outcomes(), "busy" in db.session.get(Mailbox, 1).error) == ([], True)
    assert run(app)
    with app.app_context():
        assert (outcomes(), db.session.get(Mailbox, 1).error) == (["waiting", "waiting"], None)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_message_that_the_database_refuses_holds_off_no_other(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First", Subject="Refused"), email("Second"))
    real_receive = jobs.receive

    def receive_with_nul(raw: bytes, **values: int) -> InboxMessage:
        row = real_receive(raw, **values)
        row.subject += "\x00" if row.subject == "Refused" else ""
        db.session.flush()
        return row

    monkeypatch.setattr(jobs, "receive", receive_with_nul)
    assert run(app)
    with app.app_context():
        assert outcomes() == ["failed", "waiting"]


def test_large_message_is_noted_without_being_read(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    address, followup_id = prepare(app)
    monkeypatch.setattr("crm.inbox.jobs.MAX_MESSAGE_MB", 1)
    imap.deliver(email("done\n" + "x" * 1_100_000, to=address), email("no answer\n" + "x" * 900_000, to=address))
    assert run(app)
    with app.app_context():
        assert outcomes() == ["too_large", "answered"]
        assert db.session.get(FollowUp, followup_id).tries == 1
        assert db.session.scalars(sa.select(InboxMessage.mime).where(InboxMessage.outcome == "too_large")).one() is None


def test_run_reads_so_many_messages_and_the_next_one_continues(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    monkeypatch.setattr("crm.inbox.jobs.MAX_A_RUN", 2)
    imap.deliver(*[email(f"Inquiry {number}") for number in range(3)])
    for expected in (2, 3, 3):
        assert run(app)
        with app.app_context():
            assert len(outcomes()) == expected


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "url", ["imaps://u:p@h", "imap://h", "imap://u:p#w@h", "imap://u:p@h:x", "imap://u:p@h?tls=no"]
)
def test_mailbox_url_that_cannot_be_read_is_reported_at_the_start(new_app, url):
    with pytest.raises(SettingsError, match="CRM_IMAP_URL"):
        new_app(CRM_IMAP_URL=url, CRM_INBOX_ADDRESS=ADDRESS)


@pytest.mark.parametrize("name", ["CRM_IMAP_URL", "CRM_INBOX_ADDRESS"])
def test_half_of_the_settings_stops_the_start(new_app, imap, name):
    both = {"CRM_IMAP_URL": imap.url, "CRM_INBOX_ADDRESS": ADDRESS}
    with pytest.raises(SettingsError, match="Set both CRM_IMAP_URL and CRM_INBOX_ADDRESS"):
        new_app(**both | {name: ""})
