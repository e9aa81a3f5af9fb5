"""Mailings that stop: canceled, unsubscribed, of a user who may no longer send, and an address that has its email."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.policy import MailState
from crm.mailings.due import UNSENT
from crm.mailings.models import Mailing
from crm.mailings.policy import ExclusionReason, MailingState, RecipientState
from crm.mailings.recipients import EmailText
from crm.mailings.services import cancel_mailing, continue_mailing, send_to_one, start_mailing, unsubscribe
from crm.records.models import ContactPoint
from tests.factories import person
from tests.factories.records import reachable

from .lookups import HELLO, mails, recipients, start


@pytest.mark.parametrize("is_queued", [False, True])
@pytest.mark.parametrize(
    ("change", "reason"),
    [("deactivated", ExclusionReason.deactivated), ("left", ExclusionReason.left_team)],
    ids=["deactivated", "left"],
)
def test_mailing_of_a_user_who_may_no_longer_send_stops_with_the_reason(
    session, anna, people, zhou, sam, template, run, change, reason, is_queued
):
    mailing = start(anna, template, zhou, sam)
    if is_queued:
        run()
    if change == "deactivated":
        people["anna"].active = False
    else:
        for row in session.scalars(sa.select(Membership).where(Membership.user_id == anna.id)):
            session.delete(row)
    run()
    assert [mail.state for mail in mails(session)] == [MailState.canceled] * (2 if is_queued else 0)
    assert [(row.state, row.reason) for row in recipients(session)] == [(RecipientState.canceled, reason)] * 2
    assert db.session.get_one(Mailing, mailing.id).state is MailingState.canceled


def test_due_email_of_a_deactivated_user_is_not_sent(session, anna, people, sam):
    send_to_one(anna, sam.id, HELLO, language="en")
    (mail,) = mails(session)
    people["anna"].active = False
    session.flush()
    assert not KINDS["mailing"].still_wanted(session, mail)


def test_canceling_stops_waiting_and_unsent_emails(session, anna, zhou, sam, template, monkeypatch):
    monkeypatch.setattr("crm.mailings.services.sending.SLICE", 1)
    mailing = start(anna, template, zhou, sam)
    continue_mailing(mailing.id)
    assert cancel_mailing(mailing) == 2
    assert [mail.state for mail in mails(session)] == [MailState.canceled]
    assert [(row.state, row.reason) for row in recipients(session)] == [(RecipientState.canceled, None)] * 2
    assert not continue_mailing(mailing.id)
    assert len(mails(session)) == 1


def test_unsubscribing_cancels_what_waits(session, anna, sam, template, run):
    start(anna, template, sam)
    run()
    (mail,) = mails(session)
    still_wanted = KINDS["mailing"].still_wanted
    assert still_wanted(session, mail)
    unsubscribe(recipients(session)[0])
    assert not still_wanted(session, mail)


def test_address_that_a_second_person_gets_later_has_one_email(session, anna, sam, monkeypatch):
    monkeypatch.setattr("crm.mailings.services.sending.SLICE", 1)
    duplicate = reachable(person("Miller", "Twin", country="US"), email="duplicate@trivalley.example")
    mailing = start_mailing(anna, [sam.id, duplicate.id], {"en": EmailText("News", "Hello")}, title="News")
    assert continue_mailing(mailing.id)
    point = session.scalars(sa.select(ContactPoint).where(ContactPoint.record_id == duplicate.id)).one()
    point.raw = point.value = "SAM@trivalley.example"
    session.flush()
    continue_mailing(mailing.id)
    assert [mail.address for mail in mails(session)] == ["sam@trivalley.example"]
    assert [row.reason for row in recipients(session)] == [None, ExclusionReason.same_address]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_unsent_mailings_are_read_from_indexes(session):
    stmt = UNSENT.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(row[3] for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {stmt}")))
    assert "SCAN" not in plan, plan
