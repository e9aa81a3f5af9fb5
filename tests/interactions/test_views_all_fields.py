"""*All fields* of the quick log: the log form with what the sentence, or its preview, says."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.interactions.models import InteractionParty
from crm.people.models import Person
from crm.people.services import add_person
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.tools.pages import Reader, problems_of, submitted_values

LOG = "/interactions/log"
SENTENCE = "met Wang and 2 engineers 20m prep 10m for Tri-Valley, wants HACCP cert, call Fri #step"


def open_all_fields(web, sentence: str, **more) -> str:
    answer = web.post(LOG, data={"sentence": sentence, "all": "sentence", **more})
    assert answer.status_code == 200
    return answer.text


def test_all_fields_have_what_the_sentence_says(web, wang, client_firm, step):
    page = open_all_fields(web, SENTENCE, next="/people/")
    data = submitted_fields(page)
    assert (problems_of(page), "<h1>Log interaction</h1>" in page, list_interactions()) == ([], True, [])
    assert (data["type"], data["minutes"], data["prep"]) == (["meeting"], ["20"], ["10"])
    assert (data["people"], data["clients-0-client_id"]) == ([str(wang.id)], [str(client_firm.id)])
    assert (data["groups-0-count"], data["follow_ups-0-title"]) == (["2"], ["Call"])
    assert (data["subject"], data["sentence"]) == (["Needs HACCP cert"], [SENTENCE])
    assert web.post(NEW, data=data).headers["Location"] == "/people/"
    (row,) = list_interactions()
    assert row.minutes == 20


def test_all_fields_of_an_empty_box_are_about_the_record(web, wang, client_firm):
    for record in (wang, client_firm):
        answer = web.post(LOG, data={"sentence": " ", "all": "sentence", "record": str(record.id), "next": "/people/"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{NEW}?about={record.id}&next=/people/")
    data = submitted_values(web.get(f"{NEW}?about={client_firm.id}").text, "")
    assert data["clients-0-client_id"] == [str(client_firm.id)]
    assert web.post(LOG, data={"all": "sentence"}).headers["Location"] == NEW


def test_all_fields_of_a_sentence_on_the_page_of_a_person_include_that_person(web, wang):
    data = submitted_fields(open_all_fields(web, "called, 10m", record=str(wang.id)))
    assert (data["people"], data["type"], data["minutes"]) == ([str(wang.id)], ["call"], ["10"])


def test_unsaved_text_of_all_fields_belongs_to_the_record(web, wang, client_firm):
    pages = [open_all_fields(web, "called, 10m", record=record) for record in ("", str(wang.id), str(client_firm.id))]
    keys = [re.search(r'data-keep="([^"]+)"', page)[1] for page in pages]
    assert keys == [":called, 10m", f"{wang.id}:called, 10m", f"{client_firm.id}:called, 10m"]


def test_all_fields_ask_about_names_and_leave_open_questions_empty(web, anna, wang):
    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    page = open_all_fields(web, "spoke to Wang & Gao Lei of Ningbo Harbor Tech 20m")
    words, data = Reader(page).words, submitted_fields(page)
    assert "Who is “Wang”?" in words
    assert "Add “Gao Lei” as a new person" in words
    assert "Add “Ningbo Harbor Tech” as a new organization" in words
    assert (data["type"], data["minutes"], "problem" in words) == ([""], ["20"], False)


def test_all_fields_of_a_preview_have_the_corrections(web, anna, wang):
    namesakes = [add_person(anna, {"family_latin": "Li", "given_latin": name}) for name in ("An", "Bo")]
    preview = web.post(LOG, data={"sentence": "met Wang, Li & Gao Lei 20m, call Fri"}).text
    data = submitted_fields(preview) | {"all": ["preview"], "notes": ["She visits in March."], "minutes": ["25"]}
    data |= {"people-answer0": [str(namesakes[1].id)], "people-new": ["Gao Lei"], "follow_ups-0-title": ["Call back"]}
    page = web.post(LOG, data=data).text
    words, again = Reader(page).words, submitted_fields(page)
    assert (problems_of(page), "problem" in words, list_interactions()) == ([], False, [])
    assert (again["notes"][0].strip(), again["minutes"], again["uid"]) == ("She visits in March.", ["25"], data["uid"])
    assert (set(again["people"]), again["people-new"]) == ({str(wang.id), str(namesakes[1].id)}, ["Gao Lei"])
    assert again["follow_ups-0-title"] == ["Call back"]
    assert web.post(NEW, data=again).status_code == 303
    labels = sa.select(Person.label).join(InteractionParty, InteractionParty.person_id == Person.id)
    assert set(db.session.scalars(labels)) == {"Wang Xiaoming", "Bo Li", "Gao Lei"}
    assert db.session.scalars(sa.select(FollowUp.title)).all() == ["Call back"]


def test_all_fields_of_a_preview_ask_what_is_still_open(web, anna, wang):
    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    preview = web.post(LOG, data={"sentence": "met Wang & Gao Lei 20m"}).text
    page = web.post(LOG, data=submitted_fields(preview) | {"all": ["preview"], "day": [""]}).text
    words = Reader(page).words
    assert "Who is “Wang”?" in words
    assert "Add “Gao Lei” as a new person" in words
    assert ("problem" in words, 'class="err"' in page) == (False, False)


def test_all_fields_of_a_preview_offer_to_close_open_follow_ups(web, anna, wang):
    preview_data = {"sentence": "met Wang Xiaoming 20m"}
    data = submitted_fields(web.post(LOG, data=preview_data).text) | {"all": ["preview"]}
    add_follow_up(anna, {"title": "Send the drawings", "due_on": date(2026, 12, 10)}, about=[wang.id])
    assert "Send the drawings" in web.post(LOG, data=data).text


def test_too_long_sentence_is_refused_also_for_all_fields(web):
    assert web.post(LOG, data={"sentence": "x" * 2_001, "all": "sentence"}).status_code == 422
