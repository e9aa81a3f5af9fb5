"""Sign-in, sign-out, sessions and throttling."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession, LoginTry
from crm.accounts.policy import PER_ACCOUNT, EventKind
from crm.core.data.base import db
from tests.accounts.lookups import events

ANNA = "anna@demo.example"
GOOD = "four unrelated words"


def try_in(client, password: str = "wrong, wrong", email: str = ANNA, **more):
    return client.post("/login", data={"email": email, "password": password}, **more)


def test_login_signs_in_and_continues_to_requested_page(client, people):
    answer = client.post(
        "/login", data={"email": " ANNA@demo.example", "password": "causeway-demo", "next": "/profile"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert client.get("/profile").status_code == 200
    assert events() == ["signed_in"]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", ""],
)
def test_login_ignores_foreign_next_url(client, people, target):
    answer = client.post("/login", data={"email": ANNA, "password": "causeway-demo", "next": target})
    assert answer.headers["Location"] == "/"
    assert client.get("/login", query_string={"next": target}).headers["Location"] == "/"


def test_login_with_wrong_password_is_refused_with_one_message(client, people):
    wrong, unknown = try_in(client), try_in(client, email="nobody@demo.example")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "Incorrect email or password." in wrong.text
    assert "<title>Error: Sign in - Causeway</title>" in wrong.text
    fields = re.findall(r'<input[^>]*name="(?:email|password)"[^>]*>', wrong.text.split("demo-list")[0])
    assert [tag.count('aria-invalid="true"') + tag.count('aria-describedby="problem"') for tag in fields[:2]] == [2, 2]
    # The tokens of two forms may be created in different seconds.
    pages = [re.sub(r'name="csrf(_token)?"[^>]*>', "", answer.text) for answer in (wrong, unknown)]
    assert pages[0].replace("anna@", "nobody@") == pages[1]
    assert events() == ["failed", "failed"]


def test_login_does_not_show_the_password_again(client, people):
    assert "wrong, wrong" not in try_in(client).text


def test_login_of_user_without_password_is_refused(client, people):
    people["anna"].password = None
    assert try_in(client, "").status_code == 422
    assert try_in(client, "a password that nobody has").status_code == 422


def test_login_sets_new_cookie(client, people):
    client.get("/login")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by someone else"
    client.login_as("anna", with_form=True)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_guest_is_redirected_to_sign_in(client, people):
    page, form = client.get("/profile?a=1"), client.post("/profile", data={"name": "X"})
    assert (page.status_code, page.headers["Location"]) == (303, "/login?next=/profile?a%3D1")
    assert form.status_code == 401
    assert "X" in form.text


def test_old_cookie_after_logout_gives_no_access(client, people):
    client.login_as("anna", with_form=True)
    old = client.get_cookie("causeway").value
    assert client.post("/logout").status_code == 303
    client.set_cookie("causeway", old)
    assert client.get("/profile").status_code == 303
    assert events() == ["signed_in", "signed_out"]


def test_logout_ends_one_session_only(client, app, people):
    elsewhere = app.test_client().login_as("anna", with_form=True)
    client.login_as("anna", with_form=True).post("/logout")
    assert elsewhere.get("/profile").status_code == 200


def test_logout_of_guest_changes_nothing(client, people):
    assert client.post("/logout").status_code == 303
    assert events() == []


@pytest.mark.parametrize(("method", "path"), [("get", "/logout"), ("put", "/login"), ("delete", "/reset")])
def test_wrong_method_is_refused(client, people, method, path):
    assert getattr(client, method)(path).status_code == 405


def test_cookie_is_hidden_from_scripts_and_other_sites(client, people):
    set_cookie = client.post("/login", data={"email": ANNA, "password": "causeway-demo"}).headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie


def test_session_ends_when_idle(client, people, clock):
    client.login_as("anna", with_form=True)
    clock.forward(hours=11)
    assert client.get("/profile").status_code == 200
    clock.forward(hours=11)
    assert client.get("/profile").status_code == 200
    clock.forward(hours=12, minutes=1)
    assert client.get("/profile").status_code == 303


def test_session_ends_after_thirty_days_of_use(client, people, clock):
    client.login_as("anna", with_form=True)
    for _half_day in range(59):
        clock.forward(hours=11, minutes=59)
        assert client.get("/profile").status_code == 200
    clock.forward(hours=11, minutes=59)
    clock.forward(minutes=61)
    assert client.get("/profile").status_code == 303


def test_session_durations_are_settings(client, people, clock, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_SESSION_IDLE_HOURS", 2)
    client.login_as("anna", with_form=True)
    clock.forward(hours=1, minutes=59)
    assert client.get("/profile").status_code == 200
    clock.forward(hours=2, minutes=1)
    assert client.get("/profile").status_code == 303


def test_last_seen_is_written_at_most_every_five_minutes(client, people, clock):
    client.login_as("anna", with_form=True)
    began = clock_of_session()
    clock.forward(minutes=4)
    client.get("/profile")
    assert clock_of_session() == began
    clock.forward(minutes=2)
    version = people["anna"].version
    client.get("/profile")
    assert clock_of_session() > began
    assert people["anna"].last_seen_at == clock_of_session()
    assert people["anna"].version == version


def clock_of_session():
    return db.session.scalars(sa.select(AuthSession.seen_at)).one()


def test_loading_the_actor_is_one_statement(client, people, sql):
    client.login_as("anna", with_form=True)
    sql.clear()
    client.get("/profile/password")
    assert len([s for s in sql if "auth_session" in s]) == 1
    assert len([s for s in sql if "membership" in s]) == 1


def test_throttled_account_gets_429_even_with_correct_password(client, people, clock):
    for _try in range(PER_ACCOUNT.limit):
        assert try_in(client).status_code == 422
    shut = try_in(client, "causeway-demo")
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "901")
    assert "Too many attempts" in shut.text
    assert events()[-2:] == [EventKind.throttled.value, EventKind.attack_warning.value]
    logged = events()
    assert [try_in(client).status_code for _try in range(3)] == [429] * 3
    assert events() == logged
    clock.forward(minutes=15, seconds=2)
    assert try_in(client, "causeway-demo").status_code == 303


def test_throttle_counts_ipv6_network_as_one(client, people):
    for number in range(61):
        response = try_in(
            client, email=f"a{number}@demo.example", environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"}
        )
    assert response.status_code == 429
    assert try_in(client, environ_base={"REMOTE_ADDR": "2001:db8:1::1"}).status_code == 422


def test_throttle_counts_each_ipv4_address_reported_as_ipv6(client, people):
    for number in range(61):
        answer = try_in(client, email=f"a{number}@demo.example", environ_base={"REMOTE_ADDR": "::ffff:203.0.113.7"})
    assert answer.status_code == 429
    assert try_in(client, environ_base={"REMOTE_ADDR": "::ffff:203.0.113.8"}).status_code == 422


def test_successful_login_clears_its_attempt(client, people):
    try_in(client)
    client.login_as("anna", with_form=True)
    rows = {key.split(":")[1]: count for key, count in db.session.execute(sa.select(LoginTry.key, LoginTry.count))}
    assert rows == {"address": 1}


def test_login_shows_demo_users_only_in_demo(client, people):
    assert ANNA not in client.get("/login").text
