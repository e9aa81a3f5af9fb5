"""Saved custom reports: their rules, who sees them, and what happens to them."""

from __future__ import annotations

import pytest
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Invalid, NotFound
from crm.core.hooks import USER_PARTS
from crm.reports.custom import services
from crm.reports.custom.build import build_custom_report
from crm.reports.custom.question import RecentPeriod, parse_query
from crm.reports.custom.saved import build_saved, get_own, get_saved, list_chosen, list_saved
from crm.reports.models import CustomReport, ReportChoice
from crm.reports.policy import EmailInterval
from crm.reports.services import save_choices
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity

QUERY = "by=stage&by2=counselor&state=open"


@pytest.fixture(autouse=True)
def _request(people):
    with current_app.test_request_context():
        yield


def save(actor, name: str = "Mine", kind: str = "opportunities", query: str = QUERY, **values) -> CustomReport:
    """Save a report."""
    return services.save_report(actor, kind, query, {"name": name} | values)


def test_names_of_reports_that_are_no_numbers_are_ignored(actor):
    row = save(actor("anna"))
    codes = ["custom-²", f"custom-{'9' * 30}", "pipeline", "custom-", f"custom-{row.id}"]
    assert [saved.name for saved in list_chosen(actor("anna"), codes)] == ["Mine"]


def test_private_report_is_seen_by_its_user_only(actor):
    row = save(actor("anna"))
    assert [saved.name for saved in list_saved(actor("anna"))] == ["Mine"]
    for other in ("clara", "nora", "boris"):
        assert list_saved(actor(other)) == []
        with pytest.raises(NotFound):
            get_saved(actor(other), row.id)


def test_shared_report_is_seen_by_the_team_and_changed_by_its_user(actor):
    anna = actor("anna")
    row = save(anna, team_id=anna.first_team_id)
    flags = {name: [saved.is_own for saved in list_saved(actor(name))] for name in ("anna", "clara", "nora", "boris")}
    assert flags == {"anna": [True], "clara": [False], "nora": [False], "boris": []}
    with pytest.raises(NotFound):
        get_own(actor("clara"), row.id)


def test_report_is_not_shared_with_another_team(actor):
    with pytest.raises(Invalid):
        save(actor("anna"), team_id=actor("boris").first_team_id)


@pytest.mark.parametrize("query", ["", "state=open", "by=no-such", "by=stage&color=red", "by=stage&measure=sum:chance"])
def test_incomplete_or_unknown_choices_are_not_saved(actor, query):
    with pytest.raises(Invalid):
        save(actor("anna"), query=query)


def test_choices_are_kept_in_their_shortest_form(actor):
    row = save(actor("anna"), query="by=stage&by2=&measure=&show=&on=&period=&state=open&q=&stage=")
    assert row.query == "by=stage&state=open"


def test_number_of_reports_is_limited(actor, monkeypatch):
    monkeypatch.setattr(services, "MAX_REPORTS", 1)
    save(actor("anna"))
    with pytest.raises(Invalid):
        save(actor("anna"), "Second")
    save(actor("clara"))


def test_new_choices_replace_those_of_a_report(actor):
    anna = actor("anna")
    row = save(anna)
    services.change_report(anna, row, {"name": "Renamed", "team_id": anna.first_team_id}, "by=path")
    assert (row.name, row.team_id, row.query) == ("Renamed", anna.first_team_id, "by=path")
    services.change_report(anna, row, {"name": "Again", "team_id": None})
    assert (row.name, row.team_id, row.query) == ("Again", None, "by=path")


def test_deleted_report_leaves_dashboards_and_emails(actor, people):
    row, other = save(actor("anna"), uid="first"), save(actor("anna"), "Other")
    assert (row.uid, len(other.uid) > len(row.uid)) == ("first", True)
    save_choices(people["anna"].id, [f"custom-{row.id}"], {f"custom-{row.id}": EmailInterval.weekly})
    save_choices(people["clara"].id, ["stuck"], {})
    services.delete_report(row)
    assert [choice.report for choice in db.session.query(ReportChoice).all()] == ["stuck"]
    assert db.session.query(CustomReport).all() == [other]


def test_shared_reports_of_a_user_who_leaves_go_to_the_new_owner(actor, people):
    anna = actor("anna")
    shared, private = save(anna, "Shared", team_id=anna.first_team_id), save(anna, "Private")
    for part in USER_PARTS:
        part.move(db.session.get(User, people["anna"].id), db.session.get(User, people["clara"].id))
    assert (shared.user_id, private.user_id) == (people["clara"].id, people["anna"].id)


def test_report_with_a_field_hidden_from_the_reader_says_so(actor):
    clara = actor("clara")
    row = save(clara, kind="milestones", query="by=funder&measure=sum:amount&status=actual")
    row.team_id = actor("shen").first_team_id
    db.session.flush()
    report = build_saved(actor("shen"), get_saved(actor("shen"), row.id))
    assert (report.tiles, report.sections) == ([], [])
    assert "“Funder”, “Amount”" in report.answer
    assert build_saved(clara, get_saved(clara, row.id)).tiles


@pytest.mark.parametrize(
    ("kind", "query", "part"),
    [
        ("opportunities", "by=removed", "“removed”"),
        ("opportunities", "by=stage&removed=1", "“removed”"),
        ("opportunities", "by=stage&team=987654", "“Team”"),
        ("opportunities", "by=stage&on=close&period=removed", "“period”"),
        ("removed", "by=stage", "type of records"),
    ],
)
def test_report_with_a_removed_choice_says_so(actor, kind, query, part):
    row = save(actor("anna"))
    row.kind, row.query = kind, query
    db.session.flush()
    report = build_saved(actor("anna"), get_saved(actor("anna"), row.id))
    assert part in report.answer
    assert report.sections == []


def test_confidential_records_are_in_no_figure_and_counted_for_those_who_see_them(actor, people):
    client = client_of("Inland", counselor=people["clara"])
    make_opportunity(client, counselor=people["clara"], amount=1000)
    make_opportunity(client, counselor=people["clara"], amount=5000, confidential=True)
    notes = {}
    for name in ("clara", "anna"):
        report = build_custom_report(
            parse_query("opportunities", "by=stage&measure=sum:amount", actor(name)), actor(name)
        )
        notes[name] = [(tile.value, tile.note) for tile in report.tiles]
    assert notes == {"clara": [("1", "+1 confidential"), ("$1,000", "")], "anna": [("1", ""), ("$1,000", "")]}


def test_amounts_of_several_currencies_are_not_added(actor, people):
    client = client_of("Inland")
    make_opportunity(client, amount=1000), make_opportunity(client, amount=500, currency="CNY")
    make_opportunity(client, amount=200, currency="CNY")
    report = build_custom_report(
        parse_query("opportunities", "by=stage&measure=sum:amount", actor("anna")), actor("anna")
    )
    assert report.answer == "Opportunities, sum of amount: CN¥700, $1,000 in one group."
    section = report.sections[0]
    assert [[cell.value for cell in line[1:]] for line in section.rows] == [["CNY", 2, 700], ["USD", 1, 1000]]
    assert [[cell.value for cell in line[1:]] for line in (section.totals, *section.below)] == [
        ["", 3, None],
        ["CNY", 2, 700],
        ["USD", 1, 1000],
    ]


@pytest.mark.parametrize(
    ("period", "key"),
    [
        ("this_month", "2026-03"),
        ("last_month", "2026-02"),
        ("this_quarter", "2026-Q1"),
        ("last_quarter", "2025-Q4"),
        ("this_year", "2026"),
        ("last_year", "2025"),
        ("this_fiscal", "FY2026"),
        ("last_fiscal", "FY2025"),
        ("this_state", "SFY2026"),
        ("last_state", "SFY2025"),
    ],
)
def test_period_moves_with_today(actor, clock, period, key):
    question = parse_query("opportunities", f"by=stage&on=close&period={period}", actor("anna"))
    assert question.days.key == key
    assert RecentPeriod.from_code(period) is question.period
    assert question.query == f"by=stage&on=close&period={period}"


def test_months_without_records_are_between_the_others(actor, people):
    from datetime import date

    for month in (1, 4):
        make_opportunity(client_of("Inland"), close_on=date(2026, month, 5))
    report = build_custom_report(parse_query("opportunities", "by=close.month", actor("anna")), actor("anna"))
    section = report.sections[0]
    assert [(line[0].text, line[1].value) for line in section.rows] == [
        ("January 2026", 1),
        ("February 2026", 0),
        ("March 2026", 0),
        ("April 2026", 1),
    ]
    assert [(point.x, point.y) for point in section.line] == [(0.0, 0.0), (33.33, 100.0), (66.67, 100.0), (100.0, 0.0)]
