"""An invitation to a call with Zhou and Clara, and what its calendars answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

import pytest

from crm.answers.links import guest_address
from crm.core.i18n.formats import as_read_by
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite
from crm.inbox.models import InboxMessage
from crm.inbox.services import receive
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.queries import list_guest_rows
from tests.factories import person
from tests.factories.records import reachable

LA = "America/Los_Angeles"
_ids = count(1)


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


def make_call(anna, clara_id: int, session) -> Interaction:
    """Return a call on Thursday, March 12, at 5 PM with Zhou, who has an address, and Clara."""
    zhou = reachable(person("Zhou", "Limin", family_native="周", given_native="立民"), email="zhou@example.cn")
    values = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": LA, "minutes": 45}
    details = InteractionDetails([PartyValues(zhou.id)])
    row = log_interaction(anna, values | {"subject": "Price; samples", "place": "Room 4"}, details)
    session.add(InteractionStaff(interaction_id=row.id, user_id=clara_id))
    session.flush()
    return row


@pytest.fixture
def call(anna, people, session):
    return make_call(anna, people["clara"].id, session)


@pytest.fixture
def invitation(anna, call, mailbox, clock) -> CalendarInvitation:
    """Return an invitation that was sent at 10 AM; now it is 11 AM."""
    subject = load_interaction(anna, call.id)
    row = invite(anna, subject, list_invitees(anna, subject))
    clock.forward(hours=1)
    return row


@pytest.fixture
def address(invitation, address_of) -> str:
    """Return the address to which the calendar of Zhou answers."""
    return address_of("zhou@example.cn")


@pytest.fixture
def address_of(invitation, session) -> Callable[[str], str]:
    """Return the address to which the calendar of a guest answers."""
    return lambda guest: guest_address(invitation, session.get(CalendarGuest, (invitation.id, guest)))


@pytest.fixture
def get_mail(mailbox) -> Callable[[bytes], InboxMessage]:
    """Handle an email as if it had arrived."""
    return lambda raw: receive(raw, uid_validity=1, uid=next(_ids), size=len(raw))


@pytest.fixture
def answers(anna, call):
    """Return what the page of the call says about Zhou: the answer, a proposal and a comment."""

    def read() -> tuple[str, str, str]:
        (row,) = (row for row in list_guest_rows(anna, f"record:{call.id}") if row.address == "zhou@example.cn")
        with as_read_by(anna):
            return row.answer_text, row.proposal_text, row.comment

    return read
