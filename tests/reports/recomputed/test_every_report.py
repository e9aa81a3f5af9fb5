"""What holds for every report with random records: its numbers, its files, and its statements."""

from __future__ import annotations

import io
import zipfile

import pytest
import python_calamine

from crm.core import clock as business_clock
from crm.reports.registry import REPORTS
from tests.factories.opportunities import make_opportunity
from tests.reports.test_views import count_listed, numbers_of

pytestmark = pytest.mark.engine_in_turn

NAMES = [report.name for report in REPORTS]


@pytest.mark.parametrize("user", ["anna", "nora"])
def test_every_number_opens_exactly_its_records(client, clock, user):
    reader, wrong = client.login_as(user), []
    for name in NAMES:
        numbers = dict.fromkeys(numbers_of(reader.get(f"/reports/{name}").text))
        wrong += [(name, url, n) for url, n in numbers if count_listed(reader, url) != n]
    assert wrong == []


def test_files_have_the_answer_and_all_tables(client, clock):
    web = client.login_as("anna")
    for name in NAMES:
        files = {kind: web.get(f"/reports/{name}?as={kind}") for kind in ("csv", "xlsx", "pdf")}
        assert {kind: answer.status_code for kind, answer in files.items()} == dict.fromkeys(files, 200), name
        assert files["pdf"].data.startswith(b"%PDF-"), name
        archive = zipfile.ZipFile(io.BytesIO(files["csv"].data))
        assert "report.csv" in archive.namelist(), name
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"].data))
        assert len(book.sheet_names) == len(archive.namelist()), name


def test_statements_are_as_many_for_more_records(client, clock, sql):
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
