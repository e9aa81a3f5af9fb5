"""What a page shows in small print under a cell has a column in XLSX and CSV."""

from __future__ import annotations

import io
from datetime import timedelta

from python_calamine import load_workbook

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.reports.test_files import tables

TODAY = "2026-03-10"
LATER = "2026-05-10"


def load_lines(web, report: str, sheet: str) -> list[dict[str, object]]:
    """Return the lines of a sheet of a report's workbook as values by heading."""
    body = web.get(f"/reports/{report}?as=xlsx").get_data()
    heads, *lines = load_workbook(io.BytesIO(body)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(heads, line, strict=True)) for line in lines]


def add_change(row, field: ChangedField, old: str, new: str, why: str | None) -> None:
    """Record that an opportunity was changed yesterday."""
    values = {"at": business_clock.now() - timedelta(days=1), "field": field.value, "old": old, "new": new, "why": why}
    change = OpportunityChange(opportunity_id=row.id, **values)
    db.session.add(change)
    db.session.flush()


def test_changes_have_the_reason(clock, client, people):
    inland = client_of("Inland")
    for why in ("No reply since spring", None):
        add_change(make_opportunity(inland, days=90), ChangedField.stage, "quoted", "lost", why)
    web = client.login_as("clara")
    assert "No reply since spring" in web.get("/reports/pipeline").text
    lost = [(row["After"], row["Reason"]) for row in load_lines(web, "pipeline", "Changes")]
    assert sorted(lost) == [("Lost", ""), ("Lost", "No reply since spring")]
    heads, *lines = tables(web.get("/reports/pipeline?as=csv").get_data())["changed.csv"]
    assert sorted(line[heads.index("reason")] for line in lines) == ["", "No reply since spring"]


def test_slips_have_the_reason(clock, client, people):
    row = make_opportunity(client_of("Inland"))
    add_change(row, ChangedField.close, TODAY, LATER, "Budget of the buyer")
    web = client.login_as("clara")
    assert "Budget of the buyer" in web.get("/reports/forecast").text
    assert [row["Reason"] for row in load_lines(web, "forecast", "Slips")] == ["Budget of the buyer"]


def test_reviews_have_the_days_in_stage_as_a_number(clock, client, people):
    make_opportunity(client_of("Inland"), days=95, counselor=people["anna"])
    web = client.login_as("clara")
    assert "95 d in stage" in web.get("/reports/review").text
    assert [row["Days in stage"] for row in load_lines(web, "review", "Overdue in stage")] == [95]


def test_groups_have_the_amounts_of_each_currency(clock, client, pipeline):
    web = client.login_as("clara")
    assert "CN¥700K at 0.14 (Mar 7)" in web.get("/reports/breakdown").text
    amounts = "; ".join(str(row["Amounts"]) for row in load_lines(web, "breakdown", "Prime or buyer"))
    assert "CN¥700,000 at 0.14 (Mar 7)" in amounts
