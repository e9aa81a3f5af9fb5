"""Pages of people and China reps."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.organizations.policy import PostRoleKind
from crm.people.models import Affiliation, Person, PostHolder, Relation, Representation
from crm.people.policy import OfficialKind, RepresentationStatus
from tests.factories import (
    affiliation,
    client_of,
    organization,
    person,
    post,
    post_role,
    product,
    relation,
    representation,
    sector,
    team_id_of,
)

XSS = "<script>alert('x')</script>"


@pytest.fixture
def mine(people):
    return person("Li", "Wei", at=client_of("Inland", "Tri-Valley", counselor=people["anna"]), city="Fresno")


@pytest.mark.parametrize("path", ["edit", "jobs/new", "relations/new"])
def test_form_opens_and_is_not_there_for_others(client, people, mine, path):
    url = f"/people/{mine.id}/{path}"
    assert (client.get(url).status_code, client.post(url).status_code) == (303, 401)
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.delete(url).status_code == 405
    client.login_as("boris")
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_every_text_comes_out_escaped(client, people):
    client.login_as("anna")
    firm = organization("Huayue")
    closed = ("country", "zone", "mail_language", "display_order", "consent")
    texts = [c.key for c in Person.__table__.c if isinstance(c.type, sa.String) and "label" in c.info]
    fields = {name: XSS for name in texts if name not in closed}
    data = fields | {"organization_id": firm.id, "title": XSS, "native_title": XSS, "tags": XSS, "wechat": XSS,
                     "phones-0-label": "work", "phones-0-raw": XSS}  # fmt: skip
    answer = client.post("/people/new", data=data | {"consent_on": "never"})
    assert answer.status_code == 422
    assert XSS not in answer.text
    answer = client.post("/people/new", data=data | {"pronunciation": "<b>x</b>"})
    assert answer.status_code == 303
    url = answer.headers["Location"]
    history = f"/records/{url.rsplit('/', 1)[1]}/history"
    for page in (url, f"{url}/edit", "/people/", history, f"/organizations/{firm.id}"):
        text = client.get(page).text
        assert "<script>alert" not in text, page
        assert "<b>x</b>" not in text, page
    assert "&lt;b&gt;x&lt;/b&gt;" in client.get(url).text


@pytest.mark.parametrize(
    ("name", "order", "label"),
    [
        ({"family_native": "王", "given_native": "小明"}, "", "Wang Xiaoming"),
        ({}, "", "Xiaoming Wang"),
        ({"family_native": "王", "given_native": "小明"}, "given_first", "Xiaoming Wang"),
    ],
)
def test_order_of_a_new_name_follows_from_its_characters_unless_said(client, people, name, order, label):
    data = {"family_latin": "Wang", "given_latin": "Xiaoming", "display_order": order} | name
    assert client.login_as("anna").post("/people/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).all() == [label]


def test_person_is_made_with_the_first_job(client, people):
    firm = client_of("Inland", "Tri-Valley")
    data = {"family_latin": "Zhou", "given_latin": "Limin", "organization_id": firm.id, "title": "Manager",
            "emails-0-label": "work", "emails-0-raw": "zhou@example.org", "tags": "water"}  # fmt: skip
    answer = client.login_as("anna").post("/people/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    for text in ("Limin Zhou", "Manager", "Tri-Valley", "zhou@example.org", "water"):
        assert text in page
    assert db.session.scalars(sa.select(Person.team_id)).one() == team_id_of("Inland")


@pytest.mark.parametrize(
    "wrong",
    [{"family_latin": " ", "given_latin": ""}, {"family_latin": "x" * 10_000}, {"consent_on": "1600-01-01"},
     {"emails-0-raw": "nobody"}, {"country": "XX"}, {"consent": "x"}, {"counselor_id": "9999"}],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_shown_and_nothing_changes(client, people, mine, wrong):
    client.login_as("anna")
    data = {"family_latin": "Typed", "given_latin": "", "city": "Typed city", "version": mine.version} | wrong
    for url in ("/people/new", f"/people/{mine.id}/edit"):
        answer = client.post(url, data=data)
        assert answer.status_code == 422, url
        assert 'value="Typed city"' in answer.text
    db.session.refresh(mine)
    assert (mine.family_latin, mine.city) == ("Li", "Fresno")
    assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 1


def test_stale_edit_shows_both(client, people, mine):
    client.login_as("anna")
    data = {"family_latin": "Li", "city": "Typed city", "version": mine.version - 1}
    answer = client.post(f"/people/{mine.id}/edit", data=data)
    assert answer.status_code == 409
    assert "Fresno" in answer.text
    assert 'value="Typed city"' in answer.text
    assert mine.city == "Fresno"


def test_job_relation_and_their_removal(client, people, mine):
    client.login_as("anna")
    shared, other = organization("Shared House"), person("Zhou", team="Inland")
    data = {"organization_id": shared.id, "title": "Adviser"}
    assert client.post(f"/people/{mine.id}/jobs/new", data=data).status_code == 303
    job = db.session.scalars(sa.select(Affiliation).where(Affiliation.title == "Adviser")).one()
    url = f"/people/{mine.id}/jobs/{job.id}/edit"
    data = {"organization_id": shared.id, "title": "Chair", "official": "none", "version": 0}
    assert client.post(url, data=data).status_code == 409
    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(url).text)[1]
    assert client.post(url, data=data | {"version": version}).status_code == 303
    assert job.title == "Chair"
    assert client.post(f"/people/{other.id}/jobs/{job.id}/edit", data=data).status_code == 404
    data = {"kind": "relative", "other_id": other.id, "evidence": "Said so"}
    assert client.post(f"/people/{mine.id}/relations/new", data=data).status_code == 303
    assert client.post(f"/people/{mine.id}/relations/new", data=data).status_code == 422
    row = db.session.scalars(sa.select(Relation.id)).one()
    foreign = relation(person("Shared", team=None), person("Foreign", team="Bay"))
    assert client.post(f"/people/{mine.id}/relations/{foreign.id}/remove").status_code == 404
    url = f"/people/{mine.id}/relations/{row}/remove"
    assert f'action="{url}"' in client.get(f"/people/{mine.id}").text
    assert client.post(url).status_code == 303
    assert db.session.scalars(sa.select(Relation.id)).all() == [foreign.id]


def test_foreign_record_cannot_be_picked(client, people, mine):
    client.login_as("anna")
    foreign, secret = person("Foreign", team="Bay"), client_of("Inland", counselor=people["clara"], confidential=True)
    data = {"kind": "relative", "other_id": foreign.id}
    assert client.post(f"/people/{mine.id}/relations/new", data=data).status_code == 422
    assert client.post(f"/people/{mine.id}/jobs/new", data={"organization_id": secret.id}).status_code == 422
    answer = client.post(f"/people/{mine.id}/jobs/new", data={"organization_id-typed": secret.label})
    assert answer.status_code == 422
    assert secret.label not in answer.text.replace(f'value="{secret.label}"', "").replace(f"“{secret.label}”", "")
    assert db.session.scalar(sa.select(sa.func.count(Affiliation.id))) == 1


def test_holder_of_a_role_at_a_post(client, people):
    consulate, who = post("Consulate Shanghai"), person("Ford", team=None)
    role = post_role(consulate, "Commercial Officer")
    url = f"/people/posts/{consulate.id}/roles/{role.id}/holder"
    client.login_as("anna")
    assert client.get(url).status_code == 200
    assert client.get(f"/people/posts/{post().id}/roles/{role.id}/holder").status_code == 404
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"person_id": who.id, "expected_end_on": "2027-07-01"}).status_code == 303
    assert "Ford" in client.get(f"/organizations/{consulate.id}").text
    assert db.session.scalar(sa.select(sa.func.count(PostHolder.id))) == 1
    assert client.post(url, data={"vacant": "y", "person_id": who.id}).status_code == 422
    assert client.post(url, data={"vacant": "y", "to_on": "2026-11-30"}).status_code == 303
    assert db.session.scalars(sa.select(PostHolder.to_on)).all() == [date(2026, 11, 30)]
    assert role.kind is PostRoleKind.vacant
    assert client.post(url, data={"person_id": who.id, "from_on": "2026-12-01"}).status_code == 303
    assert role.kind is PostRoleKind.rotating


def test_rep_is_made_shown_changed_and_archived(client, people, mine):
    client.login_as("anna")
    firm = db.session.scalars(sa.select(Affiliation.organization_id)).one()
    assert client.get(f"/people/reps/new?client={firm}").status_code == 200
    assert client.post("/people/reps/new", data={"client_id": firm}).status_code == 422
    data = {"client_id": firm, "person_id": mine.id, "rep_kind": "agent", "status": "active", "territory": "Zhejiang"}
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


def test_rep_of_what_is_no_client_is_refused(client, people, mine):
    client.login_as("anna")
    data = {"client_id": organization("Prime").id, "person_id": mine.id, "rep_kind": "agent", "status": "active"}
    answer = client.post("/people/reps/new", data=data)
    assert (answer.status_code, "Prime is none" in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Representation)).all() == []


def test_end_that_nears_is_told_of_a_rep_that_still_acts(client, people, clock):
    client.login_as("anna")
    acting = representation(client_of("Inland"), to_on=date(2026, 4, 1))
    ended = representation(client_of("Inland"), to_on=date(2026, 4, 1), status=RepresentationStatus.ended)
    late = representation(client_of("Inland"), to_on=date(2026, 12, 31))
    told = ["Ends in 22 days" in client.get(f"/people/reps/{rep.id}").text for rep in (acting, ended, late)]
    assert told == [True, False, False]


def test_conflict_is_shown_to_counselor_and_manager_only(client, people):
    who, water = person("Zhou", team=None), sector("Water")
    rep = representation(client_of("Inland", sectors=[water]), who, counselor=people["anna"])
    representation(client_of("Inland", "Rival", sectors=[water]), who)
    told = {
        name: "Possible conflict" in client.login_as(name).get(f"/people/reps/{rep.id}").text
        for name in people
        if name != "boris"
    }
    assert told == {"anna": True, "clara": True, "shen": False, "dora": False, "nora": False, "admin": False}


def test_a_firm_that_represents_says_for_whom_and_a_client_does_not(client, people):
    bridge, tri = organization("Lotus Bridge"), client_of("Inland", "Tri-Valley")
    representation(tri, bridge)
    client.login_as("anna")
    told = ["for Tri-Valley" in client.get(f"/organizations/{firm.id}").text for firm in (bridge, tri)]
    assert told == [True, False]


def test_person_at_a_secret_firm_is_not_listed_for_it(client, people):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True)
    person("Hidden", "Link", at=secret)
    affiliation(person("Open", "Link", team=None), client_of("Inland"), official=OfficialKind.none)
    client.login_as("dora")
    page = client.get("/people/?view=clients").text
    assert "Link Open" in page
    assert "Link Hidden" not in page
    for url in ("/people/", "/people/?q=Optics", "/people/?as=csv"):
        assert "Zephyr" not in client.get(url).text
    assert "Link Hidden" in client.login_as("anna").get("/people/?view=clients").text


def test_product_is_made_and_changed(client, people):
    client.login_as("anna")
    firm = client_of("Inland", "Tri-Valley")
    assert client.get(f"/products/new?client={firm.id}").status_code == 200
    data = {"client_id": firm.id, "offer": "product", "name": "Sensor <b>", "hs6": "902680", "jurisdiction": "ear"}
    for wrong in ({"hs6": "9026"}, {"hs6": "90268０"}, {"eccn": "nonsense"}, {"name": " "}, {"client_id": ""}):
        assert client.post("/products/new", data=data | wrong).status_code == 422, wrong
    answer = client.post("/products/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Sensor &lt;b&gt;" in page
    url = answer.headers["Location"]
    assert client.post(f"{url}/edit", data=data | {"version": 0}).status_code == 409
    client.login_as("boris")
    assert [client.get(u).status_code for u in (url, f"{url}/edit")] == [404, 404]
    assert client.post("/products/new", data=data).status_code == 422


def test_statements_do_not_grow_with_rows(client, people, sql):
    client.login_as("anna")
    firm = client_of("Inland")
    one = person("One", at=firm)

    def asked(url):
        sql.clear()
        assert client.get(url).status_code == 200
        return len(sql)

    def more(times):
        for _n in range(times):
            other = person(at=firm)
            affiliation(one, client_of("Inland"))
            relation(one, other)
            representation(firm, one)
            product(firm)

    urls = ("/people/", f"/people/{one.id}", f"/organizations/{firm.id}", f"/records/{one.id}/history")
    more(1)
    for url in urls:
        asked(url)
    few = [asked(url) for url in urls]
    more(8)
    assert [asked(url) for url in urls] == few


def test_who_is_above_the_teams_says_whose_a_person_is(client, people, actor):
    bay, firm = actor("boris").first_team_id, organization("Zqshared")
    assert 'name="team_id"' not in client.login_as("anna").get("/people/new").text
    nora = client.login_as("nora")
    assert 'name="team_id"' in nora.get("/people/new").text
    refused = nora.post("/people/new", data={"given_latin": "Zqone"})
    assert (refused.status_code, "Choose the team whose person this is" in refused.text) == (422, True)
    said = ({"team_id": str(bay)}, {"organization_id": str(firm.id)})
    assert [nora.post("/people/new", data=more | {"given_latin": "Zqtwo"}).status_code for more in said] == [303, 303]
    assert db.session.scalars(sa.select(Person.team_id).order_by(Person.id)).all() == [bay, None]
