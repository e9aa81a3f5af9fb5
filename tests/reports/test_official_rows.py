"""Which meetings and which people the report on officials counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.models import InteractionParty
from crm.interactions.policy import InteractionRole, InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.people.models import Person
from crm.people.policy import OfficialKind
from crm.reports.queries import (
    Scope,
    count_official_meetings,
    list_official_meetings,
    load_tour_ends,
    rank_officials,
)
from tests.factories import affiliation, archived, holder, make_confidential, organization, person, post, post_role

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
TODAY = date(2026, 3, 10)


@pytest.fixture
def meet(actor, clock):
    """Return a function that logs a meeting of a user with people in Los Angeles."""

    def log(name: str, wall: datetime, *people_met, kind: InteractionType = InteractionType.meeting):
        values = {"wall": wall, "zone": "America/Los_Angeles", "type": kind, "reached": "talked"}
        parties = [PartyValues(person_id=row.id) for row in people_met]
        return log_interaction(actor(name), values, InteractionDetails(parties=parties))

    return log


def ranked(scope: Scope) -> list[tuple[str, int, datetime]]:
    """Return label, meetings and last meeting of the officials of a scope in February."""
    rows = rank_officials(list_official_meetings(scope, FIRST, LAST))
    return [(db.session.get_one(Person, row.id).label, row.meetings, row.last_wall) for row in rows]


def official(label: str, place, **facts):
    """Add a person with a position as an official."""
    row = person(label)
    affiliation(row, place, **{"official": OfficialKind.official} | facts)
    return row


def test_officials_have_a_current_position_that_the_reader_may_know(people, actor, meet):
    bureau = organization("Bureau")
    secret = organization("Secret", team="Inland", counselor=people["anna"])
    zhao, qian = official("Zhao", bureau), official("Qian", bureau)
    more_people = [
        official("Former", bureau, to_on=date(2026, 1, 31)),
        official("Employee", bureau, official=OfficialKind.none),
        official("Of the Bay", organization("Bay office", team="Bay")),
        official("Of a secret office", secret),
    ]
    make_confidential(secret)
    for row in more_people:
        row.team_id, row.confidential = None, False
    db.session.flush()
    meet("anna", datetime(2026, 2, 1, 0, 0), zhao, *more_people).confidential = False
    meet("clara", datetime(2026, 2, 28, 23, 59), zhao, qian, kind=InteractionType.visit)
    meet("anna", datetime(2026, 1, 31, 23, 59), qian)
    meet("anna", datetime(2026, 3, 1, 0, 0), qian)
    meet("anna", datetime(2026, 2, 2, 9), qian, kind=InteractionType.call)
    archived(meet("anna", datetime(2026, 2, 3, 9), qian))
    meet("boris", datetime(2026, 2, 4, 9), qian)
    copied = meet("anna", datetime(2026, 2, 5, 9), qian)
    party = db.session.scalars(sa.select(InteractionParty).where(InteractionParty.interaction_id == copied.id)).one()
    party.role = InteractionRole.copied
    db.session.flush()
    anna = actor("anna")
    scope = Scope(anna, (anna.first_team_id,))
    assert ranked(scope) == [
        ("Zhao", 2, datetime(2026, 2, 28, 23, 59)),
        ("Qian", 1, datetime(2026, 2, 28, 23, 59)),
    ]
    own = Scope(anna, scope.teams, counselor_id=anna.id)
    assert [row[:2] for row in ranked(own)] == [("Zhao", 1)]
    assert count_official_meetings(list_official_meetings(own, FIRST, LAST))[:2] == (1, 1)
    of_all_teams = {label: meetings for label, meetings, _last_at in ranked(Scope(actor("nora"), None))}
    assert of_all_teams == {"Zhao": 2, "Qian": 2, "Of the Bay": 1}


def test_confidential_meetings_are_counted_apart_for_those_who_see_them(people, actor, meet):
    zhao, secret = official("Zhao", organization("Bureau")), official("Secret", organization("Office"))
    secret.team_id, secret.counselor_id = actor("anna").first_team_id, people["anna"].id
    make_confidential(secret)
    meet("anna", datetime(2026, 2, 2, 9), zhao)
    make_confidential(meet("anna", datetime(2026, 2, 3, 9), zhao))
    meet("anna", datetime(2026, 2, 4, 9), secret).confidential = False
    db.session.flush()
    figures = {
        name: count_official_meetings(
            list_official_meetings(Scope(actor(name), (actor("anna").first_team_id,)), FIRST, LAST)
        )
        for name in ("anna", "dora")
    }
    assert figures == {"anna": (1, 1, 2), "dora": (1, 1, 0)}
    assert [row[:2] for row in ranked(Scope(actor("anna"), None))] == [("Zhao", 1)]


def test_tour_ends_with_the_latest_current_role_at_a_visible_post(people, actor):
    zhao, qian, sun, li = person("Zhao"), person("Qian"), person("Sun"), person("Li")
    shanghai, bay = post_role(post("Shanghai")), post_role(post("Bay post", team="Bay"))
    for row, role, ends_on, to_on in (
        (zhao, shanghai, date(2027, 6, 30), None),
        (zhao, post_role(post("Wuhan")), date(2027, 1, 31), None),
        (zhao, shanghai, date(2028, 6, 30), TODAY),
        (li, shanghai, date(2028, 6, 30), TODAY + timedelta(days=1)),
        (qian, shanghai, None, None),
        (sun, bay, date(2027, 6, 30), None),
    ):
        holder(role, row, expected_end_on=ends_on, to_on=to_on)
    ids = [zhao.id, qian.id, sun.id]
    assert load_tour_ends(actor("anna"), ids, TODAY) == {zhao.id: date(2027, 6, 30)}
    assert load_tour_ends(actor("boris"), ids, TODAY) == {zhao.id: date(2027, 6, 30), sun.id: date(2027, 6, 30)}
    assert load_tour_ends(actor("boris"), [sun.id], TODAY) == {sun.id: date(2027, 6, 30)}
    assert load_tour_ends(actor("anna"), [li.id], TODAY) == {li.id: TODAY + timedelta(days=1)}
    assert load_tour_ends(actor("anna"), [], TODAY) == {}
