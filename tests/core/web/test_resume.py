"""A form sent after the session expired: its text is restored after signing in again."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession
from crm.core import clock
from crm.core.data.base import db
from crm.core.web.resume import PendingForm, parse_pending_form
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_typed_text_is_restored_after_signing_in_again(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    page = client.get("/people/new").text
    uid = re.search(r'name="uid"[^>]*value="([^"]+)"', page)[1]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    with peopled.app_context():
        db.session.execute(sa.update(AuthSession).values(ended_at=clock.now()))
        db.session.commit()
    headers = {"Origin": "http://localhost"}
    values = {"family_latin": 'Ty"ped & long', "city": "Ningbo", "uid": uid, "csrf_token": token}
    answer = client.post("/people/new", data=values, headers=headers)
    assert answer.status_code == 401
    again = hidden_of(answer.text) | {"email": "anna@demo.example", "password": "wrong one here"}
    refused = client.post("/login", data=again, headers=headers)
    assert refused.status_code == 422
    entered = client.post(
        "/login",
        data=hidden_of(refused.text, "/login")
        | {
            "email": "anna@demo.example",
            "password": "causeway-demo",
        },
        headers=headers,
    )
    assert entered.status_code == 200
    assert "Ty&#34;ped &amp; long" in entered.text
    hidden = hidden_of(entered.text)
    assert (hidden["family_latin"], hidden["city"], hidden["uid"]) == (values["family_latin"], "Ningbo", uid)
    page = client.post("/people/new", data=hidden | {"_show_again": "1"})
    assert page.status_code == 200
    assert "Ty&#34;ped &amp; long" in page.text
    saved = [client.post("/people/new", data=hidden) for _twice in range(2)]
    assert [a.status_code for a in saved] == [303, 303]
    assert saved[0].headers["Location"] == saved[1].headers["Location"]


def hidden_of(text, action=None):
    """Return the hidden fields of the first form after the page header, or of the form with an action."""
    form = text.split("data-refused")[1] if action is None and "data-refused" in text else text.split("<main")[1]
    form = form.split("<form", 1)[1].split("</form>")[0]
    pairs = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
    return {
        re.search(r'name="([^"]+)"', tag)[1]: unescape((re.search(r'value="([^"]*)"', tag) or ["", ""])[1])
        for tag in pairs
    }


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_form_from_another_site_is_not_restored(peopled, headers):
    answer = peopled.test_client().post("/people/new", data={"family_latin": "Put in"}, headers=headers)
    assert answer.status_code == 400
    assert "Submit again" not in answer.text
    assert 'name="pending_form"' not in answer.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_secrets_are_not_restored(peopled):
    client = peopled.test_client()
    headers = {"Origin": "http://localhost"}
    answer = client.post("/profile/password", data={"current_password": "hidden-1"}, headers=headers)
    assert "hidden-1" not in answer.text
    assert 'name="pending_form"' not in answer.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_form_with_files_is_restored_and_asks_for_them_again(peopled):
    client, headers = peopled.test_client(), {"Origin": "http://localhost"}
    files = [(io.BytesIO(b"a"), "prices.txt"), (io.BytesIO(b"b"), "b'<.txt")]
    values = {"files": files, "photo": (io.BytesIO(b""), ""), "subject": "Price", "uid": "x" * 32}
    answer = client.post("/interactions/new", data=values, headers=headers)
    assert answer.status_code in (400, 401)
    again = hidden_of(answer.text) | {"email": "anna@demo.example", "password": "causeway-demo"}
    page = client.post("/login", data=again | {"csrf_token": token_of(client)}, headers=headers).text
    form = page.split("<main")[1].split("<form", 1)[1].split("</form>")[0]
    assert 'enctype="multipart/form-data"' in form
    assert "Choose these files again: prices.txt, b&#39;&lt;.txt" in form
    fields = re.findall(r'<input[^>]*type="file"[^>]*>', form)
    assert [('name="files"' in field, "multiple" in field) for field in fields] == [(True, True)]
    assert hidden_of(page)["subject"] == "Price"


@pytest.mark.parametrize("files", ['[["files"]]', "[7]", '[["files", 7]]', "7"])
def test_damaged_names_of_files_are_refused(files):
    assert parse_pending_form(f'["/a", [], true, {files}]') is None


def test_form_of_a_long_address_is_read():
    path = "/people/?q=%E5%BC%A0&ids=" + "1," * 2000
    assert parse_pending_form(PendingForm(path, [], True).to_json()) == (path, [], True, [])


def test_form_of_a_page_from_before_the_upgrade_is_read():
    assert parse_pending_form('["/a", [["x", "y"]], true]') == ("/a", [("x", "y")], True, [])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_button_press_returns_to_its_page_after_sign_in(peopled):
    client = peopled.test_client()
    data = {"csrf_token": token_of(client)}
    answer = client.post("/followups/1/done", data=data, headers={"Referer": "http://localhost/today?x=1"})
    assert answer.status_code == 401
    assert 'name="next" value="/today?x=1"' in answer.text
    answer = client.post("/followups/1/done", data=data, headers={"Referer": "https://elsewhere.example/x"})
    assert "/login?next=/" in answer.text


ELSEWHERE = ('["//evil.example", [], true]', '["/\\t/evil.example/x", [], true]', '["/\\n/evil.example", [], true]')
NESTED = ("[" * 200_000, '["/a", ' + "[" * 200_000, "[" * 1_000_000, '["/a", [], true]' + " " * 300_000)


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", *ELSEWHERE, '["/\\\\evil.example", [], true]', '["/a", [["x"]], true]', "7", "7" * 5000, *NESTED],
)
def test_invalid_resume_data_is_ignored(text):
    assert parse_pending_form(text) is None
