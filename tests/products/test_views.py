"""Pages of products."""

from __future__ import annotations

from crm.products.policy import ProductKind
from tests.factories import client_of, product


def test_product_is_created_and_changed(client, people):
    client.login_as("anna")
    organization = client_of("Inland", "Tri-Valley")
    assert client.get(f"/products/new?client={organization.id}").status_code == 200
    data = {
        "client_id": organization.id,
        "offer": "product",
        "name": "Sensor <b>",
        "hs6": "9026.80",
        "jurisdiction": "ear",
    }
    for wrong in ({"hs6": "9026"}, {"hs6": "90268０"}, {"eccn": "nonsense"}, {"name": " "}, {"client_id": ""}):
        assert client.post("/products/new", data=data | wrong).status_code == 422, wrong
    answer = client.post("/products/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert ("Sensor &lt;b&gt;" in page, "9026.80" in page) == (True, True)
    url = answer.headers["Location"]
    assert client.post(f"{url}/edit", data=data | {"version": 0}).status_code == 409
    client.login_as("boris")
    assert [client.get(u).status_code for u in (url, f"{url}/edit")] == [404, 404]
    assert client.post("/products/new", data=data).status_code == 422


def test_products_are_listed_and_exported(client, people):
    organization, foreign = client_of("Inland", "Tri-Valley"), client_of("Bay", "Bay Cold Chain")
    product(organization, name="Level sensor", hs6="902610")
    product(organization, name="Pump", hs6="841370", offer=ProductKind.service)
    product(foreign, name="Secret box")
    anna = client.login_as("anna")
    expected_by_query = {
        "": {"Level sensor", "Pump"},
        "hs=90.26": {"Level sensor"},
        "offer=service": {"Pump"},
        "q=pump": {"Pump"},
    }
    for query, expected in expected_by_query.items():
        page = anna.get(f"/products/?{query}").text
        assert {n for n in ("Level sensor", "Pump", "Secret box") if f">{n}</a>" in page} == expected, query
    page = anna.get("/products/").text
    assert (f'<a href="/organizations/{organization.id}">Tri-Valley</a>' in page, "9026.10" in page) == (True, True)
    exported = anna.get("/products/?as=csv").text
    assert ("902610" in exported, "Tri-Valley" in exported, "Secret" in exported) == (True, True, False)


def test_product_sheet_has_both_languages_without_export_classification_and_notes(client, people):
    organization = client_of("Inland", "Tri-Valley", native_name="三谷传感", country="US")
    row = product(
        organization,
        name="Level sensor",
        native_name="液位传感器",
        hs6="902610",
        certificates="CE, CCC",
        capacity_number=500,
        capacity_unit="a month",
        eccn="3A001",
        ip_note="Secret drawing",
        usml_category="XII",
    )
    page = client.login_as("anna").get(f"/products/{row.id}/sheet").text
    article = page[page.index("<article") : page.index("</article>")]
    expected = ("Level sensor", "液位传感器", "三谷传感", "9026.10", "CCC", "500 a month", "产能", "产品", "美国")
    assert [text for text in expected if text not in article] == []
    assert [text for text in ("3A001", "Secret", "XII", "EAR") if text in article] == []
