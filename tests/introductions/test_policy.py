"""The strength of links, and how it weakens_with_time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.introductions.policy import (
    FREQUENCY,
    REACHED,
    RECENCY,
    TWO_WAY,
    Band,
    LinkKind,
    Meetings,
    band_of,
    link_strength,
    recency,
    strength_of_meetings,
)

TODAY = date(2026, 11, 26)


def meetings(count=3, reached=1.0, two_way=1.0, days_ago=0):
    return Meetings(count, reached, two_way, TODAY - timedelta(days=days_ago))


def test_parts_of_the_strength_sum_to_one():
    assert pytest.approx(1) == RECENCY + FREQUENCY + REACHED + TWO_WAY


@pytest.mark.parametrize(("days_ago", "expected"), [(0, 1), (180, 0.5), (360, 0.25), (-3, 1)])
def test_recency_halves_every_180_days(days_ago, expected):
    assert recency(TODAY - timedelta(days=days_ago), TODAY) == pytest.approx(expected)


def test_strength_of_meetings_adds_the_four_parts():
    assert strength_of_meetings(meetings(3, 0.5, 0.2, 180), TODAY) == pytest.approx(
        0.35 * 0.5 + 0.25 * 0.5 + 0.15 * 0.5 + 0.25 * 0.2
    )


@pytest.mark.parametrize(
    "weaker", [meetings(count=2), meetings(reached=0.9), meetings(two_way=0.9), meetings(days_ago=1)]
)
def test_fewer_older_or_less_successful_meetings_are_weaker(weaker):
    assert strength_of_meetings(weaker, TODAY) < strength_of_meetings(meetings(), TODAY) < 1


def test_link_strength_starts_from_its_kind():
    assert link_strength(LinkKind.relative, TODAY) == LinkKind.relative.base
    assert link_strength(LinkKind.met_together, TODAY, meetings=meetings()) == pytest.approx(
        LinkKind.met_together.base * strength_of_meetings(meetings(), TODAY)
    )


def test_time_together_fades_from_its_last_day():
    kind = LinkKind.former_employer
    five_years = TODAY - timedelta(days=5 * 365)
    assert link_strength(kind, TODAY, until_on=TODAY) == kind.base
    assert link_strength(kind, TODAY, until_on=five_years) == pytest.approx(kind.base / 2)
    assert link_strength(kind, TODAY) == kind.base / 2


@pytest.mark.parametrize(
    ("strength", "band"), [(0.5, Band.strong), (0.49, Band.medium), (0.2, Band.medium), (0.19, Band.weak)]
)
def test_strength_has_a_band_in_words(strength, band):
    assert band_of(strength) is band


def test_only_interactions_make_links_by_interactions():
    assert {kind for kind in LinkKind if kind.is_by_interactions} == {LinkKind.met, LinkKind.met_together}
