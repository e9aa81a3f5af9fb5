"""Authenticator app and recovery codes: set up, and sign in with them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthenticatorApp, RecoveryCode
from crm.core.data.base import db
from tests.accounts.factors import ANNA, PASSWORD, SETUP, code_for, codes_on, first_step, key_on, second_step, set_up
from tests.accounts.lookups import events, mails
from tests.core.web.test_resume import hidden_of


def test_setup_keeps_qr_code_and_key_until_code_is_correct(anna):
    page = anna.get(SETUP).text
    assert re.search(r'<svg viewBox="0 0 \d+ \d+"[^>]*role="img"', page)
    assert "otpauth://totp/" in page
    key = key_on(page)
    wrong = anna.post(SETUP, data={"code": "000000"})
    assert wrong.status_code == 422
    assert key_on(wrong.text) == key
    assert db.session.scalar(sa.select(AuthenticatorApp)) is None


def test_app_secret_is_encrypted_and_codes_are_hashed(anna, people):
    key, codes = set_up(anna)
    assert len(set(codes)) == 10
    row = db.session.scalars(sa.select(AuthenticatorApp)).one()
    assert key not in row.secret
    stored = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not {code.replace("-", "") for code in codes} & set(stored)
    assert mails()[-1].subject == "A two-factor method was added to your account"
    assert "factor_added" in events()


def test_all_recovery_codes_are_copied_at_once(anna):
    page = anna.post(SETUP, data={"code": code_for(key_on(anna.get(SETUP).text))}).text
    assert re.search(r'data-copy="([^"]*)"', page)[1].split() == codes_on(page)


def test_secret_in_cookie_is_encrypted(anna):
    key = key_on(anna.get(SETUP).text)
    with anna.session_transaction() as cookie:
        assert key not in str(dict(cookie))


def test_password_alone_gives_no_access(secured):
    browser, _key, _codes = secured
    answer = first_step(browser, next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second-step?next=/profile")
    assert browser.get("/profile").status_code == 303
    assert browser.post("/profile", data={"name": "X"}).status_code == 401
    assert "signed_in" not in events()[3:]


def test_code_completes_sign_in(secured):
    browser, key, _codes = secured
    first_step(browser)
    assert second_step(browser, "000000").status_code == 422
    answer = second_step(browser, code_for(key), next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert browser.get("/profile").status_code == 200
    assert events()[-2:] == ["second_failed", "signed_in"]


def test_spaces_in_code_are_ignored(secured):
    browser, key, _codes = secured
    first_step(browser)
    code = code_for(key)
    assert second_step(browser, f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_full_width_characters_of_chinese_keyboards_are_accepted(secured, kind):
    browser, key, codes = secured
    first_step(browser)
    code = code_for(key) if kind == "app" else codes[0]
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    assert second_step(browser, wide).status_code == 303


def test_code_is_accepted_once(secured, app, clock):
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


def test_code_of_setup_cannot_be_used_again(anna, app, clock):
    key, _codes = set_up(anna)
    other = app.test_client()
    first_step(other)
    assert second_step(other, code_for(key)).status_code == 422


@pytest.mark.parametrize(("ahead", "status"), [(-30, 303), (0, 303), (30, 303), (90, 422), (-90, 422)])
def test_clock_may_be_half_a_minute_off(secured, clock, ahead, status):
    browser, key, _codes = secured
    clock.forward(minutes=5)
    first_step(browser)
    assert second_step(browser, code_for(key, ahead)).status_code == status


def test_recovery_code_works_once_and_is_reported(secured, app):
    browser, _key, codes = secured
    first_step(browser)
    assert second_step(browser, f" {codes[3].upper()} ").status_code == 303
    assert "You have 9 recovery codes left." in mails()[-1].text
    assert "recovery_used" in events()
    other = app.test_client()
    first_step(other)
    assert second_step(other, codes[3]).status_code == 422
    assert second_step(other, codes[4]).status_code == 303


def test_second_step_expires_after_ten_minutes(secured, clock):
    browser, key, _codes = secured
    first_step(browser)
    clock.forward(minutes=10, seconds=1)
    answer = second_step(browser, code_for(key))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/")
    assert browser.get("/profile").status_code == 303


def test_repeated_second_step_leaves_the_new_session_alone(secured):
    browser, key, _codes = secured
    first_step(browser)
    browser.get("/login/second-step")
    old = browser.get_cookie("causeway").value
    assert second_step(browser, code_for(key)).status_code == 303
    new = browser.get_cookie("causeway").value
    browser.set_cookie("causeway", old)
    assert "Set-Cookie" not in second_step(browser, code_for(key)).headers
    browser.set_cookie("causeway", new)
    assert browser.get("/profile").status_code == 200


def test_second_step_works_only_in_its_browser(secured, app):
    browser, key, _codes = secured
    first_step(browser)
    assert second_step(app.test_client(), code_for(key)).headers["Location"].startswith("/login?")
    assert browser.get("/login/second-step").status_code == 200


def test_old_cookie_of_first_step_gives_no_access(secured):
    browser, key, codes = secured
    first_step(browser)
    old = browser.get_cookie("causeway").value
    assert second_step(browser, code_for(key)).status_code == 303
    browser.post("/logout")
    browser.set_cookie("causeway", old)
    assert second_step(browser, codes[0]).headers["Location"].startswith("/login?")
    assert browser.get("/profile").status_code == 303


def test_new_password_ends_incomplete_sign_in(secured, app, people, clock):
    browser, key, codes = secured
    owner = app.test_client()
    first_step(owner)
    assert second_step(owner, codes[0]).status_code == 303
    first_step(browser)
    data = {"current_password": PASSWORD, "password": "four unrelated words"}
    assert owner.post("/profile/password", data=data).status_code == 303
    assert second_step(browser, code_for(key)).headers["Location"].startswith("/login?")


def test_second_steps_are_throttled_and_reported_except_on_known_device(secured, app):
    browser, key, _codes = secured
    stranger = app.test_client()
    first_step(stranger)
    answers = [second_step(stranger, f"{n:06}").status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert mails()[-1].subject == "Someone may know your password"
    first_step(browser)
    assert second_step(browser, code_for(key)).status_code == 303


def test_typed_text_survives_both_steps(secured, people):
    browser, key, _codes = secured
    headers = {"Origin": "http://localhost"}
    refused = browser.post("/people/new", data={"family_latin": "Typed"}, headers=headers)
    assert refused.status_code == 401
    step = browser.post("/login", data=hidden_of(refused.text) | {"email": ANNA, "password": PASSWORD}, headers=headers)
    assert step.status_code == 200
    assert "Two-factor authentication" in step.text
    wrong = browser.post("/login/second-step", data=hidden_of(step.text) | {"code": "000000"}, headers=headers)
    assert wrong.status_code == 422
    resumed = browser.post("/login/second-step", data=hidden_of(wrong.text) | {"code": code_for(key)}, headers=headers)
    assert resumed.status_code == 200
    assert hidden_of(resumed.text)["family_latin"] == "Typed"


def test_typed_text_survives_a_second_step_that_came_too_late(secured, people, clock):
    browser, key, codes = secured
    headers = {"Origin": "http://localhost"}
    refused = browser.post("/people/new", data={"family_latin": "Typed"}, headers=headers)
    account = {"email": ANNA, "password": PASSWORD}
    step = browser.post("/login", data=hidden_of(refused.text) | account, headers=headers)
    clock.forward(minutes=10, seconds=1)
    late = browser.post("/login/second-step", data=hidden_of(step.text) | {"code": code_for(key)}, headers=headers)
    assert late.status_code == 422
    assert "Your sign-in expired. Sign in again." in late.text
    again = browser.post("/login", data=hidden_of(late.text) | account, headers=headers)
    resumed = browser.post("/login/second-step", data=hidden_of(again.text) | {"code": codes[0]}, headers=headers)
    assert hidden_of(resumed.text)["family_latin"] == "Typed"


@pytest.mark.parametrize(
    ("origin", "has_form", "status"),
    [("http://localhost", True, 200), ("http://localhost", False, 303), ("https://evil.example", True, 303)],
)
def test_second_step_continues_when_another_tab_completed_it(secured, people, origin, has_form, status):
    browser, key, _codes = secured
    headers = {"Origin": "http://localhost"}
    refused = browser.post("/people/new", data={"family_latin": "Typed"}, headers=headers)
    step = browser.post("/login", data=hidden_of(refused.text) | {"email": ANNA, "password": PASSWORD}, headers=headers)
    assert second_step(browser, code_for(key)).status_code == 303
    values = hidden_of(step.text) if has_form else {"next": "/profile"}
    answer = browser.post("/login/second-step", data=values | {"code": code_for(key)}, headers={"Origin": origin})
    assert answer.status_code == status
    if status == 200:
        assert hidden_of(answer.text)["family_latin"] == "Typed"
    else:
        assert answer.headers["Location"] == values["next"]
    assert browser.get("/profile").status_code == 200
