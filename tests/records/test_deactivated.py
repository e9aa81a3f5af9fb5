"""No service assigns anything new to a deactivated user; past work stays assigned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts.services.users import deactivate_user
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.followups.enums import RepeatRule
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, change_follow_up, complete_follow_up, reassign_follow_up
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, change_interaction, log_interaction, move_interaction
from crm.opportunities.services import add_opportunity, change_opportunity
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization, change_organization
from crm.people.services import add_person, change_person
from crm.records.services import change_counselor
from crm.shows.models import MeetingStaff
from crm.shows.services import save_meeting, save_participant, save_show
from tests.factories import client_of, organization, person
from tests.factories.opportunities import make_opportunity

DAY = date(2026, 3, 20)
PLANNED = {"wall": datetime(2026, 3, 20, 14, 0), "zone": "America/Los_Angeles", "state": InteractionState.planned}


@pytest.fixture
def anna(actor):
    return actor("anna")


@pytest.fixture
def dora(people):
    """Return a deactivated colleague of anna's team."""
    people["dora"].active = False
    db.session.flush()
    return people["dora"]


@pytest.fixture
def client_record(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"])


@pytest.fixture
def show(anna):
    values = {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY}
    return save_show(anna, values)


def refused(call: Callable[[], Any], field: str | None = "counselor_id") -> None:
    """Assert that the call is refused because of the deactivated user, and for no other reason."""
    with pytest.raises(Invalid) as error:
        call()
    assert ("deactivated" in str(error.value), error.value.field) == (True, field)


def test_new_record_is_not_assigned_to_deactivated_user(anna, dora, client_record):
    assigned = {"counselor_id": dora.id}
    refused(lambda: add_organization(anna, {"name": "New", **assigned}, roles=[OrganizationRole.client]))
    refused(lambda: add_organization(anna, {"name": "Shared", **assigned}))
    refused(lambda: add_person(anna, {"given_latin": "Rosa", **assigned}))
    refused(lambda: add_person(anna, {"given_latin": "Rosa", "organization_id": organization("X").id, **assigned}))
    refused(lambda: add_opportunity(anna, {"client_id": client_record.id, "title": "Pumps", **assigned}))
    refused(lambda: add_follow_up(anna, {"title": "Call", "due_on": DAY, **assigned}))


def test_record_is_not_reassigned_to_deactivated_user(anna, dora, client_record):
    assigned = {"counselor_id": dora.id}
    chance, shared = make_opportunity(client_record, counselor=anna), person("Li", "Wei", counselor=anna)
    call = add_follow_up(anna, {"title": "Call", "due_on": DAY}, about=[client_record.id])
    refused(lambda: change_organization(anna, client_record, assigned))
    refused(lambda: change_person(anna, shared, assigned))
    refused(lambda: change_opportunity(anna, chance, assigned))
    refused(lambda: change_follow_up(anna, call, assigned))
    for record in (client_record, chance, shared, call):
        refused(lambda record=record: change_counselor(record, dora.id))
    with pytest.raises(Invalid, match="Choose a colleague"):
        reassign_follow_up(anna, call, dora.id)


def test_record_of_deactivated_user_can_be_edited(anna, dora):
    organization = client_of("Inland", "Tri-Valley", counselor=dora)
    change_organization(anna, organization, {"name": "Tri-Valley Sensors", "counselor_id": dora.id})
    assert (organization.name, organization.counselor_id) == ("Tri-Valley Sensors", dora.id)


def test_next_repeating_follow_up_goes_to_user_who_completes_it(anna, people):
    values = {"title": "Call", "due_on": DAY, "repeat": RepeatRule.weekly, "counselor_id": people["dora"].id}
    row = add_follow_up(anna, values)
    people["dora"].active = False
    db.session.flush()
    assert (complete_follow_up(anna, row).counselor_id, row.counselor_id) == (anna.id, people["dora"].id)


def test_deactivated_user_is_not_planned_but_stays_in_past_interactions(anna, people, clock):
    dora = people["dora"]
    planned = log_interaction(anna, PLANNED, InteractionDetails(staff_ids=[anna.id, dora.id]))
    dora.active = False
    db.session.flush()
    refused(lambda: log_interaction(anna, PLANNED, InteractionDetails(staff_ids=[dora.id])), "staff")
    change_interaction(anna, planned, {"place": "Fresno"}, InteractionDetails(staff_ids=[anna.id, dora.id]))
    moved = move_interaction(planned, datetime(2026, 3, 23, 14, 0))
    past_values = {**PLANNED, "wall": datetime(2026, 3, 2, 14, 0), "state": InteractionState.held}
    past = log_interaction(anna, past_values, InteractionDetails(staff_ids=[dora.id]))
    stmt = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == dora.id)
    assert set(db.session.scalars(stmt)) == {planned.id, moved.id, past.id}


def test_deactivated_user_is_not_assigned_to_show(anna, people, show):
    dora = people["dora"]
    values = {"day": DAY, "time": time(10, 30), "client_id": client_of("Inland").id}
    meeting = save_meeting(anna, show, values | {"staff": [dora.id]})
    going = save_participant(show, {"user_id": dora.id})
    dora.active = False
    db.session.flush()
    refused(lambda: save_meeting(anna, show, values | {"time": time(12), "staff": [dora.id]}), "staff")
    save_meeting(anna, show, values | {"staff": [dora.id], "table": "14"}, meeting)
    assert list(db.session.scalars(sa.select(MeetingStaff.user_id))) == [dora.id]
    save_participant(show, {"user_id": dora.id, "booth": "C2"}, going)
    refused(lambda: save_participant(show, {"user_id": dora.id}), "user_id")
    assert going.booth == "C2"


def test_deactivated_user_cannot_be_new_owner(people, dora):
    with pytest.raises(Invalid, match="deactivated") as error:
        deactivate_user(people["anna"], dora)
    assert (error.value.field, people["anna"].active) == ("new_owner", True)


def test_refused_follow_up_is_not_stored(anna, dora):
    refused(lambda: add_follow_up(anna, {"title": "Call", "due_on": DAY, "counselor_id": dora.id}))
    stmt = sa.select(sa.func.count()).select_from(Record).where(Record.counselor_id == dora.id)
    assert (db.session.scalar(stmt), db.session.scalar(sa.select(sa.func.count()).select_from(FollowUp))) == (0, 0)
