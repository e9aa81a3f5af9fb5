"""Wrong passwords on unknown devices don't lock out the owner; attacks and new devices are reported."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.devices import COOKIE
from crm.accounts.models import KnownDevice, LoginTry
from crm.accounts.policy import PER_ACCOUNT
from crm.accounts.throttle import Bucket, account_key, count_attempt
from crm.core.data.base import db
from tests.accounts.lookups import events, mailed_path, mails, teams, user_form_values

pytestmark = pytest.mark.engine_in_turn

ANNA, PASSWORD = "anna@demo.example", "causeway-demo"
GOOD = "four unrelated words"


def attempt(client, password: str = PASSWORD, email: str = ANNA):
    return client.post("/login", data={"email": email, "password": password})


@pytest.fixture
def owner(client, people):
    """Return anna's own browser, signed out."""
    client.login_as("anna", with_form=True).post("/logout")
    return client


@pytest.fixture
def stranger(app, people):
    """Return a browser without any sign-in."""
    return app.test_client()


def subjects() -> list[str]:
    return [mail.subject for mail in mails()]


def attack(stranger, times: int = PER_ACCOUNT.limit + 1) -> None:
    answers = [attempt(stranger, f"guess {number}").status_code for number in range(times)]
    assert answers[-1] == (429 if times > PER_ACCOUNT.limit else 422)


def test_wrong_passwords_on_unknown_device_do_not_lock_out_owner(owner, stranger):
    attack(stranger)
    assert attempt(stranger).status_code == 429
    assert attempt(owner).status_code == 303


def test_throttled_network_does_not_lock_out_known_device(owner, stranger):
    for number in range(61):
        answer = attempt(stranger, "guess", f"a{number}@demo.example")
    assert answer.status_code == 429
    assert attempt(owner).status_code == 303


def test_known_device_has_its_own_limit(owner, stranger):
    assert [attempt(owner, "guess").status_code for _ in range(11)] == [422] * 10 + [429]
    assert attempt(stranger).status_code == 303


def test_device_is_known_only_for_users_who_signed_in_on_it(owner, stranger):
    attack(stranger, 11)
    for _ in range(11):
        answer = attempt(owner, "guess", "boris@demo.example")
    assert answer.status_code == 429
    assert attempt(app_client(stranger), email="boris@demo.example").status_code == 429


def app_client(client):
    return client.application.test_client()


@pytest.mark.parametrize("forged", ["", "x", "InNlY3JldCI.forged", '"secret"'])
def test_forged_device_cookie_is_an_unknown_device(owner, stranger, forged):
    stranger.set_cookie(COOKIE, forged)
    attack(stranger)
    assert attempt(stranger).status_code == 429


def test_device_cookie_is_hidden_from_scripts_and_stored_as_hash(client, people):
    headers = client.post("/login", data={"email": ANNA, "password": PASSWORD}).headers.getlist("Set-Cookie")
    cookie = next(line for line in headers if line.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    row = db.session.scalars(sa.select(KnownDevice)).one()
    assert row.token_hash not in cookie


def test_wrong_password_does_not_make_device_known(client, people):
    headers = attempt(client, "guess").headers.getlist("Set-Cookie")
    assert not [line for line in headers if line.startswith(COOKIE)]
    assert db.session.scalars(sa.select(KnownDevice)).all() == []


def revoke_by_password(owner, stranger, people):
    stranger.login_as("anna", with_form=True)
    data = {"current_password": PASSWORD, "password": GOOD}
    assert stranger.post("/profile/password", data=data).status_code == 303


def revoke_by_reset(owner, stranger, people):
    stranger.post("/reset", data={"email": ANNA})
    assert stranger.post(mailed_path(), data={"password": GOOD}).status_code == 303


def revoke_by_signing_out_elsewhere(owner, stranger, people):
    stranger.login_as("anna", with_form=True)
    assert stranger.post("/profile/sessions/end-others").status_code == 303


@pytest.mark.parametrize("revoke", [revoke_by_password, revoke_by_reset, revoke_by_signing_out_elsewhere])
def test_known_device_is_revoked(owner, stranger, people, revoke):
    revoke(owner, stranger, people)
    attack(stranger.application.test_client())
    assert attempt(owner).status_code == 429


def test_owner_signs_in_after_using_a_link_despite_an_attack_with_a_notice(app, owner, stranger, people):
    attack(stranger)
    new_browser = app.test_client()
    new_browser.post("/reset", data={"email": ANNA})
    assert new_browser.post(mailed_path(), data={"password": GOOD}).status_code == 303
    assert db.session.scalars(sa.select(KnownDevice)).all() == []
    assert attempt(new_browser, GOOD).status_code == 303
    assert (subjects()[-1], "new_device" in events()) == ("New sign-in to your account", True)


def test_link_does_not_end_the_count_of_later_wrong_passwords_and_of_codes(app, stranger, people):
    codes = Bucket(account_key("second", ANNA), None)
    count_attempt(codes)
    new_browser = app.test_client()
    new_browser.post("/reset", data={"email": ANNA})
    assert new_browser.post(mailed_path(), data={"password": GOOD}).status_code == 303
    attack(stranger)
    assert attempt(new_browser, GOOD).status_code == 429
    assert db.session.scalar(sa.select(LoginTry.count).where(LoginTry.key == codes.account)) == 1


def test_ended_session_revokes_its_device(client, app, people):
    lost = app.test_client().login_as("anna", with_form=True)
    page = client.login_as("anna", with_form=True).get("/profile").text
    path = next(
        p
        for line in page.splitlines()
        if "/end" in line and "others" not in line
        for p in line.split('"')
        if p.startswith("/profile/sessions/")
    )
    assert client.post(path).status_code == 303
    attack(app.test_client())
    assert attempt(lost).status_code == 429
    assert attempt(client).status_code == 303


def test_attack_is_reported_to_owner_once(owner, stranger, clock):
    for _quarter in range(3):
        attack(stranger)
        clock.forward(minutes=16)
    assert subjects() == ["Someone is trying to sign in to your account"]
    assert mails()[0].address == ANNA
    assert events().count("attacked") == 1
    clock.forward(hours=25)
    attack(stranger)
    assert len(subjects()) == 2


def test_continued_attack_is_one_episode(owner, stranger, clock):
    for _day in range(3):
        attack(stranger)
        clock.forward(hours=20)
    assert len(subjects()) == 1


def test_ten_wrong_passwords_are_not_an_attack(owner, stranger):
    attack(stranger, PER_ACCOUNT.limit)
    assert subjects() == []


def test_attack_on_unknown_address_or_known_device_sends_nothing(owner, stranger):
    for number in range(12):
        attempt(stranger, f"guess {number}", "nobody@demo.example")
        attempt(owner, f"guess {number}")
    assert subjects() == []


def test_notice_names_browser_and_ip_address(owner, stranger, people):
    stranger.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    stranger.login_as("anna", with_form=True)
    text = mails()[-1].text
    assert "Firefox, Windows" in text
    assert "203.0.113.7" in text
    assert "/reset" in text


def test_new_device_is_reported_once_a_day_except_first_one(client, app, people, clock):
    client.login_as("anna", with_form=True)
    assert subjects() == []
    for _browser in range(3):
        app.test_client().login_as("anna", with_form=True)
    assert subjects() == ["New sign-in to your account"]
    client.login_as("anna", with_form=True)
    assert len(subjects()) == 1
    clock.forward(days=1)
    app.test_client().login_as("anna", with_form=True)
    assert len(subjects()) == 2
    assert events().count("new_device") == 4


def test_changed_password_is_reported(client, people):
    client.login_as("anna", with_form=True).post(
        "/profile/password", data={"current_password": PASSWORD, "password": GOOD}
    )
    assert subjects() == ["Your password was changed"]


def test_reset_password_is_reported_except_first_one(client, people):
    client.post("/reset", data={"email": ANNA})
    client.post(mailed_path(), data={"password": GOOD})
    assert subjects()[1:] == ["Your password was changed"]
    people["boris"].password = None
    client.post("/reset", data={"email": "boris@demo.example"})
    client.post(mailed_path(), data={"password": GOOD})
    assert len(subjects()) == 3


def test_changed_address_is_reported_to_old_and_new_one(client, people):
    boris = people["boris"]
    data = user_form_values(boris) | {"email": "boris.k@demo.example", "team_ids": teams(boris.id)}
    assert client.login_as("admin", with_form=True).post(f"/users/{boris.id}/edit", data=data).status_code == 303
    receivers = [(mail.address, mail.user_id) for mail in mails()]
    assert receivers == [("boris@demo.example", None), ("boris.k@demo.example", boris.id)]
    assert set(subjects()) == {"The email address of your account was changed"}
    assert "boris@demo.example → boris.k@demo.example" in mails()[0].text
