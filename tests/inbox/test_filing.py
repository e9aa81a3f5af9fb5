"""Emails that users file: logged when all people are known, else they wait."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services.reassignment import reassign_user_records
from crm.accounts.services.users import deactivate_user
from crm.answers.links import AnswerLinks
from crm.core.data.history import Change, ChangeSource
from crm.inbox.policy import InboxOutcome
from crm.inbox.queries import list_waiting
from crm.interactions.dates import load_last_dates
from crm.interactions.models import Interaction, InteractionParty
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.records.models import Attachment
from tests.inbox.conftest import TODAY, email

FORWARDED = """Please log this.

---------- Forwarded message ---------
From: 周立民 <zhou@lotus.example>
Date: Mon, Mar 9, 2026 at 4:30 PM
Subject: 3 of 4 passed
To: Anna Reyes <anna@demo.example>

3 of 4 samples passed. We need a price for 200.
"""
CHINESE = """
-----原始邮件-----
发件人: 周立民 <zhou@lotus.example>
发送时间: 2026年3月9日 16:30
收件人: Anna Reyes <anna@demo.example>
主题: 四个样品三个合格

四个样品三个合格，询两百个的价格。
"""


def interaction_of(session, message) -> Interaction:
    return session.get(Interaction, message.record_id)


def test_copy_by_bcc_becomes_an_interaction(get_mail, filing, zhou, anna, session):
    sent = email(
        "Here is the price.", to="Zhou <zhou@lotus.example>", From="Anna Reyes <anna@demo.example>", Delivered_To=filing
    )
    message = get_mail(sent)
    assert (message.outcome, message.user_id) == (InboxOutcome.filed, anna.id)
    row = interaction_of(session, message)
    assert (row.state, row.type, row.reached) == (
        InteractionState.held,
        InteractionType.email,
        InteractionOutcome.one_way,
    )
    assert (row.subject, row.notes, row.counselor_id) == ("Samples", "Here is the price.", anna.id)
    parties = session.scalars(sa.select(InteractionParty.person_id).where(InteractionParty.interaction_id == row.id))
    assert list(parties) == [zhou.id]
    change = session.scalars(sa.select(Change).where(Change.root_id == row.id)).first()
    assert (change.actor_id, change.via) == (anna.id, ChangeSource.mail)


@pytest.mark.parametrize(
    ("text", "subject", "notes"),
    [
        (FORWARDED, "3 of 4 passed", "Please log this.\n\n3 of 4 samples passed. We need a price for 200."),
        (CHINESE, "四个样品三个合格", "四个样品三个合格，询两百个的价格。"),
    ],
)
def test_forwarded_email_is_read_with_its_own_header(get_mail, filing, zhou, session, text, subject, notes):
    message = get_mail(email(text, to=filing, From="Anna Reyes <anna@demo.example>", Subject=f"Fwd: {subject}"))
    row = interaction_of(session, message)
    assert (row.subject, row.notes, row.wall) == (subject, notes, datetime(2026, 3, 9, 16, 30))
    # What the other side wrote ends that nothing is heard from them.
    assert (row.reached, load_last_dates([zhou.id])[zhou.id].last_reached_at) == (InteractionOutcome.talked, row.at)


def test_files_are_attached_and_programs_are_not(get_mail, filing, zhou, session):
    mail = message_from_bytes(
        email(to="Zhou <zhou@lotus.example>", From="Anna <anna@demo.example>", Delivered_To=filing), policy=default
    )
    mail.add_attachment(b"%PDF-1.4 drawing", maintype="application", subtype="pdf", filename="图纸.pdf")
    mail.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="setup.exe")
    message = get_mail(mail.as_bytes())
    names = session.scalars(sa.select(Attachment.name).where(Attachment.record_id == message.record_id))
    assert list(names) == ["图纸.pdf"]


def test_unknown_people_wait_for_the_user(get_mail, filing, anna, session, client):
    message = get_mail(email("Hello", to="Wang <wang@port.example>", From="Anna <anna@demo.example>", Cc=filing))
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, anna.id)
    session.commit()
    client.login_as("anna")
    page = client.get(f"/interactions/new?inbox={message.id}").text
    assert "wang@port.example" in page
    assert 'value="Samples"' in page


def test_filing_address_of_a_deactivated_user_is_refused(get_mail, filing, zhou, people, session):
    people["anna"].active = False
    session.flush()
    message = get_mail(email(to="Zhou <zhou@lotus.example>", From="anna@demo.example", Delivered_To=filing))
    assert (message.outcome, message.record_id) == (InboxOutcome.refused, None)


def test_sender_alone_files_nothing(get_mail, zhou, anna, session):
    forged = email(
        "Forged", to="Zhou <zhou@lotus.example>", From="Anna Reyes <anna@demo.example>", Cc="crm@center.example"
    )
    message = get_mail(forged)
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, anna.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(Interaction)) == 0


def test_filed_with_the_rights_of_the_user(get_mail, people, zhou, session, mailbox):
    shen = AnswerLinks(people["boris"].id, TODAY).filing_address()
    message = get_mail(email(to="Zhou <zhou@lotus.example>", From="boris@demo.example", Delivered_To=shen))
    assert interaction_of(session, message).created_by_id in (people["boris"].id, None)
    assert interaction_of(session, message).counselor_id == people["boris"].id


def test_new_address_ends_the_old_one_at_once(get_mail, filing, zhou, people, session, client):
    session.commit()
    client.login_as("anna")
    assert client.post("/inbox/address").status_code == 303
    session.expire_all()
    old = get_mail(email(to="Zhou <zhou@lotus.example>", From="anna@demo.example", Delivered_To=filing))
    assert (old.outcome, old.record_id) == (InboxOutcome.refused, None)
    address = AnswerLinks(people["anna"].id, TODAY).filing_address()
    new = get_mail(email(to="Zhou <zhou@lotus.example>", From="anna@demo.example", Delivered_To=address))
    assert (new.outcome, new.user_id) == (InboxOutcome.filed, people["anna"].id)
    events = session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.filing_address)).all()
    assert [event.user_id for event in events] == [people["anna"].id]


def test_new_address_leaves_those_of_others_alone(get_mail, zhou, people, session, client, mailbox):
    address = AnswerLinks(people["boris"].id, TODAY).filing_address()
    session.commit()
    client.login_as("anna")
    client.post("/inbox/address")
    session.expire_all()
    assert AnswerLinks(people["boris"].id, TODAY).filing_address() == address


@pytest.mark.parametrize("sent_on", ["Wed, 11 Mar 2030 09:00:00 +0800", "nonsense", ""])
def test_dates_of_the_future_and_nonsense_are_accepted(get_mail, filing, zhou, session, sent_on):
    message = get_mail(
        email(to="Zhou <zhou@lotus.example>", From="anna@demo.example", Delivered_To=filing, Date=sent_on)
    )
    assert message.outcome is InboxOutcome.filed
    assert interaction_of(session, message).at.date() <= datetime(2026, 3, 11).date()


def test_chinese_text_in_gbk_is_decoded(get_mail, filing, zhou, session):
    head = (
        f"From: anna@demo.example\r\nTo: Zhou <zhou@lotus.example>\r\nDelivered-To: {filing}\r\nMessage-ID: <gbk@x>\r\n"
        "Date: Tue, 10 Mar 2026 09:00:00 +0800\r\nContent-Type: text/plain; charset=gb2312\r\n"
        "Content-Transfer-Encoding: 8bit\r\nSubject: =?gb2312?B?0fnGtw==?=\r\n\r\n"
    )
    message = get_mail(head.encode() + "四个样品三个合格".encode("gbk"))
    row = interaction_of(session, message)
    assert (row.subject, row.notes) == ("样品", "四个样品三个合格")


def test_waiting_emails_of_a_user_who_leaves_go_to_the_new_owner_of_the_records(get_mail, anna, actor, people, session):
    message = get_mail(email(To="Anna <anna@demo.example>"))
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, anna.id)
    reassign_user_records(people["anna"], people["clara"])
    assert [row.id for row in list_waiting(anna)] == [message.id]
    deactivate_user(people["anna"], people["clara"])
    assert [row.id for row in list_waiting(actor("clara"))] == [message.id]
    assert list_waiting(anna) == []
