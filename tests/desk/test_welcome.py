"""The first steps on Today: which ones, what is done of them, and how to hide them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core import clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import Record
from crm.desk.welcome import load_open_welcome, load_welcome
from crm.followups.services import add_follow_up
from crm.imports.models import ImportRun
from crm.interactions.services import InteractionDetails, log_interaction

pytestmark = pytest.mark.usefixtures("people")
DAY = date(2026, 3, 10)
TITLES = {
    "anna": ["Import people", "Log an interaction", "Plan a follow-up"],
    "clara": ["Invite a colleague", "Log an interaction", "Plan a follow-up"],
    "nora": ["Save a view", "Star a record", "Plan a follow-up"],
    "admin": ["Invite a colleague", "Import people", "Plan a follow-up"],
}


def follow_up(session, actor) -> int:
    act_as(session(), actor, ChangeSource.web)
    return add_follow_up(actor, {"title": "Send price", "due_on": DAY}).id


def log_call(session, actor) -> None:
    act_as(session(), actor, ChangeSource.web)
    values = {"wall": datetime(2026, 3, 2, 9), "zone": "America/Los_Angeles", "subject": "Call"}
    log_interaction(actor, values, InteractionDetails())


def done_titles(actor) -> list[str]:
    return [str(step.title) for step, is_done in load_welcome(actor).steps if is_done]


def import_file(session, actor, state: str) -> None:
    row = {"kind": "people", "file_name": "a.csv", "stored_as": state, "sha256": "0" * 64, "at": clock.now()}
    session.add(ImportRun(user_id=actor.id, state=state, **row))
    session.flush()


@pytest.mark.parametrize("name", TITLES)
def test_today_welcomes_each_role_with_its_three_steps_and_where_to_do_them(client, name):
    page = client.login_as(name).get("/").text
    card = page.split('<section class="card-x welcome"')[1].split("</section>")[0]
    positions = [card.index(title) for title in TITLES[name]]
    assert positions == sorted(positions)
    assert "Causeway records who you know" in card
    links = [part.split('"')[0] for part in card.split('<a class="strong" href="')[1:]]
    assert len(links) == 3
    assert [(link, client.get(link).status_code) for link in links if client.get(link).status_code != 200] == []


def test_steps_are_done_by_what_the_user_did_and_not_by_others(actor, session):
    anna, clara = actor("anna"), actor("clara")
    follow_up(session, clara)
    import_file(session, clara, "done")
    import_file(session, anna, "preview")
    assert done_titles(anna) == []
    follow_up(session, anna)
    assert done_titles(anna) == ["Plan a follow-up"]
    log_call(session, anna)
    assert done_titles(anna) == ["Log an interaction", "Plan a follow-up"]
    import_file(session, anna, "done")
    assert done_titles(anna) == TITLES["anna"]


def test_follow_up_assigned_by_a_colleague_is_no_step_of_the_user(actor, session):
    id = follow_up(session, actor("clara"))
    session.get_one(Record, id).counselor_id = actor("anna").id
    session.flush()
    assert done_titles(actor("anna")) == []


def test_today_counts_the_steps_and_drops_them_when_all_are_done(client, actor, session):
    anna = actor("anna")
    assert "0 of 3 done" in client.login_as("anna").get("/").text
    follow_up(session, anna)
    log_call(session, anna)
    assert "2 of 3 done" in client.get("/").text
    import_file(session, anna, "done")
    assert load_open_welcome(anna) is None
    assert "Welcome to Causeway" not in client.get("/").text


def test_hidden_steps_stay_hidden_for_that_user_and_come_back_from_help(client):
    client.login_as("anna")
    assert client.post("/welcome", data={"on_today": "0"}).headers["Location"] == "/"
    assert client.post("/welcome", data={"on_today": "0"}).status_code == 303
    page = client.get("/").text
    assert 'class="card-x welcome"' not in page
    assert "First steps hidden. Find them under Help." in page
    assert "Show on Today" in client.get("/help").text
    client.post("/welcome", data={"on_today": "1"})
    assert 'class="card-x welcome"' in client.get("/").text
    assert "Show on Today" not in client.get("/help").text


def test_steps_of_others_stay_when_one_user_hides_them(client, app):
    client.login_as("anna").post("/welcome", data={"on_today": "0"})
    assert 'class="card-x welcome"' in app.test_client().login_as("boris").get("/").text


def test_welcome_takes_one_statement(client, actor, sql):
    anna = actor("anna")
    sql.clear()
    load_open_welcome(anna)
    assert len(sql) == 1
    client.login_as("anna").post("/welcome", data={"on_today": "0"})
    sql.clear()
    load_open_welcome(anna)
    assert len(sql) == 1
