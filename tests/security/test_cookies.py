"""Cookies: bound to this host over https, with a new session cookie at each sign-in."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from itsdangerous import URLSafeTimedSerializer

from crm.accounts.links import LinkPurpose, build_link
from crm.core.data.base import db
from tests.fixtures.forms import token_of
from tests.fixtures.people import make_people, sign_in

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
MAY_BE_READ_BY_SCRIPTS = {"theme"}
"""The theme menu sets this cookie at once."""


def cookies_of(answer) -> dict[str, list[str]]:
    """Return the attributes of each cookie that a response sets, by name."""
    cookies = [header.split("; ") for header in answer.headers.getlist("Set-Cookie")]
    return {parts[0].partition("=")[0]: [part.lower() for part in parts[1:]] for parts in cookies}


def test_every_cookie_is_bound_to_this_host_and_https(new_app):
    app = new_app(CRM_BASE_URL="https://crm.example.org")
    with app.app_context():
        make_people()
        db.session.commit()
    client = app.test_client()
    client.environ_base["HTTP_REFERER"] = "https://localhost/"
    cookies = cookies_of(client.get("/login"))
    data = {"email": "anna@demo.example", "password": "causeway-demo", "csrf_token": token_of(client)}
    cookies |= cookies_of(client.post("/login", data=data))
    profile = {
        "csrf_token": token_of(client, "/profile"),
        "theme": "dark",
        "name": "Anna Reyes",
        "language": "en",
        "zone": "America/Los_Angeles",
        "country": "US",
    }
    for theme in ("dark", ""):
        profile["version"] = re.search(r'name="version"[^>]*value="(\d+)"', client.get("/profile").text)[1]
        answer = client.post("/profile", data=profile | {"theme": theme})
        assert answer.status_code == 303
        cookies |= cookies_of(answer)
        assert '"dark"' in client.get("/people/").text if theme else "data-bs-theme" not in client.get("/people/").text
    assert {"__Host-causeway", "__Host-theme"} <= set(cookies)
    for name, attributes in cookies.items():
        assert name.startswith("__Host-"), name
        assert {"secure", "path=/", "samesite=lax"} <= set(attributes), name
        assert not [part for part in attributes if part.startswith("domain")], name
        assert "httponly" in attributes or name.removeprefix("__Host-") in MAY_BE_READ_BY_SCRIPTS, name


def test_each_sign_in_creates_a_new_session_secret(client, people):
    cookies = set()
    for _time in range(2):
        sign_in(client, "anna@demo.example")
        with client.session_transaction() as cookie:
            cookies.add(cookie["secret"])
    assert len(cookies) == 2
    assert min(map(len, cookies)) >= 43


def copy_of(client):
    """Return a browser with the same session cookie."""
    copy = client.application.test_client()
    copy.set_cookie("causeway", client.get_cookie("causeway").value)
    assert copy.get("/profile").status_code == 200
    return copy


def test_signing_in_again_ends_the_former_secret(client, people):
    copy = copy_of(client.login_as("anna", with_form=True))
    values = {"email": "anna@demo.example", "password": "causeway-demo"}
    assert client.post("/login", data=values).status_code == 303
    assert (copy.get("/profile").status_code, client.get("/profile").status_code) == (303, 200)
    assert client.get("/profile").text.count('/end"') == 0


def test_confirming_keeps_the_secret_for_requests_under_way(client, people):
    under_way = copy_of(client.login_as("anna", with_form=True))
    for _repeated in range(2):
        assert under_way.post("/confirm", data={"password": "causeway-demo"}).status_code == 303
    assert client.get("/profile").status_code == 200


def test_session_secret_is_on_no_page(client, people):
    client.login_as("anna", with_form=True)
    with client.session_transaction() as cookie:
        secret = cookie["secret"]
    for path in ("/", "/profile", "/people/"):
        assert secret not in client.get(path).text


def test_cookies_and_links_are_signed_with_sha256(client, app, people):
    client.login_as("anna", with_form=True)
    device = next(cookie.value for cookie in client._cookies.values() if "device" in cookie.key)
    token = build_link(LinkPurpose.reset, people["anna"]).rsplit("/", 1)[1]
    for signed in (client.get_cookie("causeway").value, device, token):
        assert len(signed.rsplit(".", 1)[1]) == len(base64.urlsafe_b64encode(bytes(32)).rstrip(b"="))
    weak = URLSafeTimedSerializer(
        app.secret_key, salt="cookie-session", signer_kwargs={"digest_method": hashlib.sha1, "key_derivation": "hmac"}
    )
    with client.session_transaction() as cookie:
        attributes = dict(cookie)
    client.set_cookie("causeway", weak.dumps(attributes))
    assert client.get("/profile").status_code == 303


def test_altered_cookie_is_treated_as_signed_out(client, people):
    client.login_as("anna", with_form=True)
    value = client.get_cookie("causeway").value
    head, rest = value[:4], value[4:]
    for altered in ("x" + value, head + rest[::-1], value.rpartition(".")[0], "e30.aaaa.bbbb"):
        client.set_cookie("causeway", altered)
        assert client.get("/profile").status_code == 303


def test_page_sets_no_cookie_unless_the_session_changes(client, people):
    """Otherwise a slow page of another tab could bring back a message or a token that has been used."""
    sign_in(client, "anna@demo.example")
    client.get("/people/")
    assert cookies_of(client.get("/people/")) == {}
