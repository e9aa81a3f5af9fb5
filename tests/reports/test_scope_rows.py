"""Names, choices, shows and follow-ups of a scope: which rows are in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.reports.policy import DASHBOARDS, EmailInterval
from crm.reports.queries import (
    Scope,
    list_dashboard,
    list_overdue_follow_ups,
    list_shows,
    list_subscriptions,
    list_workshops,
    load_choices,
    load_labels,
    load_names,
    scope_users,
    sum_shows,
)
from crm.reports.services import save_choices
from crm.shows.policy import MeetingState, ShowKind
from crm.shows.services import save_meeting, save_show
from tests.factories import archived, client_of, make_confidential, organization, person, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.reports.test_waiting import make_follow_up

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)


def test_reports_of_active_users_are_emailed_and_those_chosen_are_on_the_dashboard(people, actor):
    anna, dora = people["anna"].id, people["dora"].id
    assert list_dashboard(actor("anna")) == list(DASHBOARDS[actor("anna").role])
    save_choices(anna, ["stuck"], {"stuck": EmailInterval.monthly, "funnel": EmailInterval.weekly})
    save_choices(dora, ["pipeline"], {"stuck": EmailInterval.weekly})
    save_choices(people["boris"].id, [], {"stuck": EmailInterval.weekly})
    people["boris"].active = False
    save_choices(anna, ["stuck", "losses"], {"stuck": EmailInterval.monthly, "funnel": EmailInterval.weekly})
    db.session.flush()
    assert set(list_subscriptions()) == {
        (anna, EmailInterval.monthly, "stuck"),
        (anna, EmailInterval.weekly, "funnel"),
        (dora, EmailInterval.weekly, "stuck"),
    }
    assert sorted(list_dashboard(actor("anna"))) == ["losses", "stuck"]
    assert load_choices(dora).keys() == {"pipeline", "stuck"}
    save_choices(anna, [], {})
    assert (list_dashboard(actor("anna")), [row[0] for row in list_subscriptions()]) == ([], [dora])


def test_users_of_a_scope_are_the_members_of_its_teams_and_its_counselor(people, actor):
    inland = (actor("anna").first_team_id,)
    people["dora"].active = False
    db.session.flush()

    def names(**scope) -> list[str]:
        return [name for _id, name in scope_users(Scope(actor("nora"), **scope))]

    former = "Dora Lindqvist (deactivated)"
    members = ["Ada Marsh", "Anna Reyes", "Clara Whitfield", "Shen Yun", former]
    assert names(teams=inland) == members
    assert names(teams=inland, counselor_id=people["boris"].id) == [*members[:2], "Boris Keller", *members[2:]]
    assert names(teams=None) == ["Ada Marsh", "Anna Reyes", "Boris Keller", "Clara Whitfield", "Shen Yun", former]
    assert load_names(User, [people["anna"].id]) == {people["anna"].id: "Anna Reyes"}
    assert (load_names(Team, list(inland)), load_names(Team, [])) == ({inland[0]: "Inland"}, {})


def test_labels_are_those_of_requested_records_that_the_reader_sees(people, actor):
    shared, hidden = organization("Harbor"), client_of("Bay", "Bay pumps")
    native = person(family_native="周", given_native="立民")
    native.label = ""
    db.session.flush()
    labels = load_labels(actor("anna"), [shared.id, hidden.id, native.id])
    assert labels == {shared.id: ("organization", "Harbor"), native.id: ("person", native.native_label)}
    assert load_labels(actor("boris"), [hidden.id]) == {hidden.id: ("organization", "Bay pumps")}
    assert load_labels(actor("anna"), []) == {}


def test_shows_count_what_took_place_at_them_within_the_scope(people, actor, clock):
    anna, clara = actor("anna"), actor("clara")

    def add_show(name: str, day: date, **facts):
        return save_show(anna, {"name": name, "zone": "Asia/Shanghai", "starts_on": day, "ends_on": day} | facts)

    first, last = add_show("First", FIRST, cost=100, currency="USD", staff_days=2), add_show("Last", LAST)
    add_show("Before", FIRST - timedelta(days=1)), add_show("After", LAST + timedelta(days=1))
    archived(add_show("Former", FIRST))
    signed = make_opportunity(client_of("Inland"), stage=OpportunityStage.contracted, amount=7)
    quoted = make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted, amount=5)

    def talk(by, about, **values):
        values = {"wall": datetime(2026, 2, 2, 9), "zone": "UTC", "subject": "Talk"} | values
        return log_interaction(by, values, InteractionDetails(about=[x.id for x in about]))

    talk(anna, [first, signed])
    talk(clara, [first, signed, quoted])
    talk(anna, [first], state=InteractionState.planned, wall=datetime(2026, 4, 1, 9))
    archived(talk(anna, [first]))
    make_confidential(talk(anna, [first]))
    talk(actor("boris"), [first])
    scope = Scope(clara, (clara.first_team_id,))
    rows = list_shows(scope, FIRST, LAST)
    assert [(row.id, row.interactions, row.meetings, row.cost, row.staff_days) for row in rows] == [
        (last.id, 0, 0, None, None),
        (first.id, 2, 0, 100, 2),
    ]
    assert [row.interactions for row in list_shows(Scope(actor("nora"), None), FIRST, LAST)] == [0, 3]
    own = Scope(clara, scope.teams, counselor_id=anna.id)
    assert [row.interactions for row in list_shows(own, FIRST, LAST)] == [0, 1]
    sums = {row.key: (row.opportunity_count, row.amount) for row in sum_shows(scope, [first.id, last.id])}
    assert sums == {(first.id, True): (1, 7), (first.id, False): (1, 5)}
    assert sum_shows(scope, [last.id]) == []


def test_meetings_at_a_show_are_held_ones_of_the_team_and_the_counselor(people, actor, clock):
    anna, inland = actor("anna"), (actor("anna").first_team_id,)
    show = save_show(anna, {"name": "Fair", "zone": "UTC", "starts_on": FIRST, "ends_on": FIRST})
    for hour, by, staff, state in (
        (8, "anna", "anna", MeetingState.held),
        (9, "anna", "anna", MeetingState.held),
        (10, "anna", "dora", MeetingState.held),
        (11, "anna", "anna", MeetingState.no_show),
        (12, "boris", "boris", MeetingState.held),
    ):
        hosts = {"client_id": client_of("Bay" if by == "boris" else "Inland").id, "host_id": None}
        values = {"day": FIRST, "time": time(hour), "minutes": 30, "table": "1", "people": []}
        row = save_meeting(actor(by), show, values | hosts | {"staff": [people[staff].id]})
        row.state = state
    db.session.flush()

    def count(**scope) -> int:
        return list_shows(Scope(actor("nora"), **scope), FIRST, LAST)[0].meetings

    assert [count(teams=None), count(teams=inland), count(teams=inland, counselor_id=anna.id)] == [4, 3, 2]


def test_workshops_are_visible_active_ones_of_the_period(people, actor, clock):
    anna, dora = actor("anna"), people["dora"]

    def add(name: str, day: date, kind: ShowKind = ShowKind.webinar):
        return save_show(anna, {"name": name, "zone": "UTC", "starts_on": day, "ends_on": day, "type": kind})

    first, last = add("First", FIRST), add("Last", LAST, ShowKind.workshop)
    (
        add("Before", FIRST - timedelta(days=1)),
        add("After", LAST + timedelta(days=1)),
        add("Fair", FIRST, ShowKind.summit),
    )
    archived(add("Former", FIRST))
    add("Of the Bay", FIRST).team_id = team_id_of("Bay")
    secret = add("Secret", FIRST)
    secret.team_id = anna.first_team_id
    make_confidential(secret)
    last.counselor_id = dora.id
    db.session.flush()
    events, _attendees = list_workshops(Scope(anna, None), FIRST, LAST)
    assert [event.id for event in events] == [last.id, first.id]
    own, _attendees = list_workshops(Scope(anna, None, counselor_id=dora.id), FIRST, LAST)
    assert [event.id for event in own] == [last.id]


def test_overdue_follow_ups_are_listed_with_an_organization_that_they_are_about(people, actor, clock):
    anna, day = people["anna"], date(2026, 3, 1)
    late, later, planned = (make_follow_up(day + timedelta(days=n), anna, title=f"Day {n}") for n in (0, 1, 9))
    of_dora = make_follow_up(day, people["dora"], title="Hers")
    make_follow_up(day, people["boris"], "Bay")
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    rows = list_overdue_follow_ups(scope, 10)
    assert [(row.id, row.counselor, row.due_on) for row in rows] == [
        (late.id, "Anna Reyes", day),
        (of_dora.id, "Dora Lindqvist", day),
        (later.id, "Anna Reyes", day + timedelta(days=1)),
    ]
    assert all(row.about and row.about.startswith("Firm") for row in rows)
    assert [row.id for row in list_overdue_follow_ups(scope, 1)] == [late.id]
    own = Scope(actor("anna"), scope.teams, counselor_id=people["dora"].id)
    assert [row.id for row in list_overdue_follow_ups(own, 10)] == [of_dora.id]
    assert planned.id not in {row.id for row in list_overdue_follow_ups(Scope(actor("nora"), None), 10)}
    assert len(list_overdue_follow_ups(Scope(actor("nora"), None), 10)) == 4
