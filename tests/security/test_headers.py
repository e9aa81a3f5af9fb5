"""Headers of every kind of response: pages, errors, downloads, static files; and what no response reveals."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in

HTTPS = "https://crm.example.org"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def https(new_app):
    """Return a client of an application reached over https, with the demo's people."""
    from crm.core.data.base import db
    from tests.fixtures.people import make_people

    app = new_app(CRM_BASE_URL=HTTPS)
    with app.app_context():
        make_people()
        db.session.commit()
    # Show error pages as in production.
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return browser(app)


def browser(app):
    """Return a client that sends a Referer, as browsers do."""
    client = app.test_client()
    client.environ_base |= {"HTTP_REFERER": "https://localhost/", "HTTP_USER_AGENT": "Firefox/140.0"}
    return client


def static_path(app, name: str = "app.css") -> str:
    with app.test_request_context():
        return app.jinja_env.globals["static_url"](name)


def answers(client):
    """Return one response of each kind, by kind."""
    app = client.application
    guest = browser(app)
    sign_in(client, "anna@demo.example")
    post = {"csrf_token": token_of(client, "/profile"), "name": ""}
    large = {"email": "x" * 4 * 1024 * 1024}
    return {
        "page": client.get("/people/"),
        "json": client.get("/search?q=zhou", headers={"Accept": "application/json"}),
        "export": client.get("/people/?as=csv"),
        "redirect": guest.get("/people/"),
        "host": guest.get("/login", headers={"Host": "evil.example"}),
        "token": client.post("/profile", data={"name": "x"}),
        "guest": guest.post("/profile", data={"csrf_token": token_of(guest)}),
        "right": client.get("/users/"),
        "missing": client.get("/people/999999"),
        "nowhere": client.get("/wp-login.php"),
        "method": client.put("/login"),
        "large": guest.post("/login", data=large),
        "invalid": client.post("/profile", data=post),
        "health": guest.get("/healthz"),
        "static": guest.get(static_path(app)),
        "icons": guest.get(static_path(app, "icons.svg")),
        "no static": guest.get(static_path(app, "none.css")),
        "sign out": client.post("/logout", data=post),
    }


def test_every_kind_of_response_has_the_security_headers(https):
    responses = answers(https)
    expected = {
        "redirect": 303,
        "host": 400,
        "token": 400,
        "guest": 401,
        "right": 403,
        "missing": 404,
        "nowhere": 404,
        "method": 405,
        "large": 413,
        "invalid": 422,
        "static": 200,
        "icons": 200,
        "export": 200,
    }
    assert {name: responses[name].status_code for name in expected} == expected
    for name, answer in responses.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", name
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, name
        assert "default-src 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert "Access-Control-Allow-Origin" not in headers, name
        if "static" not in name and name != "icons":
            assert headers["Cache-Control"] == "no-store", name


def test_every_response_declares_type_and_charset(https):
    for name, answer in answers(https).items():
        if answer.data and name != "icons":
            assert "charset=utf-8" in answer.headers["Content-Type"].replace('"', "") or answer.is_json, name
        assert answer.status_code == 303 or answer.headers["Content-Type"].split(";")[0].count("/") == 1, name


def test_cross_origin_access_is_refused(https):
    guest = https.application.test_client()
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (guest.options("/login", headers=preflight), guest.get("/login", headers=preflight)):
        assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


def test_no_response_reveals_versions_or_code(https):
    from importlib.metadata import version

    for name, answer in answers(https).items():
        assert not {"X-Powered-By", "Server", "X-Debug", "Via"} & set(answer.headers.keys()), name
        text = answer.get_data(as_text=True)
        leaks = [word for word in ("Traceback", "Werkzeug", "gunicorn", "Jinja", "sqlalchemy") if word in text]
        assert leaks == [], name
        assert f"flask {version('flask')}" not in text.lower(), name


def test_unexpected_error_shows_only_its_reference_number(https, monkeypatch):
    from crm.core.web.blueprint import PUBLIC, RIGHTS

    def breaks():
        raise LookupError("a secret of the inside")

    monkeypatch.setitem(RIGHTS, "breaks", PUBLIC)
    https.application.add_url_rule("/breaks", "breaks", breaks)
    answer = https.get("/breaks")
    assert answer.status_code == 500
    assert "secret of the inside" not in answer.text
    assert "LookupError" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_http_is_not_redirected_to_https(https):
    for path in ("/search?q=x", "/healthz", "/people/"):
        answer = browser(https.application).get(
            path, base_url="http://localhost", headers={"Accept": "application/json"}
        )
        assert answer.status_code in (200, 401, 503), path
        assert "Location" not in answer.headers
