"""Pages of products."""

from __future__ import annotations

from tests.factories import client_of


def test_product_is_made_and_changed(client, people):
    client.login_as("anna")
    firm = client_of("Inland", "Tri-Valley")
    assert client.get(f"/products/new?client={firm.id}").status_code == 200
    data = {"client_id": firm.id, "offer": "product", "name": "Sensor <b>", "hs6": "9026.80", "jurisdiction": "ear"}
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
