"""Which records become lines of the digest and of Today: days and moments, other users, archived and hidden ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by
from crm.followups.services import add_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.organizations.models import ClientAgreement
from crm.organizations.services import set_facts
from crm.people.services import change_person
from crm.projects.services import add_project
from crm.reminders.queries.follow_ups import list_due_follow_ups
from crm.reminders.queries.interactions import appointments, list_unconfirmed_interactions
from crm.reminders.queries.news import list_recent_changes
from crm.reminders.queries.overnight import list_overnight_interactions
from crm.reminders.queries.reopening import list_opportunities_to_reopen
from crm.reminders.queries.timed_items import load_timed_item
from tests.factories import archived, client_of, make_confidential, person
from tests.factories.opportunities import make_opportunity
from tests.reminders.digest_data import MORNING, TODAY

LA = "America/Los_Angeles"
DAY = timedelta(days=1)
PLANNED = {"state": InteractionState.planned, "zone": LA}


@pytest.fixture(autouse=True)
def _set_clock_to_morning(anna, people, clock):
    clock.set(MORNING)
    people["clara"].active = people["dora"].active = True
    with as_read_by(anna):
        yield


def plan(actor, wall: datetime, subject: str, **details):
    """Plan an appointment of a user."""
    return log_interaction(actor, PLANNED | {"wall": wall, "subject": subject}, InteractionDetails(**details))


def test_dormant_opportunities_of_the_reader_are_lines_from_their_reopen_date(anna, people):
    inland, dormant = client_of("Inland"), {"stage": OpportunityStage.dormant, "counselor": anna}

    def add(title: str, wakes_on: date, **facts):
        row = make_opportunity(inland, title, **dormant | facts)
        row.wakes_on = wakes_on
        return row

    add("Today", TODAY)
    add("Earlier", TODAY - DAY)
    add("Tomorrow", TODAY + DAY)
    add("Open", TODAY, stage=OpportunityStage.quoted)
    add("Of Dora", TODAY, counselor=people["dora"])
    archived(add("Former", TODAY))
    items = list_opportunities_to_reopen(anna, TODAY)
    assert [(item.title, item.due_on) for item in items] == [
        ("Opportunity to reopen: Earlier", TODAY - DAY),
        ("Opportunity to reopen: Today", TODAY),
    ]
    for number in range(10):
        add(f"More {number}", TODAY - 2 * DAY)
    assert len(list_opportunities_to_reopen(anna, TODAY)) == 10


def test_appointments_of_a_period_warn_of_a_client_without_an_agreement_on_that_day(anna, actor):
    names = ("Signed", "Ends today", "Begins tomorrow", "Ended", "Not on file")
    clients = {name: client_of("Inland", name) for name in names}
    for name, first, last, on_file in (
        ("Signed", TODAY, None, True),
        ("Ends today", TODAY - DAY, TODAY, True),
        ("Begins tomorrow", TODAY + DAY, None, True),
        ("Ended", TODAY - 9 * DAY, TODAY - DAY, True),
        ("Not on file", TODAY, None, False),
    ):
        values = {"from_on": first, "to_on": last, "on_file": on_file}
        set_facts(ClientAgreement(organization_id=clients[name].id), values)
    for hour, (name, client) in enumerate(clients.items(), 9):
        plan(anna, datetime(2026, 3, 10, hour), name, clients=[ClientMinutes(client.id)])
    plan(anna, datetime(2026, 3, 10, 8, 59), "Before")
    plan(anna, datetime(2026, 3, 10, 14), "After")
    archived(plan(anna, datetime(2026, 3, 10, 9), "Former"))
    dora = actor("dora")
    of_dora = plan(dora, datetime(2026, 3, 10, 9, 30), "Of Dora", staff_ids=[dora.id])
    make_confidential(plan(dora, datetime(2026, 3, 10, 9, 40), "Secret", staff_ids=[dora.id]))
    begins, ends = datetime(2026, 3, 10, 16, tzinfo=UTC), datetime(2026, 3, 10, 21, tzinfo=UTC)
    items = appointments(anna, begins, ends)
    warning = "agreement not signed, so the time won't count"
    assert [(item.title, item.warning) for item in items] == [
        ("Signed", ""),
        ("Ends today", ""),
        ("Begins tomorrow", warning),
        ("Ended", warning),
        ("Not on file", warning),
    ]
    assert [item.record_id for item in appointments(anna, begins, ends, staff_id=dora.id)] == [of_dora.id]


def test_interactions_that_should_be_over_are_to_be_confirmed(anna, actor):
    rows = [plan(anna, datetime(2026, 3, 10, 7), "Half an hour"), plan(anna, datetime(2026, 3, 9, 14), "Yesterday")]
    rows[0].minutes = 30
    plan(anna, datetime(2026, 3, 10, 7), "Longer").minutes = 31
    plan(anna, datetime(2026, 3, 10, 7, 31), "Later")
    archived(plan(anna, datetime(2026, 3, 9, 9), "Former"))
    dora = actor("dora")
    plan(dora, datetime(2026, 3, 9, 9), "Of Dora", staff_ids=[dora.id])
    earlier = plan(anna, datetime(2026, 3, 8, 14), "Two days ago")
    earlier.time_known = False
    items = list_unconfirmed_interactions(anna, MORNING)
    assert [(item.title, item.second) for item in items] == [
        ("Half an hour", "today 7:00 AM"),
        ("Yesterday", "yesterday 2:00 PM"),
        ("Two days ago", "Sun, Mar 8"),
    ]


def test_overnight_has_held_interactions_about_own_records_and_new_leads_of_colleagues(anna, actor, session):
    own, other, clara = client_of("Inland", counselor=anna), client_of("Inland"), actor("clara")
    logged = {"wall": datetime(2026, 3, 9, 9), "zone": LA}
    since = MORNING - timedelta(hours=13)
    hours = (MORNING + timedelta(hours=2), MORNING + timedelta(hours=11))

    def log(subject: str, about, **values):
        return log_interaction(clara, logged | {"subject": subject} | values, InteractionDetails(about=[about.id]))

    act_as(session(), clara, ChangeSource.web)
    with business_clock.frozen(since):
        log("About hers", own)
        log("About another", other)
        log("Planned", own, state=InteractionState.planned, wall=datetime(2026, 4, 1, 9))
        archived(log("Former", own))
        make_confidential(log("Secret", own))
        add_project(clara, {"name": "Ningbo Water", "country": "CN"})
        archived(add_project(clara, {"name": "Former lead", "country": "CN"}))
        session.flush()
    with business_clock.frozen(since - timedelta(seconds=1)):
        log("Too early", own)
        session.flush()
    act_as(session(), anna, ChangeSource.web)
    with business_clock.frozen(since):
        add_project(anna, {"name": "Own lead", "country": "CN"})
        session.flush()
    items = list_overnight_interactions(anna, since, office_hours=hours)
    assert [item.title for item in items] == ["About hers", "New lead: Ningbo Water"]


def test_news_are_assignments_to_the_reader_and_notes_with_an_at_sign(anna, actor, session):
    clara = actor("clara")
    rows = {name: person(name, team="Inland", counselor=clara) for name in ("Ma", "Li", "Wu", "Xu", "Hu")}
    session.commit()
    act_as(session(), clara, ChangeSource.web)
    with business_clock.frozen(MORNING - timedelta(seconds=1)):
        change_person(clara, rows["Xu"], {"note": "@Anna early"})
        session.flush()
    with business_clock.frozen(MORNING):
        change_person(clara, rows["Ma"], {"note": "Ask @Anna"})
        change_person(clara, rows["Li"], {"note": "Nobody"})
        change_person(clara, rows["Hu"], {"note": "Ask \uff20Anna"})
        archived(rows["Hu"])
        rows["Wu"].counselor_id = anna.id
        session.flush()
    act_as(session(), anna, ChangeSource.web)
    change_person(anna, rows["Xu"], {"note": "@Anna by herself"})
    session.flush()
    changes = list_recent_changes(anna, MORNING)
    assert [(x.label, x.by, x.counselor_id) for x in changes] == [
        ("Wu", "Clara Whitfield", anna.id),
        ("Ma", "Clara Whitfield", clara.id),
    ]
    assert list_recent_changes(actor("boris"), MORNING) == []


def test_many_due_follow_ups_show_the_latest_thirty_and_count_the_others(anna):
    for number in range(32):
        add_follow_up(anna, {"title": f"No. {number}", "due_on": TODAY - number * DAY})
    due = list_due_follow_ups(anna, TODAY)
    assert (len(due.rows), due.older_count, due.rows[0].title, due.rows[-1].title) == (30, 2, "No. 29", "No. 0")
    assert (due.we, due.they) == ((32, 31), (0, 0))


def test_item_with_a_time_is_the_own_one_of_its_counselor_or_participant(anna, actor):
    follow_up = add_follow_up(anna, {"title": "Call", "due_wall": datetime(2026, 3, 10, 11), "zone": LA})
    visit, undated = (plan(anna, datetime(2026, 3, 10, 11), subject) for subject in ("Visit", "Some time"))
    undated.time_known = False
    eleven = datetime(2026, 3, 10, 18, tzinfo=UTC)
    assert load_timed_item(anna, follow_up.id) == ("Call", f"/followups/{follow_up.id}", eleven, LA, True)
    assert load_timed_item(anna, visit.id) == ("Visit", f"/interactions/{visit.id}", eleven, LA, True)
    assert load_timed_item(anna, undated.id).at is None
    assert [load_timed_item(actor("dora"), row.id).is_own for row in (follow_up, visit)] == [False, False]
    for reader, record in ((anna, person("Ma")), (actor("boris"), visit), (actor("boris"), follow_up)):
        with pytest.raises(NotFound):
            load_timed_item(reader, record.id)
