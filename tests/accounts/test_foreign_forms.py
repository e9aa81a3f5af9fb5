"""Forms that a sign-in page would carry, sent by another site."""

from __future__ import annotations

import pytest

from crm.core.web.resume import PendingForm
from tests.accounts.factors import ANNA, PASSWORD, first_step
from tests.core.web.test_resume import hidden_of

FORM = PendingForm("/people/new", [("family_latin", "Put in")], True).to_json()


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
@pytest.mark.parametrize("password", [PASSWORD, "wrong one here"])
def test_sign_in_page_drops_the_form_of_another_site(client, people, headers, password):
    data = {"email": ANNA, "password": password, "pending_form": FORM}
    answer = client.post("/login", data=data, headers=headers)
    assert answer.status_code == (303 if password == PASSWORD else 422)
    assert "Put in" not in answer.text


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_second_step_drops_the_form_of_another_site(secured, headers):
    browser, _key, codes = secured
    data = {"code": "000000", "pending_form": FORM}
    expired = browser.post("/login/second-step", data=data, headers=headers)
    assert (expired.status_code, expired.headers["Location"]) == (303, "/login?next=/")
    first_step(browser)
    wrong = browser.post("/login/second-step", data=data, headers=headers)
    assert (wrong.status_code, hidden_of(wrong.text)["pending_form"]) == (422, "")
    right = browser.post("/login/second-step", data=data | {"code": codes[0]}, headers=headers)
    assert (right.status_code, right.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_confirmation_drops_the_form_of_another_site(anna, headers):
    answer = anna.post("/confirm", data={"password": PASSWORD, "pending_form": FORM}, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
