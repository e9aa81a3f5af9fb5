"""The link to a question that a colleague who covers, or to whom it was passed on, can no longer open."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.accounts.services.reassignment import reassign_user_records
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from crm.reminders.covers import add_cover
from tests.factories import client_of, make_confidential
from tests.tools.pages import visible_text

FIRST, LAST = date(2026, 3, 10), date(2026, 3, 13)


@pytest.fixture
def anna(people, actor, clock):
    """Return Anna, who asks; Boris covers for Dora."""
    clock.set(datetime(2026, 3, 10, 15, tzinfo=UTC))
    add_cover(actor("dora"), people["boris"].id, FIRST, LAST)
    return actor("anna")


@pytest.fixture
def ask(anna, people, session):
    def ask_dora(record_id: int | None = None):
        row = ask_colleague(anna, people["dora"].id, "May we send drawings?", record_id)
        session.query(Mail).update({Mail.state: MailState.sent})
        session.commit()
        return row

    return ask_dora


@pytest.fixture
def open_link(client, session):
    """Follow the link of a question as a user; return the address of the page and its text."""

    def get(user, row):
        session.commit()
        answer = client.login_as(user).get(f"/referrals/{row.id}", follow_redirects=True)
        return answer.status_code, answer.request.path, visible_text(answer.text)

    return get


def test_cover_learns_who_answered(ask, actor, open_link):
    row = ask()
    answer_referral(actor("dora"), row, "Send the blue ones.")
    status, path, text = open_link("boris", row)
    assert (status, path) == (200, "/referrals/")
    assert "Dora Lindqvist answered this question." in text
    assert "blue ones" not in text


def test_cover_learns_that_it_was_withdrawn(ask, anna, open_link):
    row = ask()
    withdraw_referral(anna, row)
    assert "The question to Dora Lindqvist was withdrawn." in open_link("boris", row)[2]


def test_cover_learns_that_the_cover_is_over(ask, clock, open_link):
    row = ask()
    clock.set(datetime(2026, 3, 14, 15, tzinfo=UTC))
    text = open_link("boris", row)[2]
    assert "You no longer need to look at this question. Dora Lindqvist will answer it." in text


def test_cover_from_the_digest_learns_who_answered_without_an_email_of_the_question(ask, actor, session, open_link):
    row = ask()
    session.query(Mail).update({Mail.state: MailState.canceled})
    answer_referral(actor("dora"), row, "Yes.")
    assert open_link("boris", row)[:2] == (200, "/referrals/")


def test_colleague_from_whom_it_was_passed_on_learns_to_whom(ask, people, open_link):
    row = ask()
    reassign_user_records(people["dora"], people["clara"])
    assert f"{people['clara'].name} will answer it." in open_link("dora", row)[2]


def test_answer_to_a_question_passed_on_meanwhile_is_shown_again(ask, people, client, session):
    row = ask()
    reassign_user_records(people["dora"], people["clara"])
    session.commit()
    answer = client.login_as("dora").post(f"/referrals/{row.id}", data={"answer": "Only the blue ones."})
    text = visible_text(answer.text)
    assert (answer.status_code, row.answer) == (409, None)
    assert f"{people['clara'].name} will answer it." in text
    assert "Only the blue ones." in text
    assert 'href="/referrals/"' in answer.text


def test_others_and_those_who_may_not_see_the_record_learn_nothing(ask, anna, actor, people, session, open_link):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    row = ask(client.id)
    answer_referral(actor("dora"), row, "Yes.")
    assert open_link("clara", row)[0] == 404
    make_confidential(client, people["dora"])
    session.flush()
    assert open_link("boris", row)[0] == 404


def test_cover_learns_nothing_about_questions_closed_before_the_cover(ask, actor, people, clock, open_link):
    row = ask()
    answer_referral(actor("dora"), row, "Yes.")
    clock.set(datetime(2026, 3, 14, 15, tzinfo=UTC))
    add_cover(actor("dora"), people["clara"].id, date(2026, 3, 14), date(2026, 3, 15))
    assert open_link("clara", row)[0] == 404


def test_cover_learns_about_questions_closed_on_its_first_day(ask, actor, open_link, session):
    row = ask()
    session.query(Mail).update({Mail.state: MailState.canceled})
    answer_referral(actor("dora"), row, "Yes.")
    assert open_link("boris", row)[0] == 200


def test_cover_who_got_no_email_learns_nothing_after_the_cover(ask, actor, session, clock, open_link):
    row = ask()
    session.query(Mail).update({Mail.state: MailState.canceled})
    answer_referral(actor("dora"), row, "Yes.")
    clock.set(datetime(2026, 3, 14, 15, tzinfo=UTC))
    assert open_link("boris", row)[0] == 404
