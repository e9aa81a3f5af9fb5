"""Pickers of records that need more than a name lead to their form."""

from __future__ import annotations

from tests.factories import client_of


def test_unknown_product_leads_to_its_form_in_a_new_tab(client, people):
    data = {"client_id": client_of("Inland").id, "product_id-typed": "Level sensor", "need_id-typed": "Pumps"}
    page = client.login_as("anna").post("/opportunities/new", data=data)
    assert page.status_code == 422
    assert 'href="/products/new"\ntarget="_blank"' in page.text
    assert "Add product (opens in a new tab)" in page.text
    assert "Add need (opens in a new tab)" in page.text
    assert "Add China rep" not in page.text
