"""Invitations that waited for the mail server are sent only if they still hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.feeds.jobs import update_invitations
from crm.interactions.models import InteractionStaff
from crm.interactions.services import InteractionDetails, change_interaction
from tests.factories import make_confidential
from tests.feeds.conftest import send

ENDS_AT = datetime(2026, 3, 13, 0, 45, tzinfo=UTC)


def test_waiting_email_about_an_earlier_time_is_not_sent(anna, call, session):
    send(anna, call)
    change_interaction(anna, call, {"wall": datetime(2026, 3, 13, 18)}, InteractionDetails())
    session.commit()
    update_invitations()
    mails = session.scalars(sa.select(Mail).where(Mail.address == "zhou@example.cn").order_by(Mail.id))
    assert [KINDS[mail.kind].still_wanted(session, mail) for mail in mails] == [False, True]


def test_waiting_email_is_not_sent_after_the_appointment(anna, call, session, clock):
    send(anna, call)
    results = []
    for moment in (ENDS_AT - timedelta(seconds=1), ENDS_AT):
        clock.set(moment)
        mails = session.scalars(sa.select(Mail))
        results.append({KINDS[mail.kind].still_wanted(session, mail) for mail in mails})
    assert results == [{True}, {False}]


def test_waiting_email_is_not_sent_to_a_user_without_access(anna, call, people, session):
    session.add(InteractionStaff(interaction_id=call.id, user_id=people["dora"].id))
    session.flush()
    send(anna, call)
    make_confidential(call)
    session.flush()
    mails = session.scalars(sa.select(Mail))
    assert {m.address: KINDS[m.kind].still_wanted(session, m) for m in mails} == {
        "zhou@example.cn": True,
        "clara@demo.example": True,
        "dora@demo.example": False,
    }
