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


class ZooFile(NamedTuple):
    """A file: the names of its people, "" for a row with errors; or the code of the error, "*" for any."""

    name: str
    data: bytes
    names: list[str]
    error: str = ""


def build_zoo() -> list[ZooFile]:
    """Return all files."""
    parts = (_encoded(), _western(), _texts(), _workbooks(), _cards(), _foreign(), _damaged())
    return list(itertools.chain.from_iterable(parts))


def _text(rows: list[list[str]], separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


def _encoded() -> Iterator[ZooFile]:
    for encoding, separator, end in itertools.product(ENCODINGS, SEPARATORS, ENDS):
        data = _text(ROWS_HAN, separator, end).encode(encoding)
        if encoding == "utf-16-be":
            data = b"\xfe\xff" + data
        yield ZooFile(f"{encoding} {separator!r} {end!r}", data, HAN)


def _western() -> Iterator[ZooFile]:
    for separator in SEPARATORS:
        yield ZooFile(f"cp1252 {separator!r}", _text(ROWS_LATIN, separator, "\r\n").encode("cp1252"), LATIN)


def _texts() -> Iterator[ZooFile]:
    plain = _text(ROWS_HAN)
    head, *rows = plain.splitlines()
    yield ZooFile("blank lines above", ("\n\n\n" + plain).encode(), HAN)
    yield ZooFile("lines of explanation above", ("Export of contacts\nMade on 2026-01-02\n\n" + plain).encode(), HAN)
    yield ZooFile("blank lines between", "\n\n".join([head, *rows, ""]).encode(), HAN)
    yield ZooFile("separators only", (plain + ",,,\n,,,\n").encode(), HAN)
    yield ZooFile("no end of line", plain.rstrip().encode(), HAN)
    yield ZooFile("mark in the middle", "\n".join([head, "\ufeff" + rows[0], rows[1]]).encode(), HAN)
    yield ZooFile("mark as a character of UTF-8", ("\ufeff\ufeff" + plain).encode(), HAN)
    yield ZooFile("quoted everything", "\n".join('"' + '","'.join(row) + '"' for row in ROWS_HAN).encode(), HAN)
    yield ZooFile("line breaks in quotes", (head + '\n王小明,"大同\n公司",,"a ""b"" c"\n' + rows[1]).encode(), HAN)
    yield ZooFile("quotation mark in a cell", (head + '\n王小明,5" pipe,,\n' + rows[1] + "\n").encode(), HAN)
    yield ZooFile("quotation mark left open", (head + '\n王小明,"大同公司,,\n').encode(), ["王小明"])
    yield ZooFile("short rows", (head + "\n王小明\n林大同,中山公司\n").encode(), HAN)
    yield ZooFile("long rows", (head + "\n王小明,a,,b,c,d,e\n林大同,,,,x\n").encode(), HAN)
    yield ZooFile("spaces around cells", (head + "\n  王小明  , 大同公司 ,,\n\t林大同,,,\n").encode(), HAN)
    yield ZooFile("full-width spaces", (head + "\n\u3000王小明\u3000,,,\n林大同\u200b,,,\n").encode(), HAN)
    yield ZooFile("sep line of Excel", ("sep=,\n" + plain).encode(), HAN)
    yield ZooFile("headings in capitals", b"NAME,COMPANY\nLi Hui,A\n", ["Li Hui"])
    yield ZooFile("headings twice", (head + "\n" + head + "\n" + "\n".join(rows)).encode(), ["姓名", *HAN])
    yield ZooFile("empty heading", "姓名,,公司\n王小明,x,大同公司\n".encode(), ["王小明"])
    yield ZooFile("rows without a name", (head + "\n,大同公司,,\n林大同,,,\n").encode(), ["", "林大同"])
    yield ZooFile("headings only", head.encode(), [], "*")
    yield ZooFile("nothing", b"", [], "empty")
    yield ZooFile("blanks only", b" \n\t\n", [], "empty")
    yield ZooFile("mark only", b"\xef\xbb\xbf", [], "empty")
    yield ZooFile("NUL characters", b"Name,Company\nLi\x00Hui,A\n", [], "*")
    yield ZooFile("control characters", "姓名,公司\n王\x07小明,\x1b[31m大同\n".encode(), ["王小明"])
    yield ZooFile("one very long line", b"Name\n" + b"x" * 40_000, [], "*")
    yield ZooFile("301 columns", (",".join(f"c{i}" for i in range(301)) + "\n").encode(), [], "*")


def _workbooks() -> Iterator[ZooFile]:
    good = _workbook(ROWS_HAN)
    yield ZooFile("workbook", good, HAN)
    yield ZooFile("workbook of formulas as texts", _workbook([["Name", "Note"], ["Li Hui", "=1+1"]]), ["Li Hui"])
    yield ZooFile("workbook of numbers", _workbook([["Name", "Phone"], ["Li Hui", 13800138000]]), ["Li Hui"])
    yield ZooFile("workbook of blank rows", _workbook([[], [], *ROWS_HAN, [], []]), HAN)
    yield ZooFile("workbook with entities", book(ENTITY + SHEET % (ROWS % b"&e;")), [], "*")
    yield ZooFile("workbook bomb", book(SHEET % (ROWS % b"Li"), **{"xl/zeros.bin": bytes(110_000_000)}), [], "*")
    yield ZooFile("workbook without a sheet", book(b""), [], "*")
    yield ZooFile("empty sheet", book(SHEET % b""), [], "*")
    yield ZooFile("sheet that isn't XML", book(b"\x00\x01\x02"), [], "*")
    yield ZooFile("open tags", book(SHEET.replace(b"</sheetData>", b"") % b"<row>"), [], "*")
    for share in (10, 25, 50, 75, 90, 99):
        yield ZooFile(f"workbook cut at {share} %", good[: len(good) * share // 100], [], "*")
    yield ZooFile("zip without a workbook", zip_of({"a.txt": b"a"}), [], "*")
    yield ZooFile("document of Word", zip_of({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), [], "*")
    yield ZooFile("old workbook", base64.b64decode("0M8R4KGxGuE=") + bytes(600), [], "*")
    yield ZooFile("page saved as a workbook", b"<html><table><tr><td>Name</td></tr></table></html>", [], "*")


def _cards() -> Iterator[ZooFile]:
    yield ZooFile("card", CARD.encode(), ["王小明"])
    yield ZooFile("card in GBK", CARD.encode("gb18030"), ["王小明"])
    yield ZooFile("card in UTF-16", CARD.encode("utf-16"), ["王小明"])
    yield ZooFile("card with a mark", b"\xef\xbb\xbf" + CARD.encode(), ["王小明"])
    yield ZooFile("cards without a blank line", (CARD * 3).encode(), ["王小明"] * 3)
    yield ZooFile("card without its end", CARD.replace("END:VCARD\r\n", "").encode(), [""])
    yield ZooFile("card without a name", b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n", [""])
    yield ZooFile("card without a version", CARD.replace("VERSION:3.0\r\n", "").encode(), ["王小明"])
    yield ZooFile("card in small letters", CARD.lower().encode(), ["王小明"])
    yield ZooFile("card with invalid lines", CARD.replace("TEL", "X LOTUS:1\r\n$FILE\r\nTEL").encode(), ["王小明"])
    yield ZooFile("card with an unknown encoding", CARD.replace("FN:", "FN;CHARSET=x-klingon:").encode(), ["王小明"])
    yield ZooFile("card in another card", CARD.replace("TEL", f"AGENT:\r\n{CARD}TEL").encode(), ["王小明"])
    yield ZooFile("card of 1,100 lines", CARD.replace("TEL", "X-A:1\r\n" * 1_100 + "TEL").encode(), [""])
    yield ZooFile(
        "card with a broken picture", CARD.replace("TEL", "PHOTO;ENCODING=b:%%%\r\n %%\r\nTEL").encode(), ["王小明"]
    )
    yield ZooFile("end without a card", b"BEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n", [""])


def _foreign() -> Iterator[ZooFile]:
    yield ZooFile("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", [], "*")
    yield ZooFile("PNG", b"\x89PNG\r\n\x1a\n" + bytes(64), [], "*")
    yield ZooFile("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64), [], "*")
    yield ZooFile("gzip", gzip.compress(_text(ROWS_HAN).encode()), [], "*")
    yield ZooFile("random bytes", random.Random(1).randbytes(3_000), [], "*")
    yield ZooFile("XML bomb", b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><POSTLIST>&c;</POSTLIST>', [], "*")
    yield ZooFile("XML cut off", b"<POSTLIST><POSTINFO><POST>Beijing", [], "*")


def _damaged() -> Iterator[ZooFile]:
    """Yield valid files with random bytes changed: any rows or any error, but nothing else."""
    randomness = random.Random(2)
    sources = {"csv": _text(ROWS_HAN * 5).encode(), "vcf": (CARD * 5).encode(), "xlsx": _workbook(ROWS_HAN)}
    for name, number in itertools.product(sources, range(6)):
        data = bytearray(sources[name])
        for position in randomness.sample(range(len(data)), 1 + len(data) // 40):
            data[position] = randomness.randrange(256)
        yield ZooFile(f"damaged {name} {number}", bytes(data), [], "?")


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
