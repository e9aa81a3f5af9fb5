"""Workshops in the activity report: attended, expected, no-shows and clients, within the scope."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import current_app

from crm.reports.attendance_section import build_attendance_section
from crm.reports.context import ReportContext
from crm.reports.layout import ReportSection
from crm.reports.periods import PeriodKind, find_period
from crm.reports.queries import Scope
from crm.shows.attendance import add_attendees
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_show
from tests.factories import client_of, make_confidential, person, team_id_of
from tests.reports.test_views import count_listed

DAY = date(2026, 3, 5)
A = Attendance


def context(actor, **narrower) -> ReportContext:
    scope = Scope(actor, tuple(sorted(actor.team_ids)), **narrower)
    return ReportContext(scope, find_period(PeriodKind.quarter, DAY), {}, 10)


def build_section(report_context: ReportContext) -> ReportSection:
    with current_app.test_request_context():
        return build_attendance_section(report_context)


def numbers(section) -> list[list[object]]:
    return [[cell.value for cell in row] for row in section.rows]


def test_workshops_of_the_period_with_their_attendees(people, actor, clock):
    anna = actor("anna")
    days = {"starts_on": DAY, "ends_on": DAY}
    workshop = save_show(anna, days | {"name": "Export basics", "type": ShowKind.workshop})
    webinar = save_show(actor("clara"), days | {"name": "Customs", "type": ShowKind.webinar})
    save_show(anna, days | {"name": "Fair", "type": ShowKind.trade_show})
    save_show(
        anna, {"name": "Later", "type": ShowKind.webinar, "starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 1)}
    )
    tri_valley, shared = client_of("Inland", "Tri-Valley", counselor=anna), person("Wu", "Min")
    add_attendees(anna, workshop, [tri_valley.id, shared.id], A.attended)
    add_attendees(anna, workshop, [person("Lu", "Hua").id], A.no_show)
    add_attendees(anna, workshop, [person("Gao", "Jie").id], A.registered)
    add_attendees(anna, webinar, [shared.id], A.attended)
    secret = make_confidential(client_of("Inland", "Secret Works", counselor=anna))
    add_attendees(anna, workshop, [secret.id], A.attended)
    section = build_section(context(anna))
    assert numbers(section) == [["Customs", DAY, 1, 1, 0, 0], ["Export basics", DAY, 2, 4, 1, 1]]
    assert [cell.value for cell in section.totals] == ["Total", None, 3, 5, 1, 1]
    assert section.bars[1].whole == Decimal(2)
    assert "1" in section.note
    own = build_section(context(anna, counselor_id=anna.id))
    assert [row[0].value for row in own.rows] == ["Export basics"]


def test_numbers_of_a_workshop_open_exactly_its_attendees(people, actor, client, clock, session):
    anna = actor("anna")
    days = {"starts_on": DAY, "ends_on": DAY}
    workshops = [save_show(anna, days | {"name": name, "type": ShowKind.workshop}) for name in ("Basics", "Customs")]
    tri_valley, bay = client_of("Inland", "Tri-Valley", counselor=anna), client_of("Bay", "Bay", counselor=anna)
    secret = make_confidential(client_of("Inland", "Secret Works", counselor=anna))
    for workshop in workshops:
        add_attendees(actor("nora"), workshop, [tri_valley.id, bay.id, person("Wu", "Min").id], A.attended)
        add_attendees(anna, workshop, [secret.id], A.attended)
        add_attendees(anna, workshop, [person("Lu", "Hua").id], A.no_show)
        add_attendees(anna, workshop, [person("Gao", "Jie").id], A.registered)
    session.commit()
    rows = build_section(context(anna)).rows
    web = client.login_as("anna")
    cells = [cell for row in rows for cell in row[2:]]
    assert [cell.value for cell in cells] == [2, 4, 1, 1] * 2
    assert [count_listed(web, cell.url) for cell in cells] == [2, 4, 1, 1] * 2


def test_clients_of_other_teams_are_left_out(people, actor, clock):
    anna, nora = actor("anna"), actor("nora")
    workshop = save_show(anna, {"name": "Export basics", "type": ShowKind.workshop, "starts_on": DAY, "ends_on": DAY})
    bay = client_of("Bay", "Bay Metering", counselor=actor("boris"))
    add_attendees(nora, workshop, [bay.id], A.attended)
    assert numbers(build_section(context(anna))) == [["Export basics", DAY, 0, 0, 0, 0]]
    scope = Scope(nora, (team_id_of("Bay"),))
    whole = ReportContext(scope, find_period(PeriodKind.quarter, DAY), {}, 10)
    assert numbers(build_section(whole)) == [["Export basics", DAY, 1, 1, 0, 1]]
