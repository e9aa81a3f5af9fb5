"""The rows with errors as a workbook, to fix and import again."""

from __future__ import annotations

import io

import python_calamine
import xlsxwriter

from tests.imports.conftest import ImportFlow, list_labels

ROWS = "Name,E-mail,Phone,Passport\nLi Hui,li@hd.cn,,\n,=1+1,+86 138 0013 8000,E123\n,ma@delta.cn,,\n"


def test_rows_with_errors_are_downloaded_fixed_and_imported(anna):
    flow = ImportFlow(anna, ROWS)
    answer = anna.get(f"{flow.url}/errors.xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert book.sheet_names == ["Rows with errors"]
    assert rows[0] == ["Problem", "Name", "E-mail", "Phone"]
    assert [row[2:] for row in rows[1:]] == [["=1+1", "+86 138 0013 8000"], ["ma@delta.cn", ""]]
    assert "Enter a name." in str(rows[1][0])
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, rows[0])
        sheet.write_row(1, 0, [*rows[1][:1], "Gao Lei", "gao@a.cn", *rows[1][3:]])
    ImportFlow(anna, file.getvalue(), "import-1-errors.xlsx").confirm()
    assert list_labels("person") == ["Gao Lei"]
