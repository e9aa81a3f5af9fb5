"""CSV lists: separators, headings, quotes, line ends, formula guards, limits."""

from __future__ import annotations

import time

import pytest

from crm.imports.readers.errors import ReadError
from crm.imports.readers.tables import TableRow, read_table


def _rows(text: str, **chosen) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(text.encode(), **chosen).rows]


def _code(data: bytes, **chosen) -> str:
    with pytest.raises(ReadError) as refused:
        read_table(data, **chosen)
    assert str(refused.value.message)
    assert str(refused.value.hint)
    return refused.value.code


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_read_table_finds_the_separator(separator):
    text = "\n".join(
        separator.join(cells) for cells in (("姓名", "公司", "备注"), ("张伟", "A, B", "x"), ("李娜", "C", ""))
    )
    text = text if separator != "," else text.replace("A, B", '"A, B"')

    table = read_table(text.encode())

    assert table.separator == separator
    assert [row.cells for row in table.rows] == [("张伟", "A, B", "x"), ("李娜", "C", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Name,E-mail\nLi Hui,li@hd.cn; hui@hd.cn; lh@hd.cn\n",
        "Name,E-mail\n" + "Li Hui,li@hd.cn; hui@hd.cn; lh@hd.cn\n" * 9,
        "日期,参加人\n2026-01-12,张伟；李娜; 王芳; 赵敏\n",
        '"name","aliases"\n"Acme","A1; A2; A3"\n"Delta","D1; D2; D3"\n',
    ],
)
def test_lists_in_cells_are_no_columns(text):
    table = read_table(text.encode())
    assert (table.separator, len(table.headings), table.heading_line) == (",", 2, 1)


def test_read_table_takes_excels_own_separator_line():
    assert _rows("sep=;\r\nName;Phone\r\nAnna, B;1\r\n") == [("Anna, B", "1")]


def test_read_table_uses_the_chosen_separator():
    assert _rows("Name;Phone\nAnna;1\n", separator=",") == [("Anna;1",)]
    assert _code(b"Name\nAnna\n", separator="x") == "separator"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_table_takes_all_line_ends(end):
    table = read_table(end.join(["Name,Note", '"Anna","two\nlines"', "", "Boris,x", ""]).encode())

    assert table.rows == (TableRow(2, ("Anna", "two\nlines")), TableRow(4, ("Boris", "x")))


def test_read_table_skips_the_lines_linkedin_puts_above():
    data = (
        '\ufeffNotes:\n"When exporting your data, you may notice"\n\nFirst Name,Last Name,URL\nWei,Zhang,x\n'.encode()
    )

    table = read_table(data)

    assert (table.headings, table.heading_line, table.rows[0].line) == (("First Name", "Last Name", "URL"), 4, 5)
    assert [str(note) for note in table.notes] == ["Rows skipped above the header row: 3."]


def test_read_table_skips_the_title_row_of_a_sheet():
    assert read_table("宁波展会名单,,\n,,\n姓名,公司,手机\n张伟,水务,138\n".encode()).heading_line == 3


def test_read_table_does_not_take_a_row_of_names_for_headings():
    table = read_table(b"Wer,Wo\nName,Berlin\nAnna,Bonn\n")

    assert table.headings == ("Wer", "Wo")


@pytest.mark.parametrize(
    "first", ["Li Wei,lw@x.example,Acme", "李伟,13812345678,水务", "Li,+1 559 555 0123,Foods", "Li,www.li.example,F"]
)
def test_read_table_refuses_a_list_that_begins_without_headings(first):
    assert _code(f"{first}\nLi Na,ln@x.example,Beta\n".encode()) == "no_headings"
    assert read_table(f"{first}\nLi Na,ln@x.example,Beta\n".encode(), heading_line=1).heading_line == 1


def test_read_table_uses_the_chosen_header_row():
    assert read_table(b"A,B\nName,Phone\nAnna,1\n", heading_line=1).headings == ("A", "B")
    assert _code(b"Name,Phone\nAnna,1\n", heading_line=9) == "no_headings"
    assert _code(b"Name,Phone\nAnna,1\n", heading_line=0) == "no_headings"


def test_read_table_reads_utf16_with_tabs():
    assert _rows_of("姓名\t手机\r\n张伟\t138 0000 0000\r\n".encode("utf-16")) == [("张伟", "138 0000 0000")]


def test_read_table_reads_gbk_and_big5():
    text = "姓名,公司\n张伟,宁波水务有限公司\n"

    assert _rows_of(text.encode("gbk")) == [("张伟", "宁波水务有限公司")]
    assert _rows_of("姓名,公司\n張偉,台北水務有限公司\n".encode("big5")) == [("張偉", "台北水務有限公司")]


def _rows_of(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(data).rows]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'=1+1", "=1+1"),
        ("'+86 138", "+86 138"),
        ("'-x", "-x"),
        ("'@x", "@x"),
        ("'＝x", "＝x"),
        ("''=x", "'=x"),
        ("'hood", "'hood"),
        ("O'Neil", "O'Neil"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ('"=""0138"""', "0138"),
        ("a\u200bb\u00a0c\x07", "ab c"),
    ],
)
def test_read_table_strips_our_own_guard_and_nothing_else(written, read):
    assert _rows(f"Name,Note\nAnna,{written}\n") == [("Anna", read)]


def test_read_table_notes_rows_longer_than_the_headings():
    table = read_table(b"Name,Phone\nAnna,1,,\nBoris,2,3,\n")

    assert table.rows == (TableRow(2, ("Anna", "1")), TableRow(3, ("Boris", "2"), ("3",)))
    assert str(table.notes[0]) == "Rows with cells to the right of the last header: 1 (first: row 3)."


def test_read_table_keeps_rows_with_repeated_and_empty_headings():
    table = read_table(b"Name,,Name\nAnna,x,y\n")

    assert (table.headings, table.rows[0].cells) == (("Name", "", "Name"), ("Anna", "x", "y"))


def test_read_table_warns_of_damaged_characters():
    table = read_table("姓名,公司\n张伟,水务\n".encode("gbk"), encoding="utf-8")

    assert "characters couldn't be read" in str(table.notes[0])


def test_read_table_warns_of_one_damaged_character():
    table = read_table("姓名,公司\n张伟,水务".encode() + b"\xff\n", encoding="utf-8")

    assert str(table.notes[0]) == "Choose another encoding. 1 character couldn't be read."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Name,Phone\n", "no_rows"),
        (b"Name,Phone\n,\n\n", "no_rows"),
        (b",,\n,,\n", "no_headings"),
        (b'Name,Note\nAnna,"open\nBoris,x\n', "open_quote"),
        (b'Name,Note\nAnna,"' + b"x\n" * 100_000, "open_quote"),
        (b"Name,Note\nAnna," + b"x" * 32_001, "cell_too_long"),
        (b"Name" + b"," * 200_000 + b"\nAnna\n", "too_wide"),
        (b"Name\n" + b"x\n" * 100_001, "too_long"),
        ((b"Name" + b"," * 250 + b"\n") * 9_000, "too_long"),
        (b"x" * 20_000_001, "too_large"),
        (b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "vcard"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "picture"),
        (b"\xff\xd8\xff\xe0\x00", "picture"),
        (b"GIF89a\x00", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "calendar"),
        (b'[{"name": "Li"}]', "json"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "web_page"),
        (b"{\\rtf1 x}", "document"),
        (b"\x1f\x8b\x08\x00", "packed"),
        (b"Rar!\x1a\x07\x00", "packed"),
        (b"MZ\x90\x00", "program"),
        (b"SQLite format 3\x00", "database"),
        (b"PK\x03\x04nonsense", "broken_workbook"),
        (bytes(range(256)) * 4, "nul"),
    ],
)
def test_read_table_refuses_quickly_with_a_hint(data, code):
    begun = time.process_time()

    assert _code(data) == code
    assert time.process_time() - begun < 5


def test_read_table_takes_a_heading_that_begins_like_a_program():
    assert _rows("MZ number,Name\n1,Anna\n") == [("1", "Anna")]


def test_read_table_takes_50_000_rows():
    assert len(read_table(b"Name,Phone\n" + b"Anna,1\n" * 50_000).rows) == 50_000
