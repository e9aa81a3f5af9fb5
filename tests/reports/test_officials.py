"""The report on meetings with officials."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape

import pytest

from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.people.policy import OfficialKind
from tests.factories import affiliation, holder, make_confidential, organization, person, post, post_role


@pytest.fixture
def bureau(people):
    return organization("Digital City Bureau")


@pytest.fixture
def official(bureau):
    """Return an official of the bureau with a tour at a post that ends in 2027."""
    row = person("Zhao", "Jianguo")
    affiliation(row, bureau, title="Director", official=OfficialKind.official)
    holder(post_role(post("Consulate General Shanghai")), row, expected_end_on=date(2027, 6, 30))
    return row


@pytest.fixture
def meet(actor, clock):
    """Return a function that logs a meeting of a user with people on a day of 2026."""

    def log(name, month, *people_met, **values):
        data = {"wall": datetime(2026, month, 3, 20, 0), "zone": "Asia/Shanghai"} | values
        return log_interaction(
            actor(name), data, InteractionDetails(parties=[PartyValues(person_id=row.id) for row in people_met])
        )

    return log


def rows_of(page):
    """Return the cells of the tables of a report."""
    lines = [re.split(r"</t[hd]>", line) for line in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells[:-1]] for cells in lines]


def test_meetings_with_officials_are_counted_by_quarter_and_official(client, bureau, official, meet):
    other, colleague = person("Sun", "Li", organization=bureau), person("Qian", "Wen")
    affiliation(colleague, bureau, official=OfficialKind.state_owned)
    meet("anna", 2, official, colleague)
    meet("anna", 3, official)
    meet("anna", 3, other)
    meet("anna", 3, official, type="call")
    meet("anna", 3, official, state="planned")
    rows = rows_of(client.login_as("anna").get("/reports/officials?period=federal").text)
    assert ["Total", "2", "2"] in rows
    assert [row[1:] for row in rows if row and row[0].startswith("Q2")] == [["2", "2"]]
    assert [row for row in rows if row and row[0] == "Jianguo Zhao"] == [
        ["Jianguo Zhao", "2", "Director", "Digital City Bureau", "Official", "", "Mar 3", "Jun 30, 2027"]
    ]


def test_number_of_officials_opens_those_of_the_period_and_not_all(client, bureau, official, meet):
    affiliation(person("Qian", "Wen"), bureau, official=OfficialKind.official)
    meet("anna", 3, official)
    page = client.login_as("anna").get("/reports/officials").text
    assert re.search(r'href="#officials">\s*<span class="k">Officials</span>\s*<span class="v">1<', page)


def test_meetings_of_other_teams_and_confidential_ones_are_left_out(client, official, meet):
    meet("boris", 3, official)
    make_confidential(meet("clara", 3, official))
    page = client.login_as("anna").get("/reports/officials").text
    assert "Jianguo Zhao" not in page
    assert "Jianguo Zhao" in client.login_as("boris").get("/reports/officials").text


def test_counselor_narrows_the_meetings_and_files_have_them(client, people, official, meet):
    meet("anna", 3, official)
    web = client.login_as("clara")
    assert "Jianguo Zhao" in web.get(f"/reports/officials?counselor={people['anna'].id}").text
    assert "Jianguo Zhao" not in web.get(f"/reports/officials?counselor={people['dora'].id}").text
    assert web.get("/reports/officials?as=xlsx").status_code == 200
