"""What holds for every report: its address, its choices, and the list of reports."""

from __future__ import annotations

import re

import pytest

from crm.core import clock as business_clock
from crm.reports.definitions import ReportGroup
from crm.reports.registry import REPORTS, list_by_group

NAMES = [report.name for report in REPORTS]


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_address_takes_only_the_choices_of_the_report(client, people, report):
    web = client.login_as("anna")
    assert web.get(f"/reports/{report.name}?as=xlsx&color=red").status_code == 400
    assert web.get(f"/reports/{report.name}?counselor={10**12}").status_code == 400
    has_period = web.get(f"/reports/{report.name}?period=month").status_code
    assert has_period == (200 if report.period else 400)


def test_index_lists_every_report_under_who_asks(client, people):
    page = client.login_as("anna").get("/reports/").text
    assert [f'href="/reports/{name}"' in page for name in NAMES] == [True] * len(NAMES)
    assert [group for group, _reports in list_by_group()] == [
        group for group in ReportGroup if any(report.group is group for report in REPORTS)
    ]


def test_choices_are_remembered_and_the_period_stays_current(client, people):
    web = client.login_as("anna")
    web.get("/reports/pipeline?period=month&at=2026-01-05&path=direct_sale")
    page = web.get("/reports/pipeline").text
    assert '<option value="direct_sale" selected>' in page
    assert "March 2026" in page or business_clock.today("America/Los_Angeles").strftime("%B %Y") in page
    assert "January 2026" not in page.partition('class="strong"')[2][:100]


def test_remembered_team_that_the_user_left_is_ignored(client, people, actor):
    web = client.login_as("nora")
    team_id = next(iter(actor("anna").team_ids))
    with web.session_transaction() as session:
        session["reports"] = {"stuck": {"team": str(team_id + 10_000)}}
    assert web.get("/reports/stuck").status_code == 200


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_section_without_entries_says_so(client, people, report):
    page = client.login_as("clara").get(f"/reports/{report.name}").text
    for section in re.findall(r'<section class="q.*?</section>', page, re.DOTALL):
        if "<table" not in section:
            text = re.search(r"<p>(.*?)</p>", section, re.DOTALL)[1]
            assert re.search(r"\b(no|nothing|0)\b", text, re.IGNORECASE), text


def test_empty_list_of_open_follow_ups_is_not_about_overdue_ones(client, people):
    web = client.login_as("anna")
    page = web.get("/reports/open-follow-ups").text
    assert "No open follow-ups" in page
    assert "No overdue follow-ups" not in page
    assert "No overdue follow-ups" in web.get("/reports/overdue-follow-ups").text
