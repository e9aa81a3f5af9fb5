"""Emails copied from a mail program in the browser, whose head has no labels."""

from datetime import date

import pytest

from crm.interactions.paste import parse_pasted_email
from tests.interactions.lookups import wall

pytestmark = pytest.mark.one_engine

TODAY = date(2026, 11, 29)
GMAIL = """Re: samples and drawing
Inbox

Zhou Limin <zhou@lotus.example>
{date}
to me, Marisol

Dear Anna,
three of four passed."""


@pytest.mark.parametrize(
    ("line", "sent_at"),
    [
        ("Thu, Nov 26, 3:12 AM (3 days ago)", "2026-11-26T03:12:00"),
        ("Wed, Dec 30, 3:12 PM", "2025-12-30T15:12:00"),
        ("Dec 30, 2024, 3:12 PM", "2024-12-30T15:12:00"),
        ("9:15 AM (2 hours ago)", "2026-11-29T09:15:00"),
        ("11月26日周四 03:12 (3天前)", "2026-11-26T03:12:00"),
    ],
)
def test_email_copied_from_gmail_has_sender_date_and_subject(line, sent_at):
    mail = parse_pasted_email(GMAIL.format(date=line), today=TODAY)
    assert (mail.from_name, mail.from_address) == ("Zhou Limin", "zhou@lotus.example")
    assert (mail.sent_at, mail.subject) == (wall(sent_at), "Re: samples and drawing")
    assert mail.body == "Dear Anna,\nthree of four passed."


def test_email_copied_from_outlook_in_the_browser_is_read_without_the_quoted_one():
    text = """Zhou Limin<zhou@lotus.example>
To: Anna Reyes
Thu 11/26/2026 3:12 AM

Three of four passed.

From: Anna Reyes <anna@center.example>
Sent: Wednesday, November 25, 2026 9:00 AM
Did they pass?"""
    mail = parse_pasted_email(text, today=TODAY)
    assert (mail.from_address, mail.sent_at) == ("zhou@lotus.example", wall("2026-11-26T03:12:00"))
    assert (mail.body, mail.quoted[:9]) == ("Three of four passed.", "From: Ann")


def test_sender_below_the_text_is_a_signature():
    text = "Three passed.\nZhou <zhou@lotus.example>\nFrom: Li <li@huayue.example>\nDate: 2026-11-20 9:00"
    assert parse_pasted_email(text, today=TODAY).from_address == "li@huayue.example"
    assert parse_pasted_email("three passed\nZhou <zhou@lotus.example>", today=TODAY).from_address == ""
