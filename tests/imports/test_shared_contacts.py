"""Rows that share a phone number or an email address with others are not taken for them."""

from __future__ import annotations

import re

from crm.core.data.base import db
from tests.factories import organization
from tests.imports.conftest import ImportFlow, list_labels

QUESTION = "Same phone number or email address as Huadong Group, but another name."


def test_organization_with_the_phone_or_email_of_another_name_is_a_question(anna):
    ImportFlow(anna, "Name,Phone,E-mail\nHuadong Group,021 6655 4433,info@hd.cn\n", kind="organizations").confirm()
    rows = "Name,Phone,E-mail,City\nNingbo Valve Works,021 6655 4433,,Ningbo\nDelta Mill,,info@hd.cn,Wuhan\n"
    flow = ImportFlow(anna, rows, kind="organizations")
    assert flow.counts == (0, 0, 2, 0)
    assert flow.text.count(QUESTION) == 4
    assert flow.send().status_code == 422
    flow.confirm(**{"row-2": "new", "row-3": "left"})
    assert list_labels("organization") == ["Huadong Group", "Ningbo Valve Works"]


def test_organization_with_the_same_phone_and_a_similar_name_is_updated(anna):
    rows = "Name,Other names,Phone\nHuadong Water Co. Ltd.,HD Water,021 6655 4433\n"
    ImportFlow(anna, rows, kind="organizations").confirm()
    rows = "Name,Phone,City\nHuadong Water,021 6655 4433,Ningbo\nHD Water Inc,021 6655 4433,\n"
    flow = ImportFlow(anna, rows, kind="organizations")
    assert flow.counts == (0, 1, 1, 0), flow.run.report
    assert QUESTION not in flow.text


def test_name_decides_before_a_shared_phone(anna):
    parent, _mill = organization("Huadong Group"), organization("Delta Mill")
    parent.website = None
    db.session.commit()
    ImportFlow(anna, "Name,Phone\nHuadong Group,021 6655 4433\n", kind="organizations").confirm()
    flow = ImportFlow(anna, "Name,Phone,City\nDelta Mill,021 6655 4433,Wuhan\n", kind="organizations")
    assert flow.counts == (0, 1, 0, 0)
    assert "Adds to Delta Mill: City, Phone" in flow.text


def test_namesakes_at_one_switchboard_are_two_people(anna):
    rows = "姓名,公司,邮箱,电话\n张伟,华东,zw1@hd.cn,021 6655 4433\n张伟,华东,zw2@hd.cn,021 6655 4433\n"
    flow = ImportFlow(anna, rows)
    assert flow.counts == (2, 0, 0, 0)
    flow.confirm()
    assert list_labels("person") == ["张伟", "张伟"]


def test_same_name_and_phone_without_another_email_is_one_person(anna):
    rows = "Name,E-mail,Phone\nLi Hui,li@hd.cn,021 6655 4433\nLi Hui,,021 6655 4433\nLi Hui,li@hd.cn,\n"
    flow = ImportFlow(anna, rows)
    assert flow.counts == (1, 0, 2, 0)
    assert [line[1] for line in flow.run.report] == ["new", "left", "left"]


def test_button_counts_rows_without_a_choice_and_rows_with_errors(anna):
    ImportFlow(anna, "Name,Phone,Company\nLi Hui,138 0013 8000,Delta\n").confirm()
    flow = ImportFlow(anna, "Name,Phone,Company\nWang Fang,138 0013 8000,Delta\nMa Jun,139 0013 8000,Delta\n,,Delta\n")
    assert re.findall(r">\s*(Import 1 row[^<]*?)\s*</button>", flow.text) == ["Import 1 row, skip 2"]
    assert "Rows with errors, and rows to review without a choice, are skipped." in flow.text


def test_result_says_that_rows_without_a_choice_were_skipped(anna):
    ImportFlow(anna, "Name,Phone,Company\nLi Hui,138 0013 8000,Delta\n").confirm()
    rows = "Name,Phone,Company\nWang Fang,138 0013 8000,Delta\nMa Jun,139 0013 8000,Delta\n"
    flow = ImportFlow(anna, rows)
    assert "Needs review" in flow.text
    assert re.findall(r">\s*(Import 1 row[^<]*?)\s*</button>", flow.text) == ["Import 1 row, skip 1"]
    assert "Rows to review without a choice are skipped. All other rows are imported." in flow.text
    flow.confirm()
    assert flow.counts == (1, 0, 1, 0)
    assert "Needs review" not in flow.text
    assert "Skipped, needed review" in flow.text
    assert "1 row needed review and was skipped." in flow.text
    assert 'href="/imports/new?kind=people"' in flow.page
    again = ImportFlow(anna, rows)
    assert again.counts == (0, 0, 2, 0)
    again.confirm(**{"row-2": "new"})
    assert list_labels("person") == ["Li Hui", "Ma Jun", "Wang Fang"]
    assert "needed review" not in again.text


def test_button_counts_repeated_rows_as_skipped_as_the_line_beside_it_does(anna):
    ImportFlow(anna, "Name,Phone,Company\nLi Hui,138 0013 8000,Delta\n").confirm()
    rows = "Name,Phone,Company\nWang Fang,138 0013 8000,Delta\nMa Jun,139 0013 8000,Delta\nMa Jun,139 0013 8000,Delta\n"
    flow = ImportFlow(anna, rows)
    assert re.findall(r">\s*(Import 1 row[^<]*?)\s*</button>", flow.text) == ["Import 1 row, skip 2"]
    assert "1 new, 0 updated, 2 skipped, 0 with errors" in flow.text
