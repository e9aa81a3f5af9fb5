"""Forms of details: client, agreements, figures, owners, roles at a post."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization, Ownership, PostRole
from crm.organizations.policy import FactKind, PostRoleKind
from crm.organizations.services import set_facts
from tests.factories import client_of, make_confidential, organization, owner, post, post_role, prime
from tests.tools.rows import count

FORMS = ("edit", "client", "agreements/new", "facts/new", "owners/new")


@pytest.mark.parametrize("path", FORMS)
def test_form_opens_for_the_own_team_only(client, people, own_client, path):
    url = f"/organizations/{own_client.id}/{path}"
    assert client.get(url).status_code == 303
    assert client.post(url).status_code == 401
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.delete(url).status_code == 405
    client.login_as("boris")
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_details_of_a_role_the_organization_lacks_are_not_found(client, people, own_client):
    client.login_as("anna")
    assert client.get(f"/organizations/{own_client.id}/prime").status_code == 404
    assert client.get(f"/organizations/{own_client.id}/post").status_code == 404
    assert client.get(f"/organizations/{organization().id}/client").status_code == 404
    assert client.get(f"/organizations/{prime().id}/prime").status_code == 200
    assert client.get(f"/organizations/{post().id}/post").status_code == 200


def test_agreement_figure_and_role_are_corrected_and_removed(client, people, own_client):
    agreed = ClientAgreement(organization_id=own_client.id, from_on=date(2026, 3, 1))
    staff = DatedFact(
        organization_id=own_client.id, kind=FactKind.staff, number=43, as_of=date(2026, 1, 31), source="Form"
    )
    sales = DatedFact(
        organization_id=own_client.id, kind=FactKind.sales, number=9, as_of=date(2026, 1, 31), source="Form"
    )
    role = PostRole(organization_id=own_client.id, title="Commercial Officer")
    db.session.add_all([agreed, staff, sales, role])
    db.session.flush()
    client.login_as("anna")
    base, version = (
        f"/organizations/{own_client.id}",
        lambda: {"version": db.session.get(Organization, own_client.id).version},
    )
    right = {"from_on": "2026-02-01", "on_file": "y"}
    assert client.post(f"{base}/agreements/{agreed.id}", data=right | version()).status_code == 303
    figure = {"kind": "staff", "number": "34", "as_of": "2026-01-31", "source": "Form"}
    assert client.post(f"{base}/facts/{staff.id}", data=figure | version()).status_code == 303
    local = {"title": "Commercial Specialist", "kind": "local"}
    assert client.post(f"{base}/roles/{role.id}", data=local | version()).status_code == 303
    db.session.expire_all()
    assert (agreed.from_on, staff.number, role.kind) == (date(2026, 2, 1), 34, PostRoleKind.local)
    assert client.get(f"{base}/facts/{agreed.id + 999}").status_code == 404
    assert client.post(f"{base}/agreements/{agreed.id}/remove").status_code == 303
    assert client.post(f"{base}/facts/{staff.id}/remove").status_code == 303
    assert db.session.scalars(sa.select(ClientAgreement)).all() == []
    assert client.login_as("shen").get(f"{base}/facts/{sales.id}").status_code == 404


def test_role_form_offers_vacant_only_for_vacant_roles(client, people):
    station = post()
    filled, open_ = post_role(station, "Consul"), post_role(station, "Attaché", kind=PostRoleKind.vacant)
    client.login_as("anna")
    for role, status in ((filled, 422), (open_, 303)):
        data = {"title": role.title, "kind": "vacant", "version": station.version}
        assert client.post(f"/organizations/{station.id}/roles/{role.id}", data=data).status_code == status


def test_details_are_added(client, people, own_client):
    client.login_as("anna")
    base = f"/organizations/{own_client.id}"
    backwards = {"from_on": "2026-01-01", "to_on": "2025-01-01"}
    assert client.post(f"{base}/agreements/new", data=backwards).status_code == 422
    assert client.post(f"{base}/agreements/new", data={"from_on": "2026-01-01", "on_file": "y"}).status_code == 303
    fact = {"kind": "sales", "currency": "USD", "as_of": "2026-01-01", "source": "Tax return"}
    assert client.post(f"{base}/facts/new", data=fact).status_code == 422
    assert client.post(f"{base}/facts/new", data=fact | {"number": "1200000.50"}).status_code == 303
    assert client.post(f"{base}/owners/new", data={"share": "60"}).status_code == 422
    assert client.post(f"{base}/owners/new", data={"share": "60", "owner_name": "Family Lee"}).status_code == 303
    page = client.get(base).text
    for text in ("Tax return", "Family Lee", "60"):
        assert text in page
    ownership_id = db.session.scalars(sa.select(Ownership.id)).one()
    assert client.post(f"{base}/owners/{ownership_id}/remove").status_code == 303
    assert client.post(f"{base}/owners/{ownership_id}/remove").status_code == 404
    assert db.session.scalars(sa.select(Ownership)).all() == []
    assert db.session.scalars(sa.select(ClientAgreement.on_file)).all() == [True]
    station = post()
    role = {"title": "Officer", "kind": "local"}
    assert client.post(f"/organizations/{station.id}/roles/new", data=role).status_code == 303
    assert db.session.scalars(sa.select(PostRole.title)).all() == ["Officer"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "staff", "number": "-3"}, "at least 0"),
        ({"kind": "us_content", "number": "512"}, "from 0 to 100"),
        ({"kind": "sales", "number": "1200000"}, "Choose a currency."),
        ({"kind": "market", "number": ""}, "Enter a figure or a description."),
        ({"kind": "staff", "number": "12,5"}, "Enter a number, such as 15 or 1,200."),
        ({"kind": "staff", "number": "40%"}, "Enter a number, such as 15 or 1,200."),
        ({"kind": "us_content", "number": "forty"}, "Enter a number from 0 to 100."),
        ({"kind": "us_content", "number": "140%"}, "Enter a number from 0 to 100."),
        ({"kind": "us_content", "number": "4k%"}, "Enter a number from 0 to 100."),
        ({"kind": "sales", "number": "40%", "currency": "USD"}, "Enter the amount without a currency"),
        ({"kind": "sales", "number": "$1.2M", "currency": "USD"}, "Enter the amount without a currency"),
        ({"kind": "staff", "number": "NaN"}, "Enter a smaller number."),
    ],
)
def test_invalid_figure_is_refused(client, people, own_client, wrong, message):
    data = {"as_of": "2026-01-01", "source": "Form"} | wrong
    answer = client.login_as("anna").post(f"/organizations/{own_client.id}/facts/new", data=data)
    assert (answer.status_code, message in answer.text, "There is 1 problem" in answer.text) == (422, True, True)
    assert db.session.scalars(sa.select(DatedFact)).all() == []


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({"kind": "sales", "number": "1200000"}, {"Currency: Choose a currency."}),
        ({"kind": "sales", "number": "-5"}, {"Value: Enter a number of at least 0.", "Currency: Choose a currency."}),
        ({"kind": "sales", "number": "$5"}, {"Value: Enter the amount without a currency, such as 1,200,000 or 1.2M."}),
        ({"kind": "sales", "number": "5", "currency": "XXX"}, {"Currency: Choose one from the list."}),
        ({"kind": "sales", "number": ""}, {"Value: Enter a figure or a description."}),
        ({"kind": "sales", "text": "Growing"}, set()),
        ({"kind": "staff", "number": "12"}, set()),
        ({"kind": "seance", "number": "12"}, {"Figure: Choose one from the list."}),
    ],
)
def test_errors_of_a_figure_are_shown_together(client, people, own_client, values, messages):
    data = {"as_of": "2026-01-01", "source": ""} | values
    answer = client.login_as("anna").post(f"/organizations/{own_client.id}/facts/new", data=data)
    links = set(re.findall(r'<a href="#\w+">([^<]*)</a>', answer.text))
    assert (answer.status_code, links) == (422, messages | {"Source: This field is required."})


@pytest.mark.parametrize("text", ["40", "40%", "40 %", "４０％"])
def test_percentage_is_read_with_its_sign(client, people, own_client, text):
    data = {"kind": "us_content", "number": text, "as_of": "2026-01-01", "source": "Form"}
    assert client.login_as("anna").post(f"/organizations/{own_client.id}/facts/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(DatedFact.number)).all() == [40]


def test_naics_requires_six_digits(client, people, own_client):
    data = {"status": "client", "step_eligible": "no", "version": own_client.version}
    url = f"/organizations/{own_client.id}/client"
    assert client.login_as("anna").post(url, data=data | {"naics": "abc"}).status_code == 422
    assert client.post(url, data=data | {"naics": "332911"}).status_code == 303


def test_naics_of_invisible_characters_is_empty(client, people, own_client):
    data = {"status": "client", "step_eligible": "no", "version": own_client.version, "naics": "\u200b"}
    assert client.login_as("anna").post(f"/organizations/{own_client.id}/client", data=data).status_code == 303


def test_owners_of_more_than_100_percent_are_a_question(client, people, own_client):
    owner(own_client, "Wei Holding", Decimal("60.50"))
    owner(own_client, "Unknown fund", None)
    url = f"/organizations/{own_client.id}/owners/new"
    client.login_as("anna")
    assert "confirm_total" not in client.get(url).text
    assert client.post(url, data={"owner_name": "Family Lee", "share": "101"}).status_code == 422
    page = client.post(url, data={"owner_name": "Family Lee", "share": "51"})
    assert page.status_code == 422
    assert "the owners add up to 111.5%" in page.text
    assert 'name="confirm_total"' in page.text
    assert client.post(url, data={"owner_name": "Family Lee", "share": "39.50"}).status_code == 303
    assert client.post(url, data={"owner_name": "Fund", "share": "1", "confirm_total": "y"}).status_code == 303
    assert client.post(url, data={"owner_name": "Another fund"}).status_code == 303
    assert count(Ownership) == 5


def test_share_of_a_hidden_owner_is_not_added_up(client, people, own_client):
    secret = client_of("Bay", "Secret Holding", counselor=people["dora"])
    make_confidential(secret)
    owner(own_client, secret, 80)
    data = {"owner_name": "Family Lee", "share": "60"}
    assert client.login_as("anna").post(f"/organizations/{own_client.id}/owners/new", data=data).status_code == 303


def test_owner_of_another_organization_cannot_be_removed(client, people, own_client):
    other_owner = owner(client_of("Bay"), "Family Bay")
    assert (
        client.login_as("anna").post(f"/organizations/{own_client.id}/owners/{other_owner.id}/remove").status_code
        == 404
    )


def test_stale_client_details_show_both_versions(client, people, own_client):
    client.login_as("anna")
    url, old = f"/organizations/{own_client.id}/client", own_client.version
    set_facts(db.session.get(Client, own_client.id), {"county": "Theirs"}, own_client)
    answer = client.post(url, data={"status": "client", "county": "Typed", "step_eligible": "no", "version": old})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Typed"' in answer.text
    assert db.session.get(Client, own_client.id).county == "Theirs"
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    data = {"status": "client", "county": "Typed", "step_eligible": "no", "version": version}
    assert client.post(url, data=data).status_code == 303
    assert db.session.get(Client, own_client.id).county == "Typed"
