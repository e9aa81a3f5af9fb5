"""The list of referrals to partners: rows, filters, files, and where it is in the menus."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from crm.core.policy import SYSTEM
from crm.funding.models import PartnerReferral
from crm.funding.policy.step import ReferralPartner
from crm.funding.services.assistance import save_part
from crm.organizations.models import Client
from tests.factories import archived, client_of, make_confidential
from tests.tools.pages import submitted_values

URL = "/funding/referrals/"
TITLES = ("Loan guarantee", "Market check", "Cash plan", "Hidden loan", "Secret loan")


@pytest.fixture
def referrals(anna, client_firm, people, session):
    """Add referrals of a client, of an archived, a confidential one of the counselor, and one of another team."""
    former = archived(client_of("Inland", "Delta Orchards", counselor=people["clara"]))
    session.get_one(Client, former.id).county = "Kern"
    secret, bay = client_of("Inland", "Zqsecret", counselor=anna), client_of("Bay", "Bay firm")
    for client, partner, title, day, result in (
        (client_firm, ReferralPartner.exim, "Loan guarantee", date(2026, 3, 1), "Approved"),
        (client_firm, ReferralPartner.useac, "Market check", date(2026, 5, 1), None),
        (former, ReferralPartner.sbdc, "Cash plan", date(2026, 4, 1), None),
        (bay, ReferralPartner.exim, "Hidden loan", date(2026, 4, 1), None),
        (secret, ReferralPartner.exim, "Secret loan", date(2026, 2, 1), None),
    ):
        values = {"client_id": client.id, "partner": partner, "reason": title, "on": day, "result": result}
        save_part(SYSTEM, PartnerReferral(), values)
    make_confidential(secret)
    session.commit()
    return client_firm


def titles_on(page: str) -> list[str]:
    """Return the referrals on a page in their order."""
    places = {page.find(f">{title}</a>"): title for title in TITLES}
    return [title for place, title in sorted(places.items()) if place >= 0]


def test_visible_referrals_are_listed_the_latest_first(web, client, referrals):
    page = web.get(URL).text
    assert titles_on(page) == ["Market check", "Cash plan", "Loan guarantee", "Secret loan"]
    assert "EXIM" in page
    assert "Approved" in page
    assert titles_on(client.login_as("boris").get(URL).text) == ["Hidden loan"]
    own = titles_on(client.login_as("shen").get(URL).text)
    assert set(own) == {*TITLES} - {"Secret loan"}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("partner=exim", ["Loan guarantee", "Secret loan"]),
        ("partner=exim&partner=useac", ["Market check", "Loan guarantee", "Secret loan"]),
        ("has_result=yes", ["Loan guarantee"]),
        ("has_result=no&from=2026-04-01", ["Market check", "Cash plan"]),
        ("to=2026-03-01", ["Loan guarantee", "Secret loan"]),
        ("client={firm}", ["Market check", "Loan guarantee"]),
        ("counselor={clara}", ["Cash plan"]),
        ("in=county:Kern", ["Cash plan"]),
        ("in=has_result:yes", ["Loan guarantee"]),
        ("in=confidential:no&partner=exim", ["Loan guarantee"]),
        ("q=tri-valley", ["Market check", "Loan guarantee"]),
        ("q=approved", ["Loan guarantee"]),
        ("sort=on", ["Secret loan", "Loan guarantee", "Cash plan", "Market check"]),
    ],
)
def test_referrals_are_filtered(web, referrals, people, query, rows):
    address = query.format(firm=referrals.id, clara=people["clara"].id)
    assert titles_on(web.get(f"{URL}?{address}").text) == rows


def test_file_leaves_out_referrals_of_confidential_clients(web, referrals):
    assert "1 confidential row is left out." in web.get(URL).text
    rows = list(csv.reader(io.StringIO(web.get(f"{URL}?as=csv").get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Market check", "Cash plan", "Loan guarantee"]
    assert "Delta Orchards" in rows[2]


def test_report_of_referrals_names_the_confidential_ones_by_number(web, referrals):
    page = web.get("/reports/custom/build/partner_referrals?by=partner").text
    assert "Referrals to partners: 3." in page
    assert "+1 confidential" in page


def test_list_without_referrals_says_what_it_is_for(web):
    page = web.get(URL).text
    assert "No referrals yet" in page
    assert page.count('href="/funding/referrals/new"') == 2


def test_reports_and_funders_lead_to_the_lists(client, people):
    web = client.login_as("clara")
    reports, awards = (web.get(url).text for url in ("/reports/", "/funding/awards/"))
    assert [url in reports for url in ('href="/funding/referrals/"', 'href="/shows/attendance/"')] == [True, True]
    assert 'href="/funding/referrals/"' in awards
    assert 'href="/funding/referrals/"' in web.get("/funding/referrals/new").text
    assert "All assistance" not in web.get("/funding/referrals/new").text


def test_forms_without_a_client_lead_back_to_a_list_that_the_user_may_open(client, people, client_firm):
    web = client.login_as("shen")
    address = "/funding/referrals/new"
    data = submitted_values(web.get(address).text, "")
    assert data["next"] == [URL]
    data |= {"client_id": [str(client_firm.id)], "partner": ["exim"], "reason": ["Loan guarantee"]}
    saved = web.post(address, data=data)
    assert (saved.status_code, saved.headers["Location"]) == (303, URL)
    assert titles_on(web.get(URL).text) == ["Loan guarantee"]
    address = "/funding/assistance/new"
    form = client.login_as("anna").get(address).text
    assert submitted_values(form, "")["next"] == ["/funding/assistance/"]
