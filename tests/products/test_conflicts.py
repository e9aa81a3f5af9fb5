"""A China rep who also stands for a rival."""

from __future__ import annotations

import pytest

from crm.core.db import db
from crm.organizations.models import Organization
from crm.people.policy import RepresentationStatus
from crm.products.conflicts import conflicts_of
from crm.products.models import RepresentationProduct
from tests.factories import client_of, person, product, representation, sector

LINES = "the same territory and line of business: Water"


def conflict(*, territory="Zhejiang", of="Inland", confidential=False, lines=None, offers=((), ()), **facts):
    """The rep of a client called Mine who also stands for one called Rival; `offers` are what the two clients make."""
    who, water = person("Zhou", team=None), sector("Water")
    mine = client_of("Inland", "Mine", sectors=[water])
    firm = client_of(of, "Rival", sectors=lines if lines is not None else [water], confidential=confidential)
    for client, made in zip((mine, firm), offers, strict=True):
        for name, codes in made:
            product(client, name, **codes)
    row = representation(mine, who, territory="East China")
    representation(firm, who, territory=territory, **facts)
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
    assert conflicts_of(actor("anna"), conflict(**facts)) == told


METER = ("Meter", {"hs6": "902610"})
GAUGE = ("Gauge", {"hs6": "902620"})


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        # Like products are a conflict wherever they are sold, and are told instead of the line of business.
        ({"offers": ([METER], [GAUGE])}, [("Zhou for Rival", "like products: Meter and Gauge")]),
        ({"offers": ([METER], [GAUGE]), "territory": "Sichuan", "lines": []},
         [("Zhou for Rival", "like products: Meter and Gauge")]),
        ({"offers": ([METER], [("Apples", {"hs6": "080810"})])}, []),
        ({"offers": ([("Meter", {})], [("METER", {})])}, [("Zhou for Rival", "like products: Meter and METER")]),
        ({"offers": ([("Meter", {})], [("Gauge", {})])}, []),
        ({"offers": ([("Meter", {"naics": "334514"})], [("Gauge", {"naics": "334514"})])},
         [("Zhou for Rival", "like products: Meter and Gauge")]),
        ({"offers": ([METER], [GAUGE]), "of": "Bay"}, [("a client of another team", "like products: Meter")]),
        ({"offers": ([METER], [GAUGE]), "of": "Bay", "confidential": True}, []),
    ],
)  # fmt: skip
def test_like_products_are_told_by_name(session, people, actor, facts, told):
    facts = {"territory": "Sichuan"} | facts
    assert conflicts_of(actor("anna"), conflict(**facts)) == told


def test_only_the_products_of_the_rep_count_where_they_are_named(session, people, actor):
    row = conflict(territory="Sichuan", offers=([METER], [GAUGE]))
    other = product(db.session.get_one(Organization, row.client_id), "Pump", hs6="841350")
    db.session.add(RepresentationProduct(representation_id=row.id, product_id=other.id))
    assert conflicts_of(actor("anna"), row) == []
