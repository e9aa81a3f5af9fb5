"""Invitations and their updates reach only users who may see the appointment."""

from __future__ import annotations

import pytest

from crm.feeds.jobs import update_invitations
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.interactions.models import InteractionStaff
from crm.interactions.services import InteractionDetails, change_interaction
from tests.factories import make_confidential
from tests.feeds.conftest import send


@pytest.mark.parametrize("why", ["confidential", "deactivated"])
def test_user_without_access_gets_no_update(anna, call, emails, people, session, why):
    dora = people["dora"]
    session.add(InteractionStaff(interaction_id=call.id, user_id=dora.id))
    session.flush()
    send(anna, call)
    if why == "confidential":
        make_confidential(call)
    else:
        dora.active = False
    change_interaction(anna, call, {"subject": "Their bankruptcy"}, InteractionDetails())
    session.commit()
    update_invitations()
    subjects = {address: subject for address, subject, _text in emails()}
    assert subjects["dora@demo.example"] == "Invitation: Price; samples, Thu, Mar 12"
    assert subjects["clara@demo.example"] == "Updated: Their bankruptcy, Thu, Mar 12"
    assert subjects["zhou@example.cn"] == "Updated: Their bankruptcy, Thu, Mar 12"


def test_staff_without_access_is_not_offered(anna, call, people, session):
    session.add(InteractionStaff(interaction_id=call.id, user_id=people["dora"].id))
    make_confidential(call)
    offered = [invitee.name for invitee in list_invitees(anna, load_interaction(anna, call.id))]
    assert ("Clara Whitfield" in offered, "Dora Lindqvist" in offered) == (True, False)
