"""Updates of invitations don't reach users who have lost access to the appointment."""

from __future__ import annotations

import pytest

from crm.feeds.jobs import update_invitations
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
