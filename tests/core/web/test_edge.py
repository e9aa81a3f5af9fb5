"""The request edge: one transaction per request, errors that keep the text, headers. Uses a real database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import g, make_response
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.errors import AlreadyDone, BadRequest, Conflict, Invalid
from crm.core.web.blueprint import PUBLIC, RIGHTS, flash_success

pytestmark = pytest.mark.engine_in_turn


def add_route(app, path, view, monkeypatch):
    endpoint = f"trial_{path.strip('/')}"
    monkeypatch.setitem(RIGHTS, endpoint, PUBLIC)
    app.add_url_rule(path, endpoint, view, methods=["GET", "POST"])


def fail():
    raise OperationalError("x", {}, Exception("busy"))


@pytest.fixture
def trial(real_app, monkeypatch):
    """Return an application with views that exercise the edge; they create a team with the posted name."""
    from flask import request

    real_app.config["WTF_CSRF_ENABLED"] = False

    def write(status):
        db.session.add(Team(name=request.form["name"]))
        db.session.flush()
        g.after_commit.append(lambda: hooks.append([t.name for t in db.session.scalars(sa.select(Team))]))
        return make_response("answer", status)

    def bad_commit():
        db.session.add(Team(name=request.form["name"]))
        flash_success("Saved.")
        db.session.add(Team(name=request.form["name"]))
        return "never said"

    def bad_hook():
        db.session.add(Team(name=request.form["name"]))
        g.after_commit.append(fail)
        return "well"

    def visit():
        g.after_response.extend((fail, lambda: hooks.append(db.session.scalars(sa.select(Team.name)).all())))
        return "well"

    def raises(problem):
        def view():
            db.session.add(Team(name=request.form["name"]))
            db.session.flush()
            raise problem

        return view

    hooks: list[list[str]] = []
    problems = {
        "invalid": Invalid("No good."),
        "bad": BadRequest("Not readable."),
        "conflict": Conflict("Two at once.", saved_values={"Name": "<theirs>"}, record_url="/organizations/1"),
        "twice": AlreadyDone("/organizations/7"),
        "stale": StaleDataError("gone"),
        "away": OperationalError("x", {}, Exception("no server")),
        "pool": PoolTimeout("no connection free"),
        "nested": RecursionError("maximum recursion depth exceeded"),
        "overflow": OverflowError("Python int too large to convert to SQLite INTEGER"),
        "range": DataError("x", {}, Exception("integer out of range")),
    }
    for name, problem in problems.items():
        add_route(real_app, f"/trial-{name}", raises(problem), monkeypatch)
    for status in (200, 303, 400, 422, 500):
        add_route(real_app, f"/trial-{status}", lambda status=status: write(status), monkeypatch)
    add_route(real_app, "/trial-commit", bad_commit, monkeypatch)
    add_route(real_app, "/trial-hook", bad_hook, monkeypatch)
    add_route(real_app, "/trial-visit", visit, monkeypatch)
    client = real_app.test_client()
    client.hooks = hooks
    return client


def names(client):
    with client.application.app_context():
        return list(db.session.scalars(sa.select(Team.name).order_by(Team.name)))


@pytest.mark.parametrize(("status", "committed"), [(200, True), (303, True), (400, False), (422, False), (500, False)])
def test_successful_response_commits_and_error_rolls_back(trial, status, committed):
    assert trial.post(f"/trial-{status}", data={"name": "North"}).status_code == status
    assert names(trial) == (["North"] if committed else [])
    assert trial.hooks == ([["North"]] if committed else [])


def test_failed_commit_keeps_the_text_and_drops_the_success_message(trial):
    answer = trial.post("/trial-commit", data={"name": "North <b>"})
    assert answer.status_code == 503
    assert "North &lt;b&gt;" in answer.text
    assert "Nothing was saved" in answer.text
    assert "Saved." not in answer.text
    assert "Saved." not in trial.get("/login").text
    assert names(trial) == []
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_failing_hook_does_not_break_the_response(trial):
    assert trial.post("/trial-hook", data={"name": "North"}).text == "well"
    assert names(trial) == ["North"]


def test_hooks_after_the_response_run_when_it_was_sent(trial):
    trial.post("/trial-200", data={"name": "North"})
    del trial.hooks[:]
    answer = trial.get("/trial-visit", buffered=False)
    assert (answer.text, trial.hooks) == ("well", [])
    answer.close()
    assert trial.hooks == [["North"]]


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("invalid", 422, "No good."),
        ("bad", 400, "Not readable."),
        ("conflict", 409, "&lt;theirs&gt;"),
        ("stale", 409, "Someone else updated this record"),
        ("away", 503, "Try again in a minute"),
        ("pool", 503, "Try again in a minute"),
        ("nested", 422, "nested too deeply"),
        ("overflow", 422, "too large"),
        ("range", 422, "too large"),
    ],
)
def test_refusal_page_keeps_the_text_and_saves_nothing(trial, name, status, message):
    answer = trial.post(f"/trial-{name}", data={"name": "West & East", "next_step": "call", "password": "hidden-1"})
    assert answer.status_code == status
    assert message in answer.text
    assert "West &amp; East" in answer.text
    assert "call" in answer.text
    assert "hidden-1" not in answer.text
    assert answer.text.count("<h1") == 1
    assert names(trial) == []


def test_conflict_links_to_the_record(trial):
    assert 'href="/organizations/1"' in trial.post("/trial-conflict", data={"name": "x"}).text


def test_repeated_form_redirects_to_its_record(trial):
    answer = trial.post("/trial-twice", data={"name": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organizations/7")
    answer = trial.post("/trial-twice", data={"name": "x"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/organizations/7")
    assert names(trial) == []


def test_json_error_is_returned_on_request(trial):
    accept = {"Accept": "application/json"}
    answer = trial.post("/trial-invalid", data={"name": "x"}, headers=accept)
    assert (answer.status_code, answer.json) == (422, {"error": "We couldn't save this", "message": "No good."})
    assert trial.get("/nothing-here", headers=accept).json["error"] == "Page not found"
    answer = trial.get("/people/", headers=accept)
    assert (answer.status_code, answer.json["error"]) == (401, "Sign in again")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/trial-200?q=a%00b", {}),
        ("/trial-200?q=a&q=b%00", {}),
        ("/trial-200?a%00=b", {}),
        ("/trial-200", {"name": "a\x00b"}),
        ("/trial-200", {"name": ["a", "b\x00"]}),
        ("/trial-200", {"n\x00me": "a"}),
    ],
)
def test_nul_character_is_refused(trial, path, data):
    answer = trial.post(path, data=data)
    assert answer.status_code == 400
    assert "NUL" in answer.text
    assert names(trial) == []


def test_method_not_allowed_lists_the_allowed_ones(trial):
    answer = trial.delete("/people/new")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_text_limit_is_separate_from_the_file_limit(trial, content_type):
    sent = b"name=" + b"x" * 4 * 1024 * 1024
    assert trial.post("/trial-200", data=sent, content_type=content_type).status_code == 413
    assert (
        trial.post(
            "/trial-200",
            data=sent,
            content_type=content_type,
            headers={"Content-Length": ""},
            environ_overrides={"wsgi.input_terminated": True},
        ).status_code
        == 413
    )


def test_page_has_security_headers(trial):
    headers = trial.get("/login").headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_foreign_host_name_is_refused(trial):
    elsewhere = trial.get("/login", headers={"Host": "evil.example"})
    assert (elsewhere.status_code, "CRM_TRUSTED_HOSTS" in elsewhere.text) == (400, True)
    assert "evil.example" not in elsewhere.text
