"""The pages of an import, from a file to people."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core import find
from crm.core.audit import Batch, Change, Via
from crm.core.db import db
from crm.core.errors import Invalid
from crm.core.files import stored_bytes
from crm.core.record import Record
from crm.imports import jobs, services
from crm.imports.models import ImportMapping, ImportRun
from crm.imports.services import runs, writing
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint
from crm.records.queries import tags_of
from tests.imports.conftest import Way, labels, upload

LIST = "Name,Company,E-mail,Mobile\nLi Hui,Huadong Water,li@hd.cn,138 0013 8000\nMa Jun,Delta,ma@delta.cn,\n"


def people() -> list[Person]:
    return list(db.session.scalars(sa.select(Person).order_by(Person.id)))


def test_people_come_in_from_csv(anna):
    way = Way(anna, LIST)
    assert "Li" in way.page
    assert labels("person") == []
    run = way.confirm()
    assert way.counts == (2, 0, 0, 0)
    assert labels("person") == ["Li Hui", "Ma Jun"]
    assert labels("organization") == ["Huadong Water", "Delta"]
    assert f'href="/people/{people()[1].id}"' in way.page
    assert "list.csv" in anna.get("/imports/").text
    assert stored_bytes(run.stored_as, "imports") == LIST.encode()


def test_imported_people_are_in_history_and_found(anna):
    Way(anna, LIST).confirm()
    batch = db.session.scalars(sa.select(Batch)).one()
    changes = db.session.scalars(sa.select(Change).where(Change.batch_id == batch.id)).all()
    assert {c.via for c in changes} == {Via.import_}
    assert {c.table for c in changes} == {"person", "organization", "contact_point", "affiliation"}
    person = people()[0]
    kept = next(c for c in changes if c.table == "person" and c.root_id == person.id)
    assert (kept.what, kept.diff["given_latin"]) == ("created", [None, person.given_latin])
    for text in ("li hui", "huadong", "8000", "li@hd.cn"):
        asked = sa.select(Record.label).where(find.matching(text), Record.kind == "person")
        assert list(db.session.scalars(asked)) == ["Li Hui"], text


def test_a_change_after_the_import_is_searched_by_its_new_name(anna):
    Way(anna, LIST).confirm()
    person = people()[0]
    anna.post(
        f"/people/{person.id}/edit",
        data={"version": person.version, "given_latin": "Zoe", "display_order": "given_first"},
    )
    found = sa.select(Record.id).where(find.matching("zoe"))
    assert list(db.session.scalars(found)) == [person.id]


def test_the_same_mail_or_phone_is_offered_as_an_update(anna):
    Way(anna, LIST).confirm()
    second = "Name,E-mail,Mobile,WeChat\nLi Hui,LI@hd.cn,,lihui88\nMa Jun,,+86 138 0013 8000,\nMa Jun,other@x.cn,,\n"
    way = Way(anna, second)
    assert way.counts == (1, 1, 1, 0)
    way.confirm()
    assert labels("person") == ["Li Hui", "Ma Jun", "Ma Jun"]
    person = people()[0]
    wechat = sa.select(ContactPoint.raw).where(ContactPoint.record_id == person.id, ContactPoint.medium == "wechat")
    assert db.session.scalar(wechat) == "lihui88"
    assert db.session.scalar(sa.select(Record.id).where(find.matching("lihui88"))) == person.id


def test_an_offered_update_can_become_a_new_person_or_nothing(anna):
    Way(anna, LIST).confirm()
    second = "Name,E-mail,WeChat\nLi Hui,li@hd.cn,w1\nMa Jun,ma@delta.cn,w2\n"
    way = Way(anna, second)
    way.confirm(**{"row-2": "new", "row-3": "left"})
    assert way.counts == (1, 0, 1, 0)
    assert labels("person") == ["Li Hui", "Ma Jun", "Li Hui"]


def test_two_matches_wait_for_a_choice(anna):
    Way(anna, LIST).confirm()
    way = Way(anna, "Name,E-mail,Mobile,WeChat\nLi Hui,ma@delta.cn,138 0013 8000,w1\n")
    assert "choose" in way.page
    assert way.send().status_code == 422
    way.confirm(**{"row-2": str(people()[1].id)})
    assert way.counts == (0, 1, 0, 0)


def test_what_is_there_is_not_overwritten(anna):
    Way(anna, "Name,E-mail,City\nLi Hui,li@hd.cn,Ningbo\n").confirm()
    Way(anna, "Name,E-mail,City,Note\nLi Wei,li@hd.cn,Beijing,Met at the fair\n").confirm()
    person = people()[0]
    assert (person.label, person.city, person.note) == ("Li Hui", "Ningbo", "Met at the fair")


def test_columns_are_chosen_and_remembered(anna):
    data = "A,B\nLi Hui,Ningbo\nMa Jun,Suzhou\n"
    way = Way(anna, data)
    way.send("look", **{"col-0": "full_name", "col-1": "city"})
    way.confirm()
    assert [p.city for p in people()] == ["Ningbo", "Suzhou"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportMapping)) == 1
    again = Way(anna, data.replace("Li Hui", "Wu Lei"))
    assert again.fields()["col-1"] == "city"
    client = anna.login_as("boris")
    assert Way(client, data).fields()["col-1"] != "city"


def test_rows_read_in_another_way_are_shown_before_they_are_imported(anna):
    way = Way(anna, "Name,Place\nLi Hui,Ningbo\n")
    assert way.send(**{"col-1": "city"}).status_code == 303
    assert labels("person") == []
    way.confirm()
    assert people()[0].city == "Ningbo"


def test_two_columns_cannot_become_the_same(anna):
    way = Way(anna, "Name,Place\nLi Hui,Ningbo\n")
    answer = way.send(**{"col-1": "full_name"})
    assert answer.status_code == 422
    assert "Two columns become the same" in answer.text


def test_private_columns_are_shown_with_the_reason_and_never_imported(anna):
    way = Way(anna, "姓名,身份证号\n周立民,330203199001011234\n")
    page = way.page
    assert "Numbers of identity papers are not kept here." in page
    assert "330203199001011234" not in page
    way.confirm(**{"col-1": "note"})
    assert people()[0].note is None


def test_encoding_is_guessed_shown_and_switched(anna):
    way = Way(anna, "姓名,单位\n周立民,华东水务\n".encode("gb18030"))
    assert "周立民" in way.page
    answer = way.send("look", encoding="big5hkscs")
    assert answer.status_code in (303, 422)
    way.send("look", encoding="gb18030")
    way.confirm()
    assert labels("person") == ["周立民"]


def test_wrong_encoding_switch_keeps_the_import_open(anna):
    way = Way(anna, "Name,City\nLi Hui,Ningbo\n")
    answer = way.send("look", encoding="utf-16")
    assert answer.status_code in (303, 422)
    assert way.page
    way.send("look", encoding="utf-8")
    way.send("look", **{"col-0": "full_name", "col-1": "city"})
    way.confirm()
    assert labels("person") == ["Li Hui"]


def test_refused_rows_keep_all_out_unless_left_out(anna):
    way = Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\n,x@hd.cn\n")
    answer = way.send()
    assert answer.status_code == 422
    assert "Some rows are refused" in answer.text
    assert labels("person") == []
    way.confirm(skip_refused="y")
    assert way.counts == (1, 0, 0, 1)
    assert f'href="/people/{people()[0].id}"' in way.page
    report = anna.get(f"{way.url}/report.csv").text
    assert '"3","refused"' in report


def test_options_hold_for_all_rows(anna):
    from crm.followups.models import Cadence

    way = Way(anna, "Name\n" + "".join(f"Person {n}\n" for n in "ABCD"))
    way.confirm(tags="Ningbo 2026, Fair", tier="b")
    assert tags_of([people()[0].id]) == {people()[0].id: ["Fair", "Ningbo 2026"]}
    days = sorted(c.counts_from for c in db.session.scalars(sa.select(Cadence)))
    assert (len(days), (days[-1] - days[0]).days) == (4, 1)


def test_confirming_twice_imports_once(anna):
    way = Way(anna, LIST)
    fields = way.fields() | {"do": "import"}
    first, second = anna.post(way.url, data=fields), anna.post(way.url, data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert labels("person") == ["Li Hui", "Ma Jun"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


def test_a_failure_while_writing_leaves_nothing(anna, monkeypatch):
    way = Way(anna, LIST)

    def breaks(*_args):
        raise RuntimeError("disk full")

    monkeypatch.setattr("crm.imports.write.people._bring_up_to_date", breaks)
    monkeypatch.setattr("crm.core.bulk.find.index_new", breaks)
    fields = way.fields() | {"do": "import"}
    with pytest.raises(RuntimeError):
        anna.post(way.url, data=fields)
    db.session.rollback()
    assert (labels("person"), labels("organization")) == ([], [])
    assert way.run.state == "preview"


def test_long_imports_are_written_by_the_job(anna, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    way = Way(anna, LIST)
    assert way.send().status_code == 303
    waiting = anna.get(way.url)
    assert waiting.headers["Refresh"] == "3"
    assert "2 rows wait for their turn" in waiting.text
    assert labels("person") == []
    jobs.write_imports()
    assert labels("person") == ["Li Hui", "Ma Jun"]
    assert "Refresh" not in anna.get(way.url).headers
    jobs.write_imports()
    assert way.counts == (2, 0, 0, 0)


def test_a_long_import_that_is_refused_later_says_so(anna, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    way = Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@x.cn\n")
    way.send()
    Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    Way(anna, "Name,E-mail\nMa Jun,ma@x.cn\n").confirm()
    jobs.write_imports()
    assert way.run.state == "failed"
    assert "nothing to import" in way.page
    assert len(people()) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\x89PNG\r\n\x1a\n000", "picture"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "web page"),
        (b"Name\x00,City\nLi,\x00\n", ""),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><POSTLIST/>", "entities"),
    ],
)
def test_files_that_are_no_list_are_refused_with_a_sentence(anna, data, said):
    answer = upload(anna, data, "x.csv")
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) == 0


def test_a_form_without_a_file_is_shown_again(anna):
    answer = anna.post("/imports/new", data={"kind": ""})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_name_of_10000_characters_is_refused_by_row(anna):
    way = Way(anna, f"Name,City\n{'x' * 10_000},Ningbo\nLi Hui,Ningbo\n")
    assert way.counts == (1, 0, 0, 1)
    assert "10000 characters" in way.page


def test_hostile_text_stays_text(anna):
    way = Way(anna, 'Name,Company\n"<script>alert(1)</script> Li",=cmd|x\n', "<b>.csv")
    assert "<script>alert" not in way.page
    way.confirm()
    assert "<script>alert" not in way.page


@pytest.mark.parametrize("name", ["boris", "dora", "shen", "admin"])
def test_another_persons_import_does_not_exist(anna, name):
    way = Way(anna, LIST)
    client = anna.login_as(name)
    assert client.get(way.url).status_code == 404
    assert client.post(way.url, data={"do": "import"}).status_code == 404
    assert client.post(f"{way.url}/drop").status_code == 404
    assert client.get(f"{way.url}/report.csv").status_code == 404
    assert "list.csv" not in client.get("/imports/").text


def test_a_manager_sees_the_teams_imports_and_leaves_them_alone(anna):
    way = Way(anna, LIST)
    clara = anna.login_as("clara")
    assert "list.csv" in clara.get("/imports/").text
    assert "Import 2 rows" not in clara.get(way.url).text
    assert clara.post(way.url, data={"do": "import"}).status_code == 403
    assert labels("person") == []


@pytest.mark.parametrize("path", ["/imports/", "/imports/new", "/imports/1"])
def test_guests_are_sent_to_sign_in(client, session, path):
    assert client.get(path).status_code == 303


def test_a_preview_can_be_dropped(anna):
    way = Way(anna, LIST)
    assert anna.post(f"{way.url}/drop").status_code == 303
    assert anna.get(way.url).status_code == 404
    assert anna.get(f"/imports/{way.id}/drop").status_code == 405


def test_jobs_go_to_the_right_team(anna):
    Way(anna, "Name,Roles\nDelta Orchards,Client\n", kind="organizations").confirm()
    Way(anna, "Name,Company\nLi Hui,Delta Orchards\nMa Jun,Shared Ltd\nWu Lei,\n").confirm()
    inland = people()[0].team_id
    assert [p.team_id for p in people()] == [inland, None, inland]
    assert inland is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Affiliation).where(Affiliation.main)) == 2


def test_tabs_and_pages_walk_through_all_rows(anna):
    way = Way(anna, "Name\n" + "".join(f"Person {n:03}\n" for n in range(120)))
    seen = set()
    for start in (0, 50, 100):
        seen |= set(re.findall(r"Person \d{3}|\d{3} Person", anna.get(f"{way.url}?rows=new&from={start}").text))
    assert len({re.sub(r"\D", "", x) for x in seen}) == 120
    assert anna.get(f"{way.url}?rows=nonsense&from=-3").status_code == 200


@pytest.fixture
def own_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_DATA_DIR", str(tmp_path))
    return tmp_path / "imports"


def test_file_that_comes_twice_is_one_import(anna, own_folder):
    uid = re.search(r'name="uid"[^>]*value="([^"]+)"', anna.get("/imports/new").text)[1]
    answers = [upload(anna, LIST, uid=uid) for _ in range(2)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, answers[0].headers["Location"])}
    run = db.session.scalars(sa.select(ImportRun)).one()
    assert [f.name for f in own_folder.iterdir()] == [run.stored_as]


def test_file_of_an_import_that_is_rolled_back_is_gone(anna, own_folder, monkeypatch):
    def fails(*_given):
        raise Invalid("No.")

    monkeypatch.setattr(runs, "look", fails)
    assert upload(anna, LIST).status_code == 422
    assert list(own_folder.iterdir()) == []


def test_a_long_file_is_looked_at_while_nobody_waits(anna, monkeypatch):
    monkeypatch.setattr(runs, "LONG", 1)
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    way = Way(anna, LIST)
    assert way.counts == (2, 0, 0, 0)
    way.confirm(tags="Fair")
    assert (labels("person"), way.counts) == (["Li Hui", "Ma Jun"], (2, 0, 0, 0))


def test_what_changed_since_a_long_import_was_planned_counts(anna, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    way = Way(anna, LIST)
    way.send()
    ahead = services.plan_ahead(way.id)
    monkeypatch.setattr(writing, "AT_ONCE", 1_000)
    Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    services.write_run(way.run, ahead)
    assert labels("person").count("Li Hui") == 1
    assert way.counts[0] == 1
