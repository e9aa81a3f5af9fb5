"""Emails about questions that waited for the mail server: sent only to users who may read them, without secrets."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.record import Record
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.referrals.services import answer_referral, ask_colleague
from tests.factories import client_of, make_confidential


@pytest.fixture
def answered(people, actor, session):
    """Return the answer to Anna's question about a client of hers, which waits to be sent."""
    anna = actor("anna")
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    row = ask_colleague(anna, people["dora"].id, "May we send drawings?", client.id)
    (question,) = session.scalars(sa.select(Mail).where(Mail.kind == "referral_question"))
    assert KINDS[question.kind].still_wanted(session, question)
    answer_referral(actor("dora"), row, "Not before the NNN is signed.")
    session.flush()
    return session.scalars(sa.select(Mail).where(Mail.kind == "referral_answer")).one()


def test_question_about_a_hidden_record_is_not_sent(people, actor, session):
    anna = actor("anna")
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    ask_colleague(anna, people["dora"].id, "May we send drawings?", client.id)
    make_confidential(client)
    session.flush()
    mail = session.scalars(sa.select(Mail)).one()
    assert not KINDS[mail.kind].still_wanted(session, mail)
    assert KINDS[mail.kind].render_current(session, mail) is None


def test_answer_is_not_sent_to_a_deactivated_user(answered, people, session):
    kind = KINDS[answered.kind]
    results = [kind.still_wanted(session, answered)]
    people["anna"].active = False
    session.flush()
    assert [*results, kind.still_wanted(session, answered)] == [True, False]


def test_answer_about_a_record_that_became_confidential_has_no_words(answered, session):
    before = KINDS[answered.kind].render_current(session, answered)
    assert (before.subject, before.text) == (answered.subject, answered.text)
    make_confidential(session.get_one(Record, answered.record_id))
    session.flush()
    rendered = KINDS[answered.kind].render_current(session, answered)
    assert KINDS[answered.kind].still_wanted(session, answered)
    assert [word for word in ("NNN", "Tri-Valley") if word in rendered.subject + rendered.text + rendered.html] == []
