"""Our own exports import again: columns by name (CSV) or label (XLSX), labels of earlier releases, labels of enums."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from crm.core.data.base import db
from crm.core.policy import DateFormat
from crm.followups.enums import FollowUpSide
from crm.followups.lists import OPEN
from crm.followups.models import FollowUp
from crm.impact.policy import MilestoneKind
from crm.imports.labels import FIELDS, field_label
from crm.imports.plan.interactions import REACHED_ALIASES, STATE_ALIASES, TYPE_ALIASES
from crm.imports.plan.lookups import find_enum_member
from crm.imports.plan.organizations import ROLE_ALIASES
from crm.imports.policy import ImportKind
from crm.imports.readers.followups import read_side
from crm.imports.readers.heading_texts import KINDS
from crm.imports.readers.headings import ColumnGuess, guess_columns
from crm.interactions.lists import INTERACTIONS
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.organizations.lists import ORGANIZATIONS
from crm.organizations.policy import OrganizationRole
from crm.people.lists import PEOPLE
from tests.factories import client_of, person
from tests.factories.impact import make_milestone
from tests.imports.conftest import ImportFlow, upload

LISTINGS = {"people": PEOPLE, "organizations": ORGANIZATIONS, "interactions": INTERACTIONS, "followups": OPEN}
#: Columns whose label means something else in files of other programs: 名称, Nombre, 时间.
AMBIGUOUS = {"people": {"name"}, "organizations": {"name"}, "interactions": {"time"}}
#: Columns whose label on a form has more than an import needs.
OTHER_FIELDS = {"email_label", "phone_label", "address_label", "street2", "street3", "po_box"}


def guess(kind: str, heading: str) -> ColumnGuess:
    return guess_columns(kind, [heading])[0]


@pytest.mark.parametrize("kind", LISTINGS)
def test_labels_of_exported_columns_mean_what_their_names_mean(kind):
    columns = [column for column in LISTINGS[kind].cols if column.export]
    by_name = {column.name: guess(kind, column.name).target for column in columns}
    assert {column.name: guess(kind, str(column.label)).target for column in columns} == by_name
    assert sum(target is not None for target in by_name.values()) >= 8 - (kind == "followups")


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant", "es"])
@pytest.mark.parametrize("kind", LISTINGS)
def test_labels_in_other_languages_mean_what_their_names_mean(app, kind, language):
    ambiguous = AMBIGUOUS.get(kind, set())
    columns = [column for column in LISTINGS[kind].cols if column.export and column.name not in ambiguous]
    by_name = {column.name: guess(kind, column.name).target for column in columns}
    with app.test_request_context(), force_locale(language):
        assert {column.name: guess(kind, str(column.label)).target for column in columns} == by_name


@pytest.mark.parametrize("kind", LISTINGS)
def test_labels_of_fields_are_recognized_as_headings(kind):
    fields = {code for code in KINDS[kind] if code in FIELDS} - OTHER_FIELDS
    labels = {field: guess(kind, str(field_label(field, ImportKind.from_code(kind)))) for field in fields}
    assert {f: g.target.field for f, g in labels.items() if g.target and g.is_certain} == {f: f for f in labels}


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (
            "people",
            {
                "Family name, own script": "family_native",
                "Given name, own script": "given_native",
                "Address in own script": "address_native",
                "Speaks": "languages",
                "E-mails": "email",
                "Phones": "phone",
            },
        ),
        (
            "organizations",
            {
                "Kind": "roles",
                "Name in own script": "native_name",
                "Address in own script": "address_native",
                "E-mails": "email",
                "Phones": "phone",
                "Lines of business": "sectors",
                "Read this first": "note",
            },
        ),
        (
            "interactions",
            {"Kind": "kind", "With": "people", "Of us": "staff", "For": "client", "English line": "summary"},
        ),
        ("followups", {"What": "title", "Who promised": "side", "Due": "due"}),
    ],
)
def test_labels_of_earlier_releases_are_recognized(kind, headings):
    assert {heading: guess(kind, heading).target.code for heading in headings} == headings


@pytest.mark.parametrize(
    ("enum", "aliases", "earlier"),
    [
        (
            OrganizationRole,
            ROLE_ALIASES,
            {
                "Consulate or other post": "post",
                "Representative firm": "representative",
                "Government body": "government",
            },
        ),
        (InteractionType, TYPE_ALIASES, {"E-mail": "email", "Counseling": "session", "Lead heard": "lead"}),
        (InteractionOutcome, REACHED_ALIASES, {}),
        (InteractionState, STATE_ALIASES, {"Canceled": "cancelled"}),
    ],
)
def test_labels_of_enums_are_read(enum, aliases, earlier):
    assert [find_enum_member(enum, str(member.label), aliases) for member in enum] == list(enum)
    assert {text: find_enum_member(enum, text, aliases).value for text in earlier} == earlier


def test_labels_of_sides_are_read():
    assert [read_side(str(side.label)) for side in FollowUpSide] == ["we", "they", "idea"]
    assert [read_side(text) for text in ("We promised", "They promised")] == ["we", "they"]


ROWS = {
    "organizations": "Name,Native name,Roles,Country,City,E-mail,Phone\n"
    "Huadong Water,华东水务,U.S. post; End user,CN,Ningbo,info@hd.cn,0574 8700 0000\n",
    "people": "姓,名,Last name,First name,Company,Job Title,E-mail,City\n"
    "周,立民,Zhou,Limin,Huadong Water,Buyer,zhou@hd.cn,Ningbo\n",
    "interactions": "Date,Time,Kind,State,Reached,Subject,People,Organization\n"
    "2026-01-12,9:30 AM,Counseling session,Held,Talked,Samples,Zhou Limin,Huadong Water\n",
    "followups": "Title,Due,About,Side\nSend prices,12/08/2026,Huadong Water,They owe\n",
}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_exported_lists_import_again_without_a_change(anna, suffix):
    for kind, rows in ROWS.items():
        assert ImportFlow(anna, rows, kind=kind).confirm().created == 1
    for kind in ROWS:
        file = anna.get(f"{LISTINGS[kind].path}?as={suffix}")
        assert file.status_code == 200
        again = ImportFlow(anna, file.data, f"{kind}.{suffix}")
        assert (again.run.kind, again.counts) == (kind, (0, 0, 1, 0)), again.run.report


def test_dates_are_read_in_the_order_of_the_users_date_format(anna, people):
    people["anna"].date_format = DateFormat.uk
    db.session.commit()
    ImportFlow(anna, "Title,Due\nSend prices,08/12/2026\n").confirm()
    assert [str(day) for day in db.session.scalars(sa.select(FollowUp.due_on))] == ["2026-12-08"]


@pytest.mark.parametrize("due", ["12/08/2026", "2026-12-08", "12/8/26", "Dec 8, 2026", "2026年12月8日"])
def test_due_dates_are_read_as_people_type_them(anna, due):
    ImportFlow(anna, f'Title,Due\nSend prices,"{due}"\n').confirm()
    assert [str(day) for day in db.session.scalars(sa.select(FollowUp.due_on))] == ["2026-12-08"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_export_that_cannot_be_imported_is_named_unless_the_type_is_chosen(client, people, suffix):
    make_milestone(client_of("Inland", "Tri-Valley", counselor=people["anna"]), "First order", type=MilestoneKind.jobs)
    db.session.commit()
    anna = client.login_as("anna")
    exported = anna.get(f"/milestones/?as={suffix}").data
    answer = upload(anna, exported, f"list.{suffix}")
    message = "This file is an export of the list “Milestones”, which can't be imported."
    assert (answer.status_code, message in html.unescape(answer.text)) == (422, True)
    assert upload(anna, exported, f"list.{suffix}", kind="organizations").status_code == 303


def test_list_of_users_is_not_taken_for_people(client, people):
    exported = client.login_as("admin").get("/users/?as=csv").data
    assert b"anna@demo.example" in exported
    assert upload(client, exported).status_code == 422


def test_list_with_a_few_columns_of_our_users_is_imported(anna):
    flow = ImportFlow(anna, "Name,Email,Role,Status\nLi Hui,li@hd.cn,Buyer,New\n")
    assert (flow.run.kind, flow.counts) == ("people", (1, 0, 0, 0))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "names",
    [
        {"family_native": "王", "given_native": "小明", "english_name": "Leo"},
        {"family_latin": "O'Neil (He/Him)", "given_latin": "John (Jack)"},
        {"family_latin": "Lopez, MBA", "given_latin": "Ana"},
        {"family_native": "林", "given_native": "总"},
    ],
)
def test_exported_people_are_up_to_date(anna, suffix, names):
    person(**names)
    db.session.commit()
    assert ImportFlow(anna, anna.get(f"/people/?as={suffix}").data, f"people.{suffix}").counts == (0, 0, 1, 0)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_export_without_rows_says_that_it_has_none(anna, suffix):
    data = anna.get(f"/people/?as={suffix}&q=nobody").data
    assert "The file has column headers but no rows." in upload(anna, data, f"people.{suffix}").text
