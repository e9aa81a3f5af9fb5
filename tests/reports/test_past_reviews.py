"""Reviews that were held: which are listed with which figures, and what they say about each opportunity."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.access import SHARED
from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.followups.models import FollowUp
from crm.followups.services import complete_follow_up
from crm.opportunities.policy import OpportunityStage
from crm.reports.queries import (
    Scope,
    describe_review,
    get_review,
    list_review_items,
    list_reviews,
    load_agenda,
    load_last_reviews,
)
from crm.reports.review import last_review_at, split_by_last_review
from crm.reports.services import due_before, save_review
from crm.reports.topics import ReviewTopic
from tests.factories import client_of, make_confidential
from tests.factories.opportunities import make_opportunity, move_at, step

TODAY = date(2026, 3, 10)


@pytest.fixture
def hold(actor, clock):
    """Return a function that holds a review of the team of a user with decisions by title."""

    def save(name: str, decisions: dict[str, str] | None = None, **values):
        reader = actor(name)
        since = business_clock.now() - timedelta(days=7)
        scope = Scope(reader, (reader.first_team_id,))
        rows = load_agenda(scope, {since: scope}, 50).rows
        texts = {row.id: decisions[row.label] for row in rows if row.label in (decisions or {})}
        data = {"next_on": TODAY + timedelta(days=7)} | values
        return save_review(reader, reader.first_team_id, since, rows, data, texts)

    return save


def test_reviews_are_listed_by_team_with_their_figures_the_latest_first(people, actor, hold, clock):
    inland = client_of("Inland")
    for title in ("Pumps", "Valves"):
        make_opportunity(inland, title, days=90)
    first = hold("clara", {"Pumps": "Call"}, note="Fine")
    clock.forward(hours=1)
    second = hold("clara")
    clock.forward(hours=1)
    of_bay = hold("boris")
    clara, boris = actor("clara"), actor("boris")
    rows = list_reviews([clara.first_team_id], 10)
    assert [(x.id, x.team, x.reviewed_by, x.opportunities, x.decisions) for x in rows] == [
        (second.id, "Inland", "Clara Whitfield", 2, 0),
        (first.id, "Inland", "Clara Whitfield", 2, 1),
    ]
    assert [x.id for x in list_reviews(None, 2)] == [of_bay.id, second.id]
    assert list_reviews([], 10) == []
    moments = {clara.first_team_id: second.reviewed_at, boris.first_team_id: of_bay.reviewed_at}
    assert load_last_reviews([clara.first_team_id]) == {clara.first_team_id: second.reviewed_at}
    assert {i: moment for i, moment in load_last_reviews(None).items() if moment} == moments
    assert (load_last_reviews([]), first.note, second.note) == ({}, "Fine", None)
    assert get_review(actor("nora"), first.id) is get_review(actor("anna"), first.id) is first
    for review_id in (first.id, 999):
        with pytest.raises(NotFound):
            get_review(boris, review_id)
    row = describe_review(of_bay)
    assert (row.team, row.reviewed_by, row.reviewed_at) == ("Bay", "Boris Keller", of_bay.reviewed_at)


def test_items_have_the_values_of_then_with_decisions_first(people, actor, hold, clock):
    inland, clara = client_of("Inland"), actor("clara")
    facts = {"days": 90, "counselor": people["anna"]}
    rows = {title: make_opportunity(inland, title, amount=100, **facts) for title in ("Cables", "Pumps", "Valves")}
    step(rows["Valves"], TODAY - timedelta(days=1))
    review = hold("clara", {"Cables": "Phone", "Pumps": "Write"})
    follow_up = db.session.query(FollowUp).filter_by(title="Phone").one()
    complete_follow_up(actor("anna"), follow_up)
    move_at(rows["Valves"], OpportunityStage.matched, OpportunityStage.quoted, business_clock.now())
    rows["Pumps"].amount = 200
    db.session.flush()
    items = list_review_items(clara, review.id)
    assert [(x.label, x.decision, x.is_done, x.due_on) for x in items] == [
        ("Cables", "Phone", True, date(2026, 3, 16)),
        ("Pumps", "Write", False, date(2026, 3, 16)),
        ("Valves", None, None, None),
    ]
    assert [(x.amount, x.stage, x.stage_now) for x in items[1:]] == [
        (100, OpportunityStage.matched, OpportunityStage.matched),
        (100, OpportunityStage.matched, OpportunityStage.quoted),
    ]
    assert (items[2].topics[0], items[0].counselor) == (ReviewTopic.overdue, "Anna Reyes")
    make_confidential(rows["Cables"])
    assert [x.label for x in list_review_items(clara, hold("clara").id)] == ["Valves", "Pumps"]
    assert [x.label for x in list_review_items(actor("dora"), review.id)] == ["Pumps", "Valves"]


@pytest.mark.parametrize("next_on", [TODAY, None, "soon"])
def test_next_review_is_after_today(people, hold, next_on):
    with pytest.raises(Invalid, match="Choose a day after today"):
        hold("clara", next_on=next_on)
    assert hold("clara", next_on=TODAY + timedelta(days=1)).next_on == TODAY + timedelta(days=1)


def test_decisions_are_due_on_the_last_working_day_before_the_next_review():
    days = {day: due_before(date(2026, 3, day), TODAY, "US") for day in (11, 12, 14, 15, 16, 17)}
    assert {day: due.day for day, due in days.items()} == {11: 10, 12: 11, 14: 13, 15: 13, 16: 13, 17: 16}
    assert due_before(date(2026, 3, 9), date(2026, 3, 8), "US") == date(2026, 3, 8)


def test_changes_of_several_teams_count_since_the_last_review_of_each(people, actor, hold, client, clock):
    moved_at = business_clock.now() - timedelta(days=3)
    for team in ("Inland", "Bay"):
        row = make_opportunity(client_of(team), f"Moved {team}", days=3)
        row.created_at = row.changed_at = business_clock.now() - timedelta(days=30)
        step(row, TODAY + timedelta(days=9))
        move_at(row, OpportunityStage.matched, OpportunityStage.introduced, moved_at)
    nora = actor("nora")

    def moved() -> set[str]:
        scope = Scope(nora, None)
        return {row.label for row in load_agenda(scope, split_by_last_review(scope), 50).rows}

    before = moved()
    hold("clara")
    clock.forward(hours=1)
    assert {label.partition(",")[0] for label in before - moved()} == {"Moved Inland"}
    page = client.login_as("nora").get("/reports/review").text
    assert "1 more changed since the last review of each team, or in the last seven days." in page
    assert "Moved Bay" in page
    assert "Moved Inland" not in page
    hold("boris")
    clock.forward(hours=1)
    assert moved() == set()
    sentence = "nothing changed since the last review of each team, or in the last seven days."
    assert sentence in client.get("/reports/review").text


def test_review_of_all_teams_names_the_moment_that_they_have_in_common(people, actor, hold, client, clock):
    nora, web = actor("nora"), client.login_as("nora")
    team_ids = set(load_last_reviews(None))
    text = web.get("/reports/review").text
    assert ("nothing changed since" in text, "Mar 3" in text, "each team" in text) == (True, True, False)
    for team_id in team_ids:
        save_review(nora, team_id, business_clock.now(), [], {"next_on": TODAY + timedelta(days=7)}, {})
    assert split_by_last_review(Scope(nora, None)) == {business_clock.now(): Scope(nora, None)}
    first = business_clock.now()
    clock.forward(hours=1)
    hold("boris")
    bay = actor("boris").first_team_id
    parts = split_by_last_review(Scope(nora, None))
    assert {moment: set(part.teams) for moment, part in parts.items()} == {
        first: team_ids - {bay},
        business_clock.now(): {bay, SHARED},
    }
    assert "nothing changed since the last review of each team." in web.get("/reports/review").text
    with pytest.raises(ValueError, match="too many values"):
        last_review_at(Scope(nora, None))
