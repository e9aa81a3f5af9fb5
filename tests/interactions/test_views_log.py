"""The log form: prefilled values, saved and refused values, and follow-ups."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionClient, InteractionSent, InteractionTime
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.prefill import client_row
from crm.interactions.services import ClientMinutes
from tests.interactions.lookups import NEW, form, list_interactions
from tests.tools.pages import problems_of
from tests.tools.rows import count


def test_log_form_is_prefilled_from_the_address(web, wang, client_firm):
    page = web.get(f"{NEW}?person={wang.id}&organization={client_firm.id}&kind=call").text
    assert problems_of(page) == []
    assert f'value="{wang.id}" selected' in page
    assert f'value="{client_firm.id}" selected' in page
    assert re.search(r'value="call" checked', page)
    assert 'data-other-zone="Asia/Shanghai"' in page
    assert re.search(r'data-row="follow_ups-0"[^>]*data-other-zone="Asia/Shanghai"', page)
    assert "required for reporting" in page


def test_log_form_saves_people_client_minutes_and_follow_up(web, anna, wang, client_firm, step):
    data = form(
        people=str(wang.id),
        minutes="20",
        prep="10",
        notes="Wants HACCP",
        **{"clients-0-client_id": str(client_firm.id), "clients-0-funder_id": str(step.id), "clients-0-countable": "y"},
        **{"follow_ups-0-title": "Call about HACCP", "follow_ups-0-due_on": "2026-12-11", "follow_ups-0-side": "we"},
        **{"sent-0-kind": "sample", "sent-0-description": "4 sensors"},
    )
    answer = web.post(NEW, data=data)
    (row,) = list_interactions()
    assert (answer.status_code, urlsplit(answer.location).path.rpartition("/")[2]) == (303, str(row.id))
    assert "Saved: Call with Wang Xiaoming, with 1 follow-up" in web.get("/people/").text
    assert (row.type, row.reached, row.minutes, row.subject) == (
        InteractionType.call,
        InteractionOutcome.talked,
        20,
        "Call with Wang Xiaoming",
    )
    time = db.session.scalars(sa.select(InteractionTime)).one()
    assert (time.client_id, time.user_id, time.contact, time.prep) == (client_firm.id, anna.id, 20, 10)
    client = db.session.scalars(sa.select(InteractionClient)).one()
    assert (client.funder_id, client.countable, client.session_type.value) == (step.id, True, "telephone")
    follow_up = db.session.scalars(sa.select(FollowUp)).one()
    assert (follow_up.title, follow_up.due_on, follow_up.source_id) == ("Call about HACCP", date(2026, 12, 11), row.id)
    assert db.session.scalars(sa.select(InteractionSent.description)).all() == ["4 sensors"]


def test_total_minutes_are_split_among_clients(web, anna, client_firm):
    from crm.organizations.policy import OrganizationRole
    from crm.organizations.services import add_organization

    added = [add_organization(anna, {"name": n}, roles=[OrganizationRole.client]) for n in ("Bay Cold", "Redwood")]
    ids = [client_firm.id, *(o.id for o in added)]
    data = form(
        minutes="50", **{f"clients-{n}-client_id": str(i) for n, i in enumerate(ids)}, **{"clients-2-contact": "30"}
    )
    web.post(NEW, data=data)
    assert sorted(db.session.scalars(sa.select(InteractionTime.contact))) == [25, 25, 30]


def test_last_funder_is_preselected(web, log, client_firm, step):
    log(clients=[ClientMinutes(client_firm.id, 10, funder_id=step.id)])
    assert f'<option selected value="{step.id}">' in web.get(NEW).text


@pytest.mark.parametrize("change", [{"active": False}, {"to_on": date(2026, 1, 31)}])
def test_last_funder_is_not_proposed_once_it_is_no_longer_offered(actor, log, client_firm, step, change):
    log(clients=[ClientMinutes(client_firm.id, 10, funder_id=step.id)])
    assert client_row(actor("anna"))["funder_id"] == step.id
    for name, value in change.items():
        setattr(step, name, value)
    db.session.flush()
    assert client_row(actor("anna"))["funder_id"] is None


def test_interaction_can_be_planned_in_another_zone(web, wang):
    data = form(state="planned", day="2026-12-10", time="09:00", zone="Asia/Shanghai", people=str(wang.id))
    web.post(NEW, data=data)
    (row,) = list_interactions()
    assert (row.state, row.reached, row.at.isoformat()) == (InteractionState.planned, None, "2026-12-10T01:00:00+00:00")


def test_user_above_teams_chooses_the_team(client, people, wang, client_firm, step):
    nora = client.login_as("nora")
    assert 'name="team_id"' in nora.get(NEW).text
    follow_up = {"follow_ups-0-title": "Send it", "follow_ups-0-due_on": "2026-12-10", "follow_ups-0-side": "we"}
    refused = nora.post(NEW, data=form(people=str(wang.id)))
    assert (refused.status_code, list_interactions()) == (422, [])
    assert "Choose a team" in refused.text
    team_id = client_firm.team_id
    assert nora.post(NEW, data=form(people=str(wang.id), team_id=str(team_id), **follow_up)).status_code == 303
    assert nora.post(NEW, data=form(**{"clients-0-client_id": str(client_firm.id)})).status_code == 303
    assert [row.team_id for row in list_interactions()] == [team_id, team_id]
    assert db.session.scalars(sa.select(FollowUp)).one().team_id == team_id
    anna = client.login_as("anna")
    assert 'name="team_id"' not in anna.get(NEW).text
    bay = db.session.scalar(sa.select(Membership.team_id).where(Membership.user_id == people["boris"].id))
    assert anna.post(NEW, data=form(people=str(wang.id), team_id=str(bay))).status_code == 303
    assert list_interactions()[-1].team_id == team_id


def test_repeated_form_saves_one_interaction(web, wang):
    data = form(people=str(wang.id), uid="5b0e0f6a-0000-4000-8000-000000000001")
    first, second = web.post(NEW, data=data), web.post(NEW, data=data)
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert len(list_interactions()) == 1
    assert web.post(NEW, data=data | {"notes": "other"}).status_code == 409


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("day", "0099-01-01"),
        ("day", "2101-01-01"),
        ("day", "yesterday"),
        ("day", ""),
        ("time", "25:00"),
        ("minutes", "1O"),
        ("minutes", "-5"),
        ("prep", "1441"),
        ("subject", "x" * 10_000),
        ("place", "x" * 10_000),
        ("english_line", "x" * 1_001),
        ("follow_ups-0-title", "x" * 10_000),
        ("people", "999999"),
        ("zone", "Mars/Base"),
        ("type", "seance"),
        ("people-typed", "Nobody Atall"),
    ],
)
def test_invalid_values_are_refused_and_the_text_kept(web, name, text):
    answer = web.post(NEW, data=form(**{"notes": "what was said", name: text}))
    assert answer.status_code == 422
    assert "what was said" in answer.text
    assert problems_of(answer.text) == []
    if len(text) > 1_000:
        assert text in answer.text
    assert (list_interactions(), count(FollowUp)) == ([], 0)


@pytest.mark.parametrize("content", [{}, {"minutes": "20"}, {"subject": "  "}])
def test_interaction_without_anybody_and_without_words_is_refused(web, content):
    answer = web.post(NEW, data=form(**content))
    assert (answer.status_code, list_interactions()) == (422, [])
    assert "Choose a person or an organization, or enter a subject or notes." in answer.text
    assert web.post(NEW, data=form(**content | {"notes": "Met the port director"})).status_code == 303


def test_future_interaction_is_refused_at_its_date(web):
    answer = web.post(NEW, data=form(day="2026-12-24", subject="Plans"))
    assert (answer.status_code, list_interactions()) == (422, [])
    assert "Choose a time in the past" in answer.text


def test_errors_of_several_follow_ups_name_their_row(web):
    rows = {f"follow_ups-{n}-{name}": text for n in range(2) for name, text in (("title", "Call"), ("side", "we"))}
    one = {name: text for name, text in rows.items() if "-0-" in name}
    assert "Due: Enter a due date." in web.post(NEW, data=form(**one)).text
    page = web.post(NEW, data=form(**rows)).text
    assert [f"Row {n}, Due: Enter a due date." in page for n in (1, 2)] == [True, True]


def test_follow_up_needs_a_date_and_a_holiday_needs_confirmation(web):
    follow_up = {"follow_ups-0-title": "Call", "follow_ups-0-side": "we", "follow_ups-0-due_on": ""}
    assert "Enter a due date." in web.post(NEW, data=form(**follow_up)).text
    holiday = form(**follow_up | {"follow_ups-0-due_on": "2026-12-25"})
    answer = web.post(NEW, data=holiday)
    assert answer.status_code == 422
    assert "Christmas Day" in answer.text
    assert 'name="confirm_days"' in answer.text
    assert list_interactions() == []
    assert web.post(NEW, data=holiday | {"confirm_days": "y"}).status_code == 303
    assert db.session.scalars(sa.select(FollowUp.due_on)).all() == [date(2026, 12, 25)]


def test_form_shows_both_clocks_without_script(web):
    page = web.post(NEW, data=form(day="2026-12-07", time="14:00", zone="Asia/Shanghai", minutes="x")).text
    assert re.search(r"<output[^>]*>= Sun, Dec 6, 10:00 PM Los Angeles</output>", page)


def test_holiday_in_their_country_needs_confirmation(web, wang, clock):
    clock.set(datetime(2026, 9, 22, 20, tzinfo=UTC))
    wang.zone = "Asia/Shanghai"
    db.session.flush()
    # Wednesday evening here is Thursday morning in China, National Day.
    plan = form(state="planned", day="2026-09-30", time="18:00", people=str(wang.id))
    follow_up_values = {"follow_ups-0-title": "Call", "follow_ups-0-side": "we", "follow_ups-0-due_on": "2026-10-01"}
    for data in (plan, form(day="2026-09-21", people=str(wang.id)) | follow_up_values):
        page = web.post(NEW, data=data)
        assert (page.status_code, "Thu, Oct 1 is National Day in China." in unescape(page.text)) == (422, True)
        assert 'name="confirm_days"' in page.text
        assert web.post(NEW, data=data | {"confirm_days": "y"}).status_code == 303
    follow_up = {"title": "Call", "side": "we", "due_on": "2026-10-01", "about": str(wang.id)}
    assert "National Day" in web.post("/followups/new", data=follow_up).text


def test_button_of_the_form_names_what_it_saves(web):
    page = web.get(NEW).text
    assert re.search(r'<button class="btn btn-main"[^>]*>Save interaction</button>', page)
