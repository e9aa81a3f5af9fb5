"""Dashboards and reports by email: the choice of a user, the defaults of a role, and when an email is sent."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Role
from crm.reminders.kinds import DigestContext
from crm.reminders.kinds.team_week import KIND as TEAM_WEEK
from crm.reminders.queries import readers
from crm.reports.jobs import plan_report_mails
from crm.reports.policy import DASHBOARDS, EmailInterval, find_occurrence
from crm.reports.queries import list_dashboard
from crm.reports.services import save_choices
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.reports.lookups import get_report

MONDAY = date(2026, 3, 9)


def is_weekday(day: date) -> bool:
    """Return whether a day is Monday to Friday."""
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("interval", "today", "expected"),
    [
        (EmailInterval.weekly, MONDAY, MONDAY),
        (EmailInterval.weekly, MONDAY + timedelta(days=1), MONDAY),
        (EmailInterval.monthly, date(2026, 3, 2), date(2026, 3, 1)),
        (EmailInterval.monthly, date(2026, 3, 1), None),
        (EmailInterval.monthly, date(2026, 3, 3), date(2026, 3, 1)),
    ],
)
def test_email_is_due_from_the_first_working_day_on(interval, today, expected):
    assert find_occurrence(interval, today, is_weekday) == expected


def test_weekly_email_moves_to_tuesday_when_monday_is_off():
    def is_open(day: date) -> bool:
        return is_weekday(day) and day != MONDAY

    assert find_occurrence(EmailInterval.weekly, MONDAY + timedelta(days=1), is_open) == MONDAY


def test_every_role_has_a_dashboard_of_existing_reports():
    assert DASHBOARDS.keys() == set(Role)
    assert [get_report(name).name for names in DASHBOARDS.values() for name in names]


def test_dashboard_shows_the_chosen_reports_and_their_figures(client, people):
    make_opportunity(client_of("Inland", counselor=people["clara"]), amount=1000, counselor=people["clara"])
    web = client.login_as("clara")
    assert 'id="card-review"' in web.get("/reports/dashboard").text
    answer = web.post("/reports/dashboard/edit", data={"dashboard": ["stuck", "pipeline"], "weekly": ["pipeline"]})
    assert answer.status_code == 303
    page = web.get("/reports/dashboard").text
    assert "Dashboard and emails saved." in page
    assert re.findall(r'id="card-([a-z-]+)"', page) == ["pipeline", "stuck"]
    assert "1 opportunity is open" in page
    caption, head = page.split("<caption", 1)[1].split("</caption>", 1)
    assert re.findall(r"</svg>\s*([a-z]+)\s*</span>", caption) == ["weighted", "open"]
    assert "<thead>" in head.split("<tbody>")[0]


def test_dashboard_says_when_its_figures_were_read(client, clock):
    clock.set(datetime(2026, 12, 8, 17, 0, tzinfo=UTC))
    web = client.login_as("clara")
    assert "As of Tue, Dec 8, 9:00 AM" in web.get("/reports/dashboard").text


def test_figures_beside_the_bars_are_what_the_bars_measure(client, people):
    make_opportunity(
        client_of("Inland"), counselor=people["anna"], amount=20_000, close_on=business_clock.today(people["anna"].zone)
    )
    web = client.login_as("anna")
    web.post("/reports/dashboard/edit", data={"dashboard": ["forecast"]})
    table = web.get("/reports/dashboard").text.partition("<table")[2]
    assert re.findall(r'<th scope="col" class="num">([^<]*)', table) == ["US$"]
    assert re.findall(r'<td class="num">\s*([^<\s]+)', table) == ["$20K"]


def test_choice_without_reports_is_an_empty_dashboard(client, people, actor):
    save_choices(people["anna"].id, ["stuck"], {})
    save_choices(people["anna"].id, [], {})
    assert list_dashboard(actor("anna")) == []
    assert "No reports chosen" in client.login_as("anna").get("/reports/dashboard").text


def test_first_choice_without_reports_is_an_empty_dashboard(client, people):
    web = client.login_as("anna")
    assert "No reports chosen" not in web.get("/reports/dashboard").text
    web.post("/reports/dashboard/edit", data={"csrf_token": "-"})
    assert "No reports chosen" in web.get("/reports/dashboard").text


def test_each_report_has_a_named_box_for_week_month_and_dashboard(client, people):
    page = client.login_as("clara").get("/reports/dashboard/edit").text
    for label in ("by email every week", "by email every month", "on the dashboard"):
        assert f"Stuck opportunities, {label}</span>" in page


def test_report_chosen_weekly_and_monthly_is_weekly(client, people):
    web = client.login_as("clara")
    web.post("/reports/dashboard/edit", data={"weekly": ["stuck"], "monthly": ["stuck", "forecast"]})
    page = web.get("/reports/dashboard/edit").text
    checked = re.findall(r'name="(weekly|monthly)"[^>]*value="([a-z-]+)"[^>]*checked', page)
    assert sorted(checked) == [("monthly", "forecast"), ("weekly", "stuck")]


def test_report_whose_page_offers_the_email_is_checked_for_every_week(client, people):
    web = client.login_as("clara")
    url = re.search(r'href="(/reports/dashboard/edit[^"]*)"', web.get("/reports/stuck").text)[1]
    page = web.get(url).text
    assert "“Stuck opportunities” is selected for a weekly email." in page
    assert re.findall(r'name="(weekly|monthly)"[^>]*value="([a-z-]+)"[^>]*checked', page) == [("weekly", "stuck")]
    web.post(url, data={"monthly": ["stuck"]})
    page = web.get(url).text
    assert "You already get “Stuck opportunities” by email." in page
    assert re.findall(r'name="(weekly|monthly)"[^>]*value="([a-z-]+)"[^>]*checked', page) == [("monthly", "stuck")]
    assert "sub" not in re.findall(r'<p class="(\w+)"', web.get("/reports/dashboard/edit?email=other").text)


@pytest.fixture
def subscriber(peopled, clock):
    """Let Clara get two reports every week; the clock is at Monday, 8 AM in Los Angeles."""
    clock.set(datetime(2026, 3, 9, 15, 0, tzinfo=UTC))
    with peopled.app_context():
        clara = db.session.scalars(sa.select(User).where(User.email.like("clara%"))).one()
        save_choices(clara.id, [], {"stuck": EmailInterval.weekly, "funnel": EmailInterval.monthly})
        db.session.commit()
    return peopled


def mails(app) -> list[str]:
    """Run the job and return the subjects of the emails with reports."""
    with app.app_context():
        plan_report_mails()
        db.session.rollback()
        return list(db.session.scalars(sa.select(Mail.subject).where(Mail.kind == "reports")))


def test_email_is_sent_once_a_week_and_never_empty(subscriber, clock):
    assert mails(subscriber) == []
    clock.set(datetime(2026, 3, 16, 15, 0, tzinfo=UTC))
    with subscriber.app_context():
        make_opportunity(client_of("Inland"), days=90)
        db.session.commit()
    assert mails(subscriber) == ["Your reports: Stuck opportunities"]
    assert mails(subscriber) == ["Your reports: Stuck opportunities"]
    clock.forward(days=1)
    assert len(mails(subscriber)) == 1
    clock.set(datetime(2026, 3, 23, 12, 0, tzinfo=UTC))
    assert len(mails(subscriber)) == 1
    clock.set(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    assert len(mails(subscriber)) == 2


def test_email_comes_on_the_next_run_if_no_job_ran_on_the_first_working_day(subscriber, clock):
    with subscriber.app_context():
        make_opportunity(client_of("Inland"), days=90)
        db.session.commit()
    clock.set(datetime(2026, 3, 17, 12, 0, tzinfo=UTC))
    assert mails(subscriber) == []
    clock.set(datetime(2026, 3, 18, 15, 0, tzinfo=UTC))
    assert mails(subscriber) == ["Your reports: Stuck opportunities"]
    clock.forward(days=1)
    assert len(mails(subscriber)) == 1


def test_email_that_is_chosen_after_the_first_working_day_begins_with_the_next_week(subscriber, clock):
    clock.set(datetime(2026, 3, 18, 15, 0, tzinfo=UTC))
    with subscriber.app_context():
        make_opportunity(client_of("Inland"), days=90)
        clara = db.session.scalars(sa.select(User).where(User.email.like("clara%"))).one()
        save_choices(clara.id, [], {})
        save_choices(clara.id, [], {"stuck": EmailInterval.weekly})
        db.session.commit()
    assert mails(subscriber) == []
    clock.set(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    assert mails(subscriber) == ["Your reports: Stuck opportunities"]


def test_line_about_the_team_is_for_managers_on_the_first_day_of_a_week(people, clock):
    make_opportunity(client_of("Inland"), days=90)
    make_opportunity(client_of("Bay"), days=90)

    def lines(name: str, day: int) -> list[str]:
        clock.set(datetime(2026, 3, day, 16, 0, tzinfo=UTC))
        monday = datetime(2026, 3, 9, tzinfo=UTC)
        news_since = monday - timedelta(days=2) if day == 9 else monday + timedelta(hours=23)
        reader = readers([people[name].id])[0]
        context = DigestContext(reader, business_clock.now(), news_since)
        return [item.second for item in TEAM_WEEK.find_due(context).items] if TEAM_WEEK.is_enabled(reader) else []

    assert lines("clara", 9) == ["1 overdue in stage, 0 signed and 0 lost in seven days"]
    assert (lines("clara", 10), lines("anna", 9)) == ([], [])
    assert lines("nora", 9) == ["2 overdue in stage, 0 signed and 0 lost in seven days"]
