"""Open questions of a sentence: nothing is guessed, and saving asks again."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from tests.factories import organization, person
from tests.interactions.lookups import NEW, list_interactions, submitted_fields

LOG = "/interactions/log"


def preview(web, sentence: str, *answers: str) -> str:
    """Return the page of a sentence with these answers."""
    return web.post(LOG, data={"sentence": sentence, "answer": list(answers)}).text


def list_answers(page: str) -> list[str]:
    """Return the values of the buttons that answer questions."""
    return [unescape(value) for value in re.findall(r'<button[^>]*name="answer" value="([^"]*)"', page)]


def test_unanswered_next_friday_has_no_due_date_and_is_asked_about_on_save(web, wang):
    sentence = "met Wang Xiaoming 20m, we owe a quote by next Friday"
    page = preview(web, sentence)
    data = submitted_fields(page)
    assert (data["follow_ups-0-title"], data["follow_ups-0-due_on"], data["follow_ups-0-due_time"]) == (
        ["A quote"],
        [""],
        [""],
    )
    refused = web.post(NEW, data=data)
    assert (refused.status_code, "Enter a due date." in refused.text, list_interactions()) == (422, True, [])
    _their_day, our_day, _this_week = list_answers(page)
    assert web.post(NEW, data=submitted_fields(preview(web, sentence, our_day))).status_code == 303
    assert str(db.session.scalars(sa.select(FollowUp.due_on)).one()) == "2026-12-18"


def test_preview_of_an_open_question_shows_no_error(web, wang):
    page = preview(web, "met Wang Xiaoming 20m, we owe a quote by next Friday")
    assert ("Enter a due date." in page, "A quote: by when?" in page) == (False, True)


def test_next_thursday_in_china_is_asked_about(web, wang):
    """On a Thursday only one day may be meant, but whose: their Thursday begins on our Wednesday."""
    page = preview(web, "met Wang Xiaoming 20m, call next Tuesday")
    assert (submitted_fields(page)["follow_ups-0-due_on"], len(list_answers(page))) == ([""], 2)


def test_step_without_a_date_gets_none(web, wang):
    data = submitted_fields(preview(web, "met Wang Xiaoming 20m, send the brochure"))
    assert (data["follow_ups-0-title"], data["follow_ups-0-due_on"]) == (["Send the brochure"], [""])


def test_unanswered_type_is_empty_and_asked_about_on_save(web, wang):
    sentence = "spoke to Wang Xiaoming 20m"
    page = preview(web, sentence)
    data = submitted_fields(page)
    assert data["type"] == [""]
    refused = web.post(NEW, data=data)
    assert (refused.status_code, "Choose one from the list." in refused.text, list_interactions()) == (422, True, [])
    answered = submitted_fields(preview(web, sentence, list_answers(page)[0]))
    assert web.post(NEW, data=answered).status_code == 303


def test_unanswered_zone_of_a_meeting_leaves_date_and_time_empty(web, wang):
    data = submitted_fields(preview(web, "meeting with Wang Xiaoming Fri 10:00"))
    assert (data["day"], data["time"]) == ([""], [""])
    refused = web.post(NEW, data=data)
    assert (refused.status_code, "Enter a date." in refused.text, list_interactions()) == (422, True, [])


def test_planned_meeting_without_a_time_is_not_at_nine(web, wang):
    data = submitted_fields(preview(web, "meeting with Wang Xiaoming on 12/15"))
    assert (data["day"], data["time"]) == (["2026-12-15"], [""])
    refused = web.post(NEW, data=data)
    assert (refused.status_code, "Enter a time." in refused.text, list_interactions()) == (422, True, [])
    assert web.post(NEW, data=data | {"time": "17:00"}).status_code == 303
    assert list_interactions()[0].wall == datetime(2026, 12, 15, 17)


def test_uncertain_minutes_are_empty_until_answered(web, wang):
    sentence = "met Wang Xiaoming 20m prep 10 m"
    page = preview(web, sentence)
    assert (submitted_fields(page)["minutes"], submitted_fields(page)["prep"]) == (["20"], [""])
    ten_minutes, not_minutes = list_answers(page)
    assert submitted_fields(preview(web, sentence, ten_minutes))["prep"] == ["10"]
    assert submitted_fields(preview(web, sentence, not_minutes))["prep"] == [""]


@pytest.mark.parametrize("sentence", ["met Wang Xiaoming for Acme Valves 20m"])
def test_unknown_client_is_asked_about_on_save(web, wang, sentence):
    data = submitted_fields(preview(web, sentence))
    refused = web.post(NEW, data=data)
    assert (refused.status_code, "No organization named “Acme Valves”" in refused.text) == (422, True)
    assert list_interactions() == []


def test_ambiguous_client_is_asked_about_on_save(web, anna, wang):
    from crm.organizations.policy import OrganizationRole
    from crm.organizations.services import add_organization

    for name in ("Acme Valves", "Acme Pumps"):
        add_organization(anna, {"name": name, "country": "US"}, roles=[OrganizationRole.client])
    sentence = "met Wang Xiaoming for Acme 20m"
    page = preview(web, sentence)
    assert web.post(NEW, data=submitted_fields(page)).status_code == 422
    assert web.post(NEW, data=submitted_fields(preview(web, sentence, list_answers(page)[0]))).status_code == 303


def test_name_on_the_page_of_an_organization_is_a_person_there(web, people):
    page_of, elsewhere = organization("Tri-Valley"), organization("Consulate")
    victor = person("Lindgren", "Victor", organization=page_of)
    for _n in range(4):
        person("Delgado", "Victor", organization=elsewhere)
    person("Moreno", "Rosa", organization=elsewhere)
    db.session.commit()
    data = {"sentence": "called Victor 15m", "record": str(page_of.id)}
    page = web.post(LOG, data=data).text
    assert submitted_fields(page)["people"] == [str(victor.id)]
    assert "Who is" not in page
    assert "Who is" in web.post(LOG, data=data | {"record": ""}).text
    assert "Moreno" in web.post(LOG, data=data | {"sentence": "called Rosa 15m"}).text


def test_people_of_the_same_name_at_one_organization_are_asked_about(web, people):
    page_of = organization("Tri-Valley")
    for family in ("Lindgren", "Berg"):
        person(family, "Victor", organization=page_of)
    person("Delgado", "Victor")
    db.session.commit()
    page = web.post(LOG, data={"sentence": "called Victor 15m", "record": str(page_of.id)}).text
    assert ("Who is" in page, "Lindgren" in page, "Berg" in page, "Delgado" in page) == (True, True, True, False)
