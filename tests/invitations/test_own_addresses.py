"""Each guest answers at an own address, for themselves only; an answer holds until the time changes."""

from __future__ import annotations

from crm.feeds.services import refresh_invitation
from crm.inbox.policy import InboxOutcome
from crm.interactions.policy import InteractionState
from crm.invitations.models import CalendarGuest
from crm.invitations.policy import GuestAnswer
from tests.invitations.calendars import google

NO_ANSWER = ("No answer yet", "", "")


def test_answer_holds_after_another_place_and_title(get_mail, invitation, address, call, answers, session):
    get_mail(google(address, invitation.uid))
    call.place, call.subject = "Room 9", "Prices"
    session.flush()
    assert refresh_invitation(invitation)
    assert answers()[0] == "Accepted, Tue, Mar 10, 11:00 AM"


def test_answer_from_before_a_cancellation_is_outdated(get_mail, invitation, address, call, answers, session):
    get_mail(google(address, invitation.uid))
    for state in (InteractionState.canceled, InteractionState.planned):
        call.state = state
        session.flush()
        assert refresh_invitation(invitation)
    assert answers()[0].endswith("(for an earlier time)")


def test_guest_cannot_answer_for_another_one(get_mail, invitation, address_of, answers, session, people):
    raw = google(address_of("clara@demo.example"), invitation.uid)
    message = get_mail(raw)
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, people["anna"].id)
    assert answers() == NO_ANSWER
    own = raw.replace(b"zhou@ex\r\n ample.cn", b"x").replace(b"zhou@example.cn", b"clara@demo.example")
    assert get_mail(own.replace(b"Message-ID: <", b"Message-ID: <own-")).outcome is InboxOutcome.answered
    assert session.get(CalendarGuest, (invitation.id, "clara@demo.example")).answer is GuestAnswer.accepted


def test_guests_from_before_the_upgrade_keep_the_address_of_the_invitation(
    get_mail, invitation, address_of, answers, session
):
    own = {name: address_of(name) for name in ("zhou@example.cn", "clara@demo.example")}
    session.get(CalendarGuest, (invitation.id, "zhou@example.cn")).has_own_address = False
    session.flush()
    shared = address_of("zhou@example.cn")
    assert shared not in own.values()
    assert get_mail(google(own["zhou@example.cn"], invitation.uid)).outcome is not InboxOutcome.answered
    assert get_mail(google(shared, invitation.uid)).outcome is InboxOutcome.answered
    assert answers()[0].startswith("Accepted")
    other = google(shared, invitation.uid, "DECLINED").partition(b"--out\r\nContent-Type: application/ics")[0]
    other = other.replace(b"zhou@ex\r\n ample.cn", b"x")
    other = other.replace(b"zhou@example.cn", b"clara@demo.example")
    assert get_mail(other).outcome is InboxOutcome.waiting
    assert session.get(CalendarGuest, (invitation.id, "clara@demo.example")).answer is None
