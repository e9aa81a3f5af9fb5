"""News about officers of U.S. posts: ends of tours, and successors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.factories import holder, person, post, post_role
from tests.reminders.digest_data import MORNING, TODAY


@pytest.fixture
def role(anna):
    return post_role(post("Consulate General Chongming", counselor=anna))


@pytest.fixture
def list_news(anna):
    """Return a function that lists anna's news some days after MORNING."""

    def list_on(days: int = 0) -> list[tuple[str, str, bool]]:
        blocks = blocks_for(readers([anna.id])[0], MORNING + timedelta(days=days))
        return [(item.title, item.second, item.confidential) for b in blocks if b.code == "news" for item in b.items]

    return list_on


def test_end_of_a_tour_is_news_60_days_before_and_only_then(anna, clock, session, role, list_news):
    clock.set(MORNING - timedelta(days=9))
    holder(role, person("Whitcombe", "Daniel"), expected_end_on=TODAY + timedelta(days=60))
    session.flush()
    second = "Commercial Officer, Consulate General Chongming, in 60 days"
    assert list_news() == [("Tour of Daniel Whitcombe ends about May 9", second, False)]
    assert list_news(1) == []


def test_end_of_a_tour_with_a_successor_is_news_on_the_known_day(anna, clock, session, role, list_news):
    clock.set(MORNING - timedelta(days=9))
    ends = TODAY + timedelta(days=30)
    holder(role, person("Whitcombe", "Daniel"), expected_end_on=TODAY + timedelta(days=90), to_on=ends)
    holder(role, person("Ford", "Ann"), from_on=ends)
    holder(role, person("Past", "Tom"), expected_end_on=ends, to_on=TODAY)
    session.flush()
    second = "Commercial Officer, Consulate General Chongming, in 30 days"
    assert list_news() == [("Tour of Daniel Whitcombe ends about Apr 9", second, False)]


def test_new_officer_is_news_once_and_confidential_ones_have_no_name_in_emails(anna, clock, session, role, list_news):
    clock.set(MORNING - timedelta(hours=20))
    holder(role, person("Ellis", "Karen", team="Inland", counselor=anna, confidential=True))
    holder(role, person("Whitcombe", "Daniel", team="Bay", counselor=anna), to_on=TODAY)
    session.flush()
    assert list_news() == [("New officer: Karen Ellis", "Commercial Officer, Consulate General Chongming", True)]
    assert list_news(1) == []
