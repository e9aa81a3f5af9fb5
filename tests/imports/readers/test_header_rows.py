"""Headers of several lines, merged cells, and headers that a file repeats."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from crm.imports.readers.tables import Table, read_table

_GROUPS = [
    ["姓名", "公司", "联系方式", "", "备注"],
    ["", "", "手机", "邮箱", ""],
    ["周立民", "华东水务", "13800138000", "z@a.cn", "x"],
]


def _read(rows: list[list[str]], *merged: str, **chosen) -> Table:
    """Read a workbook with these rows, in which these ranges of cells are merged."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("S")
        for area in merged:
            sheet.merge_range(area, "")
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write(number, column, text)
    return read_table(stream.getvalue(), **chosen)


def _read_csv(*lines: str, **chosen) -> Table:
    return read_table("\n".join(lines).encode(), **chosen)


def _notes(table: Table) -> list[str]:
    return [str(note) for note in table.notes]


def test_headings_merged_downward_stand_in_the_last_row_of_the_header():
    table = _read(_GROUPS, "A1:A2", "B1:B2", "C1:D1", "E1:E2")

    assert table.headings == ("姓名", "公司", "手机", "邮箱", "备注")
    assert [(row.line, row.cells) for row in table.rows] == [(3, tuple(_GROUPS[2]))]
    assert (table.heading_line, _notes(table)) == (2, ["The header has several rows: 1 to 2."])


def test_merged_header_below_a_title_and_right_of_blank_columns_is_read():
    rows = [["", "Contacts of the fair 2026"], [], *(["", *row] for row in _GROUPS)]

    table = _read(rows, "B1:F1", "B3:B4", "C3:C4", "D3:E3", "F3:F4")

    assert (table.headings, len(table.rows)) == (("姓名", "公司", "手机", "邮箱", "备注"), 1)
    assert _notes(table) == ["Rows skipped above the header row: 2.", "The header has several rows: 3 to 4."]


def test_groups_without_merged_cells_and_in_text_files_are_read_the_same_way():
    lines = [",".join(row) for row in _GROUPS]

    assert _read(_GROUPS).headings == _read_csv(*lines).headings == ("姓名", "公司", "手机", "邮箱", "备注")
    assert _read_csv(*lines, heading_line=2).headings == ("姓名", "公司", "手机", "邮箱", "备注")


def test_groups_whose_names_are_repeated_are_read_too():
    table = _read_csv("Company,Company,Contact,Contact", "Name,City,Name,Email", "Acme,Fresno,Li Hui,l@a.cn")

    assert (table.headings, len(table.rows)) == (("Name", "City", "Name", "Email"), 1)


def test_subheadings_that_are_not_known_belong_to_a_merged_header():
    rows = [["Name", "Company", "Booth", ""], ["", "", "Hall", "Number"], ["Li Hui", "Acme", "A", "12"]]

    table = _read(rows, "A1:A2", "B1:B2", "C1:D1")

    assert (table.headings, [row.cells[0] for row in table.rows]) == (("Name", "Company", "Hall", "Number"), ["Li Hui"])


@pytest.mark.parametrize(
    "second", ["Name,Company,Booth,Email", "姓名,公司,手机,邮箱", "Full name,Organization,Mobile,E-mail"]
)
def test_header_in_two_languages_is_no_record(second):
    table = _read_csv("姓名,公司,手机,邮箱", second, "周立民,华东水务,13800138000,z@a.cn")

    assert [row.cells[0] for row in table.rows] == ["周立民"]


def test_column_that_is_never_imported_stays_so_below_another_heading():
    table = _read_csv("姓名,公司,身份证号,护照", "Name,Company,Number,Note", "周立民,华东水务,330203,E1")

    assert table.headings == ("Name", "Company", "身份证号", "护照")


@pytest.mark.parametrize(
    "first",
    ["Name Lee,Ningbo,,x@a.cn", "City,Ningbo,Mayor,", "Name,City,Mayor,x@a.cn", "Li Hui,City,,", "Li Hui,Phone,Mayor,"],
)
def test_row_below_the_header_with_values_is_a_record(first):
    table = _read_csv("Name,City,Title,Email", first, "Ma Jun,Fresno,,")

    assert (table.heading_line, len(table.rows)) == (1, 2)


def test_title_above_the_header_is_no_line_of_it():
    table = _read_csv("Companies,,", ",Name,City", ",Acme,Fresno")

    assert (table.headings, _notes(table)) == (("", "Name", "City"), ["Rows skipped above the header row: 1."])


def test_header_that_is_repeated_between_the_rows_is_no_record():
    table = _read_csv("Name,City", "Li Hui,Ningbo", "Name,City", "Ma Jun,Fresno")

    assert [row.cells[0] for row in table.rows] == ["Li Hui", "Ma Jun"]


@pytest.mark.parametrize("merged", [(), ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "A4:A5", "B4:B5", "C4:D4", "E4:E5")])
def test_header_of_several_lines_that_is_repeated_is_no_record(merged):
    second = ["王芳", "芳华食品", "13800138001", "w@a.cn", ""]

    table = _read([*_GROUPS, *_GROUPS[:2], second], *merged)

    assert [row.cells for row in table.rows] == [tuple(_GROUPS[2]), tuple(second)]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Name,City", "Li Hui,Ningbo", "NAME,CITY", "Ma Jun,Fresno"], ["Li Hui", "Ma Jun"]),
        (["姓名,公司", "Name,Company", "张伟,A", "姓名,公司", "Name,Company", "李娜,B"], ["张伟", "李娜"]),
        (["Name,City", "Li Hui,Ningbo", "Name,", "Ma Jun,City"], ["Li Hui", "Name", "Ma Jun"]),
        (["Name,Title", "Li Hui,Title", "Name,Title,x"], ["Li Hui", "Name"]),
    ],
)
def test_only_a_whole_line_of_the_header_is_a_repeat(lines, names):
    assert [row.cells[0] for row in _read_csv(*lines).rows] == names


@pytest.mark.parametrize(
    "lines",
    [
        ["Name,Type", "Email,Phone"],
        ["Company,Contact,Phone,Email,Notes", "Contact,Phone,,,"],
        ["Company,Contact,Phone,Email,Notes", "Contact,Phone,,,", "Acme,Li Hui,,,"],
        ["Title,Name", "Contact,Company", "CEO,Li"],
        ["Name,Company,Title", "Company,Website,Name"],
        ["公司,联系人", "电话,邮箱", "华东水务,周立民"],
    ],
)
def test_first_row_of_heading_words_is_a_record(lines):
    table = _read_csv(*lines)

    assert (table.heading_line, len(table.rows)) == (1, len(lines) - 1)


def test_value_merged_downward_stays_in_its_first_row():
    rows = [
        ["姓名", "公司", "手机"],
        ["周立民", "华东水务", "13800138000"],
        ["", "", "13800138001"],
        ["张伟", "芳华食品", ""],
    ]

    table = _read(rows, "A2:A3", "B2:B3")

    assert [row.cells for row in table.rows] == [tuple(row) for row in rows[1:]]


def test_cells_merged_across_keep_their_text_in_one_column():
    table = _read([["Name", "City", "Note"], ["Li Hui", "Ningbo", ""], ["Closed since 2020", "", ""]], "A3:C3")

    assert [row.cells for row in table.rows] == [("Li Hui", "Ningbo", ""), ("Closed since 2020", "", "")]
