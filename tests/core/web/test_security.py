"""The demo accepts requests from its own computer only."""

from __future__ import annotations

import pytest

from tests.fixtures.apps import dispose, make_app

NEAR = ("127.0.0.1", "127.0.0.8", "::1", "::ffff:127.0.0.1")
FAR = ("192.168.1.7", "203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1", "", "unix:")
THROUGH_A_PROXY = (
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"},
    {"X-Real-IP": "10.0.0.4"},
    {"Forwarded": 'for="[2001:db8::1]:4711";proto=https'},
    {"Forwarded": "for=127.0.0.1, for=203.0.113.9"},
)


@pytest.fixture(scope="module")
def demo(databases, engine):
    url = databases.clone(engine)
    app = make_app(url, databases.own, CRM_DEMO=True)
    yield app.test_client()
    dispose(app)
    databases.drop(url)


@pytest.mark.parametrize("path", ["/login", "/healthz", "/", "/no-such-page"])
@pytest.mark.parametrize("address", FAR)
def test_demo_refuses_other_computers(demo, path, address):
    answer = demo.get(path, environ_overrides={"REMOTE_ADDR": address})
    assert (answer.status_code, "only on the computer it runs on" in answer.text) == (403, True)
    assert "causeway-demo" not in answer.text


@pytest.mark.parametrize("headers", THROUGH_A_PROXY)
def test_demo_refuses_other_computers_behind_a_proxy(demo, headers):
    assert demo.get("/login", headers=headers).status_code == 403


@pytest.mark.parametrize("address", NEAR)
def test_demo_accepts_this_computer(demo, address):
    assert demo.get("/login", environ_overrides={"REMOTE_ADDR": address}).status_code == 200
    answer = demo.get("/login", headers={"X-Forwarded-For": address, "Forwarded": f'for="[{address}]"'})
    assert answer.status_code == 200


def test_other_computers_are_accepted_outside_the_demo(client):
    assert client.get("/login", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
