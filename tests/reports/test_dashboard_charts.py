"""The charts on a dashboard: their rows, what their bars measure, and the reports that the cards open."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import current_app

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.policy import InteractionType
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.projects.models import Project
from crm.reports.dashboard import build_cards, is_worth_sending
from crm.reports.models import CustomReport
from tests.factories import client_of, post
from tests.factories.impact import CONFIRMED, make_milestone
from tests.factories.opportunities import make_opportunity


def choose(web, *names: str) -> None:
    web.post("/reports/dashboard/edit", data={"dashboard": list(names)})


def chart_of(web) -> list[tuple[str, str]]:
    """Return name and figure of each row of the first chart on the dashboard."""
    rows = web.get("/reports/dashboard").text.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    texts = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)] for row in rows]
    return [(cells[0], cells[2]) for cells in texts]


def save_report(user, query: str, kind: str = "opportunities") -> str:
    """Save a custom report and return its name on dashboards."""
    row = CustomReport(user_id=user.id, name="Own", kind=kind, query=query)
    db.session.add(row)
    db.session.commit()
    return f"custom-{row.id}"


def test_forecast_on_a_dashboard_has_all_months_of_the_year(client, people, clock):
    make_opportunity(client_of("Inland"), counselor=people["anna"], amount=20_000, close_on=date(2026, 8, 3))
    web = client.login_as("anna")
    choose(web, "forecast")
    rows = chart_of(web)
    assert (rows[0][0], rows[-1][0], len(rows)) == ("October 2025", "September 2026", 12)
    assert ("August 2026", "$20K") in rows


def test_custom_report_over_time_has_its_latest_months(client, people, actor, clock):
    for year, month in [*((2025, month) for month in range(1, 13)), (2026, 2)]:
        values = {"wall": datetime(year, month, 3, 9), "zone": "America/Los_Angeles", "type": InteractionType.call}
        log_interaction(actor("anna"), values | {"reached": "talked"}, InteractionDetails())
    web = client.login_as("anna")
    choose(web, save_report(people["anna"], "by=date.month", "interactions"))
    rows = chart_of(web)
    assert (rows[0], rows[-1], len(rows)) == (("March 2025", "1"), ("February 2026", "1"), 12)
    assert ">2 more in the report</a>" in web.get("/reports/dashboard").text


def test_custom_report_over_many_months_has_its_latest_ones(client, people, actor, clock):
    for day in (date(2020, 5, 3), date(2025, 3, 3), date(2026, 2, 3)):
        values = {
            "wall": datetime(day.year, day.month, 3, 9),
            "zone": "America/Los_Angeles",
            "type": InteractionType.call,
        }
        log_interaction(actor("anna"), values | {"reached": "talked"}, InteractionDetails())
    web = client.login_as("anna")
    name = save_report(people["anna"], "by=date.month", "interactions")
    choose(web, name)
    rows = chart_of(web)
    assert (rows[0], rows[-1], len(rows)) == (("March 2025", "1"), ("February 2026", "1"), 12)
    assert ">58 more in the report</a>" in web.get("/reports/dashboard").text
    page = web.get(f"/reports/custom/{name.removeprefix('custom-')}").text
    assert "The latest 60 rows are shown." in page


def test_chart_over_time_leaves_records_without_a_date_out(client, people, clock):
    inland = client_of("Inland")
    for month in range(1, 13):
        make_opportunity(inland, counselor=people["anna"], close_on=date(2026, month, 3))
    make_opportunity(inland, counselor=people["anna"])
    web = client.login_as("anna")
    choose(web, save_report(people["anna"], "by=close.month"))
    rows = chart_of(web)
    assert (rows[0][0], rows[-1][0], len(rows)) == ("January 2026", "December 2026", 12)
    assert ">1 more in the report</a>" in web.get("/reports/dashboard").text


def test_chart_of_sources_says_how_many_more_there_are_in_the_order_of_its_bars(client, people, clock):
    inland = client_of("Inland")
    for i in range(8):
        name = f"Dam {i}"
        project = Project(name=name, label=name, stage_since=business_clock.now(), source_id=post(f"Post {i}").id)
        db.session.add(project)
        db.session.flush()
        make_opportunity(inland, counselor=people["anna"], project_id=project.id, amount=1000 * (i + 1))
    web = client.login_as("clara")
    choose(web, "sources")
    assert [name for name, _value in chart_of(web)] == [f"Post {i}" for i in (7, 6, 5, 4, 3, 2)]
    assert ">2 more in the report</a>" in web.get("/reports/dashboard").text


def test_open_work_alone_has_no_chart_and_no_email(client, people, actor, clock):
    make_opportunity(client_of("Inland"), counselor=people["anna"])
    make_opportunity(client_of("Inland"), counselor=people["dora"])
    web = client.login_as("clara")
    choose(web, "activity")
    assert chart_of(web) == []
    page = web.get("/reports/activity").text.partition('id="counselors"')[2].partition("</section>")[0]
    assert (">Dora Lindqvist</a>" in page, '<th scope="col" class="num">Open opportunities</th>' in page) == (
        True,
        True,
    )
    with current_app.test_request_context():
        assert not is_worth_sending(build_cards(actor("clara"), ["activity"])[0].report)


def test_figures_of_results_on_a_dashboard_are_confirmed_and_expected(client, people, clock):
    web = client.login_as("clara")
    choose(web, "results")
    labels = re.findall(r'<span class="k">([^<]+)</span>', web.get("/reports/dashboard").text)
    assert labels == ["Confirmed", "Expected", "Confirmed export sales", "Confirmed contracts"]


def test_card_changes_no_remembered_choices(client, people):
    web = client.login_as("clara")
    choose(web, "stuck")
    web.get(f"/reports/stuck?counselor={people['anna'].id}")
    url = re.search(r'<h2 id="card-stuck">\s*<a href="([^"]+)"', web.get("/reports/dashboard").text)[1]
    web.get(url)
    assert f'value="{people["anna"].id}" selected' in web.get("/reports/stuck").text


def test_figures_of_a_custom_report_are_what_its_bars_measure(client, people):
    inland = client_of("Inland")
    for stage, amount in ((OpportunityStage.matched, 20_000), (OpportunityStage.quoted, 90_000)):
        make_opportunity(inland, stage=stage, counselor=people["anna"], amount=amount)
    web = client.login_as("anna")
    choose(web, save_report(people["anna"], "by=stage&measure=sum:amount"))
    assert chart_of(web) == [("Matched", "$20K"), ("Quoted", "$90K")]
    make_opportunity(inland, stage=OpportunityStage.quoted, counselor=people["anna"], amount=100, currency="CNY")
    assert chart_of(web) == [("Matched, USD", "1"), ("Quoted, CNY", "1"), ("Quoted, USD", "1")]


def test_groups_of_a_custom_report_are_in_the_order_of_its_bars(client, people):
    few, many = client_of("Inland", "Few"), client_of("Inland", "Many")
    for of, amount in ((few, 90_000), (many, 1000), (many, 2000)):
        make_opportunity(of, counselor=people["anna"], amount=amount)
    web = client.login_as("anna")
    choose(web, save_report(people["anna"], "by=client&measure=sum:amount"))
    assert chart_of(web) == [("Few", "$90K"), ("Many", "$3,000")]


def test_card_opens_the_report_with_its_own_choices(client, people):
    web = client.login_as("clara")
    choose(web, "stuck")
    filtered = web.get(f"/reports/stuck?counselor={people['anna'].id}").text
    assert f'value="{people["anna"].id}" selected' in filtered
    url = re.search(r'<h2 id="card-stuck">\s*<a href="([^"]+)"', web.get("/reports/dashboard").text)[1]
    assert "selected>" not in web.get(url).text


def test_chart_of_results_leaves_expected_ones_out(client, people, clock):
    inland = client_of("Inland")
    for kind in (MilestoneKind.export_sale, MilestoneKind.contract):
        make_milestone(inland, type=kind, status=MilestoneStatus.actual, amount=1000, currency="USD", **CONFIRMED)
        make_milestone(inland, type=kind, status=MilestoneStatus.expected, amount=5000, currency="USD")
    make_milestone(inland, type=MilestoneKind.contract, status=MilestoneStatus.actual)
    web = client.login_as("clara")
    choose(web, "results")
    assert chart_of(web)[:2] == [("Export sale", "1"), ("Contract", "2")]
    page = web.get("/reports/results").text
    answer = "2 results are confirmed for Federal FY 2026 (export sale $1,000, contract $1,000); 2 more are expected."
    assert answer in page
    assert "$2,000" not in page
