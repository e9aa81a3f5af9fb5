"""Names of sheets that Excel accepts."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from crm.core.lists.sheet_names import name_sheet


@pytest.mark.parametrize(
    ("text", "existing", "name"),
    [
        ("People", [], "People"),
        ("联系人", [], "联系人"),
        ("Gifts: in/out [2026]*?", [], "Gifts  in out  2026"),
        ("'People'", [], "People"),
        ("x" * 40, [], "x" * 31),
        ("People", ["people"], "People 2"),
        ("x" * 40, ["x" * 31], "x" * 29 + " 2"),
        ("?", [], "Table"),
    ],
)
def test_name_of_a_sheet_is_valid_and_different(app, text, existing, name):
    with app.test_request_context(), xlsxwriter.Workbook(io.BytesIO()) as book:
        assert name_sheet(text, existing) == name
        for sheet in [*existing, name]:
            book.add_worksheet(sheet)
