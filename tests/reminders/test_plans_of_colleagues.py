"""Planned emails about shows and projects: one's own, and for managers also those to colleagues of their teams."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.core.data.identity import User
from crm.core.i18n.formats import as_read_by
from crm.core.policy import ReminderChoice
from crm.projects.services import add_project
from crm.reminders.models import Cover
from crm.reminders.panels import build_planned
from crm.reminders.plans import list_planned
from crm.shows.services import save_meeting, save_show
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person
from tests.factories.opportunities import make_opportunity

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
DAY = date(2026, 3, 11)


@pytest.fixture
def staff(anna, people, actor, session, clock):
    """Let all users get reminders, and return their actors by first name."""
    clock.set(NOW)
    for user in people.values():
        user.active = True
    session.commit()
    return {name: actor(name) for name in people}


@pytest.fixture
def trade_show(staff):
    return save_show(
        staff["anna"], {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": date(2026, 3, 13)}
    )


@pytest.fixture
def client_org(staff):
    return client_of("Inland", "ClearAir", counselor=staff["anna"])


def meet(actor, trade_show, client_org, *staff, hour=9, day=DAY, **more):
    values = {"day": day, "time": time(hour), "minutes": 30, "client_id": client_org.id, "host_id": None, "people": []}
    return save_meeting(
        actor, trade_show, values | {"table": f"{day} {hour}", "staff": [one.id for one in staff]} | more
    )


def add_bid(actor):
    return add_project(actor, {"name": "Suzhou", "zone": "Asia/Shanghai", "bid_wall": datetime(2026, 4, 1, 9)})


def plan(actor, record, now=NOW):
    """Return name, email and moment of each planned email, and the reasons."""
    with as_read_by(actor):
        return [(one.name, one.label, one.at) if one.at else one.reason for one in list_planned(actor, record, now)]


def test_manager_sees_the_emails_to_colleagues_of_the_team(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    meet(staff["anna"], trade_show, client_org, staff["dora"], day=DAY + timedelta(days=1))
    session.commit()
    own = {name: plan(staff[name], trade_show) for name in ("anna", "dora")}
    assert all(own.values())
    assert plan(staff["clara"], trade_show) == sorted(own["anna"] + own["dora"], key=lambda one: one[2])
    assert plan(staff["nora"], trade_show) == plan(staff["clara"], trade_show)


def test_others_see_their_own_emails_only(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    session.commit()
    assert {name: plan(staff[name], trade_show) for name in ("dora", "boris", "admin")} == {
        "dora": [],
        "boris": [],
        "admin": [],
    }


def test_manager_sees_no_emails_to_staff_of_other_teams(staff, trade_show, session):
    other = client_of("Bay", "Bay Metering", counselor=staff["boris"])
    meet(staff["boris"], trade_show, other, staff["boris"])
    session.commit()
    assert plan(staff["boris"], trade_show)
    assert plan(staff["clara"], trade_show) == []
    assert plan(staff["nora"], trade_show) == plan(staff["boris"], trade_show)


@pytest.fixture
def hidden_guest(staff):
    """Return a guest whose employer makes a meeting visible to Anna only."""
    guest = person("Lu", "Hua")
    affiliation(guest, make_confidential(organization("Quiet Harbor", team="Bay"), staff["anna"]))
    return guest


def test_emails_about_meetings_hidden_from_the_manager_are_left_out(
    staff, trade_show, client_org, hidden_guest, session
):
    meet(staff["anna"], trade_show, client_org, staff["anna"], hour=14)
    session.commit()
    (_tomorrow, soon) = plan(staff["clara"], trade_show)
    meet(staff["anna"], trade_show, client_org, staff["anna"], hour=9, people=[hidden_guest.id])
    meet(staff["anna"], trade_show, client_org, staff["anna"], day=DAY + timedelta(days=1), people=[hidden_guest.id])
    session.commit()
    assert len(plan(staff["anna"], trade_show)) == 5
    assert plan(staff["clara"], trade_show) == [soon]


def test_all_emails_that_the_manager_sees_are_planned_for_the_colleague(
    staff, trade_show, client_org, hidden_guest, session
):
    """The first meeting of the day, hidden from the manager, decides when the email about the day is sent."""
    meet(staff["anna"], trade_show, client_org, staff["anna"], hour=0, people=[hidden_guest.id])
    meet(staff["anna"], trade_show, client_org, staff["anna"], hour=23)
    session.commit()
    planned = plan(staff["clara"], trade_show)
    assert len(planned) == 1
    assert set(planned) <= set(plan(staff["anna"], trade_show))


def test_reason_of_a_colleague_with_hidden_meetings_only_is_left_out(
    staff, trade_show, client_org, hidden_guest, session
):
    meet(staff["anna"], trade_show, client_org, staff["anna"], people=[hidden_guest.id])
    session.get_one(User, staff["anna"].id).reminders = ReminderChoice.digest
    session.commit()
    assert len(plan(staff["anna"], trade_show)) == 1
    assert plan(staff["clara"], trade_show) == []


def test_no_email_is_planned_to_a_colleague_without_access(staff, trade_show, client_org, session):
    make_confidential(client_org, staff["clara"])
    meet(staff["anna"], trade_show, client_org, staff["anna"], staff["dora"])
    session.commit()
    assert plan(staff["dora"], trade_show) == []
    assert {name for name, *_email in plan(staff["clara"], trade_show)} == {"Anna Reyes"}


def test_emails_to_a_colleague_who_covers_name_that_colleague(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    cover = {"from_on": DAY - timedelta(days=2), "to_on": DAY, "created_at": NOW}
    session.add(Cover(user_id=staff["anna"].id, colleague_id=staff["dora"].id, **cover))
    session.commit()
    assert {name for name, *_email in plan(staff["clara"], trade_show)} == {staff["dora"].name}


def test_reasons_of_colleagues_are_among_them(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    session.get_one(User, staff["anna"].id).reminders = ReminderChoice.digest
    session.commit()
    assert plan(staff["clara"], trade_show) == [
        "No separate email is sent because Anna Reyes chose “Daily digest only”."
    ]


def test_nothing_is_planned_about_an_archived_show(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    archived(trade_show)
    session.commit()
    assert plan(staff["anna"], trade_show) == plan(staff["clara"], trade_show) == []


def test_later_meetings_of_a_show_day_are_planned_until_they_begin(staff, trade_show, client_org, session):
    for hour in (9, 14):
        meet(staff["anna"], trade_show, client_org, staff["anna"], hour=hour)
    session.commit()
    at_ten, at_two = datetime(2026, 3, 11, 2, tzinfo=UTC), datetime(2026, 3, 11, 6, tzinfo=UTC)
    email = ("Anna Reyes", "Show meeting soon", at_two - timedelta(minutes=15))
    assert plan(staff["anna"], trade_show, at_ten) == plan(staff["clara"], trade_show, at_ten) == [email]
    assert plan(staff["anna"], trade_show, at_two) == []


def test_statements_are_the_same_for_one_and_many_colleagues(staff, trade_show, client_org, session, sql):
    def count() -> int:
        plan(staff["clara"], trade_show)
        sql.clear()
        plan(staff["clara"], trade_show)
        return len(sql)

    meet(staff["anna"], trade_show, client_org, staff["anna"])
    session.commit()
    few = count()
    for hour, name in enumerate(("dora", "clara", "anna"), 10):
        meet(staff["anna"], trade_show, client_org, staff[name], hour=hour)
    session.commit()
    assert count() == few


def test_panel_of_a_manager_names_the_colleagues(staff, trade_show, client_org, session):
    meet(staff["anna"], trade_show, client_org, staff["anna"])
    session.commit()
    titles = {}
    for name in ("anna", "clara"):
        with as_read_by(staff[name]):
            panel = build_planned(staff[name], trade_show, NOW)
        titles[name] = panel.title
        assert all("to Anna Reyes" in row.lines[0].pieces[0].text for row in panel.rows)
    assert titles == {"anna": "Your planned reminders", "clara": "Planned reminders"}


def test_bid_deadlines_of_colleagues_are_for_their_manager(staff, session):
    project = add_bid(staff["anna"])
    make_opportunity(project_id=project.id, counselor=staff["dora"])
    make_opportunity(client_of("Bay"), project_id=project.id, counselor=staff["boris"])
    session.commit()
    own = {name: plan(staff[name], project) for name in ("anna", "dora", "boris")}
    assert all(own.values())
    assert plan(staff["clara"], project) == sorted(own["anna"] + own["dora"], key=lambda one: (one[2], one[0]))
    assert plan(staff["shen"], project) == []


def test_counselor_of_a_hidden_opportunity_is_not_named(staff, session):
    project = add_bid(staff["boris"])
    make_opportunity(client_of("Bay"), project_id=project.id, counselor=staff["dora"])
    session.commit()
    assert plan(staff["dora"], project)
    assert plan(staff["clara"], project) == []
