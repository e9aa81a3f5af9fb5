"""Two users edit the same organization: each keeps what the other changed elsewhere in the form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.organizations.models import Organization
from tests.factories import client_of
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people
from tests.tools.pages import submitted_values


def test_second_save_keeps_what_the_other_user_changed(client, people):
    row = client_of("Inland", "Tri-Valley", counselor=people["anna"], website="https://old.example", city="Ontario")
    path = f"/organizations/{row.id}/edit"
    data = submitted_values(client.login_as("anna").get(path).text, "")
    their_values = {"website": "https://new.example", "phones-0-raw": "+1 909 555 0101", "city": "Corona"}
    assert client.login_as("clara").post(path, data=data | their_values).status_code == 303
    own_values = {"address": "12 Main St", "city": "Fontana", "changed_inputs": "changed_inputs address city"}
    answer = client.login_as("anna").post(path, data=data | own_values)
    assert answer.status_code == 409
    assert "Fields that you didn't change now show the saved values: Phone numbers, Website." in answer.text
    values = submitted_values(answer.text, "")
    assert (values["website"], values["phones-0-raw"]) == (["https://new.example"], ["+1 909 555 0101"])
    assert (values["address"][0].strip(), values["city"]) == ("12 Main St", ["Fontana"])
    assert client.post(path, data=values).status_code == 303
    assert (row.website, row.address, row.city) == ("https://new.example", "12 Main St", "Fontana")


@pytest.mark.parametrize("changed_inputs", ["", "address"])
def test_stale_form_without_the_list_of_the_script_shows_every_difference(client, people, changed_inputs):
    row = client_of("Inland", "Tri-Valley", counselor=people["anna"], website="https://old.example")
    path = f"/organizations/{row.id}/edit"
    data = submitted_values(client.login_as("anna").get(path).text, "")
    assert client.login_as("clara").post(path, data=data | {"website": "https://new.example"}).status_code == 303
    answer = client.login_as("anna").post(path, data=data | {"address": "12 Main St", "changed_inputs": changed_inputs})
    assert "Save again to overwrite them" in answer.text
    assert submitted_values(answer.text, "")["website"] == ["https://old.example"]


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_browser_keeps_the_phone_number_of_the_other_user(page: Page, live: Live, browser_errors) -> None:
    browser_errors.allowed.append("409")
    with live.app.app_context():
        row = client_of("Inland", "Tri-Valley", counselor=make_people(["anna"])["anna"], website="https://old.example")
        db.session.commit()
        row_id = row.id
    enter(page, "anna")
    page.goto(f"/organizations/{row_id}/edit")
    with live.app.app_context():
        db.session.get(Organization, row_id).website = "https://new.example"
        db.session.commit()
    page.get_by_label("Address", exact=True).fill("12 Main St")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("alert")).to_contain_text("now show the saved values: Website.")
    expect(page.get_by_label("Website")).to_have_value("https://new.example")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(f"**/organizations/{row_id}")
    with live.app.app_context():
        row = db.session.get(Organization, row_id)
        assert (row.website, row.address) == ("https://new.example", "12 Main St")
