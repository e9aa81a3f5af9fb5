"""Invitations that waited for the mail server are sent only if they still hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.feeds.jobs import update_invitations
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
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


@pytest.mark.parametrize(
    ("state", "is_sent"),
    [("pending", False), ("retry", False), ("dead", False), ("sending", True), ("sent", True), ("uncertain", True)],
)
def test_cancellation_is_sent_only_if_the_invitation_was(anna, call, session, state, is_sent):
    send(anna, call)
    for mail in session.scalars(sa.select(Mail)):
        mail.state = state
    call.state = InteractionState.canceled
    session.commit()
    update_invitations()
    stmt = sa.select(Mail).where(Mail.address == "zhou@example.cn").order_by(Mail.id)
    invited, canceled = session.scalars(stmt)
    assert KINDS[invited.kind].still_wanted(session, invited) is False
    assert (canceled.subject[:8], KINDS[canceled.kind].still_wanted(session, canceled)) == ("Canceled", is_sent)


def test_update_to_a_time_in_the_past_is_sent(anna, call, session, clock):
    send(anna, call)
    change_interaction(anna, call, {"wall": datetime(2026, 3, 9, 17)}, InteractionDetails())
    session.commit()
    update_invitations()
    clock.forward(minutes=30)
    update_invitations()
    mails = list(session.scalars(sa.select(Mail).where(Mail.address == "zhou@example.cn").order_by(Mail.id)))
    assert [mail.subject for mail in mails] == [
        "Invitation: Price; samples, Thu, Mar 12",
        "Updated: Price; samples, Mon, Mar 9",
    ]
    assert [KINDS[mail.kind].still_wanted(session, mail) for mail in mails] == [False, True]


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
