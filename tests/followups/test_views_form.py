"""Forms of follow-ups: create, edit, keep in touch, choice of the team."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups import queries
from crm.followups.enums import Tier
from crm.followups.models import FollowUp
from crm.followups.services import about_of
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from tests.followups.lookups import form, rows
from tests.tools.pages import problems_of, submitted_values


def test_only_a_page_that_creates_names_its_form_without_script(web, call):
    pattern = r'http-equiv="refresh" content="0; url=([^"]+)"'
    (url,) = re.findall(pattern, web.get("/followups/new?title=Call").text)
    assert re.fullmatch(r"/followups/new\?title=Call&amp;uid=[0-9a-f-]{36}", url)
    page = web.get(url.replace("&amp;", "&")).text
    assert f'name="uid" type="hidden" value="{url[-36:]}"' in page
    for other in (page, web.get(f"/followups/{call.id}/later").text):
        assert re.findall(pattern, other) == []


def test_form_is_prefilled_from_the_current_record(web, wang):
    page = web.get(f"/followups/new?person={wang.id}&title=Call&side=they").text
    assert problems_of(page) == []
    pieces = (f'value="{wang.id}" selected', 'value="Call"', 'value="they" checked', 'data-other-zone="Asia/Shanghai"')
    for piece in (*pieces, "Doesn&#39;t repeat</option>", ">Add follow-up</button>"):
        assert piece in page, piece
    assert re.search(r'value="next_workday"[^>]*checked|value="tomorrow"[^>]*checked', page)


def test_follow_up_is_created(web, anna, wang):
    answer = web.post(f"/followups/new?person={wang.id}", data=form(about=str(wang.id), next="/people/"))
    (row,) = rows()
    assert (answer.status_code, answer.location) == (303, "/people/")
    assert (row.title, row.due_on, row.due_at, row.counselor_id) == ("Send the price", date(2026, 12, 9), None, anna.id)


def test_typed_day_wins_over_a_chosen_one_and_may_have_a_time(web):
    web.post("/followups/new", data=form(due_on="2026-12-10", due_time="09:00", zone="Asia/Shanghai"))
    assert rows()[0].due_at.isoformat() == "2026-12-10T01:00:00+00:00"


def test_entered_date_is_the_selected_choice_when_the_form_is_shown_again(web, call):
    pages = [
        web.post("/followups/new", data=form(title="", due="next_workday", due_on="2026-12-10")).text,
        web.get(f"/followups/{call.id}/edit").text,
    ]
    assert [re.findall(r'name="due"[^>]*value="(\w+)"[^>]*checked', page) for page in pages] == [["date"], ["date"]]


def test_holiday_needs_confirmation(web):
    answer = web.post("/followups/new", data=form(due_on="2026-12-25"))
    assert (answer.status_code, rows()) == (422, [])
    assert "Christmas Day" in answer.text
    assert web.post("/followups/new", data=form(due_on="2026-12-25", confirm_day="y")).status_code == 303


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("title", ""),
        ("title", "x" * 10_000),
        ("due_on", "0001-01-01"),
        ("due_on", "2101-01-01"),
        ("due_on", "Friday"),
        ("due_time", "25:00"),
        ("side", "nobody"),
        ("about", "999999"),
        ("counselor_id", "999999"),
        ("due", ""),
    ],
)
def test_invalid_form_is_refused_and_keeps_the_text(web, name, text):
    answer = web.post("/followups/new", data=form(**{"note": "what was said", name: text}))
    assert (answer.status_code, rows()) == (422, [])
    assert ("what was said" in answer.text, text in answer.text or len(text) < 20) == (True, True)
    assert problems_of(answer.text) == []


def test_same_form_twice_creates_one_follow_up(web):
    data = form(uid="5b0e0f6a-0000-4000-8000-000000000003")
    assert [web.post("/followups/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(rows()) == 1
    assert web.post("/followups/new", data=data | {"title": "Other"}).status_code == 409


def test_edit_saves_and_a_stale_version_is_a_conflict(web, call):
    page = web.get(f"/followups/{call.id}/edit").text
    assert (problems_of(page), "2026-12-11" in page) == ([], True)
    data = form(title="Write to Wang", due="", due_on="2026-12-14", version=str(call.version))
    assert web.post(f"/followups/{call.id}/edit", data=data).status_code == 303
    assert (call.title, call.due_on) == ("Write to Wang", date(2026, 12, 14))
    answer = web.post(f"/followups/{call.id}/edit", data=data | {"title": "Late"})
    assert (answer.status_code, call.title, "Write to Wang" in answer.text) == (409, "Write to Wang", True)


def test_cadence_form_saves_the_cadence(web, wang, client, actor, rosa):
    path = f"/followups/cadence/{wang.id}"
    assert problems_of(web.get(path).text) == []
    assert web.post(path, data={"tier": "a", "every_days": "45"}).status_code == 303
    row_after = queries.find_cadence(wang.id)
    assert (row_after.tier, row_after.every_days) == (Tier.a, 45)
    assert "Every 45 days" in web.get(f"/people/{wang.id}").text
    assert web.post(path, data={"tier": "a", "every_days": "1"}).status_code == 303
    assert "Every day" in web.get(f"/people/{wang.id}").text
    assert web.post(path, data={"tier": "a", "every_days": "0"}).status_code == 422
    assert web.post(path, data={"tier": "z"}).status_code == 422


def test_cadence_form_of_another_team_is_not_found(client, people, rosa):
    assert client.login_as("boris").post(f"/followups/cadence/{rosa.id}", data={"tier": "a"}).status_code == 404


def test_user_without_a_team_chooses_the_team_of_a_follow_up(client, actor):
    nora, bay = client.login_as("nora"), actor("boris").first_team_id
    data = {"title": "Call the center", "due_on": "2026-12-10", "counselor_id": str(actor("nora").id)}
    assert nora.post("/followups/new", data=data).status_code == 422
    assert nora.post("/followups/new", data=data | {"team_id": str(bay)}).status_code == 303
    assert db.session.scalars(sa.select(FollowUp.team_id)).all() == [bay]
    assert 'name="team_id"' not in client.login_as("anna").get("/followups/new").text


def test_next_step_can_come_from_a_hidden_interaction(web, client, actor, wang):
    """A user of several teams may log an interaction in one team that leads to a follow-up in another."""
    expected = {"wall": datetime(2026, 12, 7, 9), "zone": "UTC"}
    hidden = log_interaction(actor("boris"), expected, InteractionDetails(parties=[PartyValues(wang.id)]))
    assert web.post(f"/followups/new?source={hidden.id}", data=form()).status_code == 303
    assert rows()[0].source_id is None


def test_records_that_someone_added_meanwhile_stay(client, people, make, rosa):
    row = make()
    path = f"/followups/{row.id}/edit"
    data = submitted_values(client.login_as("anna").get(path).text, "")
    more = data | {"about": [*data["about"], str(rosa.id)]}
    assert client.login_as("clara").post(path, data=more).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"title": "late"})
    assert (late.status_code, row.title, rosa.id in about_of(row)) == (409, "Price to Wang", True)
