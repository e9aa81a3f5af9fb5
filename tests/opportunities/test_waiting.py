"""Since when an opportunity waits, and how often its close date slipped."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core import clock as business_clock
from crm.opportunities.policy import ChangedField, WaitingFor, is_slip
from crm.opportunities.services import change_opportunity


def test_waiting_since_restarts_only_when_someone_else_has_to_act(actor, clock, cleared_opportunity):
    anna, start = actor("anna"), business_clock.now()
    assert cleared_opportunity.waiting_since == start
    clock.forward(days=2)
    change_opportunity(anna, cleared_opportunity, {"waiting_for": WaitingFor.us, "note": "Call"})
    assert cleared_opportunity.waiting_since == start
    change_opportunity(anna, cleared_opportunity, {"waiting_for": WaitingFor.prime})
    assert cleared_opportunity.waiting_since == business_clock.now()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2026-12-31", "2027-03-31", True),
        ("2026-12-31", "", True),
        ("2026-12-31", "2026-10-01", False),
        ("", "2026-12-31", False),
        (None, "2026-12-31", False),
    ],
)
def test_close_date_slips_when_it_moves_to_a_later_day_or_is_removed(old, new, expected):
    assert is_slip(ChangedField.close.value, old, new) is expected
    assert not is_slip(ChangedField.amount.value, old, new)


def test_slips_are_on_the_page_in_the_list_and_a_filter(client, actor, clock, cleared_opportunity):
    anna = actor("anna")
    for close_on in (date(2026, 12, 31), date(2027, 3, 31), date(2027, 2, 28), date(2027, 6, 30)):
        change_opportunity(anna, cleared_opportunity, {"close_on": close_on})
    clock.forward(days=5)
    web = client.login_as("anna")
    page = web.get(f"/opportunities/{cleared_opportunity.id}").text
    assert "Slipped 2 times, first from" in page
    assert "Waiting for us, 5 d" in page
    title = cleared_opportunity.title
    assert title in web.get("/opportunities/?slipped=yes").text
    assert title not in web.get("/opportunities/?slipped=no").text
    csv = web.get("/opportunities/?as=csv&slipped=yes")
    assert ",2," in csv.text.replace('"', "")
