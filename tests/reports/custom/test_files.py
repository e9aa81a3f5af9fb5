"""The files of custom reports."""

from __future__ import annotations

import io
import zipfile

import python_calamine
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.lists.export_log import ExportLog
from crm.reports.custom import build
from crm.reports.pdf import build_section
from tests.factories import client_of
from tests.reports.custom.lookups import BUILD, saved_report


def test_many_values_of_the_second_grouping_are_cut(client, people, monkeypatch):
    monkeypatch.setattr(build, "MAX_COLUMNS", 12)
    for number in range(15):
        client_of("Inland", f"Mill {number:02}", city=f"City {number:02}", country="US")
    address = "/reports/custom/build/organizations?by=country&by2=city"
    page = client.login_as("clara").get(address).text
    legend = page.partition('<ul class="row-x wrap gap4 mb-3">')[2].partition("</ul>")[0]
    assert (legend.count("<li"), "Other" in legend) == (8, True)
    assert "The first 10 columns are shown; XLSX and CSV have 12." in page
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}&as=xlsx").data))
    heads, us = next(
        (rows[i], rows[i + 1])
        for rows in (sheet.get_sheet_by_name(name).to_python() for name in sheet.sheet_names)
        for i in range(len(rows) - 1)
        if "Total" in rows[i]
    )
    assert len([head for head in heads if str(head).startswith("City ")]) == 12
    assert us[heads.index("Total")] == 15


def test_only_page_and_pdf_say_that_they_leave_out_columns(client, people, monkeypatch):
    pdfs = []
    monkeypatch.setattr("crm.reports.files.build_report_pdf", lambda *args, **_kw: pdfs.append(args) or b"%PDF-")
    for number in range(15):
        client_of("Inland", f"Mill {number:02}", city=f"City {number:02}", country="US")
    address, text = "/reports/custom/build/organizations?by=country&by2=city", "The first 10 columns are shown."
    web = client.login_as("clara")
    assert text in web.get(address).text
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"{address}&as=xlsx").data))
    facts = dict(row[:2] for row in book.get_sheet_by_name("Summary").to_python())
    assert facts["Groups"] == "Organizations by country and city."
    web.get(f"{address}&as=pdf")
    ((_title, report, _facts),) = pdfs
    assert text in build_section(report.sections[0])["note"]


def test_files_have_numbers_with_their_types(client, deals):
    web = client.login_as("anna")
    row = saved_report(web, query="by=stage&measure=sum:amount")
    for address in (f"/reports/custom/{row.id}?as=", f"{BUILD}?by=stage&measure=sum:amount&as="):
        assert web.get(f"{address}pdf").data.startswith(b"%PDF-")
        archive = zipfile.ZipFile(io.BytesIO(web.get(f"{address}csv").data))
        lines = archive.read("groups.csv").decode("utf-8-sig").splitlines()
        assert lines[0] == '"stage","records","sum_amount","sum_amount_currency"'
        assert lines[1] == '"Matched with opportunity","3","3500.00","USD"' or lines[1].endswith('"3","3500.00","USD"')
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"{address}xlsx").data))
        assert book.get_sheet_by_index(1).to_python()[1][1:] == [3.0, 3500.0]
    assert (
        db.session.scalar(sa.select(sa.func.count(ExportLog.id)).where(ExportLog.listing.like("report:custom%"))) == 6
    )
    assert web.get(f"{BUILD}?by=stage&as=exe").status_code == 400
    assert web.get(f"{BUILD}?as=csv").status_code == 400


def test_only_the_page_says_that_numbers_open_their_records(client, deals):
    web = client.login_as("anna")
    text = "Every number opens its records."
    assert text in web.get(f"{BUILD}?by=stage").text
    assert text not in web.get(f"{BUILD}?by=stage&state=open&country=AQ").text
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"{BUILD}?by=stage&as=xlsx").data))
    facts = dict(row[:2] for row in book.get_sheet_by_name("Summary").to_python())
    assert facts["Groups"] == "Opportunities by stage."


def test_file_says_of_which_year_it_is(client, deals, clock):
    body = client.login_as("anna").get(f"{BUILD}?by=stage&as=xlsx").data
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    facts = dict(row[:2] for row in book.get_sheet_by_name("Summary").to_python())
    assert facts["As of"] == "Tue, Mar 10, 2026, 10:00 AM"


def test_summary_of_a_file_separates_its_sentences(client, deals):
    body = client.login_as("anna").get(f"{BUILD}?by=stage&measure=average:amount&as=xlsx").data
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    facts = dict(row[:2] for row in book.get_sheet_by_name("Summary").to_python())
    expected = "Average of amount: Opportunities by stage. Records without a value are left out of averages."
    assert facts["Groups"] == expected
