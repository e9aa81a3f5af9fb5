"""Assistance, referrals, tests of eligibility, and the reminder of a client's report."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from crm.core.policy import SYSTEM
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.policy.step import AssistanceState, EligibilityFacts, EligibilityResult, check_eligibility
from crm.funding.services.assistance import save_part
from crm.funding.services.awards import save_award
from crm.impact.models import SurveyPlan
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from tests.factories import archived, client_of, make_confidential
from tests.tools.pages import submitted_values
from tests.tools.rows import count

DAY = date(2026, 12, 8)


@pytest.fixture
def award_for(step):
    """Add an award of STEP with a number."""

    def add(number: str):
        values = {"funder_id": step.id, "number": number, "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
        return save_award(SYSTEM, values | {"reports": [], "goals": []})

    return add


FACTS = EligibilityFacts("US", date(2020, 1, 1), Decimal(60), "334513", 12)
FORM = {"activity": "show", "description": "Booth at CIIE", "state": "approved", "on": "11/05/2026", "approved": "8000"}


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
    assert web.get("/funding/assistance/new").text.count("Add assistance") == 1
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


def test_form_returns_to_the_list_that_it_was_opened_from(web, client_firm, session):
    row = save_part(SYSTEM, Assistance(), {"client_id": client_firm.id, "description": "Booth", "on": DAY})
    url, client_page = f"/funding/assistance/{row.id}", f"/organizations/{client_firm.id}"
    site = "http://localhost"
    for referrer, expected in (
        (f"{site}/funding/assistance/?issue=any&page=2", "/funding/assistance/?issue=any&page=2"),
        (f"{site}{client_page}", client_page),
        (f"{site}/funding/assistance/new", client_page),
        ("http://elsewhere.example/funding/assistance/", client_page),
        ("", client_page),
    ):
        data = submitted_values(web.get(url, headers={"Referer": referrer}).text, "")
        assert data["next"] == [expected]
    data = submitted_values(web.get(url, headers={"Referer": f"{site}/funding/assistance/?q=booth"}).text, "")
    refused = web.post(url, data=data | {"spent": "-1"}, headers={"Referer": f"{site}{url}"})
    assert submitted_values(refused.text, "")["next"] == ["/funding/assistance/?q=booth"]
    assert web.post(url, data=data).location == "/funding/assistance/?q=booth"
    referral = save_part(SYSTEM, PartnerReferral(), {"client_id": client_firm.id, "reason": "Loan", "on": DAY})
    page = web.get(f"/funding/referrals/{referral.id}", headers={"Referer": f"{site}/funding/referrals/?partner=exim"})
    assert submitted_values(page.text, "")["next"] == ["/funding/referrals/?partner=exim"]


@pytest.mark.parametrize(("query", "is_listed"), [("ciie", True), ("tri-valley", True), ("harbor", False)])
def test_assistance_is_searched_by_description_and_client(web, client_firm, query, is_listed):
    web.post("/funding/assistance/new", data=FORM | {"client_id": client_firm.id})
    assert ("Booth at CIIE" in web.get(f"/funding/assistance/?q={query}").text) == is_listed


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
    row = save_part(SYSTEM, Assistance(), {"client_id": client_firm.id, "description": "Booth", "on": DAY})
    boris = client.login_as("boris")
    assert boris.get(f"/funding/assistance/{row.id}").status_code == 404
    assert "Booth" not in boris.get("/funding/assistance/").text
    shen = client.login_as("shen")
    assert shen.get(f"/funding/assistance/{row.id}").status_code == 403
    assert "Booth" not in shen.get(f"/organizations/{client_firm.id}").text


def test_merge_moves_assistance_and_referrals(actor, client_firm):
    duplicate = client_of("Inland", "Tri-Valley Sensor")
    booth = save_part(SYSTEM, Assistance(), {"client_id": duplicate.id, "description": "Booth", "on": DAY})
    referral = save_part(SYSTEM, PartnerReferral(), {"client_id": duplicate.id, "reason": "Loan", "on": DAY})
    clara = actor("clara")
    merge_records(clara, build_plan(clara, client_firm, duplicate, {}))
    assert (booth.client_id, referral.client_id) == (client_firm.id, client_firm.id)


def test_client_report_has_the_amounts_of_the_award_page_and_of_the_list(web, anna, client_firm, award_for, session):
    award, other = award_for("STEP-26"), award_for("STEP-27")
    secret, former = client_of("Inland", "Secret", counselor=anna), archived(client_of("Inland", "Delta Orchards"))
    for client, title, approved, spent, match, due, award_id in (
        (client_firm, "Booth", 8000, 7500, 1875, date(2027, 1, 30), award.id),
        (client_firm, "Catalog", 2000, None, None, None, award.id),
        (former, "Trip", 3000, 3000, 750, None, award.id),
        (client_of("Bay", "Bay firm"), "Hidden", 9000, 9000, 9000, None, award.id),
        (secret, "Confidential", 9000, 9000, 9000, None, award.id),
        (client_firm, "Other award", 9000, 9000, 9000, None, other.id),
    ):
        values = {"client_id": client.id, "description": title, "on": DAY, "approved": approved, "spent": spent}
        save_part(SYSTEM, Assistance(), values | {"match": match, "report_due_on": due, "award_id": award_id})
    make_confidential(secret)
    session.flush()
    award_page = web.get(f"/funding/awards/{award.id}").text
    page = html.unescape(" ".join(re.sub(r"<[^>]+>", "", award_page).split()))
    assert "3 activities of 2 clients: approved $13,000, spent $10,500, match $2,625." in page
    assert "1 client report hasn't been received." in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"/funding/awards/{award.id}/client-report").data))
    rows = book.get_sheet_by_name("Assistance").to_python()
    assert [(row[0], row[5], row[8], row[9], row[10]) for row in rows[1:]] == [
        ("Delta Orchards", "Trip", 3000.0, 3000.0, 750.0),
        ("Tri-Valley Sensors", "Booth", 8000.0, 7500.0, 1875.0),
        ("Tri-Valley Sensors", "Catalog", 2000.0, "", ""),
        ("Total", "", 13000.0, 10500.0, 2625.0),
    ]
    assert (rows[1][7], rows[2][11]) == (DAY, date(2027, 1, 30))
    assert book.get_sheet_by_name("Clients").to_python()[1:] == [
        ["Delta Orchards", 1.0, 3000.0, 3000.0, 750.0, 0.0],
        ["Tri-Valley Sensors", 2.0, 10000.0, 7500.0, 1875.0, 1.0],
    ]
    titles = ("Booth</a>", "Trip</a>", "Hidden</a>", "Confidential</a>", "Other award</a>")
    list_page = web.get(
        html.unescape(award_page.split("3 activities</a>")[0].rpartition('href="')[2].partition('"')[0])
    )
    assert [title in list_page.text for title in titles] == [True, True, False, False, False]
    assert "13,000" in list_page.text
    own_page, file = (web.get(f"/funding/assistance/?award={award.id}{more}").text for more in ("", "&as=csv"))
    assert [title in own_page for title in titles] == [True, True, False, True, False]
    assert ("Booth" in file, "Confidential" in file) == (True, False)


def test_declined_and_withdrawn_assistance_is_no_assistance_that_clients_got(web, client_firm, award_for):
    award, other = award_for("STEP-26"), client_of("Inland", "Delta Orchards")
    for client, title, state in (
        (client_firm, "Booth", AssistanceState.paid),
        (client_firm, "Catalog", AssistanceState.declined),
        (other, "Trip", AssistanceState.withdrawn),
    ):
        values = {
            "client_id": client.id,
            "description": title,
            "on": DAY,
            "approved": 8000,
            "spent": 7500,
            "match": 1875,
        }
        save_part(SYSTEM, Assistance(), values | {"state": state, "award_id": award.id})
    page = web.get(f"/funding/awards/{award.id}").text
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "1 activity of 1 client: approved $8,000, spent $7,500, match $1,875." in text
    address = html.unescape(page.split("1 activity</a>")[0].rpartition('href="')[2].partition('"')[0])
    list_page = web.get(address).text
    assert [title in list_page for title in ("Booth", "Catalog", "Trip")] == [True, False, False]
    book = CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"/funding/awards/{award.id}/client-report").data))
    assert [len(book.get_sheet_by_name(name).to_python()) for name in ("Assistance", "Clients")] == [3, 2]
    assert "Catalog" in web.get(f"/funding/assistance/?award={award.id}").text


def test_no_report_is_due_about_declined_assistance(web, client_firm, award_for):
    award = award_for("STEP-26")
    values = {"client_id": client_firm.id, "description": "Booth", "on": DAY, "award_id": award.id}
    row = save_part(SYSTEM, Assistance(), values | {"report_due_on": date(2027, 1, 30)})
    pages = (f"/funding/awards/{award.id}", f"/organizations/{client_firm.id}", "/funding/assistance/?report=1")
    texts = ("1 client report hasn", "report due Jan 30", "Booth")
    assert [text in web.get(page).text for text, page in zip(texts, pages, strict=True)] == [True] * 3
    for state in (AssistanceState.declined, AssistanceState.withdrawn):
        save_part(SYSTEM, row, values | {"state": state})
        assert [text in web.get(page).text for text, page in zip(texts, pages, strict=True)] == [False] * 3


def test_assistance_leads_to_a_schedule_of_surveys(web, client_firm, session):
    save_part(
        SYSTEM, Assistance(), {"client_id": client_firm.id, "description": "Booth at CIIE", "on": date(2026, 11, 5)}
    )
    page = html.unescape(web.get(f"/organizations/{client_firm.id}").text)
    (url,) = re.findall(r'href="([^"]*plans/new[^"]*starts_on[^"]*)"', page)
    data = submitted_values(web.get(url).text, "")
    assert (data["reason"], data["starts_on"]) == (["Assistance: Booth at CIIE"], ["2026-11-05"])
    assert web.post(url, data=data).status_code == 303
    plan = session.query(SurveyPlan).one()
    assert (plan.client_id, plan.next_on, plan.until_on) == (client_firm.id, date(2027, 5, 5), date(2030, 11, 5))
    assert web.get(url.replace("2026-11-05", "soon")).status_code == 200
