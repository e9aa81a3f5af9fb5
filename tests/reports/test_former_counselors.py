"""Reports and lists about a counselor who was deactivated."""

from __future__ import annotations

import re

import pytest

from crm.core.data.base import db
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.reports.test_views import count_listed, numbers_of


@pytest.fixture
def former(people):
    """Return a deactivated counselor with an open opportunity."""
    user = people["dora"]
    make_opportunity(client_of("Inland"), counselor=user)
    user.active = False
    db.session.flush()
    return user


def test_numbers_of_a_report_about_a_deactivated_counselor_open_their_records(client, former):
    web = client.login_as("clara")
    numbers = numbers_of(web.get(f"/reports/pipeline?counselor={former.id}").text)
    assert 1 in dict(numbers).values()
    assert [count_listed(web, url) for url, _number in numbers] == [number for _url, number in numbers]


def test_report_offers_deactivated_counselors_of_its_teams_last(client, former, people):
    people["boris"].active = False  # Of another team.
    db.session.flush()
    page = client.login_as("clara").get("/reports/activity").text
    choices = page.split('name="counselor"')[1].split("</select>")[0]
    names = re.findall(r">([^<]+)</option>", choices)
    assert names[0] == "All"
    assert names[-1] == "Dora Lindqvist (deactivated)"
    assert not any(name.startswith("Boris") for name in names)


@pytest.mark.parametrize(
    "address",
    ["/opportunities/?counselor=", "/interactions/?staff=", "/followups/?whose=", "/organizations/?counselor="],
)
def test_list_can_be_filtered_by_a_deactivated_user(client, former, address):
    answer = client.login_as("clara").get(f"{address}{former.id}")
    assert answer.status_code == 200
    assert f'<option value="{former.id}" selected>Dora Lindqvist (deactivated)</option>' in answer.text


def test_forms_offer_no_deactivated_user(client, former):
    assert "Dora Lindqvist" not in client.login_as("clara").get("/opportunities/new").text
