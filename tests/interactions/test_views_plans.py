"""Planned interactions: confirm, cancel, reschedule and undo."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.lists import after_page
from crm.interactions.models import InteractionTime
from crm.interactions.policy import InteractionOutcome, InteractionState
from crm.interactions.services import ClientMinutes, PartyValues
from crm.interactions.services.resolve import load_details
from tests.factories import client_of, person, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.interactions.lookups import form, list_interactions, read_undo_url
from tests.tools.pages import problems_of, submitted_values


@pytest.fixture
def plan(log, wang):
    """Return a planned interaction in the past."""
    return log(datetime(2026, 12, 7, 14), state=InteractionState.planned, parties=[PartyValues(wang.id)])


def test_confirming_opens_the_form_and_can_be_undone(web, plan):
    answer = web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"})
    assert (plan.state, answer.location) == (InteractionState.held, f"/interactions/{plan.id}/edit?happened=1")
    web.post(read_undo_url(web))
    assert (plan.state, plan.reached) == (InteractionState.planned, None)


def test_confirmation_form_starts_as_held_and_asks_what_next(web, plan):
    page = web.get(f"/interactions/{plan.id}/edit?happened=1").text
    assert re.search(r'name="state" [^>]*value="held" checked', page)
    assert re.search(r'name="reached" [^>]*value="talked" checked', page)
    data = form(version=str(plan.version), subject=plan.subject, staff=plan.counselor_id)
    assert web.post(f"/interactions/{plan.id}/edit?happened=1", data=data).status_code == 303
    assert (plan.state, plan.reached) == (InteractionState.held, InteractionOutcome.talked)
    assert "What next?" in web.get("/interactions/").text


def listed_minutes(actor, row):
    """Return the minutes of an interaction as its list has them."""
    return after_page({row.id}, actor)[row.id]["contact_minutes"]


@pytest.mark.parametrize("answers_first", [True, False])
def test_clients_of_a_plan_share_the_minutes_once_it_took_place(web, log, wang, anna, answers_first):
    clients = [ClientMinutes(client_of("Inland", name).id) for name in ("Oak Valves", "Pine Pumps")]
    values = {"parties": [PartyValues(wang.id)], "clients": clients, "minutes": 30}
    plan = log(datetime(2026, 12, 7, 14), state=InteractionState.planned, **values)
    assert listed_minutes(anna, plan) is None
    url = f"/interactions/{plan.id}/edit?happened=1"
    if answers_first:
        url = web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"}).location
    data = submitted_values(web.get(url).text, "")
    assert [data[f"clients-{i}-contact"] for i in range(2)] == [[""], [""]]
    assert web.post(url, data=data).status_code == 303
    times = sa.select(InteractionTime.contact).where(InteractionTime.interaction_id == plan.id)
    assert db.session.scalars(times).all() == [15, 15]
    assert listed_minutes(anna, plan) == 30


def test_only_plans_have_blank_minutes_in_the_list(log, wang, anna):
    values = {"parties": [PartyValues(wang.id)], "clients": [ClientMinutes(client_of("Inland", "Oak Valves").id)]}
    rows = [log(datetime(2026, 12, 7, 14), state=state, **values) for state in InteractionState]
    names = ("contact_minutes", "prep_minutes", "travel_minutes")
    for row in rows:
        blank = row.state is InteractionState.planned
        columns = after_page({row.id}, anna)[row.id]
        assert [columns[name] for name in names] == ([None] * 3 if blank else [0] * 3)


def stored_minutes(row):
    """Return the contact minutes of the clients of an interaction, by id of the client."""
    stmt = sa.select(InteractionTime.contact).where(InteractionTime.interaction_id == row.id)
    return db.session.scalars(stmt.order_by(InteractionTime.client_id)).all()


@pytest.fixture
def plan_for_two(log, wang):
    """Return a planned interaction in the past for two clients, of 45 minutes unless given."""
    ids = [client_of("Inland", name).id for name in ("Oak Valves", "Pine Pumps")]

    def make(minutes=45, **values):
        values |= {"parties": [PartyValues(wang.id)], "clients": [ClientMinutes(i) for i in ids], "minutes": minutes}
        return log(datetime(2026, 12, 7, 14), state=InteractionState.planned, **values)

    return make


def test_minutes_stay_when_the_form_is_left_after_confirming(web, plan_for_two, anna):
    plan = plan_for_two()
    web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"})
    assert (stored_minutes(plan), listed_minutes(anna, plan)) == ([23, 22], 45)
    url = f"/interactions/{plan.id}/edit"
    assert web.post(url, data=submitted_values(web.get(url).text, "")).status_code == 303
    assert sorted(stored_minutes(plan)) == [22, 23]


def test_undo_of_confirming_removes_the_shared_minutes(web, plan_for_two):
    plan = plan_for_two()
    web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"})
    web.post(read_undo_url(web))
    assert (plan.state, stored_minutes(plan)) == (InteractionState.planned, [])


def test_minutes_entered_after_confirming_are_shared_again(web, plan_for_two):
    plan = plan_for_two()
    url = web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"}).location
    data = submitted_values(web.get(url).text, "") | {"minutes": ["60"]}
    assert web.post(url, data=data).status_code == 303
    assert stored_minutes(plan) == [30, 30]


def test_minutes_entered_long_after_confirming_are_shared(web, plan_for_two):
    plan = plan_for_two(minutes=None)
    web.post(f"/interactions/{plan.id}/outcome", data={"answer": "yes"})
    url = f"/interactions/{plan.id}/edit"
    data = submitted_values(web.get(url).text, "") | {"minutes": ["60"]}
    assert web.post(url, data=data).status_code == 303
    assert stored_minutes(plan) == [30, 30]


def test_future_interaction_can_be_rescheduled_or_canceled(web, log, wang):
    plan = log(datetime(2026, 12, 9, 14), state=InteractionState.planned, parties=[PartyValues(wang.id)])
    for path in (f"/people/{wang.id}", f"/interactions/{plan.id}"):
        page = web.get(path).text
        assert ("Cancel interaction" in page, "Reschedule" in page, "Yes, log it" in page) == (True, True, False)
    web.post(f"/interactions/{plan.id}/outcome", data={"answer": "no"})
    assert plan.state is InteractionState.canceled
    assert "Cancel interaction" not in web.get(f"/interactions/{plan.id}").text


def test_interaction_page_shows_both_clocks(web, plan):
    assert "2:00 PM = Tue 6:00 AM Shanghai" in web.get(f"/interactions/{plan.id}").text


def test_canceling_twice_is_the_same_as_once(web, plan):
    for _ in range(2):
        assert (
            web.post(f"/interactions/{plan.id}/outcome", data={"answer": "no", "next": "/people/"}).location
            == "/people/"
        )
    assert plan.state is InteractionState.canceled
    assert web.post(f"/interactions/{plan.id}/outcome", data={"answer": "perhaps"}).status_code == 400


def test_plan_can_be_rescheduled_once(web, plan):
    answer = web.post(f"/interactions/{plan.id}/outcome", data={"answer": "moved"})
    assert answer.location == f"/interactions/{plan.id}/move"
    page = web.get(answer.location).text
    assert problems_of(page) == []
    data = {"day": "2026-12-10", "time": "17:00", "zone": "America/Los_Angeles"}
    assert web.post(f"/interactions/{plan.id}/move", data=data).status_code == 303
    assert (plan.state, list_interactions()[1].wall) == (InteractionState.rescheduled, datetime(2026, 12, 10, 17))
    assert web.post(f"/interactions/{plan.id}/move", data=data | {"day": "2026-12-09"}).status_code == 409


def test_rescheduling_to_the_same_time_creates_nothing(web, plan):
    data = {"day": "2026-12-07", "time": "14:00", "zone": plan.zone, "confirm_day": "y"}
    answer = web.post(f"/interactions/{plan.id}/move", data=data)
    assert (answer.status_code, plan.state, len(list_interactions())) == (422, InteractionState.planned, 1)
    assert "Choose another date or time." in answer.text


@pytest.mark.parametrize(("day", "hour"), [("2025-12-10", "17:00"), ("2026-12-08", "05:00")])
def test_rescheduling_to_the_past_is_refused(web, plan, day, hour):
    data = {"day": day, "time": hour, "zone": "America/Los_Angeles", "confirm_day": "y"}
    answer = web.post(f"/interactions/{plan.id}/move", data=data)
    assert (answer.status_code, plan.state, len(list_interactions())) == (422, InteractionState.planned, 1)
    assert "Choose a time in the future. If the interaction took place, log it instead." in answer.text


def test_rescheduling_to_the_night_there_asks_for_confirmation(web, plan):
    data = {"day": "2026-12-10", "time": "10:00", "zone": "America/Los_Angeles"}
    answer = web.post(f"/interactions/{plan.id}/move", data=data)
    assert answer.status_code == 422
    assert "It&#39;s 2:00 AM on Fri, Dec 11 in Shanghai." in answer.text
    assert plan.state is InteractionState.planned
    assert web.post(f"/interactions/{plan.id}/move", data=data | {"confirm_day": "y"}).status_code == 303
    assert list_interactions()[1].wall == datetime(2026, 12, 10, 10)


def test_rescheduling_keeps_hidden_parties(web, people, actor, log):
    organization = client_of("Bay", "Bay Sensors")
    hidden, shen = person("Li", "Wei", organization=organization), actor("shen")
    values = {
        "parties": [PartyValues(hidden.id)],
        "clients": [ClientMinutes(organization.id)],
        "about": [make_opportunity(organization).id],
    }
    plan = log(state=InteractionState.planned, by=shen, team_id=team_id_of("Inland"), **values)
    data = {"day": "2026-12-10", "time": "17:00", "zone": "America/Los_Angeles"}
    assert web.post(f"/interactions/{plan.id}/move", data=data).status_code == 303
    new = list_interactions()[1]
    assert (plan.rescheduled_to_id, load_details(new)) == (new.id, load_details(plan))


def test_undo_after_a_change_is_refused(web, plan):
    web.post(f"/interactions/{plan.id}/outcome", data={"answer": "no"})
    address = read_undo_url(web)
    plan.state = InteractionState.planned
    db.session.flush()
    assert web.post(address).status_code == 409
    assert plan.state is InteractionState.planned
