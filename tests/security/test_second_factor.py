"""The second factor can't be bypassed, and its codes are long enough."""

from __future__ import annotations

import math

from crm.accounts import totp
from crm.accounts.links import LinkPurpose, build_link
from crm.accounts.recovery import ALPHABET, LENGTH, replace_codes
from crm.core.clock import now
from crm.core.data.base import db
from tests.accounts.factors import code_for, set_up


def test_reset_link_does_not_skip_the_second_factor(client, people, clock):
    client.login_as("anna")
    key, _codes = set_up(client)
    client.post("/logout")
    clock.forward(minutes=1)
    path = "/reset/" + build_link(LinkPurpose.reset, people["anna"]).rsplit("/", 1)[1]
    chosen = client.post(path, data={"password": "kettle moss lantern"})
    assert chosen.status_code == 303
    assert client.get("/people/").status_code == 303
    first = client.post("/login", data={"email": "anna@demo.example", "password": "kettle moss lantern"})
    assert first.headers["Location"].startswith("/login/second-step")
    assert client.get("/people/").status_code == 303
    assert client.post("/login/second-step", data={"code": code_for(key)}).status_code == 303
    assert client.get("/people/").status_code == 200


def test_recovery_codes_have_enough_random_bits(session, people):
    assert LENGTH * math.log2(len(set(ALPHABET))) >= 112
    codes = replace_codes(session, people["anna"].id)
    assert len(set(codes)) == len(codes) == 10
    assert {len(code.replace("-", "")) for code in codes} == {LENGTH}
    db.session.rollback()


def test_secret_of_an_app_is_encrypted_and_protected_from_change(app, people, clock):
    secret = totp.create_secret()
    key = totp.build_setup(secret, "anna@demo.example").key.replace(" ", "")
    assert key not in secret
    assert totp.find_accepted_step(secret, code_for(key), 0, now()) is not None
    for position in (10, len(secret) // 2, len(secret) - 5):
        other = "A" if secret[position] != "A" else "B"
        changed = secret[:position] + other + secret[position + 1 :]
        assert totp.find_accepted_step(changed, code_for(key), 0, now()) is None
