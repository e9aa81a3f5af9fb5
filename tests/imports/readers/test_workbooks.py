"""XLSX lists: numbers, dates, several sheets, and bombs that are refused before they are opened."""

from __future__ import annotations

import datetime as dt
import io
import resource
import time
import zipfile

import pytest
import xlsxwriter

from crm.imports.readers.errors import ReadError
from crm.imports.readers.tables import read_table
from tests.imports.readers.broken_files import zip_of

_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def _book(*sheets: tuple[str, list[list[object]]], hidden: str = "") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(row, column, cell, moment)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(row, column, cell, day)
                    else:
                        sheet.write(row, column, cell)
            if name == hidden:
                sheet.hide()
    return stream.getvalue()


def _with_part(data: bytes, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the workbook with one part added or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", how) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


_PLAIN = _book(("S", [["Name"], ["Anna"]]))


def _with_sheet(cells: str) -> bytes:
    return _with_part(_PLAIN, "xl/worksheets/sheet1.xml", _SHEET.format(cells).encode(), zipfile.ZIP_STORED)


def _code(data: bytes, **chosen) -> str:
    with pytest.raises(ReadError) as refused:
        read_table(data, **chosen)
    assert str(refused.value.hint)
    return refused.value.code


def test_read_table_shows_workbook_cells_as_people_read_them():
    when = dt.datetime(2026, 12, 8, 14, 30)
    rows: list[list[object]] = [
        ["姓名", "手机", "日期", "时间", "比例", "是", "公式"],
        ["张伟", 13800138000, dt.date(2026, 12, 8), when, 0.25, True, "=1+1"],
        ["李娜", 8613800138000, "2026/12/8", "", 1e-7, False, "'=x"],
    ]

    table = read_table(_book(("名单", rows)))

    assert table.sheet == "名单"
    assert table.rows[0].cells == ("张伟", "13800138000", "2026-12-08", "2026-12-08 14:30", "0.25", "TRUE", "0")
    assert table.rows[1].cells == ("李娜", "8613800138000", "2026/12/8", "", "1e-07", "FALSE", "=x")


def test_read_table_counts_workbook_rows_as_the_spreadsheet_does():
    table = read_table(
        _book(("S", [[], ["", "Title"], [], ["", "Name", "Phone"], ["", "Anna", "1"], [], ["", "Boris", "2"]]))
    )

    assert (table.heading_line, [row.line for row in table.rows]) == (4, [5, 7])
    assert table.headings == ("Name", "Phone")


def test_read_table_takes_the_first_visible_sheet_with_rows_or_the_named_one():
    data = _book(
        ("Empty", []),
        ("Old", [["Name"], ["x"]]),
        ("A", [["Name"], ["Anna"]]),
        ("B", [["Name"], ["Boris"]]),
        hidden="Old",
    )

    assert (read_table(data).sheet, read_table(data).sheets) == ("A", ("Empty", "A", "B"))
    assert read_table(data, sheet="B").rows[0].cells == ("Boris",)
    assert _code(data, sheet="Old") == "no_sheet"
    assert _code(data, sheet="Empty") == "no_headings"
    assert read_table(_book(("A", [["Name", "Email"]]), ("B", [["Name", "City"], ["Ana", "Ningbo"]]))).sheet == "B"


def test_read_table_refuses_empty_damaged_and_foreign_workbooks():
    document = _with_part(_PLAIN, "word/document.xml", b"<x/>")

    assert _code(_book(("S", []))) == "empty"
    assert _code(_book(("S", [["Name", "Phone"]]))) == "no_rows"
    assert _code(_PLAIN[: len(_PLAIN) // 2]) == "broken_workbook"
    assert read_table(document).rows[0].cells == ("Anna",)
    assert _code(zip_of({"word/document.xml": b"x"})) == "document"
    assert _code(zip_of({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})) == "other_workbook"
    assert _code(zip_of({"contacts.csv": b"Name"})) == "packed"
    assert _code(zip_of({"xl/workbook.xml": b"<x/>"})) == "broken_workbook"
    assert _code(_with_sheet('<row><c r="A1"><v>1</v>')[:]) == "broken_workbook"


def _shared_text_bomb() -> bytes:
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"ab" * 15_000}</t></si></sst>'
    )
    cells = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for row in range(1, 2_000))
    return _with_part(_with_sheet(cells), "xl/sharedStrings.xml", strings.encode(), zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: _with_part(_PLAIN, "xl/media/zeros.bin", bytes(150_000_000)), "bomb"),
        (lambda: _with_part(_PLAIN, "xl/worksheets/sheet1.xml", b" " * 50_000_000), "bomb"),
        (lambda: zip_of({"xl/workbook.xml": b"", **{f"x{n}": b"" for n in range(1_001)}}), "bomb"),
        (
            lambda: _with_sheet(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            ),
            "too_wide",
        ),
        (
            lambda: _with_sheet(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
            ),
            "too_long",
        ),
        (
            lambda: _with_sheet(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="40000"><c r="CV40000"><v>1</v></c></row>'
            ),
            "too_long",
        ),
        (lambda: _with_sheet("<row>" + "<c><v>1</v></c>" * 200_000 + "</row>"), "too_wide"),
        (_shared_text_bomb, "too_long"),
        (
            lambda: _with_sheet('<row><c t="inlineStr"><is><t>' + "Name, x; " * 4_000 + "</t></is></c></row>" * 1),
            "cell_too_long",
        ),
        (
            lambda: _with_part(
                _PLAIN,
                "xl/worksheets/sheet1.xml",
                b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
                + _SHEET.format("<row><c><v>&b;</v></c></row>").encode(),
            ),
            "entities",
        ),
    ],
)
def test_read_table_refuses_bombs_in_little_time_and_memory(make, code):
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()

    assert _code(data) == code
    assert time.process_time() - begun < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_read_table_refuses_a_directory_that_lies_about_sizes():
    data = bytearray(
        _with_part(_PLAIN, "xl/worksheets/sheet1.xml", _SHEET.format("<row><c><v>1</v></c></row>" * 9_000).encode())
    )
    position = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    data[position + 24 : position + 28] = (10).to_bytes(4, "little")

    assert _code(bytes(data)) == "broken_workbook"


def test_read_table_reads_20_000_rows_fast():
    data = _book(("S", [["Name", "Phone"], *[["Anna", 13800138000 + n] for n in range(20_000)]]))
    begun = time.process_time()

    assert len(read_table(data).rows) == 20_000
    assert time.process_time() - begun < 3


def test_read_table_refuses_a_cell_beyond_the_limit_and_a_locked_part():
    locked = bytearray(_PLAIN)
    position = locked.find(b"PK\x01\x02")
    locked[position + 8] |= 1

    assert (
        _code(_with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 32_001 + "</t></is></c></row>"))
        == "cell_too_long"
    )
    assert _code(bytes(locked)) == "broken_workbook"


def test_read_table_skips_a_cover_sheet():
    """Lines of text without columns aren't a table; a refusal would hide the other sheets."""
    cover: list[list[object]] = [["Contacts of the fair"], ["Ningbo, 2026"]]
    list_: list[list[object]] = [["姓名", "手机"], ["周立民", 13800138000.0]]
    table = read_table(_book(("Read me", cover), ("名单", list_)))
    assert (table.sheet, table.sheets, table.rows[0].cells) == ("名单", ("Read me", "名单"), ("周立民", "13800138000"))


def _filtered(hidden: tuple[int, ...]) -> bytes:
    """Return a workbook whose second sheet is filtered by city, with these rows hidden (from 0)."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Cities").write_column(0, 0, ["City", "Ningbo"])
        sheet = book.add_worksheet("People & firms")
        for number, row in enumerate([["Name", "City"], ["Li Hui", "Ningbo"], ["Ma Jun", "Fresno"]]):
            sheet.write_row(number, 0, row)
        sheet.autofilter(0, 0, 2, 1)
        for number in hidden:
            sheet.set_row(number, None, None, {"hidden": True})
    return stream.getvalue()


def test_rows_that_a_filter_hides_are_read_with_a_note():
    table = read_table(_filtered((2,)))
    assert (table.sheet, [row.cells[0] for row in table.rows]) == ("People & firms", ["Li Hui", "Ma Jun"])
    note = "1 hidden row is imported, too. Delete it in the spreadsheet to skip it."
    assert [str(note) for note in table.notes] == [note]
    assert read_table(_filtered((2,)), sheet="People & firms").notes == table.notes
    several = "2 hidden rows are imported, too. Delete them in the spreadsheet to skip them."
    assert [str(note) for note in read_table(_filtered((1, 2))).notes] == [several]
    assert read_table(_filtered(())).notes == ()
    assert read_table(_filtered((2,)), sheet="Cities").notes == ()


def test_workbook_whose_data_is_hidden_says_what_to_do():
    data = _book(("Empty", []), ("Data", [["Name"], ["Anna"]]), hidden="Data")
    with pytest.raises(ReadError) as refused:
        read_table(data)
    assert (refused.value.code, str(refused.value.hint)) == ("empty", "Show its hidden sheets and save it again.")
