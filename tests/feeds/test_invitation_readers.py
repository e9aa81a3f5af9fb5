"""Invitations and their updates reach only users who may see the appointment."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm.feeds.jobs import update_invitations
from crm.feeds.queries.subjects import list_invitees, load_interaction, load_meeting
from crm.interactions.models import InteractionStaff
from crm.interactions.services import InteractionDetails, change_interaction
from crm.shows.services import save_meeting, save_show
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.feeds.conftest import send

DAY = date(2026, 3, 20)


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


def offered_for(anna, people, guest, is_secret=None):
    """Return who of the staff of a meeting with a guest is offered for an invitation."""
    show = save_show(anna, {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY})
    staff = [people[name].id for name in ("boris", "dora", "shen")]
    values = {"day": DAY, "time": time(9), "people": [guest.id], "staff": staff}
    row = save_meeting(anna, show, values | {"client_id": client_of("Inland", "ClearAir").id})
    if is_secret is not None:
        make_confidential(is_secret)
    user_ids = {invitee.user_id for invitee in list_invitees(anna, load_meeting(anna, row.id))}
    return [name for name in ("boris", "dora", "shen") if people[name].id in user_ids]


def test_meeting_is_offered_to_its_team_only(anna, people):
    assert offered_for(anna, people, person("Lu", "Hua")) == ["dora", "shen"]


def test_meeting_with_a_confidential_guest_is_not_offered_to_staff_without_access(anna, people):
    guest = person("Lu", "Hua", team="Inland", counselor=people["anna"])
    assert offered_for(anna, people, guest, guest) == []


def test_meeting_with_a_confidential_employer_is_not_offered_to_staff_without_access(anna, people):
    guest, employer = person("Lu", "Hua"), client_of("Inland", "Quiet Harbor", counselor=people["anna"])
    affiliation(guest, organization("Open Works"))
    affiliation(guest, employer)
    assert offered_for(anna, people, guest, employer) == []


def test_staff_without_access_is_not_offered(anna, call, people, session):
    session.add(InteractionStaff(interaction_id=call.id, user_id=people["dora"].id))
    make_confidential(call)
    offered = [invitee.name for invitee in list_invitees(anna, load_interaction(anna, call.id))]
    assert ("Clara Whitfield" in offered, "Dora Lindqvist" in offered) == (True, False)
