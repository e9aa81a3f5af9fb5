"""Passwords are accepted as typed: complete, with spaces and case, by hand or by a password manager."""

from __future__ import annotations

import re
import unicodedata

import pytest

from crm.accounts.passwords import check_new_password, hash_password, verify_password

LONG = "".join(f"Word{n} " for n in range(16)) + "end."
ODD = [
    "  kettle moss lantern  ",
    "Kettle Moss Lantern Ä",
    "水壶 苔藓 灯笼 河流 山脉 云",
    LONG,
    LONG[:64],
    "kettle\tmoss lantern",
]


@pytest.mark.parametrize("password", ODD)
def test_password_check_uses_every_character(app, people, password):
    assert check_new_password(password, "Anna Reyes") == unicodedata.normalize("NFKC", password)
    stored = hash_password(password)
    assert verify_password(password, stored)
    wrong_passwords = {
        password[:-1],
        password + "x",
        password.strip(),
        password.lower(),
        password.upper(),
        password[1:],
    }
    for other in wrong_passwords - {password}:
        assert not verify_password(other, stored), other


def test_password_longer_than_72_bytes_is_not_truncated(app, people):
    stored = hash_password("p" * 80 + "a moss lantern")
    assert not verify_password("p" * 80 + "a moss lanterN", stored)
    assert not verify_password("p" * 72, stored)


@pytest.mark.parametrize(
    "password", ["kettle moss lantern", "kettlemosslantern", "ΚΑΖΑΝΙ ΒΡΥΑ ΦΑΝΑΡΙ", "8104 5527 9936 4418"]
)
def test_password_needs_no_character_classes(people, password):
    assert check_new_password(password, "Anna Reyes") == unicodedata.normalize("NFKC", password)


def test_password_entered_on_the_pages_keeps_its_spaces(client, people):
    client.login_as("anna")
    new = "  kettle moss lantern "
    sent = {"current_password": "causeway-demo", "password": new}
    assert client.post("/profile/password", data=sent).status_code == 303
    client.post("/logout")
    for wrong in (new.strip(), new.upper()):
        assert client.post("/login", data={"email": "anna@demo.example", "password": wrong}).status_code == 422
    assert client.post("/login", data={"email": "anna@demo.example", "password": new}).status_code == 303


@pytest.mark.parametrize(
    ("path", "names"), [("/login", {"current-password"}), ("/profile/password", {"current-password", "new-password"})]
)
def test_password_fields_are_masked_and_allow_password_managers(client, people, path, names):
    if path != "/login":
        client.login_as("anna")
    page = client.get(path).text
    fields = [tag for tag in re.findall(r"<input\b[^>]*>", page) if "password" in tag and 'type="hidden"' not in tag]
    assert {re.search(r'autocomplete="([^"]+)"', tag)[1] for tag in fields} == names
    for tag in fields:
        assert 'type="password"' in tag
        assert not re.search(r"\bonpaste|\bonkey|pattern=|readonly", tag)
        assert "value=" not in tag or 'value=""' in tag
