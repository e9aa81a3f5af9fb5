"""Encodings: certain, guessed, chosen and refused ones."""

from __future__ import annotations

import codecs

import pytest

from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.errors import ReadError

CHINESE = [
    "张伟",
    "李",
    "薛",
    "翟",
    "姓名,公司\n王小明,宁波水务",
    "欧阳娜娜",
    "甬江阀门厂",
    "卢敏,采购经理",
    "名,姓",
    "苏州",
    "赵敏",
]
TRADITIONAL = [
    "張偉",
    "陳大文",
    "姓名,公司",
    "鴻海精密工業股份有限公司",
    "黃",
    "香港貿易發展局",
    "電話",
    "備註",
    "謝",
    "邱",
    "台北",
]
WESTERN = [
    "José",
    "Müller",
    "São Paulo",
    "Ñuñoa,Peña",
    "Électricité de France",
    "naïve café – “x”",
    "Gonçalves, 147 / 4º",
]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        *(("gb18030", text) for text in CHINESE),
        *(("big5hkscs", text) for text in TRADITIONAL),
        *(("cp1252", text) for text in WESTERN),
        *(("utf-8", text) for text in (*CHINESE, *TRADITIONAL, *WESTERN, "Иван,Ζωή", "plain")),
    ],
)
def test_decode_finds_the_encoding_of_short_texts(encoding, text):
    decoded = decode_bytes(text.encode(encoding))

    assert (decoded.encoding, decoded.text) == (encoding, text)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_decode_follows_a_byte_order_mark(mark, encoding):
    decoded = decode_bytes(mark + "姓名\t电话\n张伟\t138".encode(encoding))

    assert (decoded.text, decoded.encoding, decoded.is_certain) == ("姓名\t电话\n张伟\t138", encoding, True)


def test_decode_finds_wide_text_that_lost_its_mark():
    decoded = decode_bytes("Name,Phone\nAnna,138\n".encode("utf-16-be"))

    assert (decoded.text, decoded.encoding, decoded.is_certain) == ("Name,Phone\nAnna,138\n", "utf-16-be", False)


def test_decode_removes_marks_in_the_middle():
    joined = codecs.BOM_UTF8 + "姓名\n张伟\n".encode() + codecs.BOM_UTF8 + "李娜\n".encode()

    assert decode_bytes(joined).text == "姓名\n张伟\n李娜\n"


def test_decode_uses_the_chosen_encoding():
    data = "李".encode("gb18030")

    assert decode_bytes(data, "gbk")[:3] == ("李", "gb18030", True)
    assert decode_bytes(data, "cp1252").text == "Àî"
    assert decode_bytes(data, "utf-8").damaged == 2


def test_decode_tells_how_many_lines_each_encoding_reads():
    lines = "姓名,公司\n周立民,华东水务\n卢敏,华东水务\nplain,ascii"

    candidates = {c.encoding: (c.readable, c.lines) for c in decode_bytes(lines.encode("gb18030")).candidates}

    assert candidates["gb18030"] == (4, 4)
    assert candidates["utf-8"] == (1, 4)


def test_decode_is_unsure_of_one_character_and_sure_of_a_list():
    assert decode_bytes("李".encode("gb18030")).is_certain is False
    assert decode_bytes("姓名,公司,职务\n周立民,华东水务,采购经理".encode("gb18030")).is_certain is True


def test_decode_keeps_utf8_with_a_few_damaged_bytes():
    data = "\n".join(["姓名,公司"] * 20).encode() + b"\n\xe5\xbc,\n"

    decoded = decode_bytes(data)

    assert (decoded.encoding, decoded.is_certain, decoded.damaged) == ("utf-8", False, 1)


def test_decode_falls_back_to_the_best_encoding():
    decoded = decode_bytes("姓名,公司\n周立民,华东水务\n".encode("gb18030") + b"\xff\xff\x81\n")

    assert decoded.encoding == "gb18030"
    assert decoded.text.startswith("姓名,公司\n周立民")
    assert decoded.damaged > 0


@pytest.mark.parametrize(
    ("data", "encoding", "code"),
    [
        (b"", None, "empty"),
        (b" \r\n\t", None, "empty"),
        (codecs.BOM_UTF8, None, "empty"),
        (b"Name\nAn\x00na\n", None, "nul"),
        (b"Name\n", "klingon", "encoding_unknown"),
        (b"Name\n", "utf\x00", "encoding_unknown"),
        (b"Name\n", "rot13", "encoding_unknown"),
        (codecs.BOM_UTF16_LE + b"a\x00b", None, "encoding_broken"),
        (codecs.BOM_UTF8 + b"a\xff", None, "encoding_broken"),
    ],
)
def test_decode_refuses_with_a_hint(data, encoding, code):
    with pytest.raises(ReadError) as refused:
        decode_bytes(data, encoding)

    assert refused.value.code == code
    assert str(refused.value.message)
    assert str(refused.value.hint)


@pytest.mark.parametrize("end", [1, 2, 4, 5])
def test_utf8_file_that_is_cut_off_is_read_as_such_with_a_warning(end):
    lines = ["姓名,公司", *(f"王芳{number},芳华食品" for number in range(20))]

    decoded = decode_bytes("\n".join([*lines, ""]).encode() + "陈静".encode()[:end])

    assert (decoded.encoding, decoded.is_certain, decoded.text.splitlines()[:21]) == ("utf-8", False, lines)
    assert decoded.damaged > 0
