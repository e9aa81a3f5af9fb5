"""Assistance, referrals, tests of eligibility, and the reminder of a client's report."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.core.policy import SYSTEM
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.policy.step import EligibilityFacts, EligibilityResult, check_eligibility
from crm.funding.services.assistance import save_part
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from tests.factories import client_of
from tests.tools.rows import count

DAY = date(2026, 12, 8)
FACTS = EligibilityFacts("US", date(2020, 1, 1), Decimal(60), "334513", 12, date(2026, 1, 1))
FORM = {"activity": "show", "what": "Booth at CIIE", "state": "approved", "on": "11/05/2026", "approved": "8000"}


@pytest.mark.parametrize(
    ("change", "position", "result"),
    [
        ({}, 0, EligibilityResult.met),
        ({"country": "CN"}, 0, EligibilityResult.failed),
        ({"country": None}, 0, EligibilityResult.unknown),
        ({"founded_on": date(2025, 12, 8)}, 1, EligibilityResult.met),
        ({"founded_on": date(2025, 12, 9)}, 1, EligibilityResult.failed),
        ({"us_content": Decimal(51)}, 2, EligibilityResult.met),
        ({"us_content": Decimal("50.9")}, 2, EligibilityResult.failed),
        ({"us_content": None}, 2, EligibilityResult.unknown),
        ({}, 3, EligibilityResult.unknown),
    ],
)
def test_eligibility_of_a_small_business(change, position, result):
    facts = EligibilityFacts(**{**FACTS.__dict__, **change})
    assert check_eligibility(facts, DAY)[position].result is result


def test_assistance_is_added_shown_edited_and_removed(web, client_firm, session):
    response = web.post("/funding/assistance/new", data=FORM | {"client_id": client_firm.id})
    assert response.status_code == 303
    page = web.get(f"/organizations/{client_firm.id}").text
    assert "Booth at CIIE" in page
    assert "approved $8,000" in page
    assert "Enter the U.S. content as a key figure." in page
    assert "Booth at CIIE" in web.get("/funding/assistance/").text
    row = session.query(Assistance).one()
    changed = FORM | {"client_id": client_firm.id, "spent": "7500", "version": row.version}
    assert web.post(f"/funding/assistance/{row.id}", data=changed).status_code == 303
    session.expire_all()
    assert row.spent == 7500
    assert web.post(f"/funding/assistance/{row.id}/remove").status_code == 303
    assert count(Assistance) == 0


def test_referral_is_added_with_its_result(web, client_firm):
    data = {"client_id": client_firm.id, "partner": "exim", "on": "12/01/2026", "reason": "Working capital"}
    assert web.post("/funding/referrals/new", data=data | {"result": "Loan approved"}).status_code == 303
    page = web.get(f"/organizations/{client_firm.id}").text
    assert "Export-Import Bank (EXIM)" in page
    assert "Loan approved" in page


def test_negative_amount_and_missing_client_are_refused(web, client_firm):
    bad = web.post("/funding/assistance/new", data=FORM | {"client_id": client_firm.id, "spent": "-1"})
    assert (bad.status_code, "Enter a number of at least 0." in bad.text) == (422, True)
    assert web.post("/funding/assistance/new", data=FORM).status_code == 422
    for text in ("NaN", "Infinity", "1e400"):
        refused = web.post("/funding/assistance/new", data=FORM | {"client_id": client_firm.id, "spent": text})
        assert (refused.status_code, f'value="{text}"' in refused.text) == (422, True)
    assert count(Assistance) == 0


def test_other_teams_and_the_china_desk_see_nothing(client, client_firm):
    row = save_part(SYSTEM, Assistance(), {"client_id": client_firm.id, "what": "Booth", "on": DAY})
    boris = client.login_as("boris")
    assert boris.get(f"/funding/assistance/{row.id}").status_code == 404
    assert "Booth" not in boris.get("/funding/assistance/").text
    shen = client.login_as("shen")
    assert shen.get(f"/funding/assistance/{row.id}").status_code == 403
    assert "Booth" not in shen.get(f"/organizations/{client_firm.id}").text


def test_merge_moves_assistance_and_referrals(actor, client_firm):
    twin = client_of("Inland", "Tri-Valley Sensor")
    booth = save_part(SYSTEM, Assistance(), {"client_id": twin.id, "what": "Booth", "on": DAY})
    referral = save_part(SYSTEM, PartnerReferral(), {"client_id": twin.id, "reason": "Loan", "on": DAY})
    clara = actor("clara")
    merge_records(clara, build_plan(clara, client_firm, twin, {}))
    assert (booth.client_id, referral.client_id) == (client_firm.id, client_firm.id)
