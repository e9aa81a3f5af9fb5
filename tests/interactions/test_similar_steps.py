"""A next step like an open follow-up asks whether it is the same, in every form that logs."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from tests.interactions.lookups import NEW, form, list_interactions, submitted_fields
from tests.tools.pages import problems_of

STEP = {"follow_ups-0-title": "Price to Wang", "follow_ups-0-due_on": "2026-12-11", "follow_ups-0-side": "we"}
INQUIRY = "/inquiries/new"
UID = "5b0e0f6a-0000-4000-8000-000000000014"


@pytest.fixture
def price(anna, wang):
    """Return an open follow-up about Wang."""
    return add_follow_up(anna, {"title": "Price to Wang", "due_on": date(2026, 12, 10)}, about=[wang.id])


def list_titles() -> list[str]:
    return list(db.session.scalars(sa.select(FollowUp.title).order_by(FollowUp.id)))


def read_links(page: str, todo: FollowUp) -> bool:
    return f"/followup/{todo.id}" in page or f"/followups/{todo.id}" in page


def test_log_form_asks_once_for_all_follow_ups_like_open_ones(web, anna, wang, price):
    sample = add_follow_up(anna, {"title": "Send samples", "due_on": date(2026, 12, 14)}, about=[wang.id])
    more = {"follow_ups-1-title": "Sample", "follow_ups-1-due_on": "2026-12-11", "follow_ups-1-side": "we"}
    more |= {"follow_ups-2-title": "Visit", "follow_ups-2-due_on": "2026-12-11", "follow_ups-2-side": "we"}
    data = form(people=str(wang.id), notes="wants a price", **STEP, **more)
    answer = web.post(NEW, data=data)
    assert (answer.status_code, list_interactions()) == (422, [])
    assert problems_of(answer.text) == []
    assert answer.text.count("Is this the same as an open follow-up?") == 1
    assert answer.text.count('name="confirm_similar"') == 1
    assert [read_links(answer.text, todo) for todo in (price, sample)] == [True, True]
    assert answer.text.count('-title-err"') >= 2
    assert 'id="follow_ups-2-title-err"' not in answer.text
    assert "wants a price" in answer.text
    assert web.post(NEW, data=data | {"confirm_similar": "y"}).status_code == 303
    assert list_titles() == ["Price to Wang", "Send samples", "Price to Wang", "Sample", "Visit"]


def test_follow_up_that_the_form_closes_is_not_similar(web, wang, price):
    data = form(people=str(wang.id), closes=str(price.id), **STEP)
    assert web.post(NEW, data=data | {"reached": "no_answer"}).status_code == 422
    assert web.post(NEW, data=data).status_code == 303


def test_log_form_sent_twice_opens_the_saved_interaction(web, wang):
    data = form(people=str(wang.id), uid=UID, **STEP)
    assert [web.post(NEW, data=data).status_code for _ in range(2)] == [303, 303]
    assert list_titles() == ["Price to Wang"]


def test_sentence_shows_the_question_in_its_preview(web, price):
    page = web.post("/interactions/log", data={"sentence": "called Wang 20m, price to Wang Fri"}).text
    assert read_links(page, price)
    fields = submitted_fields(page)
    assert web.post(NEW, data=fields).status_code == 422
    assert web.post(NEW, data=fields | {"confirm_similar": ["y"]}).status_code == 303


def test_inquiry_asks_about_an_open_follow_up_of_the_organization(web, anna, client_firm):
    existing = add_follow_up(anna, {"title": "Call back", "due_on": date(2026, 12, 10)}, about=[client_firm.id])
    data = {"name": "Rosa Delgado", "organization": str(client_firm.id), "channel": "call", "title": "Call back"}
    data |= {"due_on": "2026-12-09", "uid": UID}
    answer = web.post(INQUIRY, data=data)
    assert (answer.status_code, list_interactions()) == (422, [])
    assert read_links(answer.text, existing)
    assert [web.post(INQUIRY, data=data | {"confirm_similar": "y"}).status_code for _ in range(2)] == [303, 303]
    assert list_titles() == ["Call back", "Call back"]
