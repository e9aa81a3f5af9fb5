"""Positions, relations, post holders and China reps: created, changed, ended, and who sees them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.policy import PostRoleKind
from crm.people.models import Affiliation, PostHolder, Relation, Representation
from crm.people.policy import RepresentationStatus
from tests.factories import client_of, holder, organization, person, post, post_role, relation, representation, sector
from tests.factories.records import team_id_of


def test_position_and_relation_are_added_changed_and_removed(client, people, own_person):
    client.login_as("anna")
    shared, other = organization("Shared House"), person("Zhou", team="Inland")
    data = {"organization_id": shared.id, "title": "Adviser", "confirm_shared": "y"}
    assert client.post(f"/people/{own_person.id}/affiliations/new", data=data).status_code == 303
    position = db.session.scalars(sa.select(Affiliation).where(Affiliation.title == "Adviser")).one()
    url = f"/people/{own_person.id}/affiliations/{position.id}/edit"
    data = {"organization_id": shared.id, "title": "Chair", "official": "none", "version": 0}
    assert client.post(url, data=data).status_code == 409
    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(url).text)[1]
    assert client.post(url, data=data | {"version": version}).status_code == 303
    assert position.title == "Chair"
    assert client.post(f"/people/{other.id}/affiliations/{position.id}/edit", data=data).status_code == 404
    data = {"kind": "relative", "other_id": other.id, "evidence": "Told us"}
    assert client.post(f"/people/{own_person.id}/relations/new", data=data).status_code == 303
    assert client.post(f"/people/{own_person.id}/relations/new", data=data).status_code == 422
    row = db.session.scalars(sa.select(Relation.id)).one()
    foreign = relation(person("Shared", team=None), person("Foreign", team="Bay"))
    assert client.post(f"/people/{own_person.id}/relations/{foreign.id}/remove").status_code == 404
    url = f"/people/{own_person.id}/relations/{row}/remove"
    assert f'action="{url}"' in client.get(f"/people/{own_person.id}").text
    assert client.post(url).status_code == 303
    assert db.session.scalars(sa.select(Relation.id)).all() == [foreign.id]


def test_record_of_another_team_cannot_be_picked(client, people, own_person):
    client.login_as("anna")
    foreign, secret = person("Foreign", team="Bay"), client_of("Inland", counselor=people["clara"], confidential=True)
    data = {"kind": "relative", "other_id": foreign.id}
    assert client.post(f"/people/{own_person.id}/relations/new", data=data).status_code == 422
    assert (
        client.post(f"/people/{own_person.id}/affiliations/new", data={"organization_id": secret.id}).status_code == 422
    )
    answer = client.post(f"/people/{own_person.id}/affiliations/new", data={"organization_id-typed": secret.label})
    assert answer.status_code == 422
    text = answer.text
    for echo in ('value="{}"', "“{}”", "new:organization:{}", "{} (new)"):
        text = text.replace(echo.format(secret.label), "")
    assert secret.label not in text
    assert db.session.scalar(sa.select(sa.func.count(Affiliation.id))) == 1


def test_post_holder_is_set_and_role_made_vacant(client, people, clock):
    clock.set(datetime(2026, 12, 1, 18, tzinfo=UTC))
    consulate, ford = post("Consulate Shanghai"), person("Ford", team=None)
    role = post_role(consulate, "Commercial Officer")
    url = f"/people/posts/{consulate.id}/roles/{role.id}/holder"
    client.login_as("anna")
    assert client.get(url).status_code == 200
    assert client.get(f"/people/posts/{post().id}/roles/{role.id}/holder").status_code == 404
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"person_id": ford.id, "expected_end_on": "2027-07-01"}).status_code == 303
    assert "Ford" in client.get(f"/organizations/{consulate.id}").text
    assert db.session.scalar(sa.select(sa.func.count(PostHolder.id))) == 1
    assert client.post(url, data={"vacant": "y", "person_id": ford.id}).status_code == 422
    assert client.post(url, data={"vacant": "y", "to_on": "2026-11-30"}).status_code == 303
    assert db.session.scalars(sa.select(PostHolder.to_on)).all() == [date(2026, 11, 30)]
    assert role.kind is PostRoleKind.vacant
    assert client.post(url, data={"person_id": ford.id, "from_on": "2026-12-01"}).status_code == 303
    assert role.kind is PostRoleKind.rotating


def test_role_is_vacant_from_the_day_on_which_its_holder_leaves(client, people, clock):
    consulate, ford = post("Consulate Shanghai"), person("Ford", team=None)
    role = post_role(consulate, "Commercial Officer")
    holder(role, ford)
    url = f"/people/posts/{consulate.id}/roles/{role.id}/holder"
    client.login_as("anna")
    assert client.post(url, data={"vacant": "y", "to_on": "2026-03-20"}).status_code == 303
    assert "Vacant" not in client.get(f"/organizations/{consulate.id}").text
    clock.set(datetime(2026, 3, 20, 18, tzinfo=UTC))
    assert "Vacant" in client.login_as("anna").get(f"/organizations/{consulate.id}").text


def test_role_is_vacant_before_its_next_holder_begins(client, people, clock):
    consulate, ford = post("Consulate Shanghai"), person("Ford", team=None)
    holder(post_role(consulate, "Commercial Officer"), ford, from_on=date(2026, 3, 20))
    client.login_as("anna")
    assert "Vacant" in client.get(f"/organizations/{consulate.id}").text
    clock.set(datetime(2026, 3, 20, 18, tzinfo=UTC))
    assert "Vacant" not in client.login_as("anna").get(f"/organizations/{consulate.id}").text


def test_future_holder_is_shown_with_the_start_date(client, people, clock):
    consulate, ford = post("Consulate Shanghai"), person("Ford", team=None)
    role = post_role(consulate, "Commercial Officer")
    data = {"person_id": ford.id, "from_on": "2026-07-01"}
    url = f"/people/posts/{consulate.id}/roles/{role.id}/holder"
    assert client.login_as("anna").post(url, data=data).status_code == 303
    page = client.get(f"/organizations/{consulate.id}").text
    assert ("from Jul 1" in page, " current <a" in page) == (True, False)
    clock.forward(days=200)
    assert " current <a" in client.login_as("anna").get(f"/organizations/{consulate.id}").text


def test_rep_is_created_shown_changed_and_archived(client, people, own_person):
    client.login_as("anna")
    organization = db.session.scalars(sa.select(Affiliation.organization_id)).one()
    assert client.get(f"/people/reps/new?client={organization}").status_code == 200
    assert client.post("/people/reps/new", data={"client_id": organization}).status_code == 422
    data = {
        "client_id": organization,
        "person_id": own_person.id,
        "rep_kind": "agent",
        "status": "active",
        "territory": "Zhejiang",
    }
    assert client.post("/people/reps/new", data=data).status_code == 303
    rep = db.session.scalars(sa.select(Representation)).one()
    url = f"/people/reps/{rep.id}"
    assert "Zhejiang" in client.get(url).text
    assert client.post(f"{url}/edit", data=data | {"territory": "Jiangsu", "version": 0}).status_code == 409
    version = rep.version
    assert client.post(f"{url}/edit", data=data | {"territory": "Jiangsu", "version": version}).status_code == 303
    assert rep.territory == "Jiangsu"
    assert client.post(f"/records/{rep.id}/archive", data={"why": "Over", "version": rep.version}).status_code == 303
    assert client.get(url).status_code == 200
    client.login_as("boris")
    assert [client.get(u).status_code for u in (url, f"{url}/edit")] == [404, 404]


def test_dates_of_a_rep_are_those_of_the_agreement(client, people):
    client.login_as("anna")
    form = client.get("/people/reps/new").text
    for label in ("Agreement start", "Agreement end"):
        assert re.search(rf"<label[^>]*>\s*{label}\s*</label>", form), label
    assert "Choose “Written agreement” if one was signed." in form
    rep = representation(client_of("Inland"), from_on=date(2026, 1, 15), to_on=date(2027, 6, 30))
    db.session.commit()
    page = client.get(f"/people/reps/{rep.id}").text
    for label, day in (("Agreement start", "Jan 15"), ("Agreement end", "Jun 30, 2027")):
        assert re.search(rf"<dt[^>]*>\s*{label}\s*</dt>\s*<dd[^>]*>\s*{day}\s*</dd>", page), label


def test_rep_of_an_organization_without_the_client_role_is_refused(client, people, own_person):
    client.login_as("anna")
    data = {"client_id": organization("Prime").id, "person_id": own_person.id, "rep_kind": "agent", "status": "active"}
    answer = client.post("/people/reps/new", data=data)
    assert (answer.status_code, "Prime doesn&#39;t have the client role." in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Representation)).all() == []


def test_ending_soon_is_shown_for_active_reps_only(client, people, clock):
    client.login_as("anna")
    acting = representation(client_of("Inland"), to_on=date(2026, 4, 1))
    ended = representation(client_of("Inland"), to_on=date(2026, 4, 1), status=RepresentationStatus.ended)
    late = representation(client_of("Inland"), to_on=date(2026, 12, 31))
    warnings = ["Ends in 22 days" in client.get(f"/people/reps/{rep.id}").text for rep in (acting, ended, late)]
    assert warnings == [True, False, False]


def test_conflict_is_shown_to_counselor_and_manager_only(client, people):
    zhou, water = person("Zhou", team=None), sector("Water")
    rep = representation(client_of("Inland", sectors=[water]), zhou, counselor=people["anna"])
    representation(client_of("Inland", "Rival", sectors=[water]), zhou)
    shown_to = {
        name: "Possible conflict" in client.login_as(name).get(f"/people/reps/{rep.id}").text
        for name in people
        if name != "boris"
    }
    assert shown_to == {"anna": True, "clara": True, "shen": False, "dora": False, "nora": False, "admin": False}


def test_organization_page_names_the_clients_it_represents(client, people):
    bridge, tri = organization("Lotus Bridge"), client_of("Inland", "Tri-Valley")
    representation(tri, bridge)
    client.login_as("anna")
    results = [
        "for Tri-Valley" in client.get(f"/organizations/{organization.id}").text for organization in (bridge, tri)
    ]
    assert results == [True, False]


def test_china_reps_are_listed_and_exported(client, people):
    organization, foreign = client_of("Inland", "Tri-Valley"), client_of("Bay", "Bay Cold Chain")
    zhou = person("Zhou", "Limin")
    representation(organization, zhou, territory="Zhejiang", to_on=date(2027, 1, 8))
    representation(organization, person("Lu", "Min"), status=RepresentationStatus.ended)
    representation(foreign, zhou, territory="Hainan")
    anna = client.login_as("anna")
    page = anna.get("/people/reps/").text
    assert ">Limin Zhou for Tri-Valley</a>" in page
    # The name has the client: its column is off until it is chosen.
    link = f'<a href="/organizations/{organization.id}">'
    assert [link in anna.get(f"/people/reps/{query}").text for query in ("", "?columns=name,client")] == [False, True]
    assert ("Zhejiang" in page, "Hainan" in page, "Bay Cold Chain" in page) == (True, False, False)
    expected = {"view=active": 1, "status=ended": 1, "before=2027-01-09": 1, "before=2027-01-08": 0, "": 2}
    assert {
        q: anna.get(f"/people/reps/?{q}").text.count('<a class="strong" href="/people/reps/') for q in expected
    } == expected
    exported = anna.get("/people/reps/?as=csv").text
    assert ("Tri-Valley" in exported, "Bay Cold Chain" in exported) == (True, False)


def test_page_of_a_china_rep_marks_an_end_within_60_days(client, clock, people):
    anna = client.login_as("anna")
    pages = []
    for days in (60, 61):
        row = representation(client_of("Inland"), person(), to_on=date(2026, 3, 10) + timedelta(days=days))
        pages.append(anna.get(f"/people/reps/{row.id}").text)
    assert ["Ends in 60 days" in pages[0], "Ends in" in pages[1]] == [True, False]


def test_heading_of_a_china_rep_has_the_chinese_name_beside_the_person(client, people):
    agent = person("Xu", "Yafen", team="Inland", family_native="许", given_native="雅芬")
    row = representation(client_of("Inland"), agent)
    page = client.login_as("anna").get(f"/people/reps/{row.id}").text
    heading = re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])
    assert " ".join(heading.split()) == f"许雅芬 {row.label}"
    assert row.label.startswith(f"{agent.label} for ")


def test_employer_that_would_share_a_person_of_a_team_needs_a_confirmation(client, people):
    client.login_as("anna")
    row, shared = person("Gao", "Lei", team="Inland"), organization("Ningbo Harbor Tech")
    data = {"organization_id": shared.id}
    answer = client.post(f"/people/{row.id}/affiliations/new", data=data)
    assert (answer.status_code, row.team_id) == (422, team_id_of("Inland"))
    assert "Check the box to let all teams see" in answer.text
    assert 'name="confirm_shared"' in answer.text
    assert 'name="confirm_shared"' not in client.get(f"/people/{row.id}/affiliations/new").text
    assert client.post(f"/people/{row.id}/affiliations/new", data=data | {"confirm_shared": "y"}).status_code == 303
    assert row.team_id is None
