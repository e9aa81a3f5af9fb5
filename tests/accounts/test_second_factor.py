"""Authenticator app and recovery codes: set up, sign in, remove, reset, and who must have one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from passlib.totp import TOTP

from crm.accounts.models import AuthenticatorApp, RecoveryCode
from crm.core import clock as business_clock
from crm.core.db import db
from tests.accounts.asking import events, mails
from tests.core.test_resume import hidden_of

ANNA, PASSWORD = "anna@demo.example", "causeway-demo"
SETUP = "/profile/second-factor/app"


def key_on(page: str) -> str:
    """The secret for entry by hand."""
    return re.search(r'<code class="strong">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def code_for(key: str, ahead: int = 0) -> str:
    """What the app shows now, or in some seconds."""
    return TOTP(key=key).generate(time=business_clock.now() + timedelta(seconds=ahead)).token


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code class=\"strong\">([a-z2-9]{4}(?:-[a-z2-9]{4}){5})</code>", page)


def set_up(client) -> tuple[str, list[str]]:
    """Set up an app in a signed-in browser; gives its key and the recovery codes."""
    key = key_on(client.get(SETUP).text)
    answer = client.post(SETUP, data={"code": code_for(key)})
    assert answer.status_code in (200, 303)
    return key, codes_on(answer.text)


def first_step(client, **more):
    return client.post("/login", data={"email": ANNA, "password": PASSWORD} | more)


def second_step(client, code: str, **more):
    return client.post("/login/second-step", data={"code": code} | more)


@pytest.fixture
def anna(client, people):
    """Give anna's browser."""
    return client.login_as("anna")


@pytest.fixture
def secured(anna, clock, people):
    """Give anna's browser, signed out, with an app set up a minute ago: browser, key, recovery codes."""
    key, codes = set_up(anna)
    anna.post("/logout")
    clock.forward(minutes=1)
    return anna, key, codes


def test_setup_shows_qr_code_and_key_and_keeps_them_until_the_code_is_right(anna):
    page = anna.get(SETUP).text
    assert re.search(r'<svg viewBox="0 0 \d+ \d+"[^>]*role="img"', page)
    assert "otpauth://totp/" in page
    key = key_on(page)
    wrong = anna.post(SETUP, data={"code": "000000"})
    assert wrong.status_code == 422
    assert key_on(wrong.text) == key
    assert db.session.scalar(sa.select(AuthenticatorApp)) is None


def test_a_set_up_app_is_stored_encrypted_and_its_codes_hashed(anna, people):
    key, codes = set_up(anna)
    assert len(set(codes)) == 10
    row = db.session.scalars(sa.select(AuthenticatorApp)).one()
    assert key not in row.secret
    stored = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not {code.replace("-", "") for code in codes} & set(stored)
    assert mails()[-1].subject == "A second factor was added to your account"
    assert "factor_added" in events()


def test_the_secret_in_the_cookie_is_encrypted(anna):
    key = key_on(anna.get(SETUP).text)
    with anna.session_transaction() as cookie:
        assert key not in str(dict(cookie))


def test_the_password_alone_opens_nothing(secured):
    browser, _key, _codes = secured
    answer = first_step(browser, next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second-step?next=/profile")
    assert browser.get("/profile").status_code == 303
    assert browser.post("/profile", data={"name": "X"}).status_code == 401
    assert "signed_in" not in events()[3:]


def test_a_code_finishes_the_sign_in(secured):
    browser, key, _codes = secured
    first_step(browser)
    assert second_step(browser, "000000").status_code == 422
    answer = second_step(browser, code_for(key), next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert browser.get("/profile").status_code == 200
    assert events()[-2:] == ["second_failed", "signed_in"]


def test_spaces_in_a_code_do_not_matter(secured):
    browser, key, _codes = secured
    first_step(browser)
    code = code_for(key)
    assert second_step(browser, f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_code_is_good_once(secured, app, clock):
    browser, key, _codes = secured
    first_step(browser)
    code = code_for(key)
    assert second_step(browser, code).status_code == 303
    other = app.test_client()
    first_step(other)
    assert second_step(other, code).status_code == 422
    clock.forward(seconds=30)
    assert second_step(other, code_for(key, -30)).status_code == 422
    assert second_step(other, code_for(key)).status_code == 303


def test_the_code_of_the_setup_is_used(anna, app):
    key, _codes = set_up(anna)
    other = app.test_client()
    first_step(other)
    assert second_step(other, code_for(key)).status_code == 422


@pytest.mark.parametrize(("ahead", "status"), [(-30, 303), (0, 303), (30, 303), (90, 422), (-90, 422)])
def test_a_clock_may_be_half_a_minute_off(secured, clock, ahead, status):
    browser, key, _codes = secured
    clock.forward(minutes=5)
    first_step(browser)
    assert second_step(browser, code_for(key, ahead)).status_code == status


def test_a_recovery_code_is_good_once_and_reported(secured, app):
    browser, _key, codes = secured
    first_step(browser)
    assert second_step(browser, f" {codes[3].upper()} ").status_code == 303
    assert "You have 9 recovery codes left." in mails()[-1].text
    assert "recovery_used" in events()
    other = app.test_client()
    first_step(other)
    assert second_step(other, codes[3]).status_code == 422
    assert second_step(other, codes[4]).status_code == 303


def test_the_second_step_is_over_after_ten_minutes(secured, clock):
    browser, key, _codes = secured
    first_step(browser)
    clock.forward(minutes=10, seconds=1)
    answer = second_step(browser, code_for(key))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/")
    assert browser.get("/profile").status_code == 303


def test_the_second_step_belongs_to_its_browser(secured, app):
    browser, key, _codes = secured
    first_step(browser)
    assert second_step(app.test_client(), code_for(key)).headers["Location"].startswith("/login?")
    assert browser.get("/login/second-step").status_code == 200


def test_an_old_cookie_of_the_first_step_opens_nothing(secured):
    browser, key, codes = secured
    first_step(browser)
    old = browser.get_cookie("causeway").value
    assert second_step(browser, code_for(key)).status_code == 303
    browser.post("/logout")
    browser.set_cookie("causeway", old)
    assert second_step(browser, codes[0]).headers["Location"].startswith("/login?")
    assert browser.get("/profile").status_code == 303


def test_a_new_password_ends_a_sign_in_half_done(secured, app, people, clock):
    browser, key, codes = secured
    owner = app.test_client()
    first_step(owner)
    assert second_step(owner, codes[0]).status_code == 303
    first_step(browser)
    data = {"current_password": PASSWORD, "password": "four unrelated words"}
    assert owner.post("/profile/password", data=data).status_code == 303
    assert second_step(browser, code_for(key)).headers["Location"].startswith("/login?")


def test_second_steps_are_throttled_and_reported_and_a_known_device_is_spared(secured, app):
    browser, key, _codes = secured
    stranger = app.test_client()
    first_step(stranger)
    answers = [second_step(stranger, f"{n:06}").status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert mails()[-1].subject == "Someone may know your password"
    first_step(browser)
    assert second_step(browser, code_for(key)).status_code == 303


def test_what_was_typed_survives_both_steps(secured, people):
    browser, key, _codes = secured
    ours = {"Origin": "http://localhost"}
    refused = browser.post("/people/new", data={"family_latin": "Typed"}, headers=ours)
    assert refused.status_code == 401
    step = browser.post("/login", data=hidden_of(refused.text) | {"email": ANNA, "password": PASSWORD}, headers=ours)
    assert step.status_code == 200
    assert "Second step" in step.text
    wrong = browser.post("/login/second-step", data=hidden_of(step.text) | {"code": "000000"}, headers=ours)
    assert wrong.status_code == 422
    done = browser.post("/login/second-step", data=hidden_of(wrong.text) | {"code": code_for(key)}, headers=ours)
    assert done.status_code == 200
    assert hidden_of(done.text)["family_latin"] == "Typed"


def test_the_identity_is_confirmed_by_a_code_too(secured, clock):
    browser, key, _codes = secured
    first_step(browser)
    second_step(browser, code_for(key))
    clock.forward(minutes=31)
    assert browser.get("/profile/second-factor").status_code == 303
    assert browser.post("/confirm", data={"code": "000000"}).status_code == 422
    assert browser.post("/confirm", data={}).status_code == 422
    assert browser.post("/confirm", data={"code": code_for(key)}).status_code == 303
    assert browser.get("/profile/second-factor").status_code == 200


def test_new_codes_replace_the_earlier_ones(anna, app):
    _key, old = set_up(anna)
    new = codes_on(anna.post("/profile/second-factor/codes").text)
    assert len(new) == 10
    assert mails()[-1].subject == "You have new recovery codes"
    other = app.test_client()
    first_step(other)
    assert second_step(other, old[0]).status_code == 422
    assert second_step(other, new[0]).status_code == 303


def test_a_removed_app_is_asked_for_no_more(anna, app):
    set_up(anna)
    assert anna.post("/profile/second-factor/app/remove").status_code == 303
    assert mails()[-1].subject == "A second factor was removed from your account"
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    assert first_step(app.test_client()).headers["Location"] == "/"
    assert anna.post("/profile/second-factor/app/remove").status_code == 422
    assert anna.post("/profile/second-factor/codes").status_code == 422


def test_a_replaced_app_takes_the_codes_of_the_new_one_only(anna, app, clock):
    old, codes = set_up(anna)
    clock.forward(minutes=1)
    new, none = set_up(anna)
    assert none == []
    clock.forward(minutes=1)
    other = app.test_client()
    first_step(other)
    assert second_step(other, code_for(old)).status_code == 422
    assert second_step(other, code_for(new)).status_code == 303
    assert codes


def test_setting_up_is_throttled(anna):
    anna.get(SETUP)
    answers = [anna.post(SETUP, data={"code": f"{n:06}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_an_administrator_resets_a_lost_factor(secured, app, people):
    browser, _key, codes = secured
    other = app.test_client()
    first_step(other)
    second_step(other, codes[0])
    admin = app.test_client().login_as("admin")
    anna_id = people["anna"].id
    assert "Authenticator app" in admin.get(f"/users/{anna_id}").text
    assert admin.post(f"/users/{anna_id}/reset-second-factor").status_code == 303
    assert mails()[-1].subject == "Your second factor was reset"
    assert mails()[-1].address == ANNA
    assert "factor_reset" in events()
    assert other.get("/profile").status_code == 303
    assert first_step(browser).headers["Location"] == "/"
    assert admin.post(f"/users/{anna_id}/reset-second-factor").status_code == 422


def test_a_manager_resets_nobody(secured, app, people):
    clara = app.test_client().login_as("clara")
    assert clara.post(f"/users/{people['anna'].id}/reset-second-factor").status_code == 403


def test_a_secret_of_another_key_is_a_wrong_code(secured, app, monkeypatch):
    browser, key, codes = secured
    row = db.session.scalars(sa.select(AuthenticatorApp)).one()
    monkeypatch.setattr("crm.accounts.totp._cipher", lambda: Fernet(Fernet.generate_key()))
    first_step(browser)
    assert second_step(browser, code_for(key)).status_code == 422
    assert second_step(browser, codes[0]).status_code == 303
    assert row.secret


REQUIRED = [("administrators", "admin", True), ("administrators", "clara", False), ("managers", "clara", True),
            ("managers", "nora", True), ("managers", "anna", False), ("everyone", "anna", True),
            ("none", "admin", False)]  # fmt: skip


@pytest.mark.parametrize(("setting", "who", "is_led"), REQUIRED)
def test_whoever_must_have_one_is_led_to_set_it_up(client, people, app, monkeypatch, setting, who, is_led):
    monkeypatch.setitem(app.config, "CRM_REQUIRE_SECOND_FACTOR", setting)
    client.login_as(who)
    answer = client.get("/people/")
    assert answer.status_code == (303 if is_led else 200)
    if is_led:
        assert answer.headers["Location"] == "/profile/second-factor"
        assert client.post("/people/new", data={"family_latin": "X"}).status_code == 403
        assert client.get("/search?q=a", headers={"Accept": "application/json"}).status_code == 403
        page = client.get("/profile/second-factor").text
        assert "Set up one of these to continue." in page
        assert 'class="rail' not in page
        set_up(client)
        assert client.get("/people/").status_code == 200
        assert client.post("/profile/second-factor/app/remove").status_code == 422
        assert client.get("/people/").status_code == 200


def test_whoever_is_led_can_sign_out(client, people, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_REQUIRE_SECOND_FACTOR", "everyone")
    assert client.login_as("anna").post("/logout").headers["Location"] == "/login"


def test_the_list_of_users_says_who_has_one(anna, app, people):
    set_up(anna)
    admin = app.test_client().login_as("admin")
    on, off = admin.get("/users/?factor=on").text, admin.get("/users/?factor=off").text
    assert ("Anna Reyes" in on, "Boris Keller" in on) == (True, False)
    assert ("Anna Reyes" in off, "Boris Keller" in off) == (False, True)
