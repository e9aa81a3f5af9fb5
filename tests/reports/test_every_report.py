"""What holds for every report: its page, its numbers, its files, and its choices."""

from __future__ import annotations

import io
import zipfile

import pytest
import python_calamine

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.reports.definitions import ReportGroup
from crm.reports.registry import REPORTS, list_by_group
from tests.factories.opportunities import make_opportunity
from tests.reports.random_records import add_random_records
from tests.reports.test_views import count_listed, numbers_of

NAMES = [report.name for report in REPORTS]


@pytest.fixture
def records(people, clock):
    """Add random records for all users."""
    add_random_records(people, 7)
    db.session.flush()
    return people


# One test for all reports: creating the records takes longer than opening a report.


@pytest.mark.parametrize("user", ["anna", "nora"])
def test_every_number_opens_exactly_its_records(client, records, user):
    reader, wrong = client.login_as(user), []
    for name in NAMES:
        numbers = dict.fromkeys(numbers_of(reader.get(f"/reports/{name}").text))
        wrong += [(name, url, n) for url, n in numbers if count_listed(reader, url) != n]
    assert wrong == []


def test_files_have_the_answer_and_all_tables(client, records):
    web = client.login_as("anna")
    for name in NAMES:
        files = {kind: web.get(f"/reports/{name}?as={kind}") for kind in ("csv", "xlsx", "pdf")}
        assert {kind: answer.status_code for kind, answer in files.items()} == dict.fromkeys(files, 200), name
        assert files["pdf"].data.startswith(b"%PDF-"), name
        archive = zipfile.ZipFile(io.BytesIO(files["csv"].data))
        assert "report.csv" in archive.namelist(), name
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"].data))
        assert len(book.sheet_names) == len(archive.namelist()), name


def test_statements_are_as_many_for_more_records(client, records, sql):
    web = client.login_as("nora")

    def count_statements(name: str) -> int:
        web.get(f"/reports/{name}")
        sql.clear()
        web.get(f"/reports/{name}")
        return len(sql)

    few = {name: count_statements(name) for name in NAMES}
    for _n in range(20):
        make_opportunity(amount=1000, days=50, close_on=business_clock.today("America/Los_Angeles"))
    assert {name: count_statements(name) for name in NAMES} == few


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
