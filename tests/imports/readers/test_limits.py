"""Files are read in linear time and memory, whatever they contain."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from crm.core import texts
from crm.core.deadline import TimeLimitExceeded
from crm.imports import source
from crm.imports.readers import dates, values
from crm.imports.readers.errors import BadCell, ReadError
from crm.imports.readers.limits import MAX_CELL
from crm.imports.readers.posts import read_posts
from crm.imports.readers.vcards import read_cards
from crm.imports.source import ReadSettings, open_source
from tests.imports.test_hostile_files import SHEET, book
from tests.tools.growth import assert_linear

MAX_CHARS = 800_000
PHONE = b"TEL%b:13800138000"


def card(*lines: bytes) -> bytes:
    return b"\n".join([b"BEGIN:VCARD", b"VERSION:3.0", b"FN:Li Hui", *lines, b"END:VCARD", b""])


def repeated(before: bytes, again: bytes, after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + again * (size // len(again)) + after


FILES = {
    "card of parameters": repeated(card(b"TEL"), b";A=b"),
    "cards of parameters": repeated(b"", card(*[PHONE % (b";A=b" * 45)] * 100)),
    "cards of types": repeated(b"", card(*[PHONE % (b";TYPE=" + b"a," * 900)] * 20)),
    "folded lines": repeated(b"BEGIN:VCARD\nFN:Li\nNOTE:a\n", b" b\n", b"END:VCARD\n"),
    "soft breaks": repeated(b"BEGIN:VCARD\nFN:Li\nNOTE;QUOTED-PRINTABLE:a=\n", b"b=\n", b"END:VCARD\n"),
    "picture": repeated(b"BEGIN:VCARD\nFN:Li\nPHOTO:\n", b" bbbbbbbb\n", b"END:VCARD\n"),
    "blank lines of a card": repeated(b"BEGIN:VCARD\n", b"\n"),
    "begins of cards": repeated(b"", b"BEGIN:VCARD\n"),
    "cards in cards": repeated(b"", b"BEGIN:VCARD\nAGENT:\n"),
    "quotes": repeated(b"BEGIN:VCARD\nNOTE:", b'";', b"\nEND:VCARD\n"),
    "parts of a firm": repeated(b"BEGIN:VCARD\nORG:", b";", b"\nEND:VCARD\n"),
    "commas": repeated(b"Name,Phone\n", b","),
    "open quotation mark": repeated(b'Name,Phone\n"', b"a\n"),
    "blank rows": repeated(b"Name,Phone\n", b"\n"),
    "blanks in cells": repeated(b"Name,Phone,E-mail\n", b"Li,a" + b" " * 30_000 + b"b,a" + b" " * 30_000 + b"b\n"),
    "brackets in cells": repeated(b"Name,Phone,E-mail\n", b"Li,1," + b"(" * 30_000 + b"<@@\n"),
    "dots in cells": repeated(b"Name,Website\n", b"Li," + b"a." * 15_000 + b"@\n"),
    "headings": repeated(b"Name,", "傳".encode(), b"\nLi,a\n"),
    "depth of XML": repeated(b"<POSTLIST>", b"<a>"),
    "elements of XML": repeated(b"<POSTLIST>", b"<a/>", b"</POSTLIST>"),
    "text of XML": repeated(b"<POSTLIST><POSTINFO><POST>", b"a ", b"</POST></POSTINFO></POSTLIST>"),
}


def read(data: bytes) -> None:
    source_file = open_source(data, None, ReadSettings())
    source_file.rows(["full_name", "phone", "email"][: len(source_file.table.headings)] if source_file.table else [])


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_file_is_read_in_linear_time(make):
    assert_linear(read, make, MAX_CHARS)


@pytest.mark.parametrize("inner", ["<!--%s-->", "<row a='%s'/>"])
def test_endless_tag_of_a_workbook_is_refused(inner):
    def make(size: int) -> bytes:
        return book(SHEET % (inner % " ".join(map(str, range(size)))).encode())

    assert_linear(read, make, MAX_CHARS)
    with pytest.raises(ReadError, match="too many cells"):
        read(make(MAX_CHARS))


READERS = [
    texts.split_entries,
    values.split_emails,
    values.read_email,
    values.split_phones,
    values.read_phone,
    values.read_site,
    values.read_minutes,
    values.normalize_label,
    dates.read_when,
    dates.read_time,
    dates.read_zone,
]
AGAIN = (" ", "\n", "a ", "1 ", "(", "<", "a@", "@", ",", "1/", ";", '"', "。", "1", "A", "-", ".", "1:", "上午1", "点")


@pytest.mark.parametrize("read_cell", READERS)
def test_cell_is_read_in_linear_time(read_cell):
    def read_all(size: int) -> None:
        for again in AGAIN:
            try:
                read_cell("a" + again * (size // len(again)) + "b")
            except BadCell:
                continue

    assert_linear(read_all, lambda size: size, MAX_CELL)


def test_card_with_a_line_of_thousands_of_parameters_is_refused_in_little_memory():
    many = card(PHONE % (b";A=b" * 750_000)) + card(PHONE % (b";A=b" * 100)) + card(PHONE % b";TYPE=CELL")
    tracemalloc.start()
    try:
        rows = read_cards(many).rows
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [row.is_refused for row in rows] == [True, True, False]
    assert str(rows[0].problems[0].message) == "A line of this vCard has too many parameters."
    assert peak < 6 * len(many)


def test_card_of_thousands_of_lines_is_refused_alone():
    rows = read_cards(card(*[PHONE % b""] * 2_000) + card(PHONE % b"")).rows
    assert [row.is_refused for row in rows] == [True, False]


@pytest.mark.parametrize(
    "inner", [b"<a>" * 60, b"<a/>" * 200_001, b"<a " + b" ".join(b"a%d='1'" % n for n in range(60))]
)
def test_xml_without_a_list_is_refused(inner):
    with pytest.raises(ReadError, match="too complex to be a list"):
        read_posts(b"<POSTLIST>" + inner + b"/></POSTLIST>")


@pytest.mark.parametrize("data", [b"Name\nLi\n", card(), b"<POSTLIST><POSTINFO/></POSTLIST>"])
def test_reading_ends_at_its_time_limit(monkeypatch, data):
    monkeypatch.setattr(source, "MAX_SECONDS", 0)
    with pytest.raises(TimeLimitExceeded):
        open_source(data, None, ReadSettings())
