"""The report as XLSX and as CSV: all rows, number formats, sheet names in words, and a first sheet about the report."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from python_calamine import load_workbook

from crm.core import clock as business_clock
from crm.funding.services.awards import save_award
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.opportunities.policy import OpportunityStage
from crm.reference.models import Funder, Rate
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.fixtures.workbooks import list_hidden_cells
from tests.reports.conftest import lead
from tests.reports.test_waiting import make_follow_up

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def xlsx(clock, client, pipeline):
    """Return the bytes of the workbook as Anna downloads it."""
    return client.login_as("anna").get("/reports/pipeline?as=xlsx").get_data()


def part(body: bytes, name: str) -> ET.Element:
    """Return a part of a workbook as XML."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return ET.fromstring(archive.read(name))


def tables(body: bytes) -> dict[str, list[list[str]]]:
    """Return the rows of each CSV file of an archive by its name."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items()}


def test_sheets_are_named_in_words_and_the_first_is_about_the_report(xlsx):
    book = load_workbook(io.BytesIO(xlsx))
    names = ["Summary", "Changes", "Stuck", "Overdue follow-ups", "Closing", "Stages", "Counselors", "Leads"]
    assert book.sheet_names == names
    facts = {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python()[2:]}
    assert facts["Period"] == "Federal FY 2026, Oct 1, 2025 to Sep 30, 2026"
    assert (facts["Team"], facts["Counselor"], facts["Sales path"]) == ("Inland", "All", "All")
    assert facts["As of"] == "Tue, Mar 10, 2026, 10:00 AM"
    assert facts["Exchange rates"] == "CNY: US$ 0.14 (Mar 7, 2026)"
    assert facts["Open opportunities"] == "4, +2 confidential"


def test_goals_of_awards_have_a_sheet_each_named_by_funder_and_number(clock, client, people, actor, session):
    funder = Funder(code="sba", name="SBA: STEP/Rural program")
    session.add(funder)
    session.flush()
    for number in ("2026-1", "2026-2", "2026-1"):
        goals = [{"measure": "clients", "team_id": None, "user_id": None, "target": 5}]
        days = {"from_on": date(2025, 10, 1), "to_on": date(2026, 9, 30)}
        save_award(actor("nora"), {"funder_id": funder.id, "number": number, "goals": goals, "reports": [], **days})
    web = client.login_as("nora")
    book = load_workbook(io.BytesIO(web.get("/reports/goals?as=xlsx").get_data()))
    names = ["SBA  STEP Rural program 2026-1", "SBA  STEP Rural program 2026-2", "SBA  STEP Rural program 2026- 4"]
    assert book.sheet_names == ["Summary", *names]
    assert ">SBA: STEP/Rural program 2026-2</a>" in web.get("/reports/goals").text


@pytest.mark.parametrize(("currency", "amount"), [("USD", "53211.00"), ("CNY", "7396.33")])
def test_amounts_of_goals_have_cents_and_their_currency(clock, client, actor, session, currency, amount):
    funder = Funder(code="sba", name="SBA")
    session.add_all([funder, Rate(currency="CNY", usd=Decimal("0.139"), on=date(2026, 3, 1))])
    session.flush()
    goals = [
        {"measure": measure, "team_id": None, "user_id": None, "target": 5} for measure in ("export_sales", "clients")
    ]
    days = {"from_on": date(2025, 10, 1), "to_on": date(2026, 9, 30)}
    save_award(actor("nora"), {"funder_id": funder.id, "number": "1", "goals": goals, "reports": [], **days})
    values = {"client_id": client_of("Inland").id, "title": "Sale", "type": MilestoneKind.export_sale}
    values |= {"status": MilestoneStatus.actual, "amount": Decimal(53211), "currency": currency}
    values |= {"on": date(2026, 3, 2), "reported_on": date(2026, 3, 2), "funder_id": funder.id}
    add_milestone(actor("anna"), values | {"confirmed_on": date(2026, 3, 3), "confirmed_how": Confirmation.email})
    files = tables(client.login_as("nora").get("/reports/goals?as=csv").get_data())
    heads, *rows = next(table for name, table in files.items() if name.startswith("award-"))
    by_measure = {row[0].partition(",")[0]: dict(zip(heads, row, strict=True)) for row in rows}
    sales, clients = by_measure["Confirmed export sales"], by_measure["Clients"]
    assert (sales["actual"], sales["actual_currency"], sales["target"], sales["target_currency"]) == (
        amount, "USD", "5.00", "USD",
    )  # fmt: skip
    assert sales["projected"].endswith(".00")
    assert (clients["actual"], clients["actual_currency"]) == ("0", "")


def test_amounts_have_a_format_with_their_currency(xlsx):
    codes = {x.get("numFmtId"): x.get("formatCode") for x in part(xlsx, "xl/styles.xml").iter(f"{MAIN}numFmt")}
    styles = [codes.get(x.get("numFmtId")) for x in part(xlsx, "xl/styles.xml").find(f"{MAIN}cellXfs")]
    stuck = part(xlsx, "xl/worksheets/sheet3.xml")
    cells = {x.get("r"): x for x in stuck.iter(f"{MAIN}c")}
    assert (cells["E2"].find(f"{MAIN}v").text, styles[int(cells["E2"].get("s"))]) == ("700000.00", "[$CN¥]#,##0")
    stages = {x.get("r"): x for x in part(xlsx, "xl/worksheets/sheet6.xml").iter(f"{MAIN}c")}
    assert styles[int(stages["D2"].get("s"))] == "[$$]#,##0"


def test_shares_have_a_percent_sign(clock, client, people):
    for stage in (OpportunityStage.matched, OpportunityStage.introduced):
        make_opportunity(client_of("Inland"), stage=stage, counselor=people["anna"])
    body = client.login_as("anna").get("/reports/funnel?as=xlsx").get_data()
    codes = {x.get("numFmtId"): x.get("formatCode") for x in part(body, "xl/styles.xml").iter(f"{MAIN}numFmt")}
    styles = [codes.get(x.get("numFmtId")) for x in part(body, "xl/styles.xml").find(f"{MAIN}cellXfs")]
    cells = {x.get("r"): x for x in part(body, "xl/worksheets/sheet2.xml").iter(f"{MAIN}c")}
    assert [(cells[r].find(f"{MAIN}v").text, styles[int(cells[r].get("s"))]) for r in ("B3", "C3", "D3")] == [
        ("1", "#,##0"), ("50", '0"%"'), ("50", '0"%"'),
    ]  # fmt: skip


def test_tables_have_a_frozen_header_and_columns_as_wide_as_their_texts(xlsx):
    for number in range(2, 9):
        sheet = part(xlsx, f"xl/worksheets/sheet{number}.xml")
        pane = sheet.find(f".//{MAIN}pane")
        assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
        assert all(float(x.get("width")) > 8 for x in sheet.iter(f"{MAIN}col"))


def test_columns_are_wide_enough_for_dates_and_amounts(clock, client, people):
    """The page has "Mar 1" and "CN¥12.3M", which are shorter than what a sheet shows."""
    for currency in ("USD", "CNY"):
        values = {"amount": 12_345_678, "currency": currency, "close_on": date(2026, 9, 1)}
        values |= {"stage": OpportunityStage.quoted, "days": 40, "counselor": people["anna"]}
        make_opportunity(client_of("Inland"), **values)
    make_follow_up(date(2026, 3, 1), people["anna"])
    web = client.login_as("anna")
    for report in ("pipeline", "forecast", "stuck"):
        assert list_hidden_cells(web.get(f"/reports/{report}?as=xlsx").get_data()) == []


def test_files_have_all_rows_that_the_page_leaves_out(client, people, clock):
    for n in range(12):
        make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted, days=40 + n, counselor=people["anna"])
        make_follow_up(date(2026, 3, 1), people["anna"])
    web = client.login_as("anna")
    page = web.get("/reports/pipeline").text
    stuck = page.partition('id="stuck"')[2].partition("</section>")[0]
    assert len(re.findall("<tr>", stuck.partition("<tbody>")[2].partition("</tbody>")[0])) == 10
    assert "The first 10 are shown." in stuck
    files = tables(web.get("/reports/pipeline?as=csv").get_data())
    assert [len(files[name]) - 1 for name in ("stuck.csv", "overdue.csv")] == [12, 12]
    book = load_workbook(io.BytesIO(web.get("/reports/pipeline?as=xlsx").get_data()))
    assert len(book.get_sheet_by_name("Stuck").to_python()) == 13


def test_csv_is_one_table_a_file_with_currencies(clock, client, pipeline):
    answer = client.login_as("anna").get("/reports/pipeline?as=csv")
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    files = tables(answer.get_data())
    assert files["where.csv"][0] == [
        "stage", "opportunities", "amounts", "usd", "usd_currency", "weighted_usd", "weighted_usd_currency",
        "without_amount",
    ]  # fmt: skip
    quoted = next(row for row in files["where.csv"] if row[0] == "Quoted")
    assert quoted == ["Quoted", "2", "CN¥700,000 at 0.14 (Mar 7)", "98000", "USD", "39200", "USD", "1"]
    assert ["Team", "Inland"] in files["report.csv"]
    assert set(files) == {"report.csv"} | {
        f"{name}.csv" for name in ("changed", "stuck", "overdue", "closing", "where", "counselors", "leads")
    }


def test_text_that_looks_like_a_formula_stays_text_in_csv(client, people):
    make_opportunity(client_of("Inland"), "=1+1", stage=OpportunityStage.quoted, days=40)
    files = tables(client.login_as("anna").get("/reports/pipeline?as=csv").get_data())
    assert files["stuck.csv"][1][0] == "'=1+1"


def test_overdue_tables_name_the_organization_and_the_days(client, people, clock):
    make_follow_up(date(2026, 3, 1), people["anna"], title="Send price")
    row = lead("Ningbo water", days=10)
    row.counselor_id = people["anna"].id
    files = tables(client.login_as("anna").get("/reports/pipeline?as=csv").get_data())
    name = client_of("Inland").label
    assert files["overdue.csv"][1][:1] == ["Send price"]
    assert files["overdue.csv"][1][-1] == "9"
    assert files["overdue.csv"][1][1].split()[0] == name.split()[0]
    assert files["leads.csv"][1] == ["Lead received", "1", "1", "3"]


def test_past_period_says_in_the_first_sheet_what_is_not_recorded(client, pipeline):
    day = business_clock.today("America/Los_Angeles") - timedelta(days=400)
    body = client.login_as("anna").get(f"/reports/pipeline?as=xlsx&period=month&at={day}").get_data()
    rows = load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert any(row[0] == "Note" and "aren't recorded" in row[1] for row in rows)


def test_files_name_what_amounts_leave_out(clock, client, people):
    today, inland = business_clock.today("America/Los_Angeles"), client_of("Inland")
    for amount, currency in ((1000, "USD"), (700, "EUR")):
        make_opportunity(inland, amount=amount, currency=currency, close_on=today, counselor=people["anna"])
    web = client.login_as("anna")
    assert "€700" in web.get("/reports/forecast").text
    months = tables(web.get("/reports/forecast?as=csv").data)["months.csv"]
    march = dict(zip(months[0], next(row for row in months if row[0] == "March 2026"), strict=True))
    assert (march["expected_usd"], march["expected_usd_unconverted"]) == ("1000", "€700")
    sheet = load_workbook(io.BytesIO(web.get("/reports/forecast?as=xlsx").data)).get_sheet_by_name("Months").to_python()
    assert sheet[0][:6] == ["Month", "Expected", "US$", "No exchange rate", "Weighted", "No exchange rate"]
    assert next(row for row in sheet if row[0] == "March 2026")[1:4] == [2, 1000, "€700"]
    assert "No exchange rate" not in sheet[0][6:]


def test_files_have_exact_amounts_and_blanks_without_an_amount(clock, client, people):
    inland = client_of("Inland")
    for day, amount in ((date(2026, 3, 20), 8_467_890), (date(2026, 4, 20), None)):
        make_opportunity(inland, amount=amount, currency="EUR", probability=50, close_on=day, counselor=people["anna"])
    web = client.login_as("anna")
    heads, *rows = tables(web.get("/reports/forecast?as=csv").data)["months.csv"]
    march, april = (
        dict(zip(heads, next(r for r in rows if r[0] == f"{m} 2026"), strict=True)) for m in ("March", "April")
    )
    assert (march["expected_usd_unconverted"], march["weighted_usd_unconverted"]) == ("€8,467,890", "€4,233,945")
    assert (april["expected"], april["expected_usd"], april["weighted_usd"]) == ("1", "", "")
    heads, *rows = tables(web.get("/reports/pipeline?as=csv").data)["where.csv"]
    assert "€8,467,890" in {dict(zip(heads, row, strict=True))["amounts"].partition(" (")[0] for row in rows}
