"""Pages of users and teams: who may see and change them."""

from __future__ import annotations

import re

import pytest

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.bounces import stop_address
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import Role
from tests.accounts.lookups import mailed_path, team_id, user, user_form_values
from tests.factories import client_of

GOOD = "four unrelated words"


@pytest.mark.parametrize("path", ["/users/", "/users/new", "/teams/", "/teams/new"])
def test_guest_staff_and_network_manager_cannot_see_users_and_teams(client, people, path):
    assert client.get(path).status_code == 303
    for name in ("anna", "nora"):
        assert client.login_as(name).get(path).status_code == 403
        client.post("/logout")


def test_users_lists_all_users_for_administrators(client, people):
    page = client.login_as("admin").get("/users/").text
    assert [user_row.email in page for user_row in people.values()] == [True] * 7
    assert ">Compliance</td>" in page
    assert ">Inland, Bay, Valley</td>" in page


@pytest.mark.parametrize(("name", "is_explained"), [("admin", True), ("clara", False)])
def test_roles_are_explained_where_there_is_a_choice(client, people, name, is_explained):
    page = client.login_as(name).get("/users/new").text
    assert ("Network managers see all teams." in page) is is_explained


def test_users_lists_own_team_for_managers(client, people):
    page = client.login_as("clara").get("/users/").text
    assert "anna@demo.example" in page
    assert "boris@demo.example" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [("q=anna", ["anna"]), ("role=manager", ["clara"]), ("state=disabled", []), ("view=active&q=nora", ["nora"])],
)
def test_users_can_be_filtered(client, people, query, expected):
    page = client.login_as("admin").get(f"/users/?{query}").text
    assert [name for name in people if f"{name}@demo.example" in page] == expected


def test_user_page_says_which_records_reports_leave_out(client, people):
    web, text = client.login_as("clara"), "records, which reports leave out."
    assert text not in web.get(f"/users/{people['anna'].id}").text
    client_of("Inland").counselor_id = people["anna"].id
    db.session.flush()
    assert text in web.get(f"/users/{people['anna'].id}").text


def test_users_refuses_unknown_columns(client, people):
    client.login_as("admin")
    assert client.get("/users/?sort=password").status_code == 400
    assert client.get("/users/?password=x").status_code == 400


def test_users_needs_same_statements_for_one_and_many(client, people, sql):
    client.login_as("admin").get("/users/")
    sql.clear()
    client.get("/users/?q=anna")
    one = len(sql)
    sql.clear()
    client.get("/users/")
    assert len(sql) == one


def test_manager_cannot_see_users_of_other_team(client, people):
    client.login_as("clara")
    assert client.get(f"/users/{people['anna'].id}").status_code == 200
    assert client.get(f"/users/{people['boris'].id}").status_code == 404
    assert client.post(f"/users/{people['boris'].id}/invite").status_code == 404
    assert client.get(f"/users/{people['anna'].id}/edit").status_code == 403
    assert client.get("/users/999999").status_code == 404


def test_edit_of_role_and_teams_applies_at_once(client, app, people):
    anna = people["anna"]
    anna_browser = app.test_client().login_as("anna")
    assert anna_browser.get("/users/").status_code == 403
    data = user_form_values(anna) | {"role": "manager", "team_ids": [team_id("Bay")]}
    assert client.login_as("admin").post(f"/users/{anna.id}/edit", data=data).status_code == 303
    page = anna_browser.get("/users/").text
    assert "boris@demo.example" in page
    assert "clara@demo.example" not in page


def test_administrator_who_gives_up_the_role_is_led_to_a_page_that_is_still_allowed(client, people, session):
    people["anna"].role = Role.administrator
    session.flush()
    admin = people["admin"]
    data = user_form_values(admin) | {"role": "staff", "team_ids": [team_id("Bay")]}
    answer = client.login_as("admin").post(f"/users/{admin.id}/edit", data=data)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def test_records_of_a_team_that_a_user_left_are_listed_until_the_user_returns(client, people, actor):
    anna, text = people["anna"], "see these assigned records"
    client_of("Inland", "Tri-Valley Sensors", counselor=actor("anna"))
    admin = client.login_as("admin")
    assert text not in admin.get(f"/users/{anna.id}").text
    for team, is_listed in (("Bay", True), ("Inland", False)):
        data = user_form_values(anna) | {"team_ids": [team_id(team)]}
        assert admin.post(f"/users/{anna.id}/edit", data=data).status_code == 303
        page = admin.get(f"/users/{anna.id}").text
        assert (text in page, "Records of teams that Anna Reyes isn" in page) == (is_listed, is_listed)


def test_confidential_records_of_a_counselor_are_in_sight_in_any_team(client, people, actor):
    anna = people["anna"]
    client_of("Inland", "Tri-Valley Sensors", counselor=actor("anna"), confidential=True)
    admin = client.login_as("admin")
    admin.post(f"/users/{anna.id}/edit", data=user_form_values(anna) | {"team_ids": [team_id("Bay")]})
    assert "see these assigned records" not in admin.get(f"/users/{anna.id}").text


def test_edit_with_old_version_is_a_conflict(client, people):
    anna = people["anna"]
    client.login_as("admin")
    data = user_form_values(anna) | {"name": "Late", "version": anna.version - 1}
    assert client.post(f"/users/{anna.id}/edit", data=data).status_code == 409
    assert user("anna@demo.example").name == "Anna Reyes"


def test_new_email_address_ends_links_of_old_one(client, people):
    client.post("/reset", data={"email": "anna@demo.example"})
    path, anna = mailed_path(), people["anna"]
    data = user_form_values(anna) | {"email": "anna@new.example", "team_ids": [team_id("Inland")]}
    client.login_as("admin").post(f"/users/{anna.id}/edit", data=data)
    client.post("/logout")
    assert client.get(path).status_code == 404


def test_navigation_shows_users_only_with_the_right(client, people):
    assert 'href="/users/"' in client.login_as("clara").get("/profile").text
    client.post("/logout")
    assert 'href="/users/"' not in client.login_as("anna").get("/profile").text


def test_time_zone_of_user_is_shown_as_city(client, people):
    page = client.login_as("admin").get(f"/users/{people['shen'].id}").text
    assert re.search(r"<dt>Time zone</dt>\s*<dd>\s*Shanghai\s*</dd>", page)


def test_team_is_created_and_changed(client, people):
    client.login_as("admin")
    data = {"name": "Coast", "country": "US", "zone": "America/Los_Angeles"}
    assert client.post("/teams/new", data=data).status_code == 303
    assert "Team added." in client.get("/teams/").text
    assert client.post("/teams/new", data=data).status_code == 422
    coast = db.session.get(Team, team_id("Coast"))
    page = client.get(f"/teams/{coast.id}/edit")
    assert 'value="Coast"' in page.text
    assert (
        client.post(f"/teams/{coast.id}/edit", data=data | {"name": "Shore", "version": coast.version}).status_code
        == 303
    )
    page_text = client.get("/teams/").text
    assert "Shore" in page_text
    assert ("Los Angeles" in page_text, "America/Los_Angeles" in page_text) == (True, False)
    assert ("United States" in page_text, ">US<" in page_text) == (True, False)
    assert client.get("/teams/99999/edit").status_code == 404


def test_errors_of_the_form_are_inside_it(client, people):
    # The script that restores unsaved text leaves a form with errors alone.
    page = client.login_as("admin").post("/users/new", data={"name": "Eva"}).text
    assert page.index("<form", page.index("<main")) < page.index('class="errors"') < page.index('name="name"')


def test_email_to_a_user_is_resumed_after_a_failed_delivery(client, people, session):
    anna = people["anna"]
    mail = put_mail("digest", RenderedMail("S", "T", ""), to=anna, dedupe_key="plain")
    stop_address(session(), anna.email, "550 no such user", mail.id)
    session.commit()
    page = client.login_as("admin").get(f"/users/{anna.id}").text
    assert ("550 no such user" in page, "Resume email</button>" in page) == (True, True)
    assert client.post(f"/users/{anna.id}/resume-email").status_code == 303
    page = client.get(f"/users/{anna.id}").text
    assert ("550 no such user" in page, "anna@demo.example can be emailed again." in page) == (False, True)
