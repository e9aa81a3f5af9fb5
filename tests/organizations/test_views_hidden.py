"""What the China desk is not told of money, and others of a secret firm."""

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
def rich(people, mine):
    mine.parent_id, mine.parent_share = organization("Mother Holding").id, Decimal("51.25")
    owner(mine, "Family Lee", Decimal("48.75"))
    for kind, number in ((FactKind.sales, 7654321), (FactKind.staff, 44)):
        known = {"kind": kind, "number": number, "as_of": mine.created_at.date(), "source": "Return"}
        set_facts(DatedFact(organization_id=mine.id), known)
    db.session.flush()
    return mine


def facts_of(page: str) -> dict[str, str]:
    """Figures on an organization's page by their label."""
    return dict(re.findall(r"<dt>(Staff|Sales)</dt><dd>([^<]*?)\s*<span", page))


MONEY = ("51.25", "48.75", "Family Lee", "7654321", "7,654,321")


def test_china_desk_sees_no_money_anywhere(client, people, rich):
    pages = [f"/organizations/{rich.id}", f"/organizations/{rich.id}/edit", f"/records/{rich.id}/history"]
    pages += [f"/organizations/{rich.parent_id}", "/organizations/", "/organizations/?as=csv"]
    client.login_as("anna")
    seen = "".join(client.get(url).text for url in pages)
    for text in ("51.25", "48.75", "Family Lee", "7,654,321"):
        assert text in seen
    assert set(facts_of(client.get(pages[0]).text)) == {"Staff", "Sales"}
    client.login_as("shen")
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200
        assert not [text for text in MONEY if text in answer.text], url
    assert facts_of(client.get(pages[0]).text) == {"Staff": "44"}
    assert "parent_share" not in client.get(pages[1]).text


def test_china_desk_neither_erases_nor_sets_money(client, people, rich):
    client.login_as("shen")
    for share in ("", "1", None):
        data = {"name": "Tri-Valley", "roles": "client", "version": rich.version, "parent_id": rich.parent_id}
        data |= {} if share is None else {"parent_share": share}
        assert client.post(f"/organizations/{rich.id}/edit", data=data).status_code == 303
        assert rich.parent_share == Decimal("51.25")
    stale = {"name": "T", "roles": "client", "version": 0, "parent_share": "1"}
    assert "51.25" not in client.post(f"/organizations/{rich.id}/edit", data=stale).text
    base = f"/organizations/{rich.id}"
    held = db.session.scalars(sa.select(Ownership)).one()
    assert client.get(f"{base}/owners/new").status_code == 403
    assert client.post(f"{base}/owners/new", data={"owner_name": "x"}).status_code == 403
    assert client.post(f"{base}/owners/{held.id}/remove").status_code == 403
    page = client.get(f"{base}/facts/new?kind=sales").text
    assert 'value="sales"' not in page
    fact = {"kind": "sales", "number": "1", "as_of": "2026-01-01", "source": "x"}
    assert client.post(f"{base}/facts/new", data=fact).status_code == 422


@pytest.mark.parametrize("query", ["sort=parent_share", "sort=share", "parent_share=51", "as=csv&sort=-sales"])
def test_money_is_nothing_to_sort_or_filter_by(client, people, rich, query):
    assert client.login_as("shen").get(f"/organizations/?{query}").status_code == 400


def test_secret_leaves_no_trace(client, people, actor, rich):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True, parent_id=rich.id)
    rich.parent_id = secret.id
    owner(rich, secret, Decimal("11.00"))
    db.session.flush()
    dora = actor("dora")
    assert list_subsidiaries(dora, rich.id) == []
    assert get_parent(dora, rich) is None
    assert [row.owner for row in list_owners(dora, rich.id)] == ["Family Lee"]
    client.login_as("dora")
    pages = ["/organizations/", "/organizations/?q=Optics", "/organizations/?as=csv", f"/organizations/{rich.id}"]
    pages += [f"/organizations/{rich.id}/edit", f"/records/{rich.id}/history", "/organizations/?view=clients"]
    for url in pages:
        assert "Zephyr" not in client.get(url).text, url
    for url in (f"/organizations/{secret.id}", f"/organizations/{secret.id}/edit", f"/records/{secret.id}/history"):
        assert client.get(url).status_code == 404
    data = {"name": "Tri-Valley", "roles": "client", "version": rich.version, "parent_id": "", "city": "Reno"}
    assert client.post(f"/organizations/{rich.id}/edit", data=data).status_code == 303
    assert (rich.parent_id, rich.city) == (secret.id, "Reno")
    client.login_as("anna")
    assert "Zephyr" in client.get("/organizations/").text
    assert "Zephyr" not in client.get("/organizations/?as=csv").text
