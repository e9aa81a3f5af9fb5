"""A person's LinkedIn address: form, record page, history, list, export; limits."""

from __future__ import annotations

import pytest

from tests.factories import person

ADDRESS = "https://www.linkedin.com/in/zhou-limin"


@pytest.fixture
def edit(client, people):
    """Return a function that sends the edit form of a person with a LinkedIn address."""
    row = person("Zhou", "Limin", shared=True)
    anna = client.login_as("anna")

    def send(address):
        data = {"family_latin": "Zhou", "display_order": "given_first", "version": row.version, "linkedin": address}
        return anna.post(f"/people/{row.id}/edit", data=data)

    send.row = row
    return send


@pytest.mark.parametrize("text", [ADDRESS, "www.linkedin.com/in/zhou-limin"])
def test_linkedin_address_is_saved_shown_and_in_the_history(client, edit, text):
    assert edit(text).status_code == 303
    assert edit.row.linkedin == ADDRESS
    assert f'href="{ADDRESS}"' in client.get(f"/people/{edit.row.id}").text
    history = client.get(f"/records/{edit.row.id}/history").text.replace("<wbr>", "")
    assert "LinkedIn address" in history
    assert ADDRESS in history


@pytest.mark.parametrize("text", ["javascript:alert(1)", "two words", f"linkedin.com/{'x' * 300}"])
def test_wrong_linkedin_address_is_refused(edit, text):
    assert edit(text).status_code == 422
    assert edit.row.linkedin is None


def test_linkedin_address_is_exported_but_not_a_column_of_the_page(client, edit):
    edit(ADDRESS)
    assert ADDRESS not in client.get("/people/").text
    assert ADDRESS in client.get("/people/?as=csv").text
