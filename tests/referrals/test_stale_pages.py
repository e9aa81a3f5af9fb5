"""A question that was closed while its page was open."""

from __future__ import annotations

import pytest

from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from tests.tools.pages import visible_text


@pytest.fixture
def row(people, actor, session):
    """Return a question that Anna asks Dora."""
    question = ask_colleague(actor("anna"), people["dora"].id, "May we send drawings?")
    session.commit()
    return question


def test_answer_to_a_question_withdrawn_meanwhile_is_shown_again(client, actor, row, session):
    withdraw_referral(actor("anna"), row)
    session.commit()
    answer = client.login_as("dora").post(f"/referrals/{row.id}", data={"answer": "Only the blue ones."})
    text = visible_text(answer.text)
    assert (answer.status_code, row.answer) == (409, None)
    assert "This question is already closed." in text
    assert "Only the blue ones." in text
    assert f'href="/referrals/{row.id}"' in answer.text


def test_question_answered_meanwhile_is_not_withdrawn_and_leads_to_the_answer(client, actor, row, session):
    answer_referral(actor("dora"), row, "Only the blue ones.")
    session.commit()
    answer = client.login_as("anna").post(f"/referrals/{row.id}/withdraw")
    assert (answer.status_code, row.state.value) == (409, "answered")
    assert "This question is already closed." in answer.text
    assert f'href="/referrals/{row.id}"' in answer.text
