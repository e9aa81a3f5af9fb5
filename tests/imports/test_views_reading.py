"""File settings: columns, encoding, private columns, rows with errors, files without a list."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.imports.models import ImportMapping, ImportRun
from crm.imports.services import start_import
from tests.imports.conftest import LIST, ImportFlow, list_labels, list_people, upload
from tests.imports.lookups import list_buttons


def test_rows_planned_in_advance_have_the_same_report(anna, actor):
    in_advance = ImportFlow(anna, LIST).run
    run = start_import(actor("anna"), LIST.encode(), "list.csv")
    assert (run.report, run.rows) == (in_advance.report, 2)


def test_columns_are_chosen_and_remembered(anna):
    data = "A,B\nLi Hui,Ningbo\nMa Jun,Suzhou\n"
    flow = ImportFlow(anna, data)
    flow.send("look", **{"col-0": "full_name", "col-1": "city"})
    flow.confirm()
    assert [p.city for p in list_people()] == ["Ningbo", "Suzhou"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportMapping)) == 1
    again = ImportFlow(anna, data.replace("Li Hui", "Wu Lei"))
    assert again.fields()["col-1"] == "city"
    client = anna.login_as("boris")
    assert ImportFlow(client, data).fields()["col-1"] != "city"


def test_changed_columns_are_previewed_before_the_import(anna):
    flow = ImportFlow(anna, "Name,Place\nLi Hui,Ningbo\n")
    assert flow.send(**{"col-1": "city"}).status_code == 303
    assert list_labels("person") == []
    flow.confirm()
    assert list_people()[0].city == "Ningbo"


def test_proposals_for_rows_follow_the_columns(anna):
    ImportFlow(anna, "Name\nLi Hui\n").confirm()
    flow = ImportFlow(anna, f"Name,Code,Place\nLi Hui,{list_people()[0].uid},Ningbo\nMa Jun,,\nMa Jun,,\n")
    assert flow.counts == (2, 0, 1, 0)
    assert "Similar name: Li Hui." in flow.text
    flow.send("look", **{"col-1": "uid", "col-2": "city"})
    assert flow.counts == (1, 1, 1, 0)
    flow.send("look", **{"row-2": "left", "row-4": "new"})
    assert flow.counts == (2, 0, 1, 0)
    flow.send("look", **{"col-2": ""})
    assert flow.counts == (2, 0, 1, 0)


def test_choices_for_rows_end_with_the_file_settings(anna):
    flow = ImportFlow(anna, "List\nName,Place\nLi Hui,Ningbo\nMa Jun,Suzhou\n")
    flow.send("look", **{"row-3": "left"})
    assert flow.run.options["choices"] == {"3": "left"}
    flow.send("look", heading="1")
    assert flow.run.options["choices"] == {}


def test_empty_columns_are_folded_and_can_be_chosen(anna):
    flow = ImportFlow(anna, "Name,Town,Fax\nLi Hui,,\nMa Jun,Suzhou,\n")
    visible, _, folded = flow.page.partition('id="columns"')[2].partition("<details")
    assert ("1 empty column<" in folded, 'name="col-2"' in folded, 'name="col-1"' in visible) == (True, True, True)
    assert "Suzhou" in visible
    assert "empty column" not in ImportFlow(anna, "Name\nLi Hui\n").page
    wrong = flow.send(**{"col-2": "full_name"}).text
    assert re.search(r"<details[^>]* open>\s*<summary[^>]*>1 empty", wrong)


def test_two_columns_with_the_same_field_are_refused(anna):
    flow = ImportFlow(anna, "Name,Place\nLi Hui,Ningbo\n")
    answer = flow.send(**{"col-1": "full_name"})
    assert answer.status_code == 422
    assert "Two columns use the same field." in answer.text


def test_private_columns_are_shown_with_the_reason_and_never_imported(anna):
    flow = ImportFlow(anna, "姓名,身份证号\n周立民,330203199001011234\n")
    page = flow.page
    assert "ID numbers aren't imported." in flow.text
    assert "330203199001011234" not in page
    flow.confirm(**{"col-1": "note"})
    assert list_people()[0].note is None


def test_encoding_is_guessed_shown_and_switched(anna):
    flow = ImportFlow(anna, "姓名,单位\n周立民,华东水务\n".encode("gb18030"))
    assert "周立民" in flow.page
    answer = flow.send("look", encoding="big5hkscs")
    assert answer.status_code in (303, 422)
    flow.send("look", encoding="gb18030")
    flow.confirm()
    assert list_labels("person") == ["周立民"]


def test_header_row_is_guessed_shown_and_chosen(anna):
    flow = ImportFlow(anna, "List of,Ningbo\nWer,Wo\nLi Hui,Suzhou\n")
    assert re.search(r'name="heading"[^>]*value="1"', flow.page)
    flow.send("look", heading="2")
    assert re.search(r'name="heading"[^>]*value="2"', flow.page)
    flow.send("look", heading="2", **{"col-0": "full_name", "col-1": "city"})
    flow.confirm(heading="2")
    assert [(p.label, p.city) for p in list_people()] == [("Li Hui", "Suzhou")]


def test_file_without_a_header_row_has_a_note_until_a_field_is_chosen(anna):
    flow = ImportFlow(anna, "Li Hui,Ningbo\nMa Jun,Suzhou\n")
    assert "No column name was recognized." in flow.text
    assert "Row 1 is read as the header row and isn't imported." in flow.text
    flow.send("look", **{"col-0": "full_name", "col-1": "city"})
    assert "No column name was recognized." not in flow.text
    assert "No column name was recognized." not in ImportFlow(anna, "Name,Place\nLi Hui,Ningbo\n").text


@pytest.mark.parametrize(
    ("row", "message"), [("9", "The file has no header row."), ("0", "Header row"), ("x", "Header row")]
)
def test_invalid_header_row_is_refused_and_the_import_stays_open(anna, row, message):
    flow = ImportFlow(anna, LIST)
    answer = flow.send("look", heading=row)
    assert (answer.status_code, message in answer.text) == (422, True)
    flow.confirm()
    assert list_labels("person") == ["Li Hui", "Ma Jun"]


def test_wrong_encoding_keeps_the_import_open(anna):
    flow = ImportFlow(anna, "Name,City\nLi Hui,Ningbo\n")
    answer = flow.send("look", encoding="utf-16")
    assert answer.status_code in (303, 422)
    assert flow.page
    flow.send("look", encoding="utf-8")
    flow.send("look", **{"col-0": "full_name", "col-1": "city"})
    flow.confirm()
    assert list_labels("person") == ["Li Hui"]


def test_rows_with_errors_block_the_import_unless_skipped(anna):
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n,x@hd.cn\n")
    answer = flow.send()
    assert answer.status_code == 422
    assert "Fix the rows with errors in the file, or import the other rows without them." in answer.text
    assert list_labels("person") == []
    flow.confirm(do="import_valid")
    assert flow.counts == (1, 0, 0, 1)
    assert f'href="/people/{list_people()[0].id}"' in flow.page
    report = anna.get(f"{flow.url}/report.csv").text
    assert report.startswith("\ufeff")
    assert '"3","refused"' in report


def test_button_says_what_it_imports_and_skips(anna):
    rows = "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n"
    flow = ImportFlow(anna, rows)
    assert list_buttons(flow) == [("import", "Import 2 rows")]
    assert "Rows are imported all together or not at all." in flow.text
    flow = ImportFlow(anna, rows + ",x@hd.cn\n,y@hd.cn\n")
    assert list_buttons(flow) == [("import_valid", "Import 2 rows, skip 2 with errors")]
    assert "Rows with errors are skipped. All other rows are imported." in flow.text
    assert "all together" not in flow.text
    flow = ImportFlow(anna, "Name,E-mail\n,x@hd.cn\n")
    assert list_buttons(flow) == []
    assert "There's nothing to import: no row adds or updates a record." in flow.text


def test_rows_that_need_review_have_a_button_that_reads_the_choices(anna):
    ImportFlow(anna, LIST).confirm()
    flow = ImportFlow(anna, "Name,E-mail,Mobile,WeChat\nLi Hui,ma@delta.cn,138 0013 8000,w1\n")
    _before, section = flow.text.split("1 row needs review")
    assert "Rows without a choice are skipped." in section
    assert 'value="look">Update preview</button>' in section.partition("</section>")[0]
    assert list_buttons(flow) == []
    assert flow.send("look", **{"row-2": "new"}).status_code == 303
    assert list_buttons(flow) == [("import", "Import 1 row")]


def test_report_names_the_column_of_each_problem(anna):
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li at hd\n")
    flow.confirm(do="import_valid")
    text = anna.get(f"{flow.url}/report.csv").text.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["row"], row["name"], row["problems"].partition(": ")[0]) == ("2", "Li Hui", "E-mail")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "This file is a PDF."),
        (b"\x89PNG\r\n\x1a\n000", "image"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "web page"),
        (b"Name\x00,City\nLi,\x00\n", ""),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><POSTLIST/>", "entity declarations"),
    ],
)
def test_files_without_a_list_are_refused_with_a_message(anna, data, message):
    answer = upload(anna, data, "x.csv")
    assert answer.status_code == 422
    assert message in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) == 0


def test_a_form_without_a_file_is_shown_again(anna):
    answer = anna.post("/imports/new", data={"kind": ""})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_name_of_10000_characters_is_refused_by_row(anna):
    flow = ImportFlow(anna, f"Name,City\n{'x' * 10_000},Ningbo\nLi Hui,Ningbo\n")
    assert flow.counts == (1, 0, 0, 1)
    assert "Use at most 120 characters." in flow.page


def test_hostile_text_stays_text(anna):
    flow = ImportFlow(anna, 'Name,Company\n"<script>alert(1)</script> Li",=cmd|x\n', "<b>.csv")
    assert "<script>alert" not in flow.page
    flow.confirm()
    assert "<script>alert" not in flow.page


def test_tabs_and_pages_walk_through_all_rows(anna):
    flow = ImportFlow(anna, "Name\n" + "".join(f"Person {n:03}\n" for n in range(120)))
    names = set()
    for start in (0, 50, 100):
        names |= set(re.findall(r"Person \d{3}|\d{3} Person", anna.get(f"{flow.url}?rows=new&from={start}").text))
    assert len({re.sub(r"\D", "", x) for x in names}) == 120
    assert anna.get(f"{flow.url}?rows=nonsense&from=-3").status_code == 200


def test_dates_of_a_file_are_read_in_its_order_and_previewed(anna):
    flow = ImportFlow(anna, "Title,Due\nSend samples,03/04/2027\nCall Li,25/12/2027\n")
    assert "New, due Apr 3, 2027, assigned to" in flow.text
    assert "Dates like 03/04/2027 are read as day/month/year, as in 25/12/2027." in flow.text
    flow.confirm()
    assert sorted(map(str, db.session.scalars(sa.select(FollowUp.due_on)))) == ["2027-04-03", "2027-12-25"]
