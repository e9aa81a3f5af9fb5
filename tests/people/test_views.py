"""Pages of people: the form, the list, escaping, number of statements."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.people.models import Person
from crm.people.policy import OfficialKind
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_points
from tests.factories import affiliation, client_of, organization, person, product, relation, representation, team_id_of

XSS = "<script>alert('x')</script>"


@pytest.mark.parametrize("path", ["edit", "affiliations/new", "relations/new"])
def test_form_opens_for_the_own_team_only(client, people, own_person, path):
    url = f"/people/{own_person.id}/{path}"
    assert (client.get(url).status_code, client.post(url).status_code) == (303, 401)
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.delete(url).status_code == 405
    client.login_as("boris")
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_every_text_is_escaped(client, people):
    client.login_as("anna")
    employer = organization("Huayue")
    closed = ("linkedin", "country", "zone", "mail_language", "display_order", "consent", "birth_month")
    texts = [c.key for c in Person.__table__.c if isinstance(c.type, sa.String) and "label" in c.info]
    fields = {name: XSS for name in texts if name not in closed}
    data = fields | {
        "organization_id": employer.id,
        "title": XSS,
        "native_title": XSS,
        "tags": XSS,
        "wechat": XSS,
        "phones-0-label": "work",
        "phones-0-raw": XSS,
    }
    answer = client.post("/people/new", data=data | {"consent_on": "never"})
    assert answer.status_code == 422
    assert XSS not in answer.text
    answer = client.post("/people/new", data=data | {"pronunciation": "<b>x</b>"})
    assert answer.status_code == 303
    url = answer.headers["Location"]
    history = f"/records/{url.rsplit('/', 1)[1]}/history"
    for page in (url, f"{url}/edit", "/people/", history, f"/organizations/{employer.id}"):
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
def test_name_order_of_a_new_person_depends_on_script_and_choice(client, people, name, order, label):
    data = {"family_latin": "Wang", "given_latin": "Xiaoming", "display_order": order} | name
    assert client.login_as("anna").post("/people/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).all() == [label]


def test_person_is_created_with_the_first_position(client, people):
    organization = client_of("Inland", "Tri-Valley")
    data = {
        "family_latin": "Zhou",
        "given_latin": "Limin",
        "organization_id": organization.id,
        "title": "Manager",
        "emails-0-label": "work",
        "emails-0-raw": "zhou@example.org",
        "tags": "water",
    }
    answer = client.login_as("anna").post("/people/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    for text in ("Limin Zhou", "Manager", "Tri-Valley", "zhou@example.org", "water"):
        assert text in page
    assert db.session.scalars(sa.select(Person.team_id)).one() == team_id_of("Inland")


@pytest.mark.parametrize(
    "wrong",
    [
        {"family_latin": " ", "given_latin": ""},
        {"family_latin": "x" * 10_000},
        {"consent_on": "1600-01-01"},
        {"emails-0-raw": "nobody"},
        {"country": "XX"},
        {"consent": "x"},
        {"counselor_id": "9999"},
    ],
    ids=str,
)
def test_invalid_values_are_shown_and_not_saved(client, people, own_person, wrong):
    client.login_as("anna")
    data = {"family_latin": "Typed", "given_latin": "", "city": "Typed city", "version": own_person.version} | wrong
    for url in ("/people/new", f"/people/{own_person.id}/edit"):
        answer = client.post(url, data=data)
        assert answer.status_code == 422, url
        assert 'value="Typed city"' in answer.text
    db.session.refresh(own_person)
    assert (own_person.family_latin, own_person.city) == ("Li", "Fresno")
    assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 1


def test_new_person_usually_handed_over_a_card_today(client, people, own_person):
    page = client.login_as("anna").get("/people/new").text
    today = clock.today("America/Los_Angeles").isoformat()
    card = '<option selected value="card">'
    assert (card in page, re.findall(r'name="consent_on"[^>]*value="([^"]*)"', page)) == (True, [today])
    assert card not in client.get(f"/people/{own_person.id}/edit").text
    assert client.post("/people/new", data={"given_latin": "Rosa", "consent": ""}).status_code == 303
    assert db.session.scalars(sa.select(Person.consent).where(Person.given_latin == "Rosa")).all() == [None]


def test_stale_edit_shows_both_versions(client, people, own_person):
    client.login_as("anna")
    data = {"family_latin": "Li", "city": "Typed city", "version": own_person.version - 1}
    answer = client.post(f"/people/{own_person.id}/edit", data=data)
    assert answer.status_code == 409
    assert "Fresno" in answer.text
    assert 'value="Typed city"' in answer.text
    assert own_person.city == "Fresno"


def test_person_is_not_listed_by_the_role_of_a_hidden_client(client, people):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True)
    person("Hidden", "Link", organization=secret)
    affiliation(person("Open", "Link", team=None), client_of("Inland"), official=OfficialKind.none)
    client.login_as("dora")
    page = client.get("/people/?view=clients").text
    assert "Link Open" in page
    assert "Link Hidden" not in page
    for url in ("/people/", "/people/?q=Optics", "/people/?as=csv"):
        assert "Zephyr" not in client.get(url).text
    assert "Link Hidden" in client.login_as("anna").get("/people/?view=clients").text


def test_number_of_statements_is_constant(client, people, sql):
    client.login_as("anna")
    organization = client_of("Inland")
    one = person("One", organization=organization)

    def count_statements(url):
        # What computes matches of the new products isn't part of the request.
        db.session.commit()
        sql.clear()
        assert client.get(url).status_code == 200
        return len(sql)

    def more(times):
        for _n in range(times):
            other = person(organization=organization)
            affiliation(one, client_of("Inland"))
            relation(one, other)
            representation(organization, one)
            product(organization)

    urls = ("/people/", f"/people/{one.id}", f"/organizations/{organization.id}", f"/records/{one.id}/history")
    more(1)
    for url in urls:
        count_statements(url)
    few = [count_statements(url) for url in urls]
    more(8)
    assert [count_statements(url) for url in urls] == few


def test_user_above_teams_chooses_the_team_of_a_person(client, people, actor):
    bay, employer = actor("boris").first_team_id, organization("Zqshared")
    assert 'name="team_id"' not in client.login_as("anna").get("/people/new").text
    nora = client.login_as("nora")
    assert 'name="team_id"' in nora.get("/people/new").text
    refused = nora.post("/people/new", data={"given_latin": "Zqone"})
    assert (refused.status_code, "Choose a team, or enter where this person works." in refused.text) == (422, True)
    valid_choices = ({"team_id": str(bay)}, {"organization_id": str(employer.id), "confirm_new": "y"})
    answers = [nora.post("/people/new", data=more | {"given_latin": "Zqtwo"}) for more in valid_choices]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert db.session.scalars(sa.select(Person.team_id).order_by(Person.id)).all() == [bay, None]


def test_edit_keeps_all_wechat_names(client, people):
    wang = person("Wang", "Guodong")
    names = [ContactPointValues(ContactMedium.wechat, PointLabel.other, name) for name in ("wang_gd", "ningbo-wang")]
    set_points(wang, names, "CN")
    page = client.login_as("anna").get(f"/people/{wang.id}/edit").text
    assert 'value="wang_gd, ningbo-wang"' in page
    data = {
        "family_latin": "Wang",
        "given_latin": "Guodong",
        "wechat": "wang_gd，ningbo-wang, ",
        "version": wang.version,
    }
    assert client.post(f"/people/{wang.id}/edit", data=data).status_code == 303
    page = client.get(f"/people/{wang.id}").text
    assert ("wang_gd" in page, "ningbo-wang" in page, "，" in page) == (True, True, False)
