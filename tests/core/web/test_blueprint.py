"""Redirects stay within the application; toasts; comparing versions in a refused form."""

from __future__ import annotations

import pytest
from flask import g

from crm.core.web import blueprint, layout
from crm.core.web.blueprint import Feature, check_rights, flash_success
from crm.core.web.redirects import redirect_url, safe_next

OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/ /x",
    "\x00/x",
    "evil.example",
    "mailto:a@b.example",
    "/\x7f/evil",
    "",
    None,
    "data:text/html,x",
    "/\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("url", OUTSIDE, ids=repr)
def test_next_url_rejects_foreign_addresses(url):
    assert safe_next(url) == "/"
    assert safe_next(url, "/people/") == "/people/"


@pytest.mark.parametrize("url", ["/", "/people/?q=a&sort=-name", "/people/1#timeline", "/%2f%2fevil", "/a//b", "/周"])
def test_next_url_accepts_own_pages(url):
    assert safe_next(url) == url


def test_path_too_long_for_the_cookie_is_dropped():
    assert safe_next("/people/?q=" + "x" * 900) != "/"
    assert safe_next("/people/?q=" + "x" * 1000, "/people/") == "/people/"


@pytest.mark.parametrize("url", [u for u in OUTSIDE if u])
def test_sign_in_rejects_foreign_next_urls(client, people, url):
    data = {"email": "anna@demo.example", "password": "causeway-demo", "next": url}
    if "\x00" in url:
        assert client.post("/login", data=data).status_code == 400
        return
    answer = client.post("/login", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_htmx_redirect_uses_a_header(app):
    with app.test_request_context(headers={"HX-Request": "true"}):
        answer = redirect_url("/people/1")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/people/1")
    assert "Location" not in answer.headers


def test_toast_has_undo_with_its_own_identifier(app, session, monkeypatch):
    undo_urls = iter(["/undo/1"])
    monkeypatch.setattr(blueprint, "ACTION_DONE", [lambda _text: next(undo_urls, None)])
    with app.test_request_context():
        g.actor = None
        flash_success("Saved.", more=("Next", "/people/"))
        flash_success("Plain.")
        first, second = layout.flashes()
    assert first[:5] == ("Saved.", "done", "/undo/1", "Next", "/people/")
    assert second[:5] == ("Plain.", "done", None, "", "")
    assert len(first.uid) == 36
    assert first.uid != second.uid


def test_page_declares_its_language(client):
    assert '<html lang="en"' in client.get("/login").text


def test_route_without_right_or_rule_fails_at_startup(app):
    from flask import Flask

    flask_app = Flask("made")
    flask_app.add_url_rule("/x", "loose", lambda: "")
    with pytest.raises(RuntimeError, match="loose has no right"):
        check_rights(flask_app)
    bp = Feature("trialing", __name__)
    bp.route("/y", may="trial:unknown")(lambda: "")
    flask_app = Flask("made", static_folder=None)
    with pytest.raises(AttributeError):
        bp.route("/z", may="x")(object())
    flask_app.register_blueprint(bp)
    with pytest.raises(RuntimeError, match="trial:unknown, which has no rule"):
        check_rights(flask_app)
