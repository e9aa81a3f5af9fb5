"""Cells of a list: dates of one kind in a column, and nothing where there is nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

from markupsafe import Markup

from crm.core.lists import Col
from crm.core.lists.cells import ListCell, makers
from crm.core.lists.draw import body
from crm.core.lists.page import ListColumn, ListRow
from crm.organizations.models import Organization

TODAY = date(2026, 12, 8)


def cells_of(col, value):
    [make] = makers((col,), {7: {col.name: value}}, TODAY, "/organizations/")
    return make((7, value))


def test_cell_of_a_record_without_a_next_step_is_empty(app):
    with app.test_request_context("/"):
        assert cells_of(Col("next", "Next step", kind="light"), None) == ListCell("", "light")
        assert "light-late" in cells_of(Col("next", "Next step", kind="light"), date(2026, 12, 1)).value


def test_moments_of_a_column_are_all_shown_as_dates(app, clock):
    clock.set(datetime(2026, 12, 8, 20, tzinfo=UTC))
    column = Col("last", "Last interaction", Organization.created_at, kind="date")
    moments = [
        datetime(2026, 12, 8, 18, tzinfo=UTC),
        datetime(2026, 12, 7, 18, tzinfo=UTC),
        datetime(2026, 5, 12, 18, tzinfo=UTC),
        datetime(2025, 12, 30, 18, tzinfo=UTC),
    ]
    with app.test_request_context("/"):
        assert [cells_of(column, moment).value for moment in moments] == ["Dec 8", "Dec 7", "May 12", "Dec 30, 2025"]


def test_short_name_of_a_user_stays_on_one_line():
    column = ListColumn("counselor", "Counselor", "user", "", "", "", hide_phone=True)
    names = ("Clara Whitfield", "Clara Whitfield-Featherstonehaugh")
    rows = [ListRow(1, "", [ListCell("", "text"), ListCell(name, "user")]) for name in names]
    html = body([column, column], rows, pick=False)
    assert f'<td class=" hide-p fit dim">{names[0]}</td>' in html
    assert f'<td class=" hide-p text dim">{names[1]}</td>' in html


def test_box_of_a_row_is_labeled_with_its_name(app):
    column = ListColumn("name", "Name", "name", "", "", "", hide_phone=False)
    link = Markup('<a href="/organizations/7">Bo &amp; Co</a> <span lang="zh-Hans">博</span>')
    cells = [ListCell("Bo & Co", "text"), ListCell(link, "name"), ListCell(link, "name", 'Bo "&" Co 博')]
    with app.test_request_context("/"):
        html = body([column], [ListRow(7, "", [cell]) for cell in cells], pick=True).split("\n")
    labels = ["Bo &amp; Co", "Bo &amp; Co 博", "Bo &#34;&amp;&#34; Co 博"]
    assert all(f'aria-label="Select {label}"' in line for label, line in zip(labels, html, strict=True))


def test_unit_below_a_name_has_its_number():
    head = ListColumn("name", "Name", "name", "", "", "", hide_phone=False)
    number = ListColumn("quantity", "Quantity", "num", "num", "", "", hide_phone=True)
    unit = ListColumn("unit", "Unit", "unit", "", "", "", hide_phone=True)
    quantities = (("60", "sets"), ("", "sets"), ("60", ""))
    rows = [ListRow(1, "", [ListCell("Bench", "name"), ListCell(n, "num"), ListCell(u, "unit")]) for n, u in quantities]
    below = [line.partition("second")[2].partition("</th>")[0] for line in body_lines([head, number, unit], rows)]
    assert below == [' small dim"><span>60 sets</span></div>', "", ""]
    assert (
        "<span>sets</span>" in body_lines([head, unit], [ListRow(1, "", [ListCell("", "name"), rows[0].cells[2]])])[0]
    )


def body_lines(columns, rows):
    """Return the rows of a table as markup."""
    return body(columns, rows, pick=False).split("\n")
