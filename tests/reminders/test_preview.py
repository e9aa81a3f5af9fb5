"""The preview of the next digest equals the email."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from crm.followups.enums import FollowUpSide
from crm.followups.services import add_follow_up
from crm.reminders.digest import preview_digest
from crm.reminders.queries import readers
from tests.reminders.digest_data import MORNING, TODAY, add_digest_items, turn_off

EVENING_BEFORE = MORNING - timedelta(hours=12)


def test_preview_has_the_subject_and_the_items_of_the_email(mails, anna, people, actor, session, client, clock):
    add_digest_items(anna, people, actor, session)
    clock.set(EVENING_BEFORE)
    page = client.login_as("anna").get("/profile/digest").text
    digest = mails()["digest"]
    assert digest.subject in page
    items = re.findall(r"^ ?(\d+)  (?:OVERDUE [^:]+: )?(.+)$", digest.text.partition("Answer on")[0], re.MULTILINE)
    assert len(items) > 5
    assert [text for _number, text in items if text not in page] == []
    assert "Tue, Mar 10, 7:00 AM" in page


def test_preview_follows_the_hour_and_the_kinds_of_its_reader(anna, client, people, clock):
    add_follow_up(anna, {"title": "Send price", "due_on": TODAY})
    clock.set(EVENING_BEFORE)
    people["anna"].digest_hour = 6
    client.login_as("anna")
    assert "Tue, Mar 10, 6:00 AM" in client.get("/profile/digest").text
    assert "Send price" in client.get("/profile/digest").text
    turn_off(anna, "digest")
    off = client.get("/profile/digest").text
    assert "You turned off the daily digest" in off
    assert "Send price" not in off


def test_preview_says_when_there_is_nothing_to_report(anna, client, clock):
    clock.set(EVENING_BEFORE)
    assert "Nothing to report" in client.login_as("anna").get("/profile/digest").text


@pytest.mark.parametrize("title", ["Price for 200"])
def test_preview_counts_what_has_an_email_of_its_own_and_hides_other_users_items(anna, actor, clock, title):
    add_follow_up(anna, {"title": title, "due_on": TODAY})
    add_follow_up(anna, {"title": "Alone", "due_on": TODAY, "mail_alone": True})
    add_follow_up(actor("clara"), {"title": "Of Clara", "due_on": TODAY})
    preview = preview_digest(readers([anna.id])[0], EVENING_BEFORE)
    assert [line.text for section in preview.sections for line in section.lines] == [title]
    assert preview.separate_count == 1


def test_profile_links_to_the_preview(client, people):
    assert 'href="/profile/digest"' in client.login_as("anna").get("/profile").text


def test_preview_counts_as_overdue_what_is_overdue_when_it_is_sent(anna, clock):
    yesterday = TODAY - timedelta(days=1)
    for title, due_on, side in (("Price", yesterday, "we"), ("Drawings", yesterday, "they"), ("Sample", TODAY, "we")):
        add_follow_up(anna, {"title": title, "due_on": due_on, "side": FollowUpSide(side)})
    clock.set(EVENING_BEFORE)
    subject = preview_digest(readers([anna.id])[0], EVENING_BEFORE).subject
    assert subject == "Tue, Mar 10: 2 we owe (1 overdue), 1 they owe (1 overdue)"
