"""Exports of lists: included rows, excluded values, and escaping of spreadsheet formulas."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import python_calamine
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from crm.core import clock, lists
from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.data.record_dates import RecordDates
from crm.core.lists import batches, export
from crm.core.lists.export_log import ExportLog
from crm.core.lists.formulas import escape_formula, unescape_formula
from crm.core.words import _l
from crm.organizations.models import Organization
from tests.fixtures.workbooks import list_hidden_cells

ORGANIZATIONS = lists.Listing(
    name="organizations",
    title=_l("Organizations"),
    entity=Organization,
    cols=(
        lists.Col(
            "name", _l("Name"), Organization.label, Organization.sort_key, "name", native=Organization.native_label
        ),
        lists.Col("native", _l("Native name"), Organization.native_name, show=False),
        lists.Col("city", _l("City"), Organization.city),
        lists.Col("share", _l("Share"), Organization.parent_share, kind="num", required_access="money"),
        lists.Col(
            "last", _l("Last interaction"), RecordDates.last_interaction_at, sort=True, kind="date", nulls_last=True
        ),
        lists.Col("next", _l("Next step"), kind="light"),
        lists.Col("face", _l("Face"), Organization.kind, export=False),
    ),
    base=lambda actor: (
        sa.select(Organization)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Organization.id, RecordDates.team_key == 0))
        .where(visible(actor, Organization))
    ),
    after_page=lambda ids, _actor: {
        i: {"next": (date(2026, 12, 9), "Call")}
        for i in db.session.scalars(sa.select(Organization.id).where(Organization.id.in_(ids)))
    },
)


def file_of(app, session, actor, **args):
    session.commit()
    with app.test_request_context():
        answer = export.stream_file(ORGANIZATIONS, actor, lists.parse(ORGANIZATIONS, args, actor))
        return answer, b"".join(answer.response)


def csv_rows(body):
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_csv_has_all_rows_with_stable_headings(app, session, make_organization, actor):
    row = make_organization("Huayue", "华岳", city="Suzhou", parent_share=Decimal("12.50"))
    make_organization("apex")
    moment = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    session.add(RecordDates(record_id=row.id, team_key=0, last_interaction_at=moment))
    answer, body = file_of(app, session, actor("clara"), **{"as": "csv"})
    assert csv_rows(body) == [
        ["name", "native", "city", "share", "last", "next"],
        ["apex", "", "", "", "", "2026-12-09"],
        ["Huayue", "华岳", "Suzhou", "12.50", "2026-12-01T08:30+00:00", "2026-12-09"],
    ]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="organizations-')
    assert answer.mimetype == "text/csv"


def test_export_batches_keep_order_and_count(app, session, make_organization, actor, monkeypatch):
    for i in range(25):
        make_organization(f"Firm {i:02}")
    monkeypatch.setattr(batches, "BATCH", 7)
    _answer, body = file_of(app, session, actor("clara"), **{"as": "csv", "sort": "-name"})
    assert [row[0] for row in csv_rows(body)[1:]] == [f"Firm {i:02}" for i in reversed(range(25))]
    assert session.scalars(sa.select(ExportLog.rows)).all() == [25]


def test_export_excludes_confidential_other_team_and_amount_values(app, session, make_organization, actor):
    anna, shen = actor("anna"), actor("shen")
    make_organization("Shared", parent_share=40)
    make_organization("Secret", team_id=anna.first_team_id, confidential=True, counselor_id=anna.id)
    make_organization("Bay", team_id=actor("boris").first_team_id)
    assert [row[0] for row in csv_rows(file_of(app, session, anna, **{"as": "csv"})[1])] == ["name", "Shared"]
    rows = csv_rows(file_of(app, session, shen, **{"as": "csv"})[1])
    assert rows[0] == ["name", "native", "city", "last", "next"]
    assert not any("40" in cell for row in rows for cell in row)


def test_export_is_logged(app, session, make_organization, actor):
    anna = actor("anna")
    make_organization("One")
    file_of(app, session, anna, **{"as": "xlsx", "q": "one", "archived": "all"})
    (entry,) = session.scalars(sa.select(ExportLog))
    assert (entry.user_id, entry.listing, entry.rows, entry.format) == (anna.id, "organizations", 1, "xlsx")
    assert entry.filters == {"sort": "name", "q": "one", "filters": {"archived": ["all"]}}
    assert abs(entry.at - clock.now()).total_seconds() < 60


def test_xlsx_writes_texts_as_text_cells(app, session, make_organization, actor):
    make_organization("=1+1", "+86 138", city="@x", parent_share=Decimal("12.50"))
    make_organization("http://example.org", "007")
    _answer, body = file_of(app, session, actor("clara"), **{"as": "xlsx"})
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["Name", "Native name", "City", "Share", "Last interaction", "Next step"]
    assert sorted(row[:4] for row in rows[1:]) == [
        ["=1+1", "+86 138", "@x", 12.5],
        ["http://example.org", "007", "", ""],
    ]


def test_xlsx_columns_are_wide_enough_for_dates(app, session, make_organization, actor):
    moment = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    session.add(RecordDates(record_id=make_organization("One").id, team_key=0, last_interaction_at=moment))
    _answer, body = file_of(app, session, actor("clara"), **{"as": "xlsx"})
    assert list_hidden_cells(body) == []


def test_xlsx_continues_in_a_second_sheet(app, session, make_organization, actor, monkeypatch):
    for i in range(5):
        make_organization(f"Firm {i}")
    monkeypatch.setattr(export, "SHEET_ROWS", 4)
    _answer, body = file_of(app, session, actor("clara"), **{"as": "xlsx"})
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["Organizations", "Organizations 2", "About this file"]
    sheets = [[row[0] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names[:2]]
    assert sheets == [
        ["Name", "Firm 0", "Firm 1", "Firm 2"],
        ["Name", "Firm 3", "Firm 4"],
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "+"]
)
def test_guard_prefixes_formulas(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["+8613800138000", "+86 138 0013 8000", "+1 909 555 0142", "plain", "a=b", "'quoted'", "王"]
)
def test_guard_leaves_phones_and_words_unchanged(text):
    assert escape_formula(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝1 a", max_size=8))
def test_unguard_restores_the_exact_value(text):
    marked = escape_formula(text)
    assert unescape_formula(marked) == text
    assert marked[:1] not in ("=", "-", "@", "\t", "\r", "\n", "＝")


def test_workbook_says_how_many_rows_are_left_out_and_why(app, session, make_organization, actor):
    anna = actor("anna")
    make_organization("Shared")
    for name in ("Secret", "Hidden"):
        make_organization(name, team_id=anna.first_team_id, confidential=True, counselor_id=anna.id)
    _answer, body = file_of(app, session, anna, **{"as": "xlsx"})
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["Organizations", "About this file"]
    rows = book.get_sheet_by_name("About this file").to_python()
    assert rows == [["Rows", 1.0, ""], ["Left out", 2.0, "2 confidential rows are left out."]]
