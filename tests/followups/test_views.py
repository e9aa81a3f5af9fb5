"""The list of follow-ups: visibility, number of statements, and rights to act."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from crm.core.data.record import archive_record
from crm.followups.enums import FollowUpSide, FollowUpState, RepeatRule
from crm.followups.services import add_follow_up, complete_follow_up
from tests.followups.lookups import FRIDAY, form
from tests.tools.pages import problems_of


def test_list_shows_rows_with_their_actions(web, call, anna, wang):
    add_follow_up(
        anna, {"title": "Specification", "due_on": date(2026, 12, 4), "side": FollowUpSide.they}, about=[wang.id]
    )
    page = web.get("/followups/").text
    assert problems_of(page) == []
    for piece in (
        "Call Wang",
        f'formaction="/followups/{call.id}/done?version={call.version}"',
        f'formaction="/followups/{call.id}/no-answer?version={call.version}"',
        f'formaction="/followups/{call.id}/later/tomorrow?version={call.version}"',
        "4 days overdue",
        "王小明",
        f"/interactions/new?followup={call.id}",
    ):
        assert piece in page, piece


def test_page_of_a_follow_up_has_one_group_of_actions(web, call):
    page = web.get(f"/followups/{call.id}").text.split("<main")[1]
    header, menu = page.split(' chips"')[0], page.split('aria-label="More"')[1].split("</details>")[0]
    assert page.count('role="group"') == 1
    for piece in ('data-key="d"', 'data-key="s"', 'data-key="n"', 'data-key="l"', f"/followups/{call.id}/edit"):
        assert piece in header, piece
    assert f"/followups/{call.id}/reassign" in menu


@pytest.mark.parametrize(("name", "label"), [("promised_by_id", "Owed by"), ("promised_to_id", "Owed to")])
def test_page_names_who_owes_it_to_whom(web, make, wang, name, label):
    page = web.get(f"/followups/{make(**{name: wang.id}).id}").text
    (fact,) = re.findall(rf"<dt>{label}</dt>(.*?)</dd>", page, re.DOTALL)
    assert f'href="/people/{wang.id}"' in fact
    assert "王小明" in fact
    assert "Owed" not in web.get(f"/followups/{make().id}").text.partition("<main")[2]


def test_list_filters_and_shows_open_follow_ups_by_default(web, call, actor, wang, anna):
    complete_follow_up(anna, add_follow_up(anna, {"title": "Settled", "due_on": FRIDAY}, about=[wang.id]))
    add_follow_up(actor("boris"), {"title": "Of the Bay", "due_on": FRIDAY}, about=[wang.id])
    add_follow_up(
        actor("clara"), {"title": "Of Clara", "due_on": date(2026, 12, 1), "side": FollowUpSide.they}, about=[wang.id]
    )

    def list_titles(query=""):
        page = web.get(f"/followups/{query}").text
        return {t for t in ("Call Wang", "Settled", "Of the Bay", "Of Clara") if t in page}

    assert list_titles() == {"Call Wang", "Of Clara"}
    assert list_titles("?view=mine") == {"Call Wang"}
    assert list_titles("?view=late") == set()
    assert list_titles("?view=theirs") == {"Of Clara"}
    assert list_titles("?view=done") == list_titles("?state=done") == {"Settled"}
    assert list_titles("?due=late") == {"Of Clara"}
    assert list_titles("?q=call") == {"Call Wang"}
    assert web.get("/followups/?side=ours").status_code == 400


def test_export_can_be_imported(web, anna, wang):
    from crm.imports.readers.heading_texts import FOLLOWUPS

    expected = {"title": "Call Wang", "due_wall": datetime(2026, 12, 10, 17, 0), "zone": "America/Los_Angeles"}
    add_follow_up(anna, expected, about=[wang.id])
    head, line = web.get("/followups/?as=csv").text.lstrip("\ufeff").splitlines()
    cells = dict(zip(head.strip('"').split('","'), line.strip('"').split('","'), strict=True))
    assert set(FOLLOWUPS) <= set(cells)
    assert (cells["due"], cells["counselor"], cells["side"]) == ("2026-12-10 17:00", "anna@demo.example", "we")


def test_second_line_of_a_row_separates_its_parts(web, anna):
    add_follow_up(anna, {"title": "Ask", "due_on": FRIDAY, "side": FollowUpSide.they, "repeat": RepeatRule.weekly})
    assert ">They owe\xa0· Every week<" in web.get("/followups/").text


@pytest.mark.parametrize("answer", ["done", "cancel", "later", "no-answer", "reassign", "reopen", "edit"])
def test_follow_up_of_another_team_is_not_found_and_guest_signs_in(client, people, call, answer):
    data = form(to="tomorrow")
    assert client.post(f"/followups/{call.id}/{answer}", data=data).status_code == 401
    assert client.login_as("boris").post(f"/followups/{call.id}/{answer}", data=data).status_code == 404
    assert call.state is FollowUpState.open


def test_wrong_methods_are_refused(web, call):
    assert [web.get(f"/followups/{call.id}/{x}").status_code for x in ("done", "cancel", "no-answer", "reopen")] == [
        405
    ] * 4


@pytest.mark.parametrize("number", [1, 50])
def test_list_statement_count_is_the_same_for_1_and_50(web, anna, wang, sql, number):
    for n in range(number):
        add_follow_up(anna, {"title": f"Call {n}", "due_on": FRIDAY}, about=[wang.id])
    web.get("/followups/")
    sql.clear()
    page = web.get("/followups/")
    assert (page.status_code, page.text.count('class="todo"')) == (200, number)
    assert len(sql) <= 12, sql


def test_archived_follow_up_is_listed_on_request_without_actions(web, call):
    archive_record(call, "twice")
    assert "Call Wang" not in web.get("/followups/").text
    page = web.get("/followups/?archived=yes").text
    assert ("Call Wang" in page, f"/followups/{call.id}/done" in page) == (True, False)
