"""Authenticator app and recovery codes: confirm, replace, remove, reset, and required setup."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from crm.accounts.models import AuthenticatorApp, KnownDevice, RecoveryCode
from crm.core.data.base import db
from tests.accounts.factors import ANNA, SETUP, code_for, codes_on, first_step, key_on, second_step, set_up
from tests.accounts.lookups import events, mails


def test_code_confirms_identity(secured, clock):
    browser, key, _codes = secured
    first_step(browser)
    second_step(browser, code_for(key))
    clock.forward(minutes=31)
    assert browser.get("/profile/second-factor").status_code == 303
    assert browser.post("/confirm", data={"code": "000000"}).status_code == 422
    assert browser.post("/confirm", data={}).status_code == 422
    assert browser.post("/confirm", data={"code": code_for(key)}).status_code == 303
    assert browser.get("/profile/second-factor").status_code == 200


def test_new_recovery_codes_replace_old_ones(anna, app):
    _key, old = set_up(anna)
    new = codes_on(anna.post("/profile/second-factor/codes").text)
    assert len(new) == 10
    assert mails()[-1].subject == "New recovery codes were generated"
    other = app.test_client()
    first_step(other)
    assert second_step(other, old[0]).status_code == 422
    assert second_step(other, new[0]).status_code == 303


def test_removed_app_is_no_longer_required(anna, app):
    set_up(anna)
    assert anna.post("/profile/second-factor/app/remove").status_code == 303
    assert mails()[-1].subject == "A two-factor method was removed from your account"
    assert "factor_removed" in events()
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    assert first_step(app.test_client()).headers["Location"] == "/"
    assert anna.post("/profile/second-factor/app/remove").status_code == 422
    assert anna.post("/profile/second-factor/codes").status_code == 422


def test_replaced_app_accepts_only_new_codes(anna, app, clock):
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


def test_setup_submitted_twice_says_that_codes_can_be_generated(anna):
    data = {"code": code_for(key_on(anna.get(SETUP).text))}
    before = anna.get_cookie("causeway").value
    assert len(codes_on(anna.post(SETUP, data=data).text)) == 10
    anna.set_cookie("causeway", before)
    assert anna.post(SETUP, data=data).headers["Location"] == "/profile/second-factor"
    page = anna.get("/profile/second-factor").text
    assert "If you haven&#39;t saved your recovery codes, generate new ones." in page
    assert "Generate new codes" in page


def test_app_setup_is_throttled(anna):
    anna.get(SETUP)
    answers = [anna.post(SETUP, data={"code": f"{n:06}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_administrator_resets_lost_factor(secured, app, people):
    browser, _key, codes = secured
    other = app.test_client()
    first_step(other)
    second_step(other, codes[0])
    admin = app.test_client().login_as("admin")
    anna_id = people["anna"].id
    assert "Authenticator app" in admin.get(f"/users/{anna_id}").text
    assert admin.post(f"/users/{anna_id}/reset-second-factor").status_code == 303
    assert mails()[-1].subject == "Your two-factor authentication was reset"
    assert mails()[-1].address == ANNA
    assert "factor_reset" in events()
    assert db.session.scalars(sa.select(KnownDevice.user_id).where(KnownDevice.user_id == anna_id)).all() == []
    assert other.get("/profile").status_code == 303
    assert first_step(browser).headers["Location"] == "/"


def test_second_click_on_reset_says_that_it_was_done_and_sends_no_second_email(secured, app, people):
    admin, path = app.test_client().login_as("admin"), f"/users/{people['anna'].id}"
    admin.post(f"{path}/reset-second-factor")
    count = len(mails())
    answer = admin.post(f"{path}/reset-second-factor", follow_redirects=True)
    assert (answer.status_code, answer.request.path, len(mails())) == (200, path, count)
    assert "Two-factor authentication for Anna Reyes was already reset or removed." in answer.text


def test_manager_cannot_reset_factor(secured, app, people):
    clara = app.test_client().login_as("clara")
    assert clara.post(f"/users/{people['anna'].id}/reset-second-factor").status_code == 403


def test_secret_of_another_key_is_a_wrong_code(secured, app, monkeypatch):
    browser, key, codes = secured
    row = db.session.scalars(sa.select(AuthenticatorApp)).one()
    monkeypatch.setattr("crm.accounts.totp._cipher", lambda: Fernet(Fernet.generate_key()))
    first_step(browser)
    assert second_step(browser, code_for(key)).status_code == 422
    assert second_step(browser, codes[0]).status_code == 303
    assert row.secret


REQUIRED = [
    ("administrators", "admin", True),
    ("administrators", "clara", False),
    ("managers", "clara", True),
    ("managers", "nora", True),
    ("managers", "anna", False),
    ("everyone", "anna", True),
    ("none", "admin", False),
]


@pytest.mark.parametrize(("setting", "name", "must_set_up"), REQUIRED)
def test_users_who_need_second_factor_are_redirected_to_setup(
    client, people, app, monkeypatch, setting, name, must_set_up
):
    monkeypatch.setitem(app.config, "CRM_REQUIRE_SECOND_FACTOR", setting)
    client.login_as(name)
    answer = client.get("/people/")
    assert answer.status_code == (303 if must_set_up else 200)
    if must_set_up:
        assert answer.headers["Location"] == "/profile/second-factor"
        assert client.post("/people/new", data={"family_latin": "X"}).status_code == 403
        assert client.get("/search?q=a", headers={"Accept": "application/json"}).status_code == 403
        page = client.get("/profile/second-factor").text
        assert "Set up one of these methods to continue." in page
        assert 'class="rail' not in page
        set_up(client)
        assert client.get("/people/").status_code == 200
        assert client.post("/profile/second-factor/app/remove").status_code == 422
        assert client.get("/people/").status_code == 200


def test_user_in_required_setup_can_sign_out(client, people, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_REQUIRE_SECOND_FACTOR", "everyone")
    assert client.login_as("anna").post("/logout").headers["Location"] == "/login"


def test_users_list_filters_by_second_factor(anna, app, people):
    set_up(anna)
    admin = app.test_client().login_as("admin")
    on, off = admin.get("/users/?factor=on").text, admin.get("/users/?factor=off").text
    assert ("Anna Reyes" in on, "Boris Keller" in on) == (True, False)
    assert ("Anna Reyes" in off, "Boris Keller" in off) == (False, True)
