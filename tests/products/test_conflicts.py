"""A China rep who also stands for a rival."""

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
from tests.factories import archived, client_of, person, product, representation, secluded, sector

LINES = "the same territory and Sectors: Water"


def conflict(*, territory="Zhejiang", of="Inland", confidential=False, lines=None, offers=((), ()), **facts):
    """The rep of a client called Mine who also stands for one called Rival; `offers` are what the two clients make."""
    who, water = person("Zhou", team=None), sector("Water")
    mine = client_of("Inland", "Mine", sectors=[water])
    organization = client_of(of, "Rival", sectors=lines if lines is not None else [water], confidential=confidential)
    for client, made in zip((mine, organization), offers, strict=True):
        for name, codes in made:
            product(client, name, **codes)
    row = representation(mine, who, territory="East China")
    representation(organization, who, territory=territory, **facts)
    return row


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"territory": "East China"}, [("Zhou for Rival", LINES)]),
        ({"territory": "China"}, [("Zhou for Rival", LINES)]),
        ({"territory": None}, [("Zhou for Rival", LINES)]),
        ({"territory": "Sichuan"}, []),
        ({"territory": None, "lines": []}, []),
        ({"territory": None, "status": RepresentationStatus.ended}, []),
        ({"territory": None, "of": "Bay"}, [("a client of another team", LINES)]),
        ({"territory": None, "of": "Bay", "confidential": True}, []),
    ],
)
def test_conflict_is_told_as_far_as_the_reader_may_know(session, people, actor, facts, told):
    assert find_conflicts(actor("anna"), conflict(**facts)) == told


METER = ("Meter", {"hs6": "902610"})
GAUGE = ("Gauge", {"hs6": "902620"})


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        # Like products are a conflict wherever they are sold, and are told instead of the line of business.
        ({"offers": ([METER], [GAUGE])}, [("Zhou for Rival", "like products: Meter and Gauge")]),
        (
            {"offers": ([METER], [GAUGE]), "territory": "Sichuan", "lines": []},
            [("Zhou for Rival", "like products: Meter and Gauge")],
        ),
        ({"offers": ([METER], [("Apples", {"hs6": "080810"})])}, []),
        ({"offers": ([("Meter", {})], [("METER", {})])}, [("Zhou for Rival", "like products: Meter and METER")]),
        ({"offers": ([("Meter", {})], [("Gauge", {})])}, []),
        (
            {"offers": ([("Meter", {"naics": "334514"})], [("Gauge", {"naics": "334514"})])},
            [("Zhou for Rival", "like products: Meter and Gauge")],
        ),
        ({"offers": ([METER], [GAUGE]), "of": "Bay"}, [("a client of another team", "like products: Meter")]),
        ({"offers": ([METER], [GAUGE]), "of": "Bay", "confidential": True}, []),
    ],
)
def test_like_products_are_told_by_name(session, people, actor, facts, told):
    facts = {"territory": "Sichuan"} | facts
    assert find_conflicts(actor("anna"), conflict(**facts)) == told


@pytest.fixture
def rep(session, people):
    """The rep of a client who offers a meter and a pump; of the rival's gauge only the meter is like."""
    row = conflict(territory="Sichuan", offers=([METER, ("Pump", {"hs6": "841350"})], [GAUGE]))
    session.flush()
    return row


def named(name):
    return db.session.scalars(sa.select(Product).where(Product.name == name)).one()


def test_only_the_products_of_the_rep_count_where_they_are_named(rep, actor):
    anna = actor("anna")
    set_representation_products(anna, rep, [named("Pump").id])
    assert find_conflicts(anna, rep) == []
    set_representation_products(anna, rep, [named("Pump").id, named("Meter").id])
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "like products: Meter and Gauge")]
    set_representation_products(anna, rep, [])
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "like products: Meter and Gauge")]


def test_what_was_named_of_a_former_client_or_is_archived_says_nothing(rep, actor):
    anna = actor("anna")
    set_representation_products(anna, rep, [named("Pump").id])
    archived(named("Pump"))
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "like products: Meter and Gauge")]
    rep.client_id = client_of("Inland", "Next").id
    product(db.session.get_one(Organization, rep.client_id), "Other meter", hs6="902610")
    assert find_conflicts(anna, rep) == [("Zhou for Rival", "like products: Other meter and Gauge")]


def test_products_of_others_are_refused_and_hidden_ones_stay(rep, actor):
    anna = actor("anna")
    with pytest.raises(Invalid):
        set_representation_products(anna, rep, [named("Gauge").id])
    set_representation_products(anna, rep, [named("Pump").id, named("Meter").id])
    named("Pump").counselor_id = actor("clara").id
    secluded(named("Pump"))
    set_representation_products(anna, rep, [])
    assert db.session.scalars(sa.select(RepresentationProduct.product_id)).all() == [named("Pump").id]


def test_products_are_chosen_on_a_page_of_their_own_and_kept_in_history(client, rep):
    anna = client.login_as("anna")
    path, at = f"/products/reps/{rep.id}", f"/people/reps/{rep.id}"
    assert "All of the client's products." in anna.get(at).text
    assert f'href="{path}"' in anna.get(at).text
    version, pump = rep.version, named("Pump").id
    assert anna.post(path, data={"products": str(pump), "version": version}).status_code == 303
    page = anna.get(at).text
    assert "All of the client's products." not in page
    assert f'href="/products/{pump}"' in page
    assert f'value="{pump}" checked' in anna.get(path).text
    history = anna.get(f"/records/{rep.id}/history").text
    assert re.search(r"Made Product it stands for\s*<div>Product: Pump", history)
    assert anna.post(path, data={"version": version}).status_code == 409
    assert anna.post(path, data={"products": str(named("Gauge").id), "version": rep.version}).status_code == 422
    assert client.login_as("boris").get(path).status_code == 404
