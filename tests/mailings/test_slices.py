"""What each slice of a mailing takes: its own recipients, checked again by the rules for email to many."""

from __future__ import annotations

import pytest

from crm.core.errors import Conflict
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.policy import MailState
from crm.mailings.due import list_open_mailings
from crm.mailings.models import MailingRecipient
from crm.mailings.policy import ExclusionReason, MailingState, RecipientState
from crm.mailings.queries import count_left_today, count_recipients, load_mailing_texts
from crm.mailings.recipients import EmailText
from crm.mailings.services import continue_mailing, send_to_one, start_mailing
from crm.people.policy import ConsentKind
from tests.factories import make_confidential, person, reachable

from .lookups import HELLO, mails, recipients, start

NEWS = {"zh_Hans": EmailText("新闻", "您好"), "en": EmailText("News", "Hello")}


def test_mailing_takes_its_own_recipients_only(session, anna, zhou, sam, template):
    first, second = start(anna, template, zhou), start(anna, template, sam)
    assert list_open_mailings() == [first.id, second.id]
    continue_mailing(second.id)
    assert list_open_mailings() == [first.id]
    assert [(row.mailing_id, row.state) for row in recipients(session)] == [
        (first.id, RecipientState.waiting),
        (second.id, RecipientState.queued),
    ]
    assert [mail.address for mail in mails(session)] == ["sam@trivalley.example"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent": None}, ExclusionReason.no_consent),
        ({"confidential": True}, ExclusionReason.confidential),
    ],
    ids=["consent", "confidential"],
)
def test_rules_for_many_are_checked_again(session, anna, zhou, template, change, reason):
    mailing = start(anna, template, zhou)
    if "consent" in change:
        zhou.consent = None
    else:
        zhou.team_id, zhou.counselor_id = anna.first_team_id, anna.id
        make_confidential(zhou)
    session.flush()
    continue_mailing(mailing.id)
    assert [(row.state, row.reason) for row in recipients(session)] == [(RecipientState.excluded, reason)]
    assert mails(session) == []


def test_recipient_whose_email_is_in_the_outbox_gets_no_second_one(session, anna, zhou, template):
    mailing = start(anna, template, zhou)
    continue_mailing(mailing.id)
    (row,) = recipients(session)
    row.state, mailing.state = RecipientState.waiting, MailingState.sending
    reachable(zhou, email="new@huadong.example")
    session.flush()
    with pytest.raises(Conflict, match="already sent"):
        continue_mailing(mailing.id)
    assert [mail.id for mail in mails(session)] == [row.mail_id]


def test_address_and_language_are_those_at_the_time_of_sending(session, anna, zhou):
    mailing = start_mailing(anna, [zhou.id], NEWS, title="News")
    assert list(load_mailing_texts(mailing.id)) == ["en", "zh_Hans"]
    zhou.mail_language = "en"
    session.flush()
    continue_mailing(mailing.id)
    assert ([row.language for row in recipients(session)], [mail.subject for mail in mails(session)]) == (
        ["en"],
        ["News"],
    )


def test_limit_counts_ones_own_emails_without_those_left_out(session, anna, actor, zhou, sam, template, clock, app):
    before = app.config["CRM_MAILING_PER_DAY"]
    mailing = start(anna, template, zhou, sam, person("Lu", "Fang"))
    assert (count_left_today(anna), count_left_today(actor("clara"))) == (before - 2, before)
    clock.forward(hours=23, minutes=59)
    assert count_left_today(anna) == before - 2
    assert count_recipients(anna, [mailing.id]) == {mailing.id: (2, 1)}


def test_chosen_address_is_used_and_another_one_is_not_accepted(session, anna):
    lee = reachable(person("Lee", "Ann", country="US"), email="lee@example.org")
    mailing = send_to_one(anna, lee.id, HELLO, language="en", address="lee@example.org")
    (row,) = session.query(MailingRecipient).where(MailingRecipient.mailing_id == mailing.id)
    assert (row.address, row.state, mailing.is_bulk) == ("lee@example.org", RecipientState.queued, False)
    assert list_open_mailings() == []


def test_consent_of_a_contract_is_enough_and_one_of_a_public_source_is_not(session, anna, zhou, template):
    zhou.consent = ConsentKind.contract
    session.flush()
    assert continue_mailing(start(anna, template, zhou).id) is False
    assert len(mails(session)) == 1


def test_people_who_were_merged_meanwhile_get_one_email(session, anna, zhou, sam):
    mailing = start_mailing(anna, [zhou.id, sam.id], NEWS, title="News")
    recipients(session)[1].person_id = zhou.id
    session.flush()
    continue_mailing(mailing.id)
    assert [(row.state, row.reason) for row in recipients(session)] == [
        (RecipientState.queued, None),
        (RecipientState.excluded, ExclusionReason.same_person),
    ]
    assert [mail.address for mail in mails(session)] == ["zhou@huadong.example"]


def test_person_who_was_emailed_before_a_merge_gets_no_second_email(session, anna, zhou, sam, monkeypatch):
    monkeypatch.setattr("crm.mailings.services.sending.SLICE", 1)
    mailing = start_mailing(anna, [zhou.id, sam.id], NEWS, title="News")
    assert continue_mailing(mailing.id)
    recipients(session)[0].person_id = sam.id
    session.flush()
    while continue_mailing(mailing.id):
        pass
    assert [row.reason for row in recipients(session)] == [None, ExclusionReason.same_person]
    assert [mail.address for mail in mails(session)] == ["zhou@huadong.example"]


@pytest.mark.parametrize(
    ("state", "addresses"),
    [
        (MailState.dead, ["zhou@huadong.example", "sam@trivalley.example"]),
        (MailState.canceled, ["zhou@huadong.example", "sam@trivalley.example"]),
        (MailState.uncertain, ["zhou@huadong.example"]),
        (MailState.sent, ["zhou@huadong.example"]),
    ],
)
def test_merged_person_whose_first_email_failed_gets_one_at_the_other_address(
    session, anna, zhou, sam, monkeypatch, state, addresses
):
    monkeypatch.setattr("crm.mailings.services.sending.SLICE", 1)
    mailing = start_mailing(anna, [zhou.id, sam.id], NEWS, title="News")
    assert continue_mailing(mailing.id)
    mails(session)[0].state = state
    recipients(session)[0].person_id = sam.id
    session.flush()
    while continue_mailing(mailing.id):
        pass
    assert [mail.address for mail in mails(session)] == addresses


@pytest.mark.parametrize(
    ("state", "is_wanted"), [(state, state in (MailState.dead, MailState.canceled)) for state in MailState]
)
def test_second_planned_email_to_people_who_were_merged_is_not_sent(session, anna, zhou, sam, state, is_wanted):
    mailing = start_mailing(anna, [zhou.id, sam.id], NEWS, title="News")
    continue_mailing(mailing.id)
    first, second = mails(session)
    still_wanted = KINDS["mailing"].still_wanted
    assert [still_wanted(session, mail) for mail in (first, second)] == [True, True]
    recipients(session)[0].person_id = sam.id
    first.state = state
    session.flush()
    assert [still_wanted(session, mail) for mail in (first, second)] == [True, is_wanted]
