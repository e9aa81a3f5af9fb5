"""Which products are listed: of the client, open and visible, by name."""

from __future__ import annotations

import pytest

from crm.core.errors import NotFound
from crm.products import queries
from crm.products.models import Product, RepresentationProduct
from tests.factories import archived, client_of, make_confidential, product, representation


def test_products_are_open_visible_ones_of_the_client_by_name(session, actor, people):
    client, other, of_bay = client_of("Inland", counselor=people["anna"]), client_of("Inland"), client_of("Bay")
    second, first = product(client, "Valve", hs6="848180"), product(client, "Filter", native_name="过滤器")
    former = archived(product(client, "Former"))
    secret = make_confidential(product(client, "Secret", counselor=people["anna"]))
    elsewhere, hidden = product(other, "Elsewhere"), product(of_bay, "Hidden")
    names = {name: [x.name for x in queries.list_client_products(actor(name), client.id)] for name in ("anna", "dora")}
    assert names["dora"] == ["Filter", "Valve"]
    assert set(names["anna"]) >= {"Filter", "Valve"}
    rows = queries.list_client_products(actor("dora"), client.id)
    assert [(x.id, x.native_name, x.hs6) for x in rows] == [(first.id, "过滤器", None), (second.id, None, "848180")]
    ids = {
        name: set(session.scalars(queries.visible_products(actor(name)).with_only_columns(Product.id)))
        for name in ("dora", "boris", "nora")
    }
    of_inland = {first.id, second.id, former.id, elsewhere.id}
    assert ids == {"dora": of_inland, "boris": {hidden.id}, "nora": of_inland | {hidden.id}}
    assert queries.get_product(actor("anna"), first.id) is first
    with pytest.raises(NotFound):
        queries.get_product(actor("dora"), secret.id)


def test_products_of_a_rep_are_those_of_the_client_with_a_mark(session, actor, people):
    client = client_of("Inland", counselor=people["anna"])
    selected, other = product(client, "Valve"), product(client, "Filter")
    archived(product(client, "Former"))
    make_confidential(product(client, "Secret", counselor=people["anna"]))
    product(client_of("Inland"), "Elsewhere")
    rep, rival = representation(client), representation(client)
    session.add(RepresentationProduct(representation_id=rep.id, product_id=selected.id))
    session.add(RepresentationProduct(representation_id=rival.id, product_id=other.id))
    session.flush()
    rows = queries.list_representation_products(actor("dora"), rep)
    assert [(x.id, x.is_selected) for x in rows] == [(other.id, False), (selected.id, True)]
