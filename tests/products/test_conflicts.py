"""Conflicts of a China rep who also represents a rival."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.organizations.models import Organization
from crm.people.policy import RepresentationStatus
from crm.products.conflicts import find_conflicts
from crm.products.models import Product, RepresentationProduct
from crm.products.services import set_representation_products
from tests.factories import archived, client_of, make_confidential, person, product, representation, sector

SECTORS = "same territory and sector: Water"


def make_rep_with_rival(*, territory="Zhejiang", of="Inland", confidential=False, lines=None, offers=((), ()), **facts):
    """Return the rep of the client Mine who also represents Rival; `offers` are the products of the two clients."""
    zhou, water = person("Zhou", team=None), sector("Water")
    own_client = client_of("Inland", "Mine", sectors=[water])
    organization = client_of(of, "Rival", sectors=lines if lines is not None else [water], confidential=confidential)
    for client, products in zip((own_client, organization), offers, strict=True):
        for name, codes in products:
            product(client, name, **codes)
    row = representation(own_client, zhou, territory="East China")
    representation(organization, zhou, territory=territory, **facts)
    return row


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"territory": "East China"}, [("Zhou for Rival", SECTORS)]),
        ({"territory": "China"}, [("Zhou for Rival", SECTORS)]),
        ({"territory": None}, [("Zhou for Rival", SECTORS)]),
        ({"territory": "Sichuan"}, []),
        ({"territory": None, "lines": []}, []),
        ({"territory": None, "status": RepresentationStatus.ended}, []),
        ({"territory": None, "of": "Bay"}, [("a client of another team", SECTORS)]),
        ({"territory": None, "of": "Bay", "confidential": True}, []),
    ],
)
def test_conflict_hides_names_of_other_teams(session, people, actor, facts, expected):
    assert find_conflicts(actor("anna"), make_rep_with_rival(**facts)) == expected


METER = ("Meter", {"hs6": "902610"})
GAUGE = ("Gauge", {"hs6": "902620"})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Similar products are a conflict in any territory, and are named instead of the sector.
        ({"offers": ([METER], [GAUGE])}, [("Zhou for Rival", "similar products: Meter and Gauge")]),
        (
            {"offers": ([METER], [GAUGE]), "territory": "Sichuan", "lines": []},
            [("Zhou for Rival", "similar products: Meter and Gauge")],
        ),
        ({"offers": ([METER], [("Apples", {"hs6": "080810"})])}, []),
        ({"offers": ([("Meter", {})], [("METER", {})])}, [("Zhou for Rival", "similar products: Meter and METER")]),
        ({"offers": ([("Meter", {})], [("Gauge", {})])}, []),
        (
            {"offers": ([("Meter", {"naics": "334514"})], [("Gauge", {"naics": "334514"})])},
            [("Zhou for Rival", "similar products: Meter and Gauge")],
        ),
        ({"offers": ([METER], [GAUGE]), "of": "Bay"}, [("a client of another team", "similar products: Meter")]),
        ({"offers": ([METER], [GAUGE]), "of": "Bay", "confidential": True}, []),
    ],
)
def test_conflict_names_similar_products(session, people, actor, facts, expected):
    facts = {"territory": "Sichuan"} | facts
    assert find_conflicts(actor("anna"), make_rep_with_rival(**facts)) == expected


@pytest.fixture
def rep(session, people):
    """The rep of a client with a meter and a pump; only the meter is similar to the rival's gauge."""
    row = make_rep_with_rival(territory="Sichuan", offers=([METER, ("Pump", {"hs6": "841350"})], [GAUGE]))
    session.flush()
    return row


def load_product(name):
    return db.session.scalars(sa.select(Product).where(Product.name == name)).one()


def test_only_selected_products_are_compared(rep, actor):
    anna = actor("anna")
    set_representation_products(anna, rep, [load_product("Pump").id])
    assert find_conflicts(anna, rep) == []
    set_representation_products(anna, rep, [load_product("Pump").id, load_product("Meter").id])
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "similar products: Meter and Gauge")]
    set_representation_products(anna, rep, [])
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "similar products: Meter and Gauge")]


def test_selected_products_archived_or_of_a_former_client_are_ignored(rep, actor):
    anna = actor("anna")
    set_representation_products(anna, rep, [load_product("Pump").id])
    archived(load_product("Pump"))
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "similar products: Meter and Gauge")]
    rep.client_id = client_of("Inland", "Next").id
    product(db.session.get_one(Organization, rep.client_id), "Other meter", hs6="902610")
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "similar products: Other meter and Gauge")]


def test_products_of_other_clients_are_refused_and_hidden_ones_kept(rep, actor):
    anna = actor("anna")
    with pytest.raises(Invalid):
        set_representation_products(anna, rep, [load_product("Gauge").id])
    set_representation_products(anna, rep, [load_product("Pump").id, load_product("Meter").id])
    load_product("Pump").counselor_id = actor("clara").id
    make_confidential(load_product("Pump"))
    set_representation_products(anna, rep, [])
    assert db.session.scalars(sa.select(RepresentationProduct.product_id)).all() == [load_product("Pump").id]


def test_products_of_a_rep_are_selected_and_kept_in_history(client, rep):
    anna = client.login_as("anna")
    products_url, rep_url = f"/products/reps/{rep.id}", f"/people/reps/{rep.id}"
    assert "All of the client&#39;s products." in anna.get(rep_url).text
    assert f'href="{products_url}"' in anna.get(rep_url).text
    version, pump = rep.version, load_product("Pump").id
    assert anna.post(products_url, data={"products": str(pump), "version": version}).status_code == 303
    page = anna.get(rep_url).text
    assert "All of the client&#39;s products." not in page
    assert f'href="/products/{pump}"' in page
    assert f'value="{pump}" checked' in anna.get(products_url).text
    history = anna.get(f"/records/{rep.id}/history").text
    assert re.search(r"Product represented added\s*<div>\s*Product:\s*Pump", history)
    assert anna.post(products_url, data={"version": version}).status_code == 409
    assert (
        anna.post(products_url, data={"products": str(load_product("Gauge").id), "version": rep.version}).status_code
        == 422
    )
    assert client.login_as("boris").get(products_url).status_code == 404
