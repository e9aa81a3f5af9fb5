"""Leaving users: managers, several new owners, the security log, and records returned."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services import reassignment
from crm.accounts.services.returning import list_returnable
from crm.accounts.services.users import deactivate_user, set_teams
from crm.core.data.base import db
from crm.core.hooks import UserPart
from tests.accounts.lookups import record, team_id, user
from tests.factories import client_of, make_confidential, product
from tests.factories.opportunities import make_opportunity

ADMINISTRATOR_ONLY = "Only an administrator can deactivate this user or reassign their records."


def test_manager_disables_staff_of_the_own_team_and_cannot_enable_them(client, people):
    anna, clara = people["anna"], people["clara"]
    organization = record("A", anna)
    manager = client.login_as("clara")
    page = manager.get(f"/users/{anna.id}").text
    assert f"/users/{anna.id}/disable" in page
    assert f"/users/{anna.id}/enable" not in page
    assert ADMINISTRATOR_ONLY not in page + manager.get(f"/users/{clara.id}").text
    answer = manager.post(f"/users/{anna.id}/disable", data={"new_owner": clara.id, "version": anna.version})
    assert answer.status_code == 303
    assert (user(anna.email).active, organization.counselor_id) == (False, clara.id)
    assert manager.post(f"/users/{anna.id}/enable").status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [("clara", 403), ("admin", 403), ("dora", 403), ("shen", 403), ("boris", 404)]
)
def test_manager_disables_no_colleague_with_more_rights_or_teams(client, people, name, status):
    row = people[name]
    for action in ("disable", "reassign"):
        data = {"new_owner": people["anna"].id, "version": row.version}
        assert client.login_as("clara").post(f"/users/{row.id}/{action}", data=data).status_code == status
    assert user(row.email).active
    assert (ADMINISTRATOR_ONLY in client.get(f"/users/{row.id}").text) is (name not in ("clara", "boris"))


def test_manager_reassigns_no_records_of_a_team_that_the_user_has_left(client, people):
    anna, boris = people["anna"], people["boris"]
    left_behind = record("Bay record", anna, "Bay")
    manager = client.login_as("clara")
    assert f"/users/{anna.id}/disable" not in manager.get(f"/users/{anna.id}").text
    for action in ("disable", "reassign"):
        assert manager.get(f"/users/{anna.id}/{action}").status_code == 403
        data = {"new_owner": boris.id, "version": anna.version}
        assert manager.post(f"/users/{anna.id}/{action}", data=data).status_code == 403
    assert left_behind.counselor_id == anna.id


def test_records_are_reassigned_to_several_new_owners(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization, shared = record("A", anna), record("B", anna, None)
    data = {"new_owner": clara.id, "owner_0_organization": dora.id, "version": anna.version}
    answer = client.login_as("clara").post(f"/users/{anna.id}/reassign", data=data)
    assert answer.status_code == 303
    assert (organization.counselor_id, shared.counselor_id) == (clara.id, dora.id)
    assert user(anna.email).active


def test_products_follow_their_client_and_are_counted_once(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization, of_other = client_of("Inland", counselor=anna), client_of("Inland", counselor=dora)
    meter, alone = product(organization), product(of_other)
    manager, page_url = client.login_as("clara"), f"/users/{anna.id}/reassign"
    page = manager.get(page_url).text
    products, clients = (f"owner_{organization.team_id}_{kind}" for kind in ("product", "organization"))
    assert (products in page, "Same as their client or project" in page) == (False, True)
    alone.counselor_id = anna.id
    db.session.flush()
    assert products in manager.get(page_url).text
    data = {"new_owner": clara.id, clients: dora.id, products: clara.id, "version": anna.version}
    assert manager.post(page_url, data=data).status_code == 303
    assert [row.counselor_id for row in (organization, meter, alone)] == [dora.id, dora.id, clara.id]
    assert "3 records were reassigned." in manager.get("/users/").text
    stmt = sa.select(SecurityEvent.detail, SecurityEvent.count).where(SecurityEvent.kind == EventKind.reassigned)
    counts = {detail.rsplit(" ", 1)[1]: count for detail, count in db.session.execute(stmt)}
    assert counts == {dora.email: 2, clara.email: 1}


@pytest.mark.parametrize(("owner", "text"), [("nora", ""), ("shen", "Choose one user for all these records.")])
def test_record_about_two_confidential_ones_is_not_left_without_a_counselor(client, people, owner, text):
    anna, nora = people["anna"], people["nora"]
    hosts = [make_confidential(client_of(team, counselor=anna)) for team in ("Inland", "Bay")]
    deal = make_opportunity(hosts[0], buyer_id=hosts[1].id, counselor=anna)
    fields = [f"owner_{host.team_id}_organization" for host in hosts]
    data = {"new_owner": nora.id, fields[0]: nora.id, fields[1]: people[owner].id, "version": anna.version}
    answer = client.login_as("admin").post(f"/users/{anna.id}/disable", data=data)
    assert (answer.status_code, text in answer.text) == (422 if text else 303, True)
    assert deal.counselor_id == (anna.id if text else nora.id)


def test_confidential_record_that_the_new_owner_may_not_see_is_not_left_silently(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    hosts = make_confidential(client_of("Inland", counselor=anna)), client_of("Inland", counselor=clara)
    make_confidential(hosts[1], anna)
    deal = make_opportunity(hosts[0], buyer_id=hosts[1].id, counselor=anna)
    client.login_as("admin")
    data = {"new_owner": dora.id, "version": anna.version}
    for action in ("reassign", "disable"):
        answer = client.post(f"/users/{anna.id}/{action}", data=data)
        text = "1 confidential record is also about records that Dora Lindqvist has no access to. Give Dora Lindqvist"
        assert (answer.status_code, text in answer.text) == (422, True)
        assert ("Deactivate anyway" in answer.text) is (action == "disable")
        assert (deal.counselor_id, hosts[0].counselor_id, user(anna.email).active) == (anna.id, anna.id, True)
    data |= {"leaves_unassigned": "y"}
    assert client.post(f"/users/{anna.id}/disable", data=data).status_code == 303
    assert (deal.counselor_id, hosts[0].counselor_id, user(anna.email).active) == (None, dora.id, False)
    assert "1 record was reassigned." in client.get("/users/").text
    make_confidential(hosts[1], dora)
    assert deal.counselor_id == dora.id


def test_manager_assigns_a_restricted_record_that_was_left_without_a_counselor(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    hosts = make_confidential(client_of("Inland", counselor=anna)), client_of("Inland", counselor=clara)
    make_confidential(hosts[1], anna)
    deal = make_confidential(make_opportunity(hosts[0], buyer_id=hosts[1].id, counselor=anna))
    deal.restricted = True
    data = {"new_owner": dora.id, "version": anna.version}
    page = client.login_as("admin").post(f"/users/{anna.id}/disable", data=data).text
    assert "Managers can assign one later, but don't see records that are about several teams." in page
    client.post(f"/users/{anna.id}/disable", data=data | {"leaves_unassigned": "y"})
    make_confidential(hosts[1], dora)
    assert deal.counselor_id is None
    data = {"counselor_id": dora.id, "version": deal.version}
    answer = client.login_as("clara").post(f"/records/{deal.id}/counselor", data=data)
    assert (answer.status_code, deal.counselor_id, deal.reader_ids) == (303, dora.id, frozenset())


def test_security_log_says_from_whom_to_whom_and_how_many(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    for n in range(3):
        record(f"A{n}", anna, None if n == 2 else "Inland")
    data = {"new_owner": clara.id, "owner_0_organization": dora.id, "version": anna.version}
    client.login_as("clara").post(f"/users/{anna.id}/reassign", data=data)
    stmt = sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.reassigned)
    rows = {(row.actor_id, row.user_id, row.detail, row.count) for row in db.session.scalars(stmt)}
    assert rows == {
        (clara.id, anna.id, f"{anna.email} → {clara.email}", 2),
        (clara.id, anna.id, f"{anna.email} → {dora.email}", 1),
    }
    page = client.login_as("admin").get(f"/users/{anna.id}").text
    assert f"{anna.email} → {dora.email}" in page


def test_owner_of_a_group_needs_access_to_its_team(client, people):
    anna = people["anna"]
    organization = record("A", anna)
    field = f"owner_{organization.team_id}_organization"
    admin = client.login_as("admin")
    page = admin.get(f"/users/{anna.id}/disable").text
    select = page.partition(f'name="{field}"')[2].partition("</select>")[0]
    assert ("Clara Whitfield" in select, "Boris Keller" in select) == (True, False)
    data = {field: people["boris"].id, "version": anna.version}
    assert admin.post(f"/users/{anna.id}/disable", data=data).status_code == 422
    assert organization.counselor_id == anna.id


def test_invited_users_are_not_offered_as_new_owners(client, people):
    anna, dora = people["anna"], people["dora"]
    record("A", anna)
    dora.password = None
    db.session.flush()
    admin = client.login_as("admin")
    assert "Dora Lindqvist" not in admin.get(f"/users/{anna.id}/disable").text
    data = {"new_owner": dora.id, "version": anna.version}
    assert admin.post(f"/users/{anna.id}/disable", data=data).status_code == 422


def test_enable_offers_the_records_back_that_are_still_with_their_new_owner(client, people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    returned, moved_on, secret = record("A", anna), record("B", anna), record("C", anna, confidential=True)
    admin = client.login_as("admin")
    admin.post(f"/users/{anna.id}/disable", data={"new_owner": clara.id, "version": anna.version})
    moved_on.counselor_id = dora.id
    own = record("D", clara)
    db.session.flush()
    page = admin.get(f"/users/{anna.id}/enable").text
    assert re.search(r"<dt>Clara Whitfield</dt>\s*<dd>\s*2\s*</dd>", page)
    assert "Open questions and other work stay with the colleague who took over." in page
    assert admin.post(f"/users/{anna.id}/enable", data={"gets_records": "y"}).status_code == 303
    assert [row.counselor_id for row in (returned, moved_on, secret, own)] == [anna.id, dora.id, anna.id, clara.id]
    assert user(anna.email).active


def test_enable_leaves_the_records_unless_they_are_chosen(client, people):
    anna, clara = people["anna"], people["clara"]
    organization = record("A", anna)
    admin = client.login_as("admin")
    admin.post(f"/users/{anna.id}/disable", data={"new_owner": clara.id, "version": anna.version})
    assert admin.post(f"/users/{anna.id}/enable").status_code == 303
    assert (organization.counselor_id, user(anna.email).active) == (clara.id, True)


def test_enable_gives_no_record_back_of_a_team_that_the_user_has_left(client, people):
    anna, clara = people["anna"], people["clara"]
    record("A", anna)
    deactivate_user(anna, clara)
    set_teams(anna, [team_id("Bay")])
    assert list_returnable(anna) == []


def test_user_without_records_has_nothing_to_reassign(client, people):
    page = client.login_as("clara").get(f"/users/{people['anna'].id}/reassign").text
    assert "has no records to reassign" in page
    assert "Reassign records</button>" not in page


def test_user_without_records_passes_on_what_else_is_open(client, people, monkeypatch):
    anna, clara = people["anna"], people["clara"]
    moved = []
    part = UserPart("Meetings at shows to attend", lambda _user_id: 2, lambda old, new: moved.append(new.id) or 2)
    monkeypatch.setattr(reassignment, "USER_PARTS", [part])
    manager = client.login_as("clara")
    page = manager.get(f"/users/{anna.id}/disable").text
    assert ("Meetings at shows to attend" in page, "has no records to reassign" in page) == (True, False)
    assert manager.post(f"/users/{anna.id}/disable", data={"version": anna.version}).status_code == 422
    data = {"new_owner": clara.id, "version": anna.version}
    assert manager.post(f"/users/{anna.id}/disable", data=data).status_code == 303
    assert (user(anna.email).active, moved) == (False, [clara.id])
