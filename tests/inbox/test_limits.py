"""Incoming emails are read in linear time."""

from __future__ import annotations

import pytest

from crm.inbox.message import SLICE_BYTES, read_message
from crm.inbox.policy import InboxOutcome
from crm.inbox.services import receive
from tests.tools.growth import assert_linear

MAX_BYTES = 100_000
"""A lookup by name for each header takes seconds for so many; one pass takes less than the shortest time measured."""


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["X%d", "X", "To", "Content-Type", "Message-ID"])
def test_email_of_many_headers_is_read_in_linear_time(name):
    def make(size: int) -> bytes:
        lines = (f"{name % number if '%' in name else name}: a@b.example\n" for number in range(size // 24))
        return b"From: a@b.example\n" + "".join(lines).encode() + b"\nHi"

    assert_linear(read_message, make, MAX_BYTES)


def test_first_of_several_headers_counts():
    mail = read_message(b"From: a@b.example\nx-a:  1\nX-A: 2\n\nHi")
    assert mail is not None
    assert mail.headers == {"from": "a@b.example", "x-a": "1"}


MULTIPART = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "raw",
    [
        MULTIPART + b"--b\n\n\n" * 5_001,
        MULTIPART.replace(b"\n", b"\r") + b"--b\r\r\r" * 5_001,
        b"From: a@b.example\n" + b"A:\n" * 1_000_000,
        MULTIPART + b"--b\n" + b"A:\n" * 1_000_000,
        MULTIPART + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 61,
    ],
    ids=["parts", "parts with returns", "headers", "headers of a part", "nested parts"],
)
def test_email_that_would_need_much_memory_is_not_parsed(raw, monkeypatch):
    monkeypatch.setattr("crm.inbox.message.BytesFeedParser", None)
    assert read_message(raw) is None


@pytest.mark.parametrize("raw", [MULTIPART + b"--b\n\nHi\n--b--", b"From: a@b.example\n\nHi"], ids=["parts", "text"])
def test_reading_ends_at_its_time_limit(raw, monkeypatch):
    assert read_message(raw) is not None
    monkeypatch.setattr("crm.inbox.message.MAX_SECONDS", 0)
    assert read_message(raw) is None


def test_clock_is_checked_while_parsing(monkeypatch):
    counts = []
    for lines in (1, 100_000):
        checks: list[int] = []
        monkeypatch.setattr("crm.inbox.message.check_time", lambda checks=checks: checks.append(1))
        read_message(b"From: a@b.example\n\n" + b"Hi\n" * lines)
        counts.append(len(checks))
    assert counts[1] - counts[0] == 300_000 // SLICE_BYTES


def test_email_that_takes_too_long_is_noted_and_stays_in_the_mailbox(session, monkeypatch):
    monkeypatch.setattr("crm.inbox.message.MAX_SECONDS", 0)
    row = receive(b"From: a@b.example\n\nHi", uid_validity=1, uid=1, size=30)
    assert (row.outcome, row.mime) == (InboxOutcome.unreadable, None)


def test_first_fifty_headers_of_a_name_count_as_recipients():
    mail = read_message(b"From: a@b.example\n" + b"".join(b"To: a%d@b.example\n" % n for n in range(60)) + b"\nHi")
    assert mail is not None
    assert mail.recipients == tuple(f"a{n}@b.example" for n in range(50))


def test_email_with_a_large_attachment_is_read():
    lines = b"QUFB" * 19 + b"\r\n"
    file = (
        b"Content-Disposition: attachment; filename=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines * 13_000
    )
    mail = read_message(MULTIPART.replace(b"\n", b"\r\n") + b"--b\r\n\r\nHi\r\n--b\r\n" + file + b"--b--\r\n")
    assert mail is not None
    assert (mail.text.strip(), [len(file.data) for file in mail.files]) == ("Hi", [13_000 * 57])
