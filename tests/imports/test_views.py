"""The pages of an import, from a file to people, and their visibility."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch, Change, ChangeSource
from crm.core.data.record import Record
from crm.core.search import search
from crm.core.web.files import stored_bytes
from crm.people.models import Affiliation
from crm.records.models import ContactPoint
from crm.records.queries import tags_of
from tests.imports.conftest import LIST, ImportFlow, list_labels, list_people


def test_people_are_imported_from_csv(anna):
    flow = ImportFlow(anna, LIST)
    assert "Li" in flow.page
    assert list_labels("person") == []
    run = flow.confirm()
    assert flow.counts == (2, 0, 0, 0)
    assert list_labels("person") == ["Li Hui", "Ma Jun"]
    assert list_labels("organization") == ["Huadong Water", "Delta"]
    assert f'href="/people/{list_people()[1].id}"' in flow.page
    assert "list.csv" in anna.get("/imports/").text
    assert stored_bytes(run.stored_as, "imports") == LIST.encode()


def test_imported_people_are_in_history_and_search(anna):
    ImportFlow(anna, LIST).confirm()
    batch = db.session.scalars(sa.select(Batch)).one()
    changes = db.session.scalars(sa.select(Change).where(Change.batch_id == batch.id)).all()
    assert {c.via for c in changes} == {ChangeSource.import_}
    assert {c.table for c in changes} == {"person", "organization", "contact_point", "affiliation"}
    person = list_people()[0]
    change = next(c for c in changes if c.table == "person" and c.root_id == person.id)
    assert (change.action, change.diff["given_latin"]) == ("created", [None, person.given_latin])
    for text in ("li hui", "huadong", "8000", "li@hd.cn"):
        stmt = sa.select(Record.label).where(search.matching(text), Record.kind == "person")
        assert list(db.session.scalars(stmt)) == ["Li Hui"], text


def test_a_change_after_the_import_is_searched_by_its_new_name(anna):
    ImportFlow(anna, LIST).confirm()
    person = list_people()[0]
    anna.post(
        f"/people/{person.id}/edit",
        data={"version": person.version, "given_latin": "Zoe", "display_order": "given_first"},
    )
    stmt = sa.select(Record.id).where(search.matching("zoe"))
    assert list(db.session.scalars(stmt)) == [person.id]


def test_same_email_or_phone_is_an_update(anna):
    ImportFlow(anna, LIST).confirm()
    second = "Name,E-mail,Mobile,WeChat\nLi Hui,LI@hd.cn,,lihui88\nMa Jun,,+86 138 0013 8000,\nMa Jun,other@x.cn,,\n"
    flow = ImportFlow(anna, second)
    assert flow.counts == (1, 1, 1, 0)
    flow.confirm()
    assert list_labels("person") == ["Li Hui", "Ma Jun", "Ma Jun"]
    person = list_people()[0]
    wechat = sa.select(ContactPoint.raw).where(ContactPoint.record_id == person.id, ContactPoint.medium == "wechat")
    assert db.session.scalar(wechat) == "lihui88"
    assert db.session.scalar(sa.select(Record.id).where(search.matching("lihui88"))) == person.id


def test_known_person_in_another_order_at_a_known_organization_is_a_question(anna):
    ImportFlow(anna, "Name,Company\n王小明,Huayue Water Co. Ltd.\nZhang Wei,Port Alpha\n").confirm()
    flow = ImportFlow(anna, "Name,Company\nXiaoming Wang,Huayue Water\nZhang Wei,Port Beta\n")
    assert flow.counts == (1, 0, 1, 0)
    assert "is the pinyin of" in flow.page
    assert "Similar name: " in flow.page
    flow.confirm(**{"row-2": str(list_people()[0].id)})
    assert flow.counts == (1, 1, 0, 0)


def test_chinese_name_in_one_cell_keeps_its_order_and_finds_the_known_person(anna):
    ImportFlow(anna, "Name\n周立民 Zhou Limin\n").confirm()
    flow = ImportFlow(anna, "Name\nZhou Limin\nZhou Xiaoming\nWei Wang\n")
    assert "Similar name: Zhou Limin." in flow.text
    flow.confirm()
    assert list_labels("person")[1:] == ["Zhou Limin", "Zhou Xiaoming", "Wei Wang"]
    assert [row.family_latin for row in list_people()[1:]] == ["Zhou", "Zhou", "Wang"]


def test_an_offered_update_can_become_a_new_person_or_nothing(anna):
    ImportFlow(anna, LIST).confirm()
    second = "Name,E-mail,WeChat\nLi Hui,li@hd.cn,w1\nMa Jun,ma@delta.cn,w2\n"
    flow = ImportFlow(anna, second)
    flow.confirm(**{"row-2": "new", "row-3": "left"})
    assert flow.counts == (1, 0, 1, 0)
    assert list_labels("person") == ["Li Hui", "Ma Jun", "Li Hui"]


def test_two_matches_wait_for_a_choice(anna):
    ImportFlow(anna, LIST).confirm()
    flow = ImportFlow(anna, "Name,E-mail,Mobile,WeChat\nLi Hui,ma@delta.cn,138 0013 8000,w1\n")
    assert "Several records match this row. Choose one." in flow.page
    assert flow.send().status_code == 422
    flow.confirm(**{"row-2": str(list_people()[1].id)})
    assert flow.counts == (0, 1, 0, 0)


def test_existing_values_are_not_overwritten(anna):
    ImportFlow(anna, "Name,E-mail,City\nLi Hui,li@hd.cn,Ningbo\n").confirm()
    person = list_people()[0]
    flow = ImportFlow(anna, "Name,E-mail,City,Note\nLi Wei,li@hd.cn,Beijing,Met at the fair\n")
    assert "Same email address as Li Hui, but another name. Choose whether it's the same person." in flow.text
    assert flow.send().status_code == 422
    flow.confirm(**{"row-2": str(person.id)})
    assert (person.label, person.city, person.note) == ("Li Hui", "Ningbo", "Met at the fair")


def test_row_with_the_phone_of_another_name_says_why_it_is_suspected(anna):
    ImportFlow(anna, LIST).confirm()
    flow = ImportFlow(anna, "Name,E-mail,Mobile\nChen Bo,chen@hd.cn,138 0013 8000\nZhao Min,li@hd.cn,138 0013 8000\n")
    assert flow.counts == (0, 0, 2, 0)
    assert "Same phone number as Li Hui, but another name." in flow.text
    assert "Same email address and phone number as Li Hui, but another name." in flow.text


def test_row_with_a_value_that_is_left_out_says_so(anna):
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li@\nChen Bo,chen@hd.cn\n")
    assert flow.text.count("Imported without these values.") == 1
    flow.confirm()
    assert "Imported without these values." in anna.get(flow.url).text
    assert list_labels("person") == ["Li Hui", "Chen Bo"]


def test_name_in_both_scripts_has_a_western_given_name_first(anna):
    ImportFlow(anna, "Name\n陈大伟 David Chen\n高磊 Gao Lei\n").confirm()
    assert list_labels("person") == ["David Chen 陈大伟", "Gao Lei 高磊"]


REPEATED = {
    "people": "Name,Company,Title,No.\nZhao Min,Delta,Manager,1\nZhao Min,Delta,Manager,2\nZhao Min,Delta,Buyer,3\n",
    "organizations": "Organization,City\nDelta,Ningbo\nDelta,Ningbo\nDelta,Suzhou\n",
    "interactions": "Date,Subject,People\n2026-03-02,Call,Bo\n2026-03-02,Call,Bo\n2026-03-02,Call,Li\n",
    "followups": "Title,Due\nCall Bo,2026-12-08\nCall Bo,2026-12-08\nCall Li,2026-12-08\n",
    "shows": "Name,First day,City\nExpo,2027-01-04,Rome\nExpo,2027-01-04,Rome\nFair,2027-01-04,Rome\n",
}


@pytest.mark.parametrize("kind", REPEATED)
def test_identical_rows_are_reported_and_skipped(anna, kind):
    flow = ImportFlow(anna, REPEATED[kind], kind=kind)
    assert flow.text.count("Duplicate of row 2") == 2
    assert flow.counts == (2, 0, 1, 0)
    flow.confirm()
    assert flow.counts == (2, 0, 1, 0)
    assert flow.text.count("Duplicate of row 2") == 2


def test_identical_row_becomes_a_record_if_the_user_says_so(anna):
    flow = ImportFlow(anna, REPEATED["followups"], kind="followups")
    flow.confirm(**{"row-3": "new"})
    assert flow.counts == (3, 0, 0, 0)


def test_row_that_repeats_an_update_is_skipped(anna):
    ImportFlow(anna, LIST).confirm()
    flow = ImportFlow(anna, "Name,E-mail,WeChat\nLi Hui,li@hd.cn,w1\nLi Hui,li@hd.cn,w1\n")
    assert flow.counts == (0, 1, 1, 0)
    flow.confirm()
    assert flow.counts == (0, 1, 1, 0)


def test_preview_says_how_many_rows_of_the_file_it_shows(anna):
    rows = "".join(f"Zhao Min {number}\n" for number in range(1200))
    assert "First 5 of 1,200 rows" in ImportFlow(anna, f"Name\n{rows}").text
    assert "All 2 rows" in ImportFlow(anna, LIST).text
    assert "The only row" in ImportFlow(anna, "Name\nZhao Min\n").text


@pytest.mark.parametrize(("has_left", "main"), [(False, ["Old Ltd"]), (True, ["Old Ltd", "New Ltd"])])
def test_another_position_is_primary_if_the_previous_one_has_ended(anna, has_left, main):
    ImportFlow(anna, "Name,E-mail,Company\nLi Hui,li@hd.cn,Old Ltd\n").confirm()
    before = db.session.scalars(sa.select(Affiliation)).one()
    before.to_on = date(2026, 1, 31) if has_left else None
    db.session.flush()
    ImportFlow(anna, "Name,E-mail,Company\nLi Hui,li@hd.cn,New Ltd\n").confirm()
    stmt = sa.select(Record.label).join(Affiliation, Affiliation.organization_id == Record.id).where(Affiliation.main)
    assert db.session.scalars(stmt.order_by(Affiliation.id)).all() == main


def test_options_apply_to_all_rows(anna):
    from crm.followups.models import Cadence

    flow = ImportFlow(anna, "Name\n" + "".join(f"Person {n}\n" for n in "ABCD"))
    flow.confirm(tags="Ningbo 2026, Fair", tier="b")
    assert tags_of([list_people()[0].id]) == {list_people()[0].id: ["Fair", "Ningbo 2026"]}
    days = sorted(c.counts_from for c in db.session.scalars(sa.select(Cadence)))
    assert (len(days), (days[-1] - days[0]).days) == (4, 1)


@pytest.mark.parametrize("name", ["boris", "dora", "shen", "admin"])
def test_another_persons_import_does_not_exist(anna, name):
    flow = ImportFlow(anna, LIST)
    client = anna.login_as(name)
    assert client.get(flow.url).status_code == 404
    assert client.post(flow.url, data={"do": "import"}).status_code == 404
    assert client.post(f"{flow.url}/discard").status_code == 404
    assert client.get(f"{flow.url}/report.csv").status_code == 404
    assert "list.csv" not in client.get("/imports/").text


def test_manager_sees_imports_of_the_team_but_cannot_change_them(anna):
    flow = ImportFlow(anna, LIST)
    clara = anna.login_as("clara")
    assert "list.csv" in clara.get("/imports/").text
    assert "Import 2 rows" not in clara.get(flow.url).text
    assert clara.post(flow.url, data={"do": "import"}).status_code == 403
    assert list_labels("person") == []


@pytest.mark.parametrize("path", ["/imports/", "/imports/new", "/imports/1"])
def test_guests_are_sent_to_sign_in(client, session, path):
    assert client.get(path).status_code == 303


def test_preview_can_be_discarded(anna):
    flow = ImportFlow(anna, LIST)
    assert anna.post(f"{flow.url}/discard").status_code == 303
    assert anna.get(flow.url).status_code == 404
    assert anna.get(f"/imports/{flow.id}/discard").status_code == 405


def test_people_get_the_team_of_their_organization(anna):
    ImportFlow(anna, "Name,Roles\nDelta Orchards,Client\n", kind="organizations").confirm()
    ImportFlow(anna, "Name,Company\nLi Hui,Delta Orchards\nMa Jun,Shared Ltd\nWu Lei,\n").confirm()
    inland = list_people()[0].team_id
    assert [p.team_id for p in list_people()] == [inland, None, inland]
    assert inland is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Affiliation).where(Affiliation.main)) == 2
