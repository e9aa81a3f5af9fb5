"""News about new matches: one line with their number, for the counselor of the products, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core.policy import SYSTEM
from crm.matching import services
from crm.matching.policy import DismissReason
from crm.projects.services import add_project, save_need
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from crm.reminders.queries.items import DigestItem
from tests.factories import client_of, make_confidential, product, team_id_of
from tests.matching.conftest import refreshed
from tests.reminders.digest_data import MORNING

NOON_BEFORE = MORNING - timedelta(hours=20)


@pytest.fixture
def need(anna, clock):
    """Return a need of a shared project, on the day before the digest."""
    clock.set(NOON_BEFORE)
    project = add_project(SYSTEM, {"name": "Ningbo water plant", "country": "CN"})
    return save_need(SYSTEM, {"title": "Ultrasonic water meters", "hs6": "902820", "project_id": project.id})


def meter(counselor, name: str = "Ultrasonic water meter"):
    return product(client_of("Inland", counselor=counselor), name=name, hs6="902820")


def news_items(clock, user, days: int = 0) -> list[DigestItem]:
    moment = MORNING + timedelta(days=days)
    clock.set(moment)
    blocks = blocks_for(readers([user.id])[0], moment)
    return [item for block in blocks if block.code == "news" for item in block.items if "match" in item.title]


def news(clock, user, days: int = 0) -> list[str]:
    return [item.title for item in news_items(clock, user, days)]


def test_new_matches_are_one_line_in_one_digest(clock, anna, people, need):
    meter(anna)
    meter(anna, "Water meter, ultrasonic")
    meter(people["clara"])
    refreshed()
    assert [news(clock, anna, days) for days in (0, 1)] == [["2 new matches for your clients"], []]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Ultrasonic water meter", "Ultrasonic water meter for Ultrasonic water meters"),
        ("Ultrasonic water meters", "Ultrasonic water meters"),
    ],
)
def test_line_names_the_best_match_and_one_name_only_once(clock, anna, need, name, line):
    meter(anna, name)
    refreshed()
    assert [item.second for item in news_items(clock, anna)] == [line]


def test_decided_and_hidden_matches_are_not_counted(clock, anna, people, need):
    row = meter(anna)
    refreshed()
    services.dismiss_match(anna, need.id, row.id, DismissReason.capacity)
    hidden = save_need(SYSTEM, {"title": "Water meters", "hs6": "902820", "project_id": need.project_id})
    hidden.team_id, hidden.counselor_id = team_id_of("Bay"), people["boris"].id
    make_confidential(hidden)
    refreshed()
    assert news(clock, anna) == []
