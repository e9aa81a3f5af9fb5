"""Sums in US dollars name the currencies that they leave out because they have no exchange rate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app

from crm.core import clock as business_clock
from crm.opportunities.policy import OpportunityStage, WaitingFor
from crm.reports.params import default_context
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.lookups import get_report


@pytest.fixture
def tile(people, actor, clock):
    """Return a function that returns value and note of a tile of a report for Clara."""

    def find(name: str, label: str) -> tuple[str, str]:
        definition = get_report(name)
        with current_app.test_request_context():
            report = definition.build(default_context(definition, actor("clara")))
        return next((tile.value, tile.note) for tile in report.tiles if tile.label == label)

    return find


def test_stuck_value(tile):
    for amount in (5_000_000, None):
        make_opportunity(client_of("Inland"), days=90, amount=amount, currency="JPY")
    assert tile("stuck", "Stuck value") == ("$0", "¥5M (no exchange rate), 1 without an amount")


@pytest.mark.parametrize(
    ("report", "label", "value", "note"),
    [
        ("counties", "Signed", "1", "¥5M"),
        ("forecast", "Signed value", "$0", "¥5M (no exchange rate), $0 by this day of Federal FY 2025"),
    ],
)
def test_signed_value(tile, report, label, value, note):
    row = make_opportunity(client_of("Inland"), amount=5_000_000, currency="JPY")
    signed_at = business_clock.now() - timedelta(days=1)
    move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, signed_at)
    assert tile(report, label) == (value, note)


@pytest.mark.parametrize(
    ("waiting", "text"),
    [
        (1, "2 opportunities are overdue in their stage; 1 waits for us."),
        (2, "2 opportunities are overdue in their stage; 2 wait for us."),
        (0, "2 opportunities are overdue in their stage; 0 wait for us."),
    ],
)
def test_sentence_on_stuck_opportunities_says_one_and_many(people, actor, waiting, text):
    for n in range(2):
        row = make_opportunity(client_of("Inland"), days=90)
        row.waiting_for = WaitingFor.us if n < waiting else WaitingFor.prime
    definition = get_report("stuck")
    with current_app.test_request_context():
        assert definition.build(default_context(definition, actor("clara"))).answer == text
