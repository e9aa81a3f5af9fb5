"""The owner and the contact person of a lead: read from labeled lines, proposed as parties of the new project."""

from __future__ import annotations

import time
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.people.models import Person
from crm.projects.lead_mail.contacts import find_contact
from crm.projects.lead_mail.facts import LeadContact
from crm.projects.lead_mail.labels import FIELDS
from crm.projects.lead_mail.text import read_labels, split_paragraphs
from crm.projects.models import ProjectParty
from crm.projects.policy import ProjectRole
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of
from crm.records.services import ContactPointValues, set_points
from tests.factories import person
from tests.tools.pages import problems_of, submitted_values

LINES = {
    "Contact: Mr. Li Ming (李明), Deputy Director, tel. +86 574 8888 1234, li.ming@nb.example": LeadContact(
        "Li Ming 李明", "Deputy Director", "+86 574 8888 1234", "li.ming@nb.example"
    ),
    "Contact person: Li Ming 李明 / Procurement Manager / 13812345678": LeadContact(
        "Li Ming 李明", "Procurement Manager", "13812345678"
    ),
    "Owner: Almaty Metro\nContact: Aliya Nurlanova - Head of Procurement": LeadContact(
        "Aliya Nurlanova", "Head of Procurement", party="owner"
    ),
    "Prime: Huadong\nOwner contact: Li Ming at li@nb.example or +86 138 0000 1234": LeadContact(
        "Li Ming", "", "+86 138 0000 1234", "li@nb.example", "owner"
    ),
    "总包：华东水务集团\n联系人：李明，采购部经理，电话：0574-8888 1234，邮箱 li@nb.example": LeadContact(
        "李明", "采购部经理", "0574-8888 1234", "li@nb.example", "prime"
    ),
    "联系人：欧阳明经理 13812345678": LeadContact("欧阳明", "经理", "13812345678"),
    "聯繫人：張偉，採購總監": LeadContact("張偉", "採購總監"),
    "联系人：李明先生\n职务：总工程师\n联系方式：１３８１２３４５６７８，li@nb.example": LeadContact(
        "李明", "总工程师", "13812345678", "li@nb.example"
    ),
    "Contact: Li Ming\nBudget: USD 2 million\nPhone: +86 574 8888 1234": LeadContact("Li Ming"),
    "Contact: Procurement Department, +86 574 8888 1234": None,
    "Contact: see below": None,
    "Contact: li.ming@nb.example": None,
    "Contact: TBD": None,
    "联系人：见附件": None,
    "联系人：王总 13800001234": None,
    "Please contact: we are at +86 574 8888 1234": None,
}


@pytest.mark.parametrize("text", LINES)
def test_contact_is_the_person_whom_a_labeled_line_names(text):
    assert find_contact(split_paragraphs(text)) == LINES[text]


@pytest.mark.parametrize(
    "line", ["Owner / employer: Ningbo Bureau", "Project company: Ningbo Bureau", "业主（建设单位）：Ningbo Bureau"]
)
def test_owner_has_many_labels(line):
    assert read_labels(split_paragraphs(line), FIELDS)["owner"].text == "Ningbo Bureau"


@pytest.mark.parametrize("part", ["Li Ming, ", "1 2-", "李明", "a@", "Aa ", "经理", "(", " - "])
def test_long_lines_are_read_in_linear_time(part):
    paragraphs = split_paragraphs(("Contact: " + part * (390 // len(part)) + "\n") * 50)
    began = time.process_time()
    find_contact(paragraphs)
    assert time.process_time() - began < 1


EMAIL = """From: Daniel Whitcombe <daniel@chongming.post.example>
Sent: Monday, March 9, 2026 10:15 AM
Subject: New lead: Ningbo water plant

Prime contractor: Huayue Municipal
Owner: Ningbo Water Bureau
Contact: Li Ming, Procurement Director, +86 574 8888 1234, li.ming@ningbo.example
"""


def pasted(browser, text: str) -> str:
    page = browser.post("/projects/paste", data={"mail": text}).text
    assert problems_of(page) == []
    return unescape(page)


def save(browser, page: str) -> dict[ProjectRole, int | None]:
    """Add the project of a page; return the ids of the people by the role of their party."""
    assert browser.post("/projects/new", data=submitted_values(page, "/projects/new")).status_code == 303
    return dict(db.session.execute(sa.select(ProjectParty.role, ProjectParty.person_id)).all())


def test_contact_becomes_a_new_person_at_the_owner_with_the_email_address(anna, prime):
    page = pasted(anna, EMAIL)
    assert "Person at the project owner" in page
    assert "Li Ming, Procurement Director, +86 574 8888 1234, li.ming@ningbo.example" in page
    person_id = save(anna, page)[ProjectRole.owner]
    row = db.session.get_one(Person, person_id)
    assert (row.label, [point.raw for point in points_of([row.id])[row.id]]) == ("Li Ming", ["li.ming@ningbo.example"])


def test_contact_with_a_known_address_is_that_person(anna, prime):
    row = person("Li", "Ming")
    set_points(row, [ContactPointValues(ContactMedium.email, PointLabel.work, "li.ming@ningbo.example")], "CN")
    assert save(anna, pasted(anna, EMAIL))[ProjectRole.owner] == row.id


def test_contact_after_the_prime_is_a_person_there(anna, prime):
    page = pasted(anna, EMAIL.replace("Owner: Ningbo Water Bureau\n", ""))
    assert "Person at the prime" in page
    assert save(anna, page)[ProjectRole.prime] is not None


def test_contact_without_an_organization_blocks_nothing(anna):
    page = pasted(anna, EMAIL.replace("Prime contractor: Huayue Municipal\nOwner: Ningbo Water Bureau\n", ""))
    assert save(anna, page) == {}
