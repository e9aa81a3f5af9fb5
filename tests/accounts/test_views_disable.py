"""Deactivating and reactivating users: new owner, sessions."""

from __future__ import annotations

import pytest

from crm.core.clock import now
from crm.core.policy import Role
from tests.accounts.lookups import events, record, user, user_form_values


def test_last_administrator_cannot_be_removed(client, people):
    admin = people["admin"]
    client.login_as("admin")
    data = user_form_values(admin) | {"role": "network_manager"}
    refused = client.post(f"/users/{admin.id}/edit", data=data)
    assert (refused.status_code, '<a href="#role">Role: Make another user' in refused.text) == (422, True)
    assert client.post(f"/users/{admin.id}/disable", data={"version": admin.version}).status_code == 422
    assert (user(admin.email).role, user(admin.email).active) == (Role.administrator, True)


def test_disable_page_shows_counts_and_candidates_without_titles(client, people):
    record("Sichuan Secret Pumps", people["anna"], confidential=True)
    page = client.login_as("admin").get(f"/users/{people['anna'].id}/disable").text
    assert "Organizations" in page
    assert "Sichuan Secret Pumps" not in page
    # Boris is in another team and has no access to the record.
    assert "Boris Keller" not in page
    assert "Clara Whitfield" in page


def test_disable_reassigns_records_and_ends_session(client, app, people):
    anna, clara = people["anna"], people["clara"]
    anna_browser = app.test_client().login_as("anna")
    organizations = [
        record("A", anna),
        record("B", anna, confidential=True),
        record("C", anna, None),
        record("D", anna, archived_at=now()),
    ]
    dora_organization = record("E", people["dora"])
    answer = client.login_as("admin").post(
        f"/users/{anna.id}/disable", data={"new_owner": clara.id, "version": anna.version}
    )
    assert answer.status_code == 303
    assert [organization.counselor_id for organization in organizations] == [clara.id] * 4
    assert dora_organization.counselor_id == people["dora"].id
    assert anna_browser.get("/profile").status_code == 303
    assert "disabled" in events()


@pytest.mark.parametrize("new_owner", ["", "boris", "anna", "nobody"])
def test_disable_without_valid_new_owner_changes_nothing(client, people, new_owner):
    anna = people["anna"]
    organization = record("A", anna)
    chosen = people[new_owner].id if new_owner in people else "99999" if new_owner else ""
    answer = client.login_as("admin").post(
        f"/users/{anna.id}/disable", data={"new_owner": chosen, "version": anna.version}
    )
    assert answer.status_code == 422
    assert (user(anna.email).active, organization.counselor_id) == (True, anna.id)


def test_enable_allows_sign_in_again(client, app, people):
    anna = people["anna"]
    client.login_as("admin").post(f"/users/{anna.id}/disable", data={"version": anna.version})
    anna_browser = app.test_client()
    assert anna_browser.post("/login", data={"email": anna.email, "password": "causeway-demo"}).status_code == 422
    assert client.post(f"/users/{anna.id}/enable").status_code == 303
    assert anna_browser.post("/login", data={"email": anna.email, "password": "causeway-demo"}).status_code == 303


def test_enable_of_an_active_user_changes_nothing(client, people):
    answer = client.login_as("admin").post(f"/users/{people['anna'].id}/enable")
    assert (answer.status_code, "Anna Reyes is already active." in answer.text) == (422, True)
    assert "enabled" not in events()


def test_staff_and_network_managers_disable_nobody(client, people):
    anna = people["anna"]
    for name in ("nora", "boris"):
        client.login_as(name)
        for action in ("disable", "reassign"):
            assert client.post(f"/users/{anna.id}/{action}", data={"version": anna.version}).status_code == 403
        assert client.post(f"/users/{anna.id}/enable").status_code == 403
        client.post("/logout")
    assert user(anna.email).active


def test_administrator_signs_user_out_everywhere(client, app, people):
    anna, other = app.test_client().login_as("anna"), app.test_client().login_as("anna")
    boris = app.test_client().login_as("boris")
    anna_id = people["anna"].id
    page = client.login_as("admin").get(f"/users/{anna_id}").text
    assert f'action="/users/{anna_id}/sign-out"' in page
    assert client.post(f"/users/{anna_id}/sign-out").status_code == 303
    assert [c.get("/profile").status_code for c in (anna, other, boris, client)] == [303, 303, 200, 200]
    assert events()[-1] == "ended_all"
    assert anna.login_as("anna").get("/profile").status_code == 200


def test_only_administrators_sign_users_out(client, app, people):
    anna, anna_id = app.test_client().login_as("anna"), people["anna"].id
    for name in ("boris", "clara", "nora"):
        assert client.login_as(name).post(f"/users/{anna_id}/sign-out").status_code == 403
    assert client.login_as("admin").get(f"/users/{anna_id}/sign-out").status_code == 405
    assert anna.get("/profile").status_code == 200


def test_reactivating_a_user_without_password_asks_to_resend_the_invitation(client, people):
    boris = people["boris"]
    boris.password, boris.active, boris.disabled_at = None, False, now()
    url = f"/users/{boris.id}/enable"
    page = client.login_as("admin").get(url).text
    assert ("accepted the invitation. Resend it" in page, "the old password" in page) == (True, False)
    answer = client.post(url, data={"version": boris.version}, follow_redirects=True).text
    assert ("was reactivated. Resend the invitation." in answer, "can sign in again" in answer) == (True, False)
