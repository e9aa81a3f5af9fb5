"""Inquiries typed into the quick log: the inquiry form is offered, filled in."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.sentence.inquiries import find_inquiry
from crm.organizations.models import Client, Organization
from crm.people.models import Person
from crm.records.models import ContactPoint
from tests.interactions.sentences import FakeLookup, read_text
from tests.tools.pages import problems_of, submitted_values
from tests.tools.rows import count

SENTENCE = "Sam Ortega, Ortega Almonds, 951-555-0134, wants a distributor in Shanghai, call Thursday"


@pytest.mark.parametrize(
    ("text", "name", "organization", "contact", "need"),
    [
        (SENTENCE, "Sam Ortega", "Ortega Almonds", "951-555-0134", "a distributor in Shanghai"),
        (
            "Sam Ortega of Ortega Almonds called, sam@ortega.example, needs HS codes",
            "Sam Ortega",
            "Ortega Almonds",
            "sam@ortega.example",
            "HS codes",
        ),
        (
            "inquiry from Sam Ortega (Ortega Almonds), (951) 555-0134, looking for a buyer, budget 20k",
            "Sam Ortega",
            "Ortega Almonds",
            "(951) 555-0134",
            "a buyer, budget 20k",
        ),
        ("Gao Lei 高磊, +86 138 0013 8000, wants US wine", "Gao Lei 高磊", "", "+86 138 0013 8000", "US wine"),
        (
            "New caller: Maria Zhou from Zhou Pecans, 760 555 0119, maria@pecans.example, asks for a buyer",
            "Maria Zhou",
            "Zhou Pecans",
            "760 555 0119, maria@pecans.example",
            "a buyer",
        ),
        ("Walk-in: Sam Ortega (Ortega Almonds), needs HS codes", "Sam Ortega", "Ortega Almonds", "", "HS codes"),
        ("Sam Ortega wants a distributor", "Sam Ortega", "", "", "a distributor"),
        ("New inquiry: Sam Ortega, 951-555-0134, wants US wine", "Sam Ortega", "", "951-555-0134", "US wine"),
        ("Maria Zhou, Zhou Pecans, wants a buyer", "Maria Zhou", "Zhou Pecans", "", "a buyer"),
    ],
)
def test_inquiry_is_read(text, name, organization, contact, need):
    inquiry = find_inquiry(read_text(text), FakeLookup())
    assert inquiry is not None
    assert (inquiry.name, inquiry.organization, inquiry.contact, inquiry.need) == (name, organization, contact, need)


@pytest.mark.parametrize(
    "text",
    [
        "met Tom Okafor 20m, wants a distributor",
        "met Li & Zhao at CIIE 20m prep 10m, wants HACCP cert, call Fri",
        "Director Wang wants a distributor",
        "two engineers asked for 200 m of cable at $5m",
        "Bob Smith called 10m",
        "微信 周立民 20分钟 样品已到 周五前报价",
        "",
    ],
)
def test_other_sentences_are_no_inquiries(text):
    assert find_inquiry(read_text(text), FakeLookup()) is None


def open_inquiry_form(web, sentence: str) -> str:
    """Return the page that the preview of the sentence links to."""
    page = web.post("/interactions/log", data={"sentence": sentence}).text
    (url,) = re.findall(r'href="(/inquiries/new\?text=[^"]+)"', page)
    return web.get(unescape(url)).text


def test_sentence_offers_the_inquiry_form_filled_in(web):
    page = open_inquiry_form(web, SENTENCE)
    assert problems_of(page) == []
    data = submitted_values(page, "")
    assert (data["name"], data["contact_text"], data["organization-typed"]) == (
        ["Sam Ortega"],
        ["951-555-0134"],
        ["Ortega Almonds"],
    )
    assert [text.strip() for text in data["wish"]] == ["a distributor in Shanghai"]
    assert (data["title"], data["due_on"]) == (["Call"], ["2026-12-10"])


def test_inquiry_from_a_sentence_is_saved_as_shown(web):
    data = submitted_values(open_inquiry_form(web, SENTENCE), "")
    assert web.post("/inquiries/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).one() == "Sam Ortega"
    assert db.session.scalars(sa.select(Organization.name)).one() == "Ortega Almonds"
    assert db.session.scalars(sa.select(Client.wish)).one() == "a distributor in Shanghai"
    assert db.session.scalars(sa.select(FollowUp.due_on)).one() == date(2026, 12, 10)
    assert count(ContactPoint) == 1


def test_known_client_is_chosen_in_the_inquiry_form(web, client_firm):
    page = open_inquiry_form(web, f"Sam Ortega, {client_firm.name}, 951-555-0134, wants a distributor")
    assert f'<option value="{client_firm.id}" selected>' in page


def test_removed_organization_stays_removed(web):
    data = submitted_values(open_inquiry_form(web, SENTENCE), "") | {"organization-typed": [""]}
    assert web.post("/inquiries/new?text=" + SENTENCE.replace(" ", "+"), data=data).status_code == 303
    assert count(Organization) == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "Wang Xiaoming, 951-555-0134, wants a distributor",
        "call from wang xiaoming, 951-555-0134",
        "新客户王小明，13800138000，想要报价",
    ],
)
def test_sentence_about_a_known_person_offers_no_inquiry(web, wang, sentence):
    page = web.post("/interactions/log", data={"sentence": sentence}).text
    assert "/inquiries/new?text=" not in page


def test_chinese_inquiry_form_is_filled_in(web):
    data = submitted_values(open_inquiry_form(web, "新客户王芳，芳华食品，13800138000，想出口杏仁"), "")
    assert (data["name"], data["contact_text"], data["organization-typed"], data["wish"]) == (
        ["王芳"],
        ["13800138000"],
        ["芳华食品"],
        ["\r\n想出口杏仁"],
    )


@pytest.mark.parametrize("text", ["", "x" * 3000, "met Tom 20m", "\x01"])
def test_other_text_opens_the_empty_form(web, text):
    answer = web.get("/inquiries/new", query_string={"text": text})
    assert (answer.status_code, submitted_values(answer.text, "")["name"]) == (200, [""])
