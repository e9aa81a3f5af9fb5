"""Bulk imports write the same as forms: names, sort keys, search tokens, teams."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.search.search import search
from crm.imports.policy import ImportKind
from crm.organizations.models import Organization
from crm.organizations.services import refresh_organization_name
from crm.people.models import Affiliation, Person
from crm.people.services import refresh_person_name, update_person_team
from crm.records.models import RecordTag, Tag
from crm.records.policy import tag_key
from crm.records.services import set_tags
from tests.factories import client_of, organization, person, reachable
from tests.imports.conftest import ImportFlow
from tests.tools.pages import submitted_values

PEOPLE = """姓,名,Last name,First name,English name,Company,Company (Chinese),Job Title,E-mail,Mobile,City,Country
周,立民,Zhou,Limin,Leo,Huadong Water,华东水务,采购经理,zhou@hd.cn,138 0013 8000,宁波,China
,,Diaz,Maria,,Diaz Foods,,Buyer,maria@diaz.us,+1 909 555 0142,Fresno,US
歐陽,文,,,,Secret Pumps,,總經理,ou@valve.cn,,,
Ma,Jun,,,,,,,ma@delta.cn,0574 8765 4321,,
,,Nobody,,,,,,,,,
吕,慧,Lü,Hui,,New Firm 新公司,,,lu@new.cn,,上海,中国
"""
FIRMS = """Name,Native name,Roles,City,Country,E-mail,Phone,Other names
Delta Orchards,三角洲果园,client,Fresno,US,info@delta.us,+1 559 555 0100,Delta
West Lake Valves,,end user,杭州,CN,,0571 8765 4321,WLV
"""


def load_naming() -> dict[int, tuple[Any, ...]]:
    db.session.flush()
    db.session.expire_all()
    r = Record
    stmt = sa.select(r.id, r.label, r.native_label, r.sort_key, r.tokens, r.team_id)
    return {row[0]: tuple(row) for row in db.session.execute(stmt.where(r.kind.in_(("person", "organization"))))}


def name_again() -> dict[int, tuple[Any, ...]]:
    """Let the services of the forms set all names again."""
    for row in db.session.scalars(sa.select(Organization).order_by(Organization.id)):
        refresh_organization_name(row)
    for row in db.session.scalars(sa.select(Person).order_by(Person.id)):
        update_person_team(row, row.team_id)
        refresh_person_name(row)
    return load_naming()


def test_people_are_named_as_the_form_names_them(anna, people):
    client_of("Inland", "Secret Pumps", counselor=people["anna"], confidential=True)
    organization("Huadong Water", native_name="华东水务")
    assert ImportFlow(anna, PEOPLE).confirm().created == 6
    assert load_naming() == name_again()


def test_organizations_are_named_as_the_form_names_them(anna, people):
    assert ImportFlow(anna, FIRMS, kind="organizations").confirm().created == 2
    assert load_naming() == name_again()


def test_confidential_organization_is_no_search_token_of_a_person(anna, people):
    client_of("Inland", "Secret Pumps", counselor=people["anna"], confidential=True)
    existing = reachable(person("Ma", "Jun", team="Inland"), email="ma@delta.cn")
    flow = ImportFlow(anna, PEOPLE.replace("Ma,Jun,,,,,", "Ma,Jun,,,,Secret Pumps,"))
    assert flow.confirm().updated == 1
    stmt = sa.select(Record).where(Record.kind == "person", Record.tokens.like("%secret%"))
    assert db.session.scalars(stmt).all() == []
    assert existing.id in set(db.session.scalars(sa.select(Affiliation.person_id)))


def test_imported_tags_equal_those_of_forms(anna):
    zhou = reachable(person("Zhou", "Limin"), email="zhou@hd.cn")
    set_tags(zhou, "饮料")
    ImportFlow(anna, "Name,E-mail\nZhou Limin,zhou@hd.cn\nMa Jun,ma@delta.cn\n").confirm(tags="饮料, 印料")
    assert sorted(db.session.scalars(sa.select(Tag.name))) == ["印料", "饮料"]


def test_tag_that_is_too_long_is_named(anna):
    """Stored under another key than that of its name, it would lead to an empty list."""
    long_tag = "Exhibitors of the China International Import Expo"
    flow = ImportFlow(anna, f"Name,Tags\nZhou Limin,Water; {long_tag}\n")
    assert "Use at most 40 characters. This text has 49." in flow.text
    flow.confirm(tags=f"{long_tag}, Fair")
    names = dict(db.session.execute(sa.select(Tag.name, Tag.key)).all())
    assert names == {name: tag_key(name) for name in ("Fair", "Water", long_tag[:40])}


def test_history_contains_every_imported_row(anna, people):
    """Undoing an import needs each row that it created, with all values."""
    run = ImportFlow(anna, PEOPLE).confirm(tags="Fair")
    changes = db.session.scalars(sa.select(Change).where(Change.batch_id == run.batch_id)).all()
    assert {c.action for c in changes} == {"created"}
    diffs = {(c.table, c.row_id): c.diff for c in changes}
    for row in db.session.scalars(sa.select(Person)):
        assert diffs["person", str(row.id)]["label"] == [None, row.label]
    for table, key in (("contact_point", "id"), ("affiliation", "id"), ("organization", "id")):
        ids = db.session.execute(sa.text(f"SELECT {key} FROM {table}")).scalars()
        assert {i for t, i in diffs if t == table} == set(map(str, ids))


def test_people_are_found_by_the_chinese_name_that_an_import_adds_to_their_organization(anna, actor):
    """A form that renames an organization does the same."""
    mill = organization("Known Mill")
    limin = person("Zhou", "Limin", organization=mill)
    ImportFlow(anna, "Name,Chinese name\nKnown Mill,三角洲\n", kind="organizations").confirm()
    assert {hit.id for hit in search(actor("anna"), "三角洲")} == {mill.id, limin.id}


def test_tags_are_added_to_new_and_existing_organizations(anna):
    set_tags(organization("Huadong Water"), "Pump")
    text = "Name,Tags\nHuadong Water,pump; Fair 2026\nDelta Orchards,Fruit\n"
    ImportFlow(anna, text, kind="organizations").confirm(tags="China")
    exported = csv.DictReader(io.StringIO(anna.get("/organizations/?as=csv").data.decode("utf-8-sig")))
    assert {row["name"]: row["tags"] for row in exported} == {
        "Huadong Water": "China; Fair 2026; Pump",
        "Delta Orchards": "China; Fruit",
    }
    assert ImportFlow(anna, text, kind="organizations").counts == (0, 0, 2, 0)


@pytest.mark.parametrize("kind", [kind for kind in ImportKind if kind is not ImportKind.posts])
def test_options_for_all_rows_are_those_that_the_kind_has(client, people, kind):
    texts = {"interactions": "Date,Subject\n2026-11-05,Call\n"}
    page = ImportFlow(client.login_as("shen"), texts.get(kind.value, "Name\nDelta\n"), kind=kind.value).page
    assert ('name="tags"' in page) is (kind in (ImportKind.people, ImportKind.organizations))
    assert ('name="team_id"' in page) is (kind in (ImportKind.people, ImportKind.organizations))


def test_saving_an_imported_person_unchanged_changes_nothing(anna, people):
    ImportFlow(anna, "Name,Email,Mobile,WeChat\nLi Hui,li@hd.cn,138 0013 8000,lihui88\n").confirm()
    row = db.session.scalars(sa.select(Person)).one()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Change))
    fields = submitted_values(anna.get(f"/people/{row.id}/edit").text, "")
    assert anna.post(f"/people/{row.id}/edit", data=fields).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change)) == before


@pytest.mark.parametrize("kind", ["people", "organizations"])
def test_import_keeps_the_limit_of_tags(anna, kind):
    row = person("Zhou", "Limin") if kind == "people" else organization("Huadong Water")
    set_tags(row, ", ".join(f"Tag {n}" for n in range(19)))
    db.session.commit()
    text = f'Identifier,Name,Tags\n{row.uid},{row.label},"Tag 3; First; Second"\n,Ningbo Pumps,First\n'
    flow = ImportFlow(anna, text, kind=kind)
    assert "Use at most 20 tags. These were skipped: Second" in flow.text
    flow.confirm()
    assert (count_tags(row.id), flow.counts) == (20, (1, 1, 0, 0))


@pytest.mark.parametrize("kind", ["people", "organizations"])
def test_tags_of_existing_records_are_loaded_at_once(anna, kind, sql):
    rows = [person("Zhou", f"Limin{n}") if kind == "people" else organization(f"Pumps {n}") for n in range(5)]
    db.session.commit()
    flow = ImportFlow(anna, "Identifier,Name,Tags\n" + "".join(f"{r.uid},{r.label},First\n" for r in rows), kind=kind)
    db.session.expire_all()
    sql.clear()
    flow.confirm()
    assert len([statement for statement in sql if "record_tag.tag_id = " in statement]) == 0
    assert [count_tags(row.id) for row in rows] == [1] * 5


def count_tags(record_id: int) -> int:
    """Return how many tags a record has."""
    stmt = sa.select(sa.func.count()).select_from(RecordTag).where(RecordTag.record_id == record_id)
    return db.session.scalar(stmt) or 0
