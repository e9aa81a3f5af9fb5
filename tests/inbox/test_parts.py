"""Emails of several parts, forwarded emails, and blind copies of which only a server names the recipient."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import sqlalchemy as sa

from crm.inbox.message import read_message
from crm.inbox.policy import InboxOutcome
from crm.inbox.proposals import read_filed
from crm.interactions.models import Interaction
from crm.records.models import Attachment
from tests.inbox.conftest import ADDRESS, email

OWN = {"anna@demo.example"}
ANNA = "Anna Reyes <anna@demo.example>"
CHINESE_HEAD = """发件人: "周立民" <zhou@lotus.example>
发送时间: 2026年3月9日 16:30
收件人: "Anna Reyes" <anna@demo.example>
主题: 四个样品三个合格
"""
APPLE = "> " + f"{CHINESE_HEAD}\n合格".replace("\n", "\n> ")
QUOTED = """3 of 4 passed

From: Anna Reyes <anna@demo.example>
Sent: Monday, March 2, 2026 4:30 PM
To: Zhou <zhou@lotus.example>
Subject: How are the samples?

Did they pass?
"""


def part(text: str, kind: str = "plain", **headers: str) -> str:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"Content-Type: text/{kind}; charset=utf-8\r\n{lines}\r\n{text}"


def part_with_name(text: str, name: str, kind: str = "plain") -> str:
    return f"Content-Type: text/{kind}; charset=utf-8; name={name}\r\n\r\n{text}"


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    inner = "".join(f"--{boundary}\r\n{each}\r\n" for each in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            multipart("mixed", part("Price:"), "Content-Type: image/png\r\n\r\nx", part("200 each")),
            "Price:\n\n200 each",
        ),
        (
            multipart("mixed", part("<p>Price: 200</p>", "html"), part("Scanned for viruses")),
            "Price: 200\n\nScanned for viruses",
        ),
        (multipart("alternative", part("Price"), part("<p>Price</p>", "html")), "Price"),
        (multipart("alternative", part("  "), part("<p>Price</p>", "html")), "Price"),
        (
            multipart("mixed", multipart("alternative", part("A"), part("<b>A</b>", "html"), boundary="c"), part("B")),
            "A\n\nB",
        ),
        (multipart("mixed", part("A"), part("B", Content_Disposition="attachment; filename=b.txt")), "A"),
        (multipart("mixed", part("A"), part("B", Content_Disposition="inline; filename=b.txt")), "A"),
        (
            multipart("mixed", part_with_name("A", "body"), part("B"), part_with_name("C", "c.txt")),
            "A\n\nB",
        ),
        (multipart("mixed", part_with_name("A", "body"), part_with_name("B", "b.txt")), "A\n\nB"),
        (multipart("mixed", part("B", Content_Disposition="inline; filename=b.txt"), part("A")), "A"),
        (multipart("alternative", part("A"), part_with_name("<p>B</p>", "mail.html", "html")), "A"),
        (multipart("mixed", "Content-Type: image/png\r\n\r\nx", part_with_name("A", "body"), part("B")), "A\n\nB"),
        (part_with_name("<p>A</p>", "mail.html", "html"), "A"),
        (part("A", Content_Disposition="attachment; filename=a.txt"), ""),
        (multipart("mixed", part("A"), "Content-Type: message/rfc822\r\n\r\nSubject: B\r\n\r\nB"), "A"),
    ],
)
def test_all_texts_that_are_shown_are_read(content, text):
    mail = read_message(f"From: a@b.example\r\n{content}".encode())
    assert mail is not None
    assert mail.text.strip() == text


@pytest.mark.parametrize("header", ["X_Delivered_To", "X_Forwarded_To", "Received"])
def test_blind_copy_is_filed_wherever_a_server_names_the_address(get_mail, filing, zhou, header):
    value = f"from a.example by mx.center.example for <{filing}>; Tue, 10 Mar 2026" if header == "Received" else filing
    message = get_mail(email(to="Zhou <zhou@lotus.example>", From=ANNA, **{header: value}))
    assert message.outcome is InboxOutcome.filed


def test_email_forwarded_as_a_file_is_filed_with_its_files(get_mail, filing, zhou, session):
    inner = message_from_bytes(email("3 of 4 passed", to=ANNA, Date="Mon, 9 Mar 2026 16:30:00 +0800"), policy=default)
    inner.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="图纸.pdf")
    outer = EmailMessage()
    for name, value in {"From": ANNA, "To": filing, "Subject": "Fwd: Samples", "Message-ID": "<f@x>"}.items():
        outer[name] = value
    outer.set_content("Please log this.")
    outer.add_attachment(inner)
    message = get_mail(outer.as_bytes())
    row = session.get(Interaction, message.record_id)
    assert (message.outcome, row.subject, row.notes) == (
        InboxOutcome.filed,
        "Samples",
        "Please log this.\n\n3 of 4 passed",
    )
    assert row.wall == datetime(2026, 3, 9, 1, 30)
    names = session.scalars(sa.select(Attachment.name).where(Attachment.record_id == row.id))
    assert list(names) == ["图纸.pdf"]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (f"请存档\n\n-------- 转发邮件信息 --------\n{CHINESE_HEAD}抄送人：\n\n合格", "请存档\n\n合格"),
        (f"fyi\n\n------------------\u00a0原始邮件\u00a0------------------\n{CHINESE_HEAD}\n合格", "fyi\n\n合格"),
        (f"fyi\n\n----- Forwarded by Anna/Center on 03/10/2026 -----\n\n{CHINESE_HEAD}\n合格", "fyi\n\n合格"),
        (f"fyi\n\nBegin forwarded message:\n\n{APPLE}", "fyi\n\n合格"),
    ],
    ids=["163", "QQ", "Notes", "Apple"],
)
def test_forwarded_email_is_read_as_programs_write_it(session, mailbox, text, body):
    mail = read_message(email(text, to=ADDRESS, From=ANNA))
    assert mail is not None
    filed = read_filed(mail, OWN)
    assert (filed.from_address, filed.subject, filed.body) == ("zhou@lotus.example", "四个样品三个合格", body)


@pytest.mark.parametrize("sender", [ANNA, "Anna <anna@private.example>"])
def test_email_that_a_user_forwards_counts_by_its_inner_header(session, mailbox, sender):
    mail = read_message(email(QUOTED.partition("\n\n")[2], to=ADDRESS, From=sender))
    assert mail is not None
    assert read_filed(mail, OWN).subject == "How are the samples?"


FORWARDED = "请存档\n\n-------- 转发邮件信息 --------\n" + CHINESE_HEAD + "\n合格"


@pytest.mark.parametrize(
    ("sender", "text", "expected"),
    [
        ("Anna <anna@private.example>", FORWARDED, ("zhou@lotus.example", "四个样品三个合格")),
        ("Anna <anna@private.example>", QUOTED, ("anna@demo.example", "How are the samples?")),
        ("周立民 <zhou@lotus.example>", QUOTED.replace("Zhou <", "Zhou Limin <"), ("zhou@lotus.example", "Samples")),
        (
            "周立民 <zhou@lotus.example>",
            "3 passed\n\nOn Mon, Mar 2, 2026 at 4:30 PM Anna Reyes <anna@demo.example> wrote:\n> Did they pass?",
            ("zhou@lotus.example", "Samples"),
        ),
        ("Anna <anna@private.example>", "Lunch with Zhou", ("anna@private.example", "Samples")),
    ],
    ids=["forwarded", "own email forwarded", "answered in Outlook", "answered in Gmail", "no header"],
)
def test_email_to_us_with_a_copy_to_the_office_counts_by_a_forwarded_header(session, mailbox, sender, text, expected):
    mail = read_message(email(text, to=ADDRESS.replace("@", "+token@"), From=sender, Cc=ANNA))
    assert mail is not None
    filed = read_filed(mail, OWN)
    assert (filed.from_address, filed.subject) == expected


def test_email_that_a_rule_passes_on_counts_by_its_own_header(session, mailbox):
    mail = read_message(email(QUOTED, to=ANNA, Delivered_To=ADDRESS))
    assert mail is not None
    filed = read_filed(mail, OWN)
    assert (filed.from_address, filed.subject, filed.body) == ("zhou@lotus.example", "Samples", "3 of 4 passed")


def test_page_shows_recipients_decoded(get_mail, people, session, client):
    message = get_mail(email("Hello", to="周立民 <zhou@lotus.example>, Anna <anna@demo.example>"))
    session.commit()
    page = client.login_as("anna").get(f"/inbox/{message.id}").text
    assert "=?utf-8?" not in page
    assert "周立民" in page
