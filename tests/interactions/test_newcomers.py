"""New people of a sentence: names in both scripts, and their organization."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.lookup import NameLookup
from crm.interactions.models import InteractionParty
from crm.interactions.services import add_new_people, name_parts
from crm.organizations.models import Organization
from crm.organizations.services import add_organization
from crm.people.models import Affiliation, Person
from crm.people.services import add_person
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.tools.pages import problems_of, visible_text
from tests.tools.rows import count

HELD = {"status": "held", "type": "meeting", "day": "2026-11-24", "time": "10:00", "zone": "America/Los_Angeles"}


def list_employers(row):
    """Return the ids of the organizations where a person works."""
    return db.session.scalars(sa.select(Affiliation.organization_id).where(Affiliation.person_id == row.id)).all()


@pytest.fixture
def kaohsiung(anna):
    """Return an organization whose Chinese name is read "gao xiong"."""
    return add_organization(anna, {"name": "Kaohsiung Water Works", "native_name": "高雄水务", "country": "TW"})


@pytest.mark.parametrize("name", ["Xiong Dalin 熊大林", "Gao Lei 高磊", "高磊 (Gao Lei)", "Gao Lei"])
def test_newcomer_is_a_person_and_not_an_organization(web, kaohsiung, name):
    page = web.post("/interactions/log", data={"sentence": f"met {name} 20m"}).text
    assert (problems_of(page), "as a new organization" in page, "Kaohsiung" in page) == ([], False, False)
    data = submitted_fields(page)
    (typed,) = [text for text in data["people-typed"] if text]
    saved = web.post(NEW, data=data | {"people-new": [typed], "people-typed": [""]})
    assert saved.status_code == 303
    person = db.session.scalars(sa.select(Person)).one()
    family, given_name = ("Xiong", "Dalin") if "Xiong" in name else ("Gao", "Lei")
    assert (person.family_latin, person.given_latin) == (family, given_name)
    assert person.family_native == (None if name == "Gao Lei" else "熊" if "Xiong" in name else "高")


def test_newcomer_and_new_organization_are_added_together(web, kaohsiung):
    page = web.post("/interactions/log", data={"sentence": "met Gao Lei 高磊 of Ningbo Harbor Tech 20m"}).text
    words = visible_text(page)
    assert "Add “Gao Lei 高磊” as a new person" in words
    assert "Add “Ningbo Harbor Tech” as a new organization" in words
    data = submitted_fields(page)
    assert web.post(NEW, data=data).status_code == 422
    new = {"people-new": ["Gao Lei 高磊"], "organizations-new": ["Ningbo Harbor Tech"]}
    assert web.post(NEW, data=data | new).status_code == 303
    organization = db.session.scalars(sa.select(Organization).where(Organization.id != kaohsiung.id)).one()
    parties = db.session.execute(sa.select(InteractionParty.person_id, InteractionParty.organization_id)).all()
    assert (organization.name, organization.country) == ("Ningbo Harbor Tech", "CN")
    assert parties == [(db.session.scalars(sa.select(Person.id)).one(), organization.id)]


def test_new_organization_without_a_person_took_part_itself(web):
    data = submitted_fields(web.post("/interactions/log", data={"sentence": "met Gao Lei of Acme Valves 20m"}).text)
    data |= {"people-typed": [""], "organizations-new": ["Acme Valves"]}
    assert web.post(NEW, data=data).status_code == 303
    (party,) = db.session.scalars(sa.select(InteractionParty))
    assert (party.person_id, party.organization_id) == (None, db.session.scalars(sa.select(Organization.id)).one())


def test_employer_after_a_name_in_a_picker_is_an_organization(web):
    typed = ("Gao Lei 高磊 of Ningbo Harbor Tech", "Wu Ping, from Ningbo Harbor Tech")
    assert web.post(NEW, data=HELD | {"people": [f"new:person:{text}" for text in typed]}).status_code == 303
    organization = db.session.scalars(sa.select(Organization)).one()
    assert (organization.name, organization.country) == ("Ningbo Harbor Tech", "CN")
    names = {(row.label, row.native_label) for row in db.session.scalars(sa.select(Person))}
    assert names == {("Gao Lei", "高磊"), ("Wu Ping", "")}
    assert set(db.session.scalars(sa.select(InteractionParty.organization_id))) == {organization.id}


def test_city_after_a_name_in_a_picker_is_no_organization(web, anna):
    add_organization(anna, {"name": "Harbor Office", "city": "Kaohsiung", "country": "TW"})
    assert web.post(NEW, data=HELD | {"people": ["new:person:Gao Lei from Kaohsiung"]}).status_code == 303
    row = db.session.scalars(sa.select(Person)).one()
    assert (row.label, row.city, count(Organization)) == ("Gao Lei", "Kaohsiung", 1)


@pytest.mark.parametrize(
    ("typed", "column", "value"),
    [
        ("Li Na from Chengdu", "city", "Chengdu"),
        ("李娜 of 成都", "city", "成都"),
        ("Tom Weber from Germany", "country", "DE"),
        ("Tom Weber of the UK", "country", "GB"),
        ("Tom Weber from Acme Valves", "note", "From Acme Valves"),
    ],
)
def test_place_after_a_name_adds_no_organization(anna, typed, column, value):
    (row,) = add_new_people(anna, [typed])
    assert (getattr(row, column), count(Organization)) == (value, 0)


@pytest.mark.parametrize("word", ["of", "from", "at"])
def test_employer_after_a_name_is_an_organization_of_exactly_this_name(anna, word):
    add_organization(anna, {"name": "Siemens Energy", "country": "DE"})
    siemens = add_organization(anna, {"name": "Siemens AG", "country": "DE"})
    (row,) = add_new_people(anna, [f"Zhang Wei {word} Siemens"])
    assert (list_employers(row), count(Organization)) == ([siemens.id], 2)


def test_employer_with_a_longer_name_is_another_organization(anna):
    energy = add_organization(anna, {"name": "Siemens Energy", "country": "DE"})
    (row,) = add_new_people(anna, ["Zhang Wei of Siemens"])
    (name,) = db.session.scalars(sa.select(Organization.name).where(Organization.id.in_(list_employers(row))))
    assert (name, count(Organization), energy.id in list_employers(row)) == ("Siemens", 2, False)


def test_short_name_of_a_company_is_no_country(anna):
    (row,) = add_new_people(anna, ["Zhang Wei of GE"])
    assert (row.country, db.session.scalars(sa.select(Organization.name)).all()) == (None, ["GE"])


def test_employer_whose_name_several_organizations_have_is_refused(web, anna):
    for country in ("US", "DE"):
        add_organization(anna, {"name": "Acme Valves", "country": country})
    answer = web.post(NEW, data=HELD | {"people": ["new:person:Gao Lei of Acme Valves"]})
    assert answer.status_code == 422
    assert "Add the person without the organization: several are named “Acme Valves”." in visible_text(answer.text)
    assert (count(Person), count(Organization)) == (0, 2)


def test_refused_save_adds_nobody(web):
    data = submitted_fields(web.post("/interactions/log", data={"sentence": "met Gao Lei of Acme Valves 20m"}).text)
    data |= {"people-new": ["Gao Lei"], "organizations-new": ["Acme Valves"], "day": ""}
    assert web.post(NEW, data=data).status_code == 422
    assert (count(Person), count(Organization), list_interactions()) == (0, 0, [])


def test_known_person_is_recognized_by_both_names(web, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang Xiaoming 王小明 20m"}).text
    assert submitted_fields(page)["people"] == [str(wang.id)]


def test_same_spelling_with_other_characters_is_asked_about(web, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang Xiaoming 汪晓鸣 20m"}).text
    assert "Who is “Wang Xiaoming 汪晓鸣”?" in visible_text(page)
    assert f'type="radio" name="people-answer0" value="{wang.id}"' in page


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("Gao Lei 高磊", "Gao", "Lei"),
        ("Lei Gao 高磊", "Gao", "Lei"),
        ("David Wang 王大卫", "Wang", "David"),
        ("David Chan 陳大偉", "Chan", "David"),
        ("Chan Tai Man 陳大文", "Chan", "Tai Man"),
        ("David Smith 大卫·史密斯", "Smith", "David"),
        ("Yamada Taro 山田太郎", "Yamada", "Taro"),
        ("Ouyang Xiu 欧阳修", "Ouyang", "Xiu"),
    ],
)
def test_characters_tell_which_latin_name_is_the_family(text, family, given_name):
    parts = name_parts(text)
    assert (parts["family_latin"], parts["given_latin"]) == (family, given_name)


@pytest.mark.parametrize(
    ("text", "latin", "native"),
    [
        ("陈大伟 David Chen", "David Chen", "陈大伟"),
        ("Chen David 陈大伟", "David Chen", "陈大伟"),
        ("陳美 Kristy Chan", "Kristy Chan", "陳美"),
        ("Lei Gao 高磊", "Gao Lei", "高磊"),
        ("Tsai Ing-wen 蔡英文", "Tsai Ing-wen", "蔡英文"),
        ("Yamada Taro 山田太郎", "Yamada Taro", "山田太郎"),
    ],
)
def test_western_given_name_comes_first_in_latin_letters(anna, text, latin, native):
    row = add_person(anna, name_parts(text))
    assert (row.label, row.native_label) == (latin, native)


@pytest.mark.parametrize(
    ("family", "texts"),
    [
        ("Zhou", ("Zhou Limin", "Limin Zhou")),
        ("Zhang", ("Zhang Li", "Zhang Yuwen")),
        ("Liu", ("Liu Li",)),
        ("Zhao", ("Zhao Yang",)),
        ("Sun", ("Sun Yang",)),
        ("Lei", ("Lei Jun",)),
        ("Ma", ("Ma Jun", "Ma Ying-jeou")),
        ("Ou Yang", ("Ou Yang Feng", "Feng Ou Yang")),
        ("Sato", ("Jun Sato", "Yu Sato")),
        ("Ito", ("Kai Ito",)),
        ("Hoang", ("Tan Hoang",)),
        ("Choi", ("Sung Min Choi",)),
        ("Yoon", ("Jun Ho Yoon",)),
        ("Lee", ("Young Lee",)),
        ("Lane", ("Mary Lane",)),
        ("Shaw", ("Lee Shaw", "Young Shaw")),
    ],
)
def test_family_name_without_characters_is_the_first_word_of_a_pinyin_name(family, texts):
    assert {text: name_parts(text)["family_latin"] for text in texts} == dict.fromkeys(texts, family)


@pytest.mark.parametrize(
    ("alone", "with_colleague", "works_there"),
    [("Ouyang Zhi 歐陽智", "wang", False), ("Joe Nguyen", "rosa", True)],
)
def test_new_person_works_at_the_client_unless_it_is_a_guest(
    web, client_firm, request, alone, with_colleague, works_there
):
    colleague = request.getfixturevalue(with_colleague)
    data = HELD | {"clients-0-client_id": str(client_firm.id)}
    for n, people in enumerate(([f"new:person:{alone}"], [str(colleague.id), "new:person:Marta Kowalczyk"])):
        assert web.post(NEW, data=data | {"people": people, "time": f"1{n}:00"}).status_code == 303
    employers = {row.label: list_employers(row) for row in db.session.scalars(sa.select(Person))}
    expected = [client_firm.id] if works_there else []
    assert [employers[name] for name in (alone.split(" 歐")[0], "Marta Kowalczyk")] == [expected, expected]


def test_syllables_here_and_there_in_a_chinese_name_are_no_organization(web, anna):
    add_organization(anna, {"name": "Wuxi Beichen Monitoring", "native_name": "无锡北辰环境监测", "country": "CN"})
    page = web.post("/interactions/log", data={"sentence": "met Wu Jian 20m"}).text
    assert ("Add “Wu Jian” as a new person" in visible_text(page), "Wuxi" in page) == (True, False)
    texts = ("wu jian", "huan jing", "北辰", "wuxi jiance")
    lookup = NameLookup(anna)
    assert {text: len(lookup.organizations(text)) for text in texts} == dict(zip(texts, (0, 1, 1, 1), strict=True))


def test_organization_is_found_by_parts_of_its_name_in_pinyin(anna):
    row = add_organization(anna, {"name": "Beijing Water Authority", "native_name": "北京市水务局", "country": "CN"})
    assert [match.id for match in NameLookup(anna).organizations("Beijing Shui Wu")] == [row.id]


def test_person_without_an_employer_is_no_guest(web, anna, client_firm):
    sofia = add_person(anna, {"family_latin": "Ibarra", "given_latin": "Sofia", "country": "US"})
    people = [str(sofia.id), "new:person:Marta Kowalczyk"]
    data = HELD | {"clients-0-client_id": str(client_firm.id), "people": people}
    assert web.post(NEW, data=data).status_code == 303
    marta = db.session.scalars(sa.select(Person).where(Person.label == "Marta Kowalczyk")).one()
    assert list_employers(marta) == [client_firm.id]
