"""A new follow-up like an open one about the same people asks whether it is the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.followups import queries
from crm.followups.policy import SIMILAR_WITHIN_DAYS, FollowUpFacts, FollowUpSide
from crm.followups.services import add_follow_up, complete_follow_up
from tests.factories import make_confidential
from tests.followups.lookups import FRIDAY, TODAY, form, rows
from tests.tools.pages import problems_of

pytestmark = pytest.mark.one_engine


def test_new_follow_up_like_an_open_one_asks_and_keeps_the_text(web, wang, make):
    existing = make(title="Price for 200 to Wang")
    data = form(title="Price for 200 to Wang, 9 Dec", about=str(wang.id), note="ask for the HS code")
    answer = web.post("/followups/new", data=data)
    assert (answer.status_code, [r.id for r in rows()]) == (422, [existing.id])
    expected = (
        "Is this the same as an open follow-up?",
        f'href="/followups/{existing.id}"',
        'name="confirm_similar"',
        'value="Price for 200 to Wang, 9 Dec"',
        "ask for the HS code",
        f'value="{wang.id}" selected',
    )
    assert [text for text in expected if text not in answer.text] == []
    assert problems_of(answer.text) == []
    assert web.post("/followups/new", data=data | {"confirm_similar": "y"}).status_code == 303
    assert [r.title for r in rows()] == ["Price for 200 to Wang", "Price for 200 to Wang, 9 Dec"]


def test_similar_follow_up_and_day_off_are_asked_together(web, wang, make):
    make(title="Price to Wang", due_on=date(2026, 12, 23))
    answer = web.post("/followups/new", data=form(title="Price to Wang", about=str(wang.id), due_on="2026-12-25"))
    assert answer.status_code == 422
    assert [name for name in ("confirm_similar", "confirm_day") if f'name="{name}"' not in answer.text] == []


def test_question_is_not_part_of_a_new_form_or_an_edit(web, wang, make):
    make(title="Price to Wang")
    row = make(title="Price to Wang")
    assert "confirm_similar" not in web.get(f"/followups/new?person={wang.id}&title=Price").text
    data = form(title="Price to Wang", due="", due_on="2026-12-14", about=str(wang.id), version=str(row.version))
    assert web.post(f"/followups/{row.id}/edit", data=data).status_code == 303


def test_closed_or_unrelated_follow_up_is_not_similar(web, anna, wang, rosa, make):
    complete_follow_up(anna, make(title="Price"))
    make(title="Price", about=[rosa.id])
    assert web.post("/followups/new", data=form(title="Price", about=str(wang.id))).status_code == 303


def test_confidential_follow_up_is_not_mentioned(client, people, wang, make):
    existing = make(title="Price for 200 to Wang")
    dora, data = client.login_as("dora"), form(title="Price for 200 to Wang", about=str(wang.id))
    assert dora.post("/followups/new", data=data).status_code == 422
    make_confidential(existing, people["anna"])
    assert dora.post("/followups/new", data=data).status_code == 303


def test_same_form_twice_still_opens_the_saved_follow_up(web, wang):
    data = form(title="Price", about=str(wang.id), uid="5b0e0f6a-0000-4000-8000-000000000013")
    assert [web.post("/followups/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(rows()) == 1


@pytest.mark.parametrize("number", [1, 50])
def test_similar_follow_ups_are_loaded_in_two_statements(anna, wang, sql, number):
    for n in range(number):
        add_follow_up(anna, {"title": f"Price {n}", "due_on": FRIDAY}, about=[wang.id])
    planned = FollowUpFacts("Price 0", FollowUpSide.we, FRIDAY, {("person", wang.id)})
    sql.clear()
    assert [len(rows) for rows in queries.find_similar(anna, [planned, planned], TODAY)] == [1, 1]
    assert len(sql) == 2


def test_similar_ones_are_the_latest_of_open_follow_ups_of_the_same_records(anna, actor, wang, rosa, log, make):
    last = FRIDAY + timedelta(days=SIMILAR_WITHIN_DAYS)
    early, latest = make(title="Price", due_on=FRIDAY), make(title="Price", due_on=last)
    make(title="Price", due_on=last + timedelta(days=1))
    make(title="Price", about=[rosa.id])
    source = log()
    created = add_follow_up(anna, {"title": "Price", "due_on": FRIDAY}, about=[wang.id], source_id=source.id)
    planned = FollowUpFacts("Price", FollowUpSide.we, FRIDAY, {("person", wang.id)})

    def ids(viewer=anna, **omitted) -> list[int]:
        return [row.id for row in queries.find_similar(viewer, [planned], TODAY, **omitted)[0]]

    assert ids() == [latest.id, created.id, early.id]
    assert ids(uid=source.uid) == [latest.id, early.id]
    assert ids(uid=early.uid) == [latest.id, created.id]
    assert ids(closing=[latest.id, created.id]) == [early.id]
    assert ids(actor("boris")) == []
    complete_follow_up(anna, latest)
    assert ids() == [created.id, early.id]
    for days in (1, 2):
        make(title="Price", due_on=FRIDAY + timedelta(days=days))
    assert len(ids()) == 3
    assert queries.find_similar(anna, [FollowUpFacts("Price", FollowUpSide.we, FRIDAY, frozenset())], TODAY) == [[]]
