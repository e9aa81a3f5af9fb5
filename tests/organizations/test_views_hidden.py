"""What pages hide: financial values from the China desk, confidential clients from users without access."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import DatedFact, Ownership
from crm.organizations.policy import FactKind
from crm.organizations.queries import get_parent, list_owners, list_subsidiaries
from crm.organizations.services import set_facts
from tests.factories import client_of, organization, owner


@pytest.fixture
def full_client(people, own_client):
    own_client.parent_id, own_client.parent_share = organization("Mother Holding").id, Decimal("51.25")
    owner(own_client, "Family Lee", Decimal("48.75"))
    for kind, number in ((FactKind.sales, 7654321), (FactKind.staff, 44)):
        values = {"kind": kind, "number": number, "as_of": own_client.created_at.date(), "source": "Return"}
        set_facts(DatedFact(organization_id=own_client.id), values)
    db.session.flush()
    return own_client


def facts_of(page: str) -> dict[str, str]:
    """Figures on an organization's page by their label."""
    return dict(re.findall(r"<dt>(Staff|Sales)</dt>\s*<dd>([^<]*?)\s*<div", page))


MONEY = ("51.25", "48.75", "Family Lee", "7654321", "7,654,321")


def test_china_desk_sees_no_financial_values(client, people, full_client):
    pages = [
        f"/organizations/{full_client.id}",
        f"/organizations/{full_client.id}/edit",
        f"/records/{full_client.id}/history",
    ]
    pages += [f"/organizations/{full_client.parent_id}", "/organizations/", "/organizations/?as=csv"]
    client.login_as("anna")
    text_of_all_pages = "".join(client.get(url).text for url in pages)
    for text in ("51.25", "48.75", "Family Lee", "7,654,321"):
        assert text in text_of_all_pages
    assert set(facts_of(client.get(pages[0]).text)) == {"Staff", "Sales"}
    client.login_as("shen")
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200
        assert not [text for text in MONEY if text in answer.text], url
    assert facts_of(client.get(pages[0]).text) == {"Staff": "44"}
    assert "parent_share" not in client.get(pages[1]).text


def test_china_desk_cannot_change_financial_values(client, people, full_client):
    client.login_as("shen")
    for share in ("", "1", None):
        data = {
            "name": "Tri-Valley",
            "roles": "client",
            "version": full_client.version,
            "parent_id": full_client.parent_id,
        }
        data |= {} if share is None else {"parent_share": share}
        assert client.post(f"/organizations/{full_client.id}/edit", data=data).status_code == 303
        assert full_client.parent_share == Decimal("51.25")
    stale = {"name": "T", "roles": "client", "version": 0, "parent_share": "1"}
    assert "51.25" not in client.post(f"/organizations/{full_client.id}/edit", data=stale).text
    base = f"/organizations/{full_client.id}"
    ownership = db.session.scalars(sa.select(Ownership)).one()
    assert client.get(f"{base}/owners/new").status_code == 403
    assert client.post(f"{base}/owners/new", data={"owner_name": "x"}).status_code == 403
    assert client.post(f"{base}/owners/{ownership.id}/remove").status_code == 403
    page = client.get(f"{base}/facts/new?kind=sales").text
    assert 'value="sales"' not in page
    fact = {"kind": "sales", "number": "1", "as_of": "2026-01-01", "source": "x"}
    assert client.post(f"{base}/facts/new", data=fact).status_code == 422


@pytest.mark.parametrize("query", ["sort=parent_share", "sort=share", "parent_share=51", "as=csv&sort=-sales"])
def test_list_cannot_be_sorted_or_filtered_by_financial_values(client, people, full_client, query):
    assert client.login_as("shen").get(f"/organizations/?{query}").status_code == 400


def test_confidential_client_is_not_shown_anywhere(client, people, actor, full_client):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True, parent_id=full_client.id)
    full_client.parent_id = secret.id
    owner(full_client, secret, Decimal("11.00"))
    db.session.flush()
    dora = actor("dora")
    assert list_subsidiaries(dora, full_client.id) == []
    assert get_parent(dora, full_client) is None
    assert [row.owner for row in list_owners(dora, full_client.id)] == ["Family Lee"]
    client.login_as("dora")
    pages = [
        "/organizations/",
        "/organizations/?q=Optics",
        "/organizations/?as=csv",
        f"/organizations/{full_client.id}",
    ]
    pages += [
        f"/organizations/{full_client.id}/edit",
        f"/records/{full_client.id}/history",
        "/organizations/?view=clients",
    ]
    for url in pages:
        assert "Zephyr" not in client.get(url).text, url
    for url in (f"/organizations/{secret.id}", f"/organizations/{secret.id}/edit", f"/records/{secret.id}/history"):
        assert client.get(url).status_code == 404
    data = {"name": "Tri-Valley", "roles": "client", "version": full_client.version, "parent_id": "", "city": "Reno"}
    assert client.post(f"/organizations/{full_client.id}/edit", data=data).status_code == 303
    assert (full_client.parent_id, full_client.city) == (secret.id, "Reno")
    client.login_as("anna")
    assert "Zephyr" in client.get("/organizations/").text
    assert "Zephyr" not in client.get("/organizations/?as=csv").text


def test_share_of_a_hidden_parent_is_neither_shown_nor_passed_on_to_another_parent(client, people, full_client):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True)
    full_client.parent_id, full_client.parent_share = secret.id, Decimal("61.75")
    db.session.flush()
    client.login_as("dora")
    for path in (f"/organizations/{full_client.id}", f"/organizations/{full_client.id}/edit"):
        assert "61.75" not in client.get(path).text
    data = {"name": "Tri-Valley", "roles": "client", "parent_id": "", "parent_share": ""}
    url = f"/organizations/{full_client.id}/edit"
    assert 'name="parent_share"' in client.get(url).text
    for change, status in (({"version": 0}, 409), ({"name": "", "version": full_client.version}, 422)):
        refused = client.post(url, data={k: x for k, x in (data | change).items() if k != "parent_share"})
        assert (refused.status_code, "61.75" in refused.text) == (status, False)
    for share in ("", "12"):
        answer = client.post(url, data=data | {"version": full_client.version, "parent_share": share})
        assert answer.status_code == 303
        assert (full_client.parent_id, full_client.parent_share) == (secret.id, Decimal("61.75"))
    data |= {"parent_id": organization("Open Mother").id, "version": full_client.version}
    assert client.post(url, data=data).status_code == 303
    assert full_client.parent_share is None
