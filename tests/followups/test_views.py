"""Pages of follow-ups: list, form, and the answers done, later, no answer, drop, give, undo."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import archive_record
from crm.followups import queries
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, finish
from crm.followups.words import FollowUpState, RepeatRule, Side, Tier
from tests.tools.pages import problems_of

FRIDAY = date(2026, 12, 11)


@pytest.fixture
def web(client, people):
    """Give anna's browser."""
    return client.login_as("anna")


@pytest.fixture
def call(anna, wang):
    """Give an open follow-up about Wang, due on Friday."""
    return add_follow_up(anna, {"title": "Call Wang", "due_on": FRIDAY}, about=[wang.id])


def rows() -> list[FollowUp]:
    return list(db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def toast(web) -> tuple[str, str, str]:
    """The words of the toast on the next page, its undo and its link onwards."""
    page = web.get("/followups/").text
    words = re.search(r'data-toast="done">.*?<span class="clip">([^<]*)</span>', page, re.DOTALL)
    undo = re.search(r'action="([^"]+)" data-undo', page)
    more = re.search(r'<a class="btn btn-s" href="(/followups/new[^"]*)"', page)
    found = [m[1].replace("&amp;", "&") if m else "" for m in (words, undo, more)]
    return found[0], found[1], found[2]


def form(**more):
    return {
        "title": "Send the price",
        "side": "we",
        "due": "tomorrow",
        "due_on": "",
        "zone": "America/Los_Angeles",
    } | more


def test_the_list_shows_rows_with_their_answers(web, call, anna, wang):
    add_follow_up(anna, {"title": "Specification", "due_on": date(2026, 12, 4), "side": Side.they}, about=[wang.id])
    page = web.get("/followups/").text
    assert problems_of(page) == []
    for piece in (
        "Call Wang",
        f'formaction="/followups/{call.id}/done?version={call.version}"',
        f'formaction="/followups/{call.id}/no-answer?version={call.version}"',
        'name="to" value="tomorrow"',
        "4 days late",
        "王小明",
        f"/interactions/new?followup={call.id}",
    ):
        assert piece in page, piece


def test_the_list_filters_and_shows_open_ones_unless_asked(web, call, actor, wang, anna):
    finish(anna, add_follow_up(anna, {"title": "Settled", "due_on": FRIDAY}, about=[wang.id]))
    add_follow_up(actor("boris"), {"title": "Of the Bay", "due_on": FRIDAY}, about=[wang.id])
    add_follow_up(
        actor("clara"), {"title": "Of Clara", "due_on": date(2026, 12, 1), "side": Side.they}, about=[wang.id]
    )

    def shown(query=""):
        page = web.get(f"/followups/{query}").text
        return {t for t in ("Call Wang", "Settled", "Of the Bay", "Of Clara") if t in page}

    assert shown() == {"Call Wang", "Of Clara"}
    assert shown("?view=mine") == {"Call Wang"}
    assert shown("?view=late") == set()
    assert shown("?view=theirs") == {"Of Clara"}
    assert shown("?view=done") == shown("?state=done") == {"Settled"}
    assert shown("?due=late") == {"Of Clara"}
    assert shown("?q=call") == {"Call Wang"}
    assert web.get("/followups/?side=ours").status_code == 400


def test_an_export_is_what_an_import_reads(web, anna, wang):
    from crm.imports.readers.heading_words import FOLLOWUPS

    told = {"title": "Call Wang", "due_wall": datetime(2026, 12, 10, 17, 0), "zone": "America/Los_Angeles"}
    add_follow_up(anna, told, about=[wang.id])
    head, line = web.get("/followups/?as=csv").text.lstrip("\ufeff").splitlines()
    cells = dict(zip(head.strip('"').split('","'), line.strip('"').split('","'), strict=True))
    assert set(FOLLOWUPS) <= set(cells)
    assert (cells["due"], cells["counselor"], cells["side"]) == ("2026-12-10 17:00", "anna@demo.example", "we")


def test_the_form_is_filled_from_where_one_is(web, wang):
    page = web.get(f"/followups/new?person={wang.id}&title=Call&side=they").text
    assert problems_of(page) == []
    for piece in (f'value="{wang.id}" selected', 'value="Call"', 'value="they" checked', 'data-there="Asia/Shanghai"'):
        assert piece in page, piece
    assert re.search(r'value="next_workday"[^>]*checked|value="tomorrow"[^>]*checked', page)


def test_a_follow_up_is_made(web, anna, wang):
    answer = web.post(f"/followups/new?person={wang.id}", data=form(about=str(wang.id), next="/people/"))
    (row,) = rows()
    assert (answer.status_code, answer.location) == (303, "/people/")
    assert (row.title, row.due_on, row.due_at, row.counselor_id) == ("Send the price", date(2026, 12, 9), None, anna.id)


def test_a_day_written_wins_over_a_day_chosen_and_may_have_a_time(web):
    web.post("/followups/new", data=form(due_on="2026-12-10", due_time="09:00", zone="Asia/Shanghai"))
    assert rows()[0].due_at.isoformat() == "2026-12-10T01:00:00+00:00"


def test_a_holiday_is_asked_about(web):
    answer = web.post("/followups/new", data=form(due_on="2026-12-25"))
    assert (answer.status_code, rows()) == (422, [])
    assert "Christmas Day" in answer.text
    assert web.post("/followups/new", data=form(due_on="2026-12-25", keep_day="y")).status_code == 303


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
def test_what_cannot_be_is_refused_and_the_text_kept(web, name, text):
    answer = web.post("/followups/new", data=form(**{"note": "what was said", name: text}))
    assert (answer.status_code, rows()) == (422, [])
    assert ("what was said" in answer.text, text in answer.text or len(text) < 20) == (True, True)
    assert problems_of(answer.text) == []


def test_the_same_form_twice_makes_one(web):
    data = form(uid="5b0e0f6a-0000-4000-8000-000000000003")
    assert [web.post("/followups/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(rows()) == 1
    assert web.post("/followups/new", data=data | {"title": "Other"}).status_code == 409


def test_edit_changes_and_a_stale_one_is_a_conflict(web, call):
    page = web.get(f"/followups/{call.id}/edit").text
    assert (problems_of(page), "2026-12-11" in page) == ([], True)
    data = form(title="Write to Wang", due="", due_on="2026-12-14", version=str(call.version))
    assert web.post(f"/followups/{call.id}/edit", data=data).status_code == 303
    assert (call.title, call.due_on) == ("Write to Wang", date(2026, 12, 14))
    answer = web.post(f"/followups/{call.id}/edit", data=data | {"title": "Late"})
    assert (answer.status_code, call.title, "Write to Wang" in answer.text) == (409, "Write to Wang", True)


def test_done_leads_back_offers_undo_and_what_next(web, call, wang):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "/people/", "version": str(call.version)})
    assert (answer.status_code, answer.location, call.state) == (303, "/people/", FollowUpState.done)
    words, undo, more = toast(web)
    assert words == "Done: Call Wang"
    assert f'value="{wang.id}" selected' in web.get(more).text
    answer = web.post(undo)
    assert (answer.location, call.state) == (f"/people/#i{call.id}", FollowUpState.open)


def test_done_twice_is_done_once(web, call):
    version = str(call.version)
    assert [web.post(f"/followups/{call.id}/done", data={"version": version}).status_code for _ in range(2)] == [
        303,
        303,
    ]
    assert (call.state, len(rows())) == (FollowUpState.done, 1)


def test_done_of_a_repeating_one_gives_the_next_and_undo_takes_it_back(web, call):
    call.repeat = RepeatRule.weekly
    db.session.flush()
    web.post(f"/followups/{call.id}/done")
    assert [r.due_on for r in rows()] == [FRIDAY, date(2026, 12, 18)]
    web.post(toast(web)[1])
    assert (call.state, rows()[1].archived_at is None) == (FollowUpState.open, False)


def test_an_answer_by_htmx_leads_on_as_well(web, call):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "/people/"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"], call.state) == (200, "/people/", FollowUpState.done)


@pytest.mark.parametrize(
    ("data", "due"), [({"to": "tomorrow"}, date(2026, 12, 9)), ({"due_on": "2026-12-20"}, date(2026, 12, 20))]
)
def test_later_moves_and_counts_and_can_be_undone(web, call, data, due):
    assert web.post(f"/followups/{call.id}/later", data=data).status_code == 303
    assert (call.due_on, call.put_off) == (due, 1)
    web.post(toast(web)[1])
    assert (call.due_on, call.put_off) == (FRIDAY, 0)


@pytest.mark.parametrize(
    "data", [{}, {"to": "someday"}, {"due_on": "2026-12-01"}, {"due_on": "1899-01-01"}, {"due_on": "x"}]
)
def test_later_to_no_day_is_refused_with_the_page_that_asks(web, call, data):
    answer = web.post(f"/followups/{call.id}/later", data=data)
    assert (answer.status_code, call.due_on, call.put_off) == (422, FRIDAY, 0)
    assert problems_of(answer.text) == []
    assert problems_of(web.get(f"/followups/{call.id}/later").text) == []


def test_no_answer_counts_the_try_and_can_be_undone(web, call):
    web.post(f"/followups/{call.id}/no-answer", data={"version": str(call.version)})
    assert (call.due_on, call.tries) == (date(2026, 12, 10), 1)
    assert "2nd try" in web.get("/followups/").text
    web.post(f"/followups/{call.id}/no-answer")
    web.post(toast(web)[1])
    assert call.tries == 1


@pytest.mark.parametrize("answer", ["done", "drop", "later", "no-answer", "give"])
def test_an_answer_from_an_old_page_is_a_conflict(web, call, answer):
    data = {"version": "77", "to": "tomorrow"}
    assert web.post(f"/followups/{call.id}/{answer}", data=data).status_code == 409
    assert web.post(f"/followups/{call.id}/{answer}?version=77", data={"to": "tomorrow"}).status_code == 409
    assert (call.state, call.due_on, call.tries) == (FollowUpState.open, FRIDAY, 0)


def test_drop_and_undo(web, call):
    web.post(f"/followups/{call.id}/drop", data={"result": "They chose others"})
    assert (call.state, call.result) == (FollowUpState.dropped, "They chose others")
    web.post(toast(web)[1])
    assert (call.state, call.result) == (FollowUpState.open, None)


def test_its_page_takes_every_answer_and_opens_again_what_was_settled(web, call):
    page = web.get(f"/followups/{call.id}").text
    assert problems_of(page) == []
    for way in ("done", "later", "no-answer", "drop"):
        assert f'formaction="/followups/{call.id}/{way}?version=' in page
    assert f'href="/followups/{call.id}/give?' in page
    web.post(f"/followups/{call.id}/drop", data={"result": "They moved away"})
    page = web.get(f"/followups/{call.id}").text
    assert (problems_of(page), page.count("They moved away")) == ([], 2)
    assert ("/drop?" in page, "/give?" in page) == (False, False)
    again = re.search(r'action="([^"]+/undo[^"]+)"[^>]*>(?:(?!</form>).)*Open again', page, re.DOTALL)
    assert again
    assert web.post(again[1].replace("&amp;", "&")).status_code == 303
    (kept,) = rows()
    assert (kept.state, kept.result, kept.due_on) == (FollowUpState.open, None, FRIDAY)


def test_second_line_of_a_row_parts_what_it_says(web, anna):
    add_follow_up(anna, {"title": "Ask", "due_on": FRIDAY, "side": Side.they, "repeat": RepeatRule.weekly})
    assert ">They promised · Every week<" in web.get("/followups/").text


def test_give_to_a_colleague_who_sees_it(web, call, people, anna):
    assert problems_of(web.get(f"/followups/{call.id}/give").text) == []
    clara, boris = people["clara"].id, people["boris"].id
    assert (
        web.post(f"/followups/{call.id}/give", data={"counselor_id": boris, "version": str(call.version)}).status_code
        == 422
    )
    data = {"counselor_id": clara, "version": str(call.version)}
    assert web.post(f"/followups/{call.id}/give", data=data).status_code == 303
    assert call.counselor_id == clara
    web.post(toast(web)[1])
    assert call.counselor_id == anna.id


def test_the_promise_of_a_colleague_is_not_given_away(client, people, call, anna):
    client.login_as("dora")
    assert client.get(f"/followups/{call.id}/give").status_code == 403
    data = form(counselor_id=str(people["dora"].id), version=str(call.version), title="Call Wang at noon")
    assert client.post(f"/followups/{call.id}/give", data=data).status_code == 403
    assert 'name="counselor_id"' not in client.get(f"/followups/{call.id}/edit").text
    assert client.post(f"/followups/{call.id}/edit", data=data).status_code == 303
    assert (call.title, call.counselor_id) == ("Call Wang at noon", anna.id)
    client.login_as("clara")
    assert 'name="counselor_id"' in client.get(f"/followups/{call.id}/edit").text


def test_undo_of_what_has_changed_since_leaves_it_and_a_forged_one_is_refused(web, call, anna, wang):
    web.post(f"/followups/{call.id}/done")
    undo = toast(web)[1]
    other = add_follow_up(anna, {"title": "Other", "due_on": FRIDAY}, about=[wang.id])
    assert web.post(undo.replace(f"/{call.id}/", f"/{other.id}/")).status_code == 400
    assert web.post(f"/followups/{call.id}/undo?was=forged").status_code == 400
    assert [web.post(undo).status_code, web.post(undo).status_code] == [303, 409]


@pytest.mark.parametrize("answer", ["done", "drop", "later", "no-answer", "give", "undo", "edit"])
def test_one_of_another_team_is_not_found_and_a_guest_signs_in(client, people, call, answer):
    data = form(to="tomorrow")
    assert client.post(f"/followups/{call.id}/{answer}", data=data).status_code == 401
    assert client.login_as("boris").post(f"/followups/{call.id}/{answer}", data=data).status_code == 404
    assert call.state is FollowUpState.open


def test_wrong_methods_are_refused(web, call):
    assert [web.get(f"/followups/{call.id}/{x}").status_code for x in ("done", "drop", "no-answer", "undo")] == [
        405
    ] * 4


def test_no_other_site_is_the_way_back(web, call):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "https://evil.example/"})
    assert answer.location == "/followups/"


def test_how_often_to_keep_in_touch(web, wang, client, actor, rosa):
    path = f"/followups/cadence/{wang.id}"
    assert problems_of(web.get(path).text) == []
    assert web.post(path, data={"tier": "a", "every_days": "45"}).status_code == 303
    kept = queries.cadence(wang.id)
    assert (kept.tier, kept.every_days) == (Tier.a, 45)
    assert web.post(path, data={"tier": "a", "every_days": "0"}).status_code == 422
    assert web.post(path, data={"tier": "z"}).status_code == 422


def test_how_often_to_keep_in_touch_with_somebody_of_another_team(client, people, rosa):
    assert client.login_as("boris").post(f"/followups/cadence/{rosa.id}", data={"tier": "a"}).status_code == 404


@pytest.mark.parametrize("number", [1, 50])
def test_the_list_asks_the_same_number_of_questions_for_one_and_for_fifty(web, anna, wang, sql, number):
    for n in range(number):
        add_follow_up(anna, {"title": f"Call {n}", "due_on": FRIDAY}, about=[wang.id])
    web.get("/followups/")
    sql.clear()
    page = web.get("/followups/")
    assert (page.status_code, page.text.count('class="todo"')) == (200, number)
    assert len(sql) <= 12, sql


def test_an_archived_one_is_listed_when_asked_for_and_cannot_be_settled_from_there(web, call):
    archive_record(call, "twice")
    assert "Call Wang" not in web.get("/followups/").text
    page = web.get("/followups/?archived=yes").text
    assert ("Call Wang" in page, f"/followups/{call.id}/done" in page) == (True, False)


def test_who_is_above_the_teams_says_whose_follow_up_it_is(client, actor):
    nora, bay = client.login_as("nora"), actor("boris").first_team_id
    data = {"title": "Call the center", "due_on": "2026-12-10", "counselor_id": str(actor("nora").id)}
    assert nora.post("/followups/new", data=data).status_code == 422
    assert nora.post("/followups/new", data=data | {"team_id": str(bay)}).status_code == 303
    assert db.session.scalars(sa.select(FollowUp.team_id)).all() == [bay]
    assert 'name="team_id"' not in client.login_as("anna").get("/followups/new").text
