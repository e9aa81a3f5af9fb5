"""Pasted emails and sentences are parsed in linear time."""

from __future__ import annotations

import pytest

from crm.core.deadline import TimeLimitExceeded, check_time
from crm.core.errors import Invalid
from crm.interactions import paste
from crm.interactions.forms.short import MAX_EMAIL_CHARS
from crm.interactions.mail_proposal import propose_from_email
from crm.interactions.paste import PastedMail, parse_pasted_email
from crm.interactions.sentence.read import MAX_SENTENCE_CHARS
from crm.interactions.sentence.times import read_clock
from crm.interactions.signature import read_signature
from tests.interactions.sentences import FakeLookup, read_text
from tests.tools.growth import CAP, assert_linear, seconds

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HEAD = "From: Zhou <zhou@lotus.example>\n"
RAW = "Received: x\nMIME-Version: 1.0\n"
HTML = RAW + "Content-Type: text/html\n\n"

REPEATED = {
    "quote marks": ("", "> \n", ""),
    "quote marks after a text": ("Hello\n", ">\n", "x"),
    "blank lines": ("", "\n", ""),
    "lines of blanks": ("a\n", " \n", "b"),
    "one quoted line": ("", "> ", "x"),
    "marks": ("", ">", "From"),
    "a rule with blanks": ("a\n---", " ", "x"),
    "rules": ("a\n", "---" + " " * 50 + "x\n", ""),
    "dashes": ("", "-", "x"),
    "headers": ("", "From: a@b.example\n", ""),
    "a label with blanks": ("From", " ", "x"),
    "labels": ("", "From" + " " * 13, ""),
    "intros": ("", "On 1 abcdef\n", ""),
    "intro in one line": ("On 1 ", "wrote ", "\n"),
    "addresses": (HEAD + "To: ", "a@b.example, ", "\nSubject: x\n\nHi"),
    "names": (HEAD + "To: ", "a,", "\n\nHi"),
    "lines of addresses": (HEAD + "To: x\n", "a@b.example,\n", "Subject: x\n\nHi"),
    "semicolons": (HEAD + "To: a", " ", ";b\n\nHi"),
    "encoded words": (HEAD + "Subject: ", "=?utf-8?q?a?= ", "\n\nHi"),
    "brackets": ("From: ", "(", "\nTo: a@b.example\n\nHi"),
    "digits of a date": (HEAD + "Sent: 8 Dec 2026 15:20 +", "9", "\n\nHi"),
    "dates": (HEAD + "Sent: ", "1 Jan ", "\n\nHi"),
    "raw brackets": (RAW + "From: ", "(", "\n\nHi"),
    "raw names": (RAW + "To: ", "a,", "\n\nHi"),
    "raw words": (RAW + "To: ", "a ", "\n\nHi"),
    "raw parameters": (RAW + "Content-Type: text/plain", "; a=b", "\n\nHi"),
    "raw headers": (RAW, "A: b\n", "\n\nHi"),
    "raw folded": (RAW + "To: a", "\n ,b", "\n\nHi"),
    "raw quotes": (RAW + 'Content-Type: text/plain; a="', '\\"', "\n\nHi"),
    "raw parts": (RAW + "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", "--b--\n"),
    "raw boundaries": (RAW + "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n", ""),
    "tags": (HTML, "<p>", ""),
    "open tags": (HTML, "<a ", ""),
    "open comments": (HTML, "<!--", ""),
    "signs": (HTML, "<", ""),
    "entities": (HTML, "&", ""),
    "scripts": (HTML + "<script>", "</script", ""),
    "declarations": (HTML, "<!", ""),
    "attributes": (HTML + "<a", " b='c'", ">x"),
    "instructions": (HTML, "<?", ""),
    "marked sections": (HTML, "<![", ""),
    "closing tags": (HTML, "</", ""),
    "quoted attributes": (HTML, "<a b='", ""),
}


@pytest.mark.parametrize("parts", REPEATED.values(), ids=REPEATED)
def test_pasted_email_is_read_in_linear_time(parts):
    before, again, after = parts

    def make(size: int) -> str:
        return (before + again * (size // len(again)) + after)[:MAX_EMAIL_CHARS]

    assert_linear(parse_pasted_email, make, MAX_EMAIL_CHARS)


def nested(depth: int) -> str:
    levels = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return "MIME-Version: 1.0\n" + "".join(levels) + "Content-Type: text/plain\n\nHi"


def test_email_of_a_few_parts_is_read_and_of_thousands_refused():
    assert parse_pasted_email(nested(20)).body == "Hi"
    for text in (nested(3_000), "MIME-Version: 1.0\n" + "Content-Type: message/rfc822\n\n" * 3_000):
        with pytest.raises(Invalid, match="too many nested parts"):
            parse_pasted_email(text)


@pytest.mark.parametrize("date", ["8 Dec 99999999999999999999 15:20:11", "Tue, 8 Dec 2026 15:20 +" + "9" * 300])
def test_impossible_date_is_left_out(date):
    assert parse_pasted_email(f"{HEAD}Sent: {date}\n\nHi").from_address == "zhou@lotus.example"


def test_reading_ends_at_its_time_limit(monkeypatch):
    monkeypatch.setattr(paste, "MAX_SECONDS", 0)
    with pytest.raises(TimeLimitExceeded):
        parse_pasted_email("Hello\n")


@pytest.mark.parametrize("line", ["--%sx", "best%sx", "thanks%sx", "thank%syou x", "tel%sx", "wechat%sx", "%s|"])
def test_signature_is_read_in_linear_time(line):
    assert_linear(lambda text: read_signature(text, "Zhou"), lambda size: f"Hi\n{line % (' ' * size)}", MAX_EMAIL_CHARS)


def test_search_for_follow_ups_in_an_email_ends_at_its_time_limit(actor, people, monkeypatch):
    monkeypatch.setattr("crm.interactions.mail_proposal.MAX_SECONDS", 0)
    with pytest.raises(TimeLimitExceeded):
        propose_from_email(actor("anna"), PastedMail(body="Please call by Friday."), ())


PATTERNS = [
    *(
        "a ",
        "Li ",
        "with Li ",
        "met Li, ",
        "Fri ",
        "12/8 ",
        "1h ",
        "@",
        "at A ",
        "for A ",
        "(A",
        "by Fri call ",
        "和李",
    ),
    *("和李", "周五", "call Fri, ", "A&", "from A ", "12:00 ", " ", "\n", "in A ", "#a ", "2 ", "to ", "wants "),
]


@pytest.mark.parametrize("again", PATTERNS)
def test_longest_sentence_is_read_fast(again):
    longest = 2_000
    assert seconds(read_text, ("met Li " + again * longest)[:longest]) < CAP


def test_reading_a_sentence_ends_at_its_time_limit(monkeypatch):
    monkeypatch.setattr("crm.interactions.sentence.read.MAX_SECONDS", 0)
    people = FakeLookup.people
    monkeypatch.setattr(FakeLookup, "people", lambda *args: check_time() or people(*args))
    with pytest.raises(TimeLimitExceeded):
        read_text("met Li")


def test_clock_after_many_spaces_is_read_in_linear_time():
    assert_linear(lambda text: read_clock(text, 0), lambda size: " " * size, MAX_SENTENCE_CHARS)
