"""News about exclusive China reps: an end that was just entered, and a conflict, each in one digest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.people.policy import Exclusivity, RepresentationStatus
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.factories import client_of, make_confidential, person, representation
from tests.reminders.digest_data import MORNING, TODAY

YES = {"exclusive": Exclusivity.yes, "from_on": date(2025, 1, 1)}
NOON_BEFORE = MORNING - timedelta(hours=20)


@pytest.fixture
def organization(anna):
    return client_of("Inland", "Tri-Valley", counselor=anna)


@pytest.fixture
def list_news(clock, anna):
    """Return a function that lists anna's news some days after MORNING."""

    def list_on(days: int = 0, user=anna) -> list[str]:
        clock.set(MORNING + timedelta(days=days))
        blocks = blocks_for(readers([user.id])[0], MORNING + timedelta(days=days))
        return [item.title for block in blocks if block.code == "news" for item in block.items]

    return list_on


@pytest.mark.parametrize(
    ("exclusive", "days", "is_news"),
    [(Exclusivity.yes, 23, True), (Exclusivity.yes, 40, False), (Exclusivity.no, 23, False)],
)
def test_new_end_of_an_exclusive_rep_is_news_once(
    clock, session, anna, organization, list_news, exclusive, days, is_news
):
    clock.set(MORNING - timedelta(days=9))
    row = representation(organization, person("Zhou", "Limin"), counselor=anna, exclusive=exclusive)
    session.flush()
    clock.set(NOON_BEFORE)
    row.to_on = TODAY + timedelta(days=days)
    session.flush()
    assert [len(list_news(day)) for day in (0, 1)] == [int(is_news), 0]


def test_end_that_reaches_its_day_is_listed_once_with_a_change(clock, session, anna, organization, list_news):
    clock.set(NOON_BEFORE)
    representation(organization, person("Zhou", "Limin"), counselor=anna, to_on=TODAY + timedelta(days=14), **YES)
    session.flush()
    assert len(list_news()) == 1


def add_pair(clock, session, anna, organization, **more):
    """Add an exclusive rep for Ningbo long ago, and another rep yesterday at noon."""
    clock.set(MORNING - timedelta(days=9))
    representation(organization, person("Zhou", "Limin"), counselor=anna, territory="Ningbo", **YES)
    session.flush()
    clock.set(NOON_BEFORE)
    row = representation(organization, person("Sun", "Li"), **({"counselor": anna, "territory": "ningbo"} | more))
    session.flush()
    return row


def test_conflict_of_an_exclusive_rep_is_news_once(clock, session, anna, people, actor, organization, list_news):
    people["clara"].active = people["dora"].active = True
    add_pair(clock, session, anna, organization, counselor=actor("clara"))
    expected = ["Exclusive China rep conflict: Li Sun for Tri-Valley, Limin Zhou for Tri-Valley"]
    assert [list_news(day) for day in (0, 1)] == [expected, []]
    assert (list_news(user=actor("clara")), list_news(user=actor("dora"))) == (expected, [])


@pytest.mark.parametrize(
    "more",
    [{"territory": "Xiamen"}, {"status": RepresentationStatus.ended}, {"to_on": TODAY - timedelta(days=1)}],
)
def test_rep_elsewhere_or_ended_is_no_conflict(clock, session, anna, organization, list_news, more):
    add_pair(clock, session, anna, organization, **more)
    assert list_news() == []


def test_conflict_with_a_hidden_rep_is_not_mentioned(clock, session, anna, people, organization, list_news):
    make_confidential(add_pair(clock, session, anna, organization, counselor=people["clara"]))
    session.flush()
    assert list_news() == []
