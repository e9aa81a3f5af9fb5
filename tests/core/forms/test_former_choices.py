"""Stored values that a select no longer offers are shown by name, not by number."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from flask import current_app

from crm.core.data.identity import Membership
from crm.reference.models import Funder
from crm.reports.custom.services import save_report
from crm.reports.models import SalesTarget
from tests.factories import client_of, team_id_of
from tests.factories.impact import make_milestone


@pytest.fixture
def chosen(client):
    """Return a function that returns the chosen options of a select on a page as Clara sees it."""
    web = client.login_as("clara")

    def find(path: str, name: str) -> list[str]:
        page = web.get(path)
        assert page.status_code == 200, path
        options = re.search(rf'(?s)<select[^>]*name="{name}"[^>]*>(.*?)</select>', page.text)
        assert options, page.text
        return re.findall(r"<option selected[^>]*>([^<]*)<", options[1])

    return find


def test_user_who_was_deactivated(chosen, session, people):
    values = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 31), "amount": Decimal(1)}
    row = SalesTarget(team_id=team_id_of("Inland"), counselor_id=people["anna"].id, **values)
    session.add(row)
    people["anna"].active = False
    session.flush()
    assert chosen(f"/reports/targets/{row.id}/edit", "counselor_id") == [people["anna"].name]


def test_team_that_the_user_left(chosen, session, people, actor):
    clara, values = people["clara"], {"name": "A", "team_id": team_id_of("Inland")}
    with current_app.test_request_context():
        row = save_report(actor("clara"), "opportunities", "by=stage", values)
    session.delete(session.get_one(Membership, (clara.id, team_id_of("Inland"))))
    session.add(Membership(user_id=clara.id, team_id=team_id_of("Bay")))
    session.flush()
    assert chosen(f"/reports/custom/{row.id}/edit", "team_id") == ["Inland"]


def test_funder_whose_award_is_over(chosen, session, people, clock):
    funder = Funder(code="ITA", name="Trade Administration", from_on=date(2024, 1, 1), to_on=date(2024, 12, 31))
    session.add(funder)
    session.flush()
    row = make_milestone(client_of("Inland"), funder_id=funder.id)
    assert chosen(f"/milestones/{row.id}/edit", "funder_id") == ["Trade Administration"]
