"""Set up an authenticator app in a browser, and sign in with it."""

from __future__ import annotations

import re
from datetime import timedelta

from passlib.totp import TOTP

from crm.core import clock as business_clock

ANNA, PASSWORD = "anna@demo.example", "causeway-demo"
SETUP = "/profile/second-factor/app"


def key_on(page: str) -> str:
    """Return the secret for manual entry."""
    return re.search(r'<code class="strong">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def code_for(key: str, ahead: int = 0) -> str:
    """Return the code that the app shows now, or `ahead` seconds later."""
    return TOTP(key=key).generate(time=business_clock.now() + timedelta(seconds=ahead)).token


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code class=\"strong\">([a-z2-9]{4}(?:-[a-z2-9]{4}){5})</code>", page)


def set_up(client) -> tuple[str, list[str]]:
    """Set up an app in a signed-in browser; return its key and the recovery codes."""
    key = key_on(client.get(SETUP).text)
    answer = client.post(SETUP, data={"code": code_for(key)})
    assert answer.status_code in (200, 303)
    return key, codes_on(answer.text)


def first_step(client, headers=None, **more):
    return client.post("/login", data={"email": ANNA, "password": PASSWORD} | more, headers=headers)


def second_step(client, code: str, **more):
    return client.post("/login/second-step", data={"code": code} | more)
