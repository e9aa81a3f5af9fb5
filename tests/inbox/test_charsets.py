"""Texts, names and files of emails in the charsets of Chinese, Japanese, Korean and old Western programs."""

from __future__ import annotations

from base64 import b64encode

import pytest

from crm.inbox.delivery_reports import list_original_ids
from crm.inbox.message import list_calendars, read_message
from crm.inbox.policy import InboxOutcome
from tests.inbox.conftest import email
from tests.inbox.test_receive import report

NUL_WORD = "=?utf-8?Q?a=00b?="


def encode_word(text: str, charset: str, encoding: str = "") -> str:
    """Return an encoded word of a header; `encoding`: what the sender's program really writes under this name."""
    return f"=?{charset}?B?{b64encode(text.encode(encoding or charset)).decode()}?="


def read(head: str, body: bytes = b"Hi"):
    mail = read_message(f"From: a@b.example\r\nMessage-ID: <1@b.example>\r\n{head}\r\n\r\n".encode() + body)
    assert mail is not None
    return mail


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (encode_word("周喆", "gb2312", "gbk"), "周喆"),
        (encode_word("周喆㐀", "gb18030"), "周喆㐀"),
        (encode_word("碁銹裏測試", "big5", "big5hkscs"), "碁銹裏測試"),
        (encode_word("안녕 똠", "ks_c_5601-1987", "cp949"), "안녕 똠"),
        (encode_word("“8” – €200", "iso-8859-1", "cp1252"), "“8” – €200"),
        (f"Re: {encode_word('朱镕基', 'gb2312', 'gbk')} price", "Re: 朱镕基 price"),
        ("=?gbk?B?1tyG?= =?gbk?B?tLLiytQ=?=", "周喆测试"),
        (encode_word("Samples", "x-unknown", "utf-8"), "Samples"),
        ("=?utf-8*en?Q?Samples?=", "Samples"),
        ("=?utf-8?Q?a=0D=0AFrom:_boss@center.example?=", "a From: boss@center.example"),
        (NUL_WORD, "ab"),
    ],
)
def test_subject_is_read_in_the_charset_that_is_meant(value, subject):
    assert read(f"Subject: {value}").subject == subject


def test_headers_that_are_not_encoded_are_read():
    raw = b"From: \xd6\xdc\xc1\xa2\xc3\xf1 <zhou@lotus.example>\r\nSubject: \xd1\xf9\xc6\xb7\r\n"
    file = b'Content-Type: application/pdf; name="\xd1\xf9\xc6\xb7\xcd\xbc.pdf"\r\n\r\n%PDF'
    mail = read_message(raw + file)
    assert mail is not None
    assert (mail.sender, mail.subject) == (("周立民", "zhou@lotus.example"), "样品")
    assert [each.name for each in mail.files] == ["样品图.pdf"]
    assert read("Subject: 样品").subject == "样品"


@pytest.mark.parametrize(
    ("charset", "encoding", "text"),
    [
        ("gb2312", "gbk", "周喆，请报价"),
        ("big5", "cp950", "碁銹裏，請報價，謝謝"),
        ("us-ascii", "cp1252", "Let’s meet, the price is €200"),
        ("us-ascii", "gbk", "您好，请报价，谢谢"),
        ("", "big5", "您好，請報價，謝謝"),
        ("iso-8859-1", "cp1252", "Let’s meet"),
        ("iso-2022-jp", "iso2022_jp", "見積もり"),
        ("hz-gb-2312", "hz", "您好，请报价"),
    ],
)
def test_text_is_read_in_the_charset_that_is_meant(charset, encoding, text):
    parameter = f"; charset={charset}" if charset else ""
    mail = read(f"Content-Type: text/plain{parameter}\r\nContent-Transfer-Encoding: 8bit", text.encode(encoding))
    assert mail.text == text


def test_text_with_a_broken_character_stays_readable():
    body = "您好，请报价。".encode("gbk") + b"\xff " + "谢谢".encode("gbk")
    assert read("Content-Type: text/plain; charset=gb2312", body).text == "您好，请报价。\ufffd 谢谢"


@pytest.mark.parametrize("charset", ["undefined", "idna", "zlib", "x\x00y", "unicode_escape", "utf-7", "é"])
def test_charsets_that_no_email_has_are_harmless(charset, get_mail):
    head = f'Content-Type: text/plain; charset="{charset}"\r\nSubject: {encode_word("Hi", charset, "utf-8")}'
    body = b"xn--a \\ud800 +2AA- \xd6\xdc \xff"
    assert read(head, body).text
    raw = f"From: a@b.example\r\n{head}\r\n\r\n".encode() + body
    assert get_mail(b"From: mailer-daemon@b.example\r\n" + raw).outcome is InboxOutcome.automatic
    assert get_mail(raw).outcome is InboxOutcome.waiting


def test_no_text_has_characters_that_databases_refuse(get_mail):
    head = f"To: {NUL_WORD} <c@d.example>\r\nCc: {NUL_WORD}\r\n"
    file = f'Content-Type: application/pdf; name="{NUL_WORD}.pdf"\r\n\r\nHi'
    message = get_mail(f"From: {NUL_WORD} <a@b.example>\r\n{head}{file}".encode())
    assert (message.outcome, message.from_name, message.files) == (InboxOutcome.waiting, "ab", ["ab.pdf"])
    surrogate = b"Content-Type: application/pdf; name*=utf-8''%ED%A0%80.pdf\r\n\r\nHi"
    assert get_mail(b"From: a@b.example\r\n" + surrogate).outcome is InboxOutcome.waiting


def test_report_with_a_hostile_identifier_is_read(get_mail):
    raw = report("<a\x00b@x.example>", "anna@demo.example")
    mail = read_message(raw)
    assert mail is not None
    assert list_original_ids(mail) == ["<ab@x.example>"]
    assert get_mail(raw).outcome is InboxOutcome.automatic


def test_calendar_has_no_nul():
    assert list_calendars(read("Content-Type: text/calendar", b"BEGIN:VCALENDAR\x00")) == [b"BEGIN:VCALENDAR"]


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("=?utf-8?Q?boss=40center.example?= <new@buyer.example>", "boss@center.example", "new@buyer.example"),
        ('"Boss <boss@center.example>" <new@buyer.example>', "Boss boss@center.example", "new@buyer.example"),
        (encode_word("周立民 <zhou@lotus.example>", "gb2312"), "周立民", "zhou@lotus.example"),
    ],
)
def test_address_in_a_name_is_not_the_senders(value, name, address, get_mail):
    message = get_mail(email(From=value))
    assert (message.from_name, message.from_address) == (name, address)
