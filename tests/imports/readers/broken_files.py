"""Files as programs and people break them, made by code: their bytes, and the names or the error that they give."""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import random
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import xlsxwriter

from tests.imports.test_hostile_files import ENTITY, ROWS, SHEET, book

ROWS_HAN = [
    ["姓名", "公司", "手机", "备注"],
    ["王小明", "大同公司", "13800138000", "一"],
    ["林大同", "中山公司", "", "二"],
]
ROWS_LATIN = [
    ["Name", "Company", "Phone", "Note"],
    ["José Núñez", "Año S.A.", "555-123-4567", "à"],
    ["Zoë", "B", "", "é"],
]
HAN, LATIN = ["王小明", "林大同"], ["José Núñez", "Zoë"]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5hkscs")
SEPARATORS, ENDS = (",", ";", "\t", "|"), ("\n", "\r\n", "\r")
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:王;小明;;;\r\nFN:王小明\r\nTEL:13800138000\r\nEND:VCARD\r\n"


class BrokenFile(NamedTuple):
    """A file: the names of its people, "" for a row with errors; or the code of the error, "*" for any."""

    name: str
    data: bytes
    names: list[str]
    error: str = ""


def build_broken_files() -> list[BrokenFile]:
    """Return all files."""
    parts = (_encoded(), _western(), _texts(), _workbooks(), _cards(), _foreign(), _damaged())
    return list(itertools.chain.from_iterable(parts))


def _text(rows: list[list[str]], separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


def _encoded() -> Iterator[BrokenFile]:
    for encoding, separator, end in itertools.product(ENCODINGS, SEPARATORS, ENDS):
        data = _text(ROWS_HAN, separator, end).encode(encoding)
        if encoding == "utf-16-be":
            data = b"\xfe\xff" + data
        yield BrokenFile(f"{encoding} {separator!r} {end!r}", data, HAN)


def _western() -> Iterator[BrokenFile]:
    for separator in SEPARATORS:
        yield BrokenFile(f"cp1252 {separator!r}", _text(ROWS_LATIN, separator, "\r\n").encode("cp1252"), LATIN)


def _texts() -> Iterator[BrokenFile]:
    plain = _text(ROWS_HAN)
    head, *rows = plain.splitlines()
    yield BrokenFile("blank lines above", ("\n\n\n" + plain).encode(), HAN)
    yield BrokenFile("lines of explanation above", ("Export of contacts\nMade on 2026-01-02\n\n" + plain).encode(), HAN)
    yield BrokenFile("blank lines between", "\n\n".join([head, *rows, ""]).encode(), HAN)
    yield BrokenFile("separators only", (plain + ",,,\n,,,\n").encode(), HAN)
    yield BrokenFile("no end of line", plain.rstrip().encode(), HAN)
    yield BrokenFile("mark in the middle", "\n".join([head, "\ufeff" + rows[0], rows[1]]).encode(), HAN)
    yield BrokenFile("mark as a character of UTF-8", ("\ufeff\ufeff" + plain).encode(), HAN)
    yield BrokenFile("quoted everything", "\n".join('"' + '","'.join(row) + '"' for row in ROWS_HAN).encode(), HAN)
    yield BrokenFile("line breaks in quotes", (head + '\n王小明,"大同\n公司",,"a ""b"" c"\n' + rows[1]).encode(), HAN)
    yield BrokenFile("quotation mark in a cell", (head + '\n王小明,5" pipe,,\n' + rows[1] + "\n").encode(), HAN)
    yield BrokenFile("quotation mark left open", (head + '\n王小明,"大同公司,,\n').encode(), ["王小明"])
    yield BrokenFile("short rows", (head + "\n王小明\n林大同,中山公司\n").encode(), HAN)
    yield BrokenFile("long rows", (head + "\n王小明,a,,b,c,d,e\n林大同,,,,x\n").encode(), HAN)
    yield BrokenFile("spaces around cells", (head + "\n  王小明  , 大同公司 ,,\n\t林大同,,,\n").encode(), HAN)
    yield BrokenFile("full-width spaces", (head + "\n\u3000王小明\u3000,,,\n林大同\u200b,,,\n").encode(), HAN)
    yield BrokenFile("sep line of Excel", ("sep=,\n" + plain).encode(), HAN)
    yield BrokenFile("headings in capitals", b"NAME,COMPANY\nLi Hui,A\n", ["Li Hui"])
    yield BrokenFile("headings twice", (head + "\n" + head + "\n" + "\n".join(rows)).encode(), HAN)
    yield BrokenFile("empty heading", "姓名,,公司\n王小明,x,大同公司\n".encode(), ["王小明"])
    yield BrokenFile("rows without a name", (head + "\n,大同公司,,\n林大同,,,\n").encode(), ["", "林大同"])
    yield BrokenFile("headings only", head.encode(), [], "*")
    yield BrokenFile("nothing", b"", [], "empty")
    yield BrokenFile("blanks only", b" \n\t\n", [], "empty")
    yield BrokenFile("mark only", b"\xef\xbb\xbf", [], "empty")
    yield BrokenFile("NUL characters", b"Name,Company\nLi\x00Hui,A\n", [], "*")
    yield BrokenFile("control characters", "姓名,公司\n王\x07小明,\x1b[31m大同\n".encode(), ["王小明"])
    yield BrokenFile("one very long line", b"Name\n" + b"x" * 40_000, [], "*")
    yield BrokenFile("301 columns", (",".join(f"c{i}" for i in range(301)) + "\n").encode(), [], "*")


def _workbooks() -> Iterator[BrokenFile]:
    good = _workbook(ROWS_HAN)
    yield BrokenFile("workbook", good, HAN)
    yield BrokenFile("workbook of formulas as texts", _workbook([["Name", "Note"], ["Li Hui", "=1+1"]]), ["Li Hui"])
    yield BrokenFile("workbook of numbers", _workbook([["Name", "Phone"], ["Li Hui", 13800138000]]), ["Li Hui"])
    yield BrokenFile("workbook of blank rows", _workbook([[], [], *ROWS_HAN, [], []]), HAN)
    yield BrokenFile("workbook with entities", book(ENTITY + SHEET % (ROWS % b"&e;")), [], "*")
    yield BrokenFile("workbook bomb", book(SHEET % (ROWS % b"Li"), **{"xl/zeros.bin": bytes(110_000_000)}), [], "*")
    yield BrokenFile("workbook without a sheet", book(b""), [], "*")
    yield BrokenFile("empty sheet", book(SHEET % b""), [], "*")
    yield BrokenFile("sheet that isn't XML", book(b"\x00\x01\x02"), [], "*")
    yield BrokenFile("open tags", book(SHEET.replace(b"</sheetData>", b"") % b"<row>"), [], "*")
    for share in (10, 25, 50, 75, 90, 99):
        yield BrokenFile(f"workbook cut at {share} %", good[: len(good) * share // 100], [], "*")
    yield BrokenFile("zip without a workbook", zip_of({"a.txt": b"a"}), [], "*")
    yield BrokenFile(
        "document of Word", zip_of({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), [], "*"
    )
    yield BrokenFile("old workbook", base64.b64decode("0M8R4KGxGuE=") + bytes(600), [], "*")
    yield BrokenFile("page saved as a workbook", b"<html><table><tr><td>Name</td></tr></table></html>", [], "*")


def _cards() -> Iterator[BrokenFile]:
    yield BrokenFile("card", CARD.encode(), ["王小明"])
    yield BrokenFile("card in GBK", CARD.encode("gb18030"), ["王小明"])
    yield BrokenFile("card in UTF-16", CARD.encode("utf-16"), ["王小明"])
    yield BrokenFile("card with a mark", b"\xef\xbb\xbf" + CARD.encode(), ["王小明"])
    yield BrokenFile("cards without a blank line", (CARD * 3).encode(), ["王小明"] * 3)
    yield BrokenFile("card without its end", CARD.replace("END:VCARD\r\n", "").encode(), [""])
    yield BrokenFile("card without a name", b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n", [""])
    yield BrokenFile("card without a version", CARD.replace("VERSION:3.0\r\n", "").encode(), ["王小明"])
    yield BrokenFile("card in small letters", CARD.lower().encode(), ["王小明"])
    yield BrokenFile("card with invalid lines", CARD.replace("TEL", "X LOTUS:1\r\n$FILE\r\nTEL").encode(), ["王小明"])
    yield BrokenFile("card with an unknown encoding", CARD.replace("FN:", "FN;CHARSET=x-klingon:").encode(), ["王小明"])
    yield BrokenFile("card in another card", CARD.replace("TEL", f"AGENT:\r\n{CARD}TEL").encode(), ["王小明"])
    yield BrokenFile("card of 1,100 lines", CARD.replace("TEL", "X-A:1\r\n" * 1_100 + "TEL").encode(), [""])
    yield BrokenFile(
        "card with a broken picture", CARD.replace("TEL", "PHOTO;ENCODING=b:%%%\r\n %%\r\nTEL").encode(), ["王小明"]
    )
    yield BrokenFile("end without a card", b"BEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n", [""])


def _foreign() -> Iterator[BrokenFile]:
    yield BrokenFile("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", [], "*")
    yield BrokenFile("PNG", b"\x89PNG\r\n\x1a\n" + bytes(64), [], "*")
    yield BrokenFile("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64), [], "*")
    yield BrokenFile("gzip", gzip.compress(_text(ROWS_HAN).encode()), [], "*")
    yield BrokenFile("random bytes", random.Random(1).randbytes(3_000), [], "*")
    yield BrokenFile("XML bomb", b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><POSTLIST>&c;</POSTLIST>', [], "*")
    yield BrokenFile("XML cut off", b"<POSTLIST><POSTINFO><POST>Beijing", [], "*")


def _damaged() -> Iterator[BrokenFile]:
    """Yield valid files with random bytes changed: any rows or any error, but nothing else."""
    randomness = random.Random(2)
    sources = {"csv": _text(ROWS_HAN * 5).encode(), "vcf": (CARD * 5).encode(), "xlsx": _workbook(ROWS_HAN)}
    for name, number in itertools.product(sources, range(6)):
        data = bytearray(sources[name])
        for position in randomness.sample(range(len(data)), 1 + len(data) // 40):
            data[position] = randomness.randrange(256)
        yield BrokenFile(f"damaged {name} {number}", bytes(data), [], "?")


def _workbook(rows: list[list[Any]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as file:
        sheet = file.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return an archive with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
