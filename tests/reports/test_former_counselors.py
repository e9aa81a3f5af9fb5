"""Reports and lists about a counselor who was deactivated or moved to another team."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from crm.accounts.services.users import set_teams
from crm.core.data.base import db
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
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


@pytest.fixture
def moved(clock, people, actor):
    """Return a counselor who moved from Inland to Bay after an interaction of Inland."""
    user, client = people["dora"], client_of("Inland")
    values = {"wall": datetime(2026, 3, 9, 9), "zone": "America/Los_Angeles", "type": InteractionType.meeting}
    log_interaction(actor("dora"), values, InteractionDetails(clients=[ClientMinutes(client.id, 60)]))
    set_teams(user, [actor("boris").first_team_id])
    return user


def test_report_offers_a_counselor_who_moved_to_another_team(client, moved):
    web = client.login_as("clara")
    assert f'<option value="{moved.id}" >Dora Lindqvist</option>' in web.get("/reports/activity").text
    page = web.get(f"/reports/activity?counselor={moved.id}").text
    assert "1 interaction took place in Q1 2026" in page
    numbers = numbers_of(page)
    assert [count_listed(web, url) for url, _number in numbers] == [number for _url, number in numbers]


def test_report_offers_nobody_who_was_in_another_team_only(client, moved, people):
    page = client.login_as("boris").get("/reports/losses").text
    assert "Dora Lindqvist</option>" in page
    assert "Clara Whitfield</option>" not in page
