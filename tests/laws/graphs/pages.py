"""What a person sees: pages, files, the calendar feed and emails, without parts that differ per request."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by
from crm.feeds.services import make_feed, set_details
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction
from crm.reminders.details import load_follow_up_facts, load_meeting_facts
from crm.reminders.kinds import list_email_kinds
from crm.reminders.kinds.digest import KIND as DIGEST
from crm.reminders.mails import render_reminder
from crm.reminders.queries import Reader, readers
from crm.reports.mails import build_facts
from crm.reports.policy import EmailInterval
from tests.laws.application import ApplicationUnderTest
from tests.laws.graphs.database import GraphDatabase

COUNT_PATTERN = r"(?:, |\s· )?\+\d+ confidential"
"""Board and reports show the number of confidential opportunities to those who may not see them."""
NOISE = [
    (re.compile(r'(name="csrf(?:_token)?"[^>]*(?:value|content)=")[^"]*'), r"\1"),
    (re.compile(r'(csrf_token" type="hidden" value=")[^"]*'), r"\1"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"was=[\w.\-]+"), "was="),
    (re.compile(r"/imports/\d+"), "/imports/N"),
    (re.compile(r"/duplicates/\d+/"), "/duplicates/N/"),
    (re.compile(COUNT_PATTERN), ""),
    (re.compile(r'<span class="d"></span>'), ""),
    (re.compile(r'<tr>\s*<td colspan="\d" class="faint small">\s*</td>\s*</tr>'), ""),
    (re.compile(r" Confidential opportunities are counted separately and left out of totals\."), ""),
    (re.compile(r"\n\s*\n"), "\n"),
]
"""Parts that are removed from pages before comparison: they differ per request, or are shown on purpose."""


SECURITY_LOG_PATH = "/security-log/"
"""Shows administrators the actions on confidential records, by kind and id alone."""


def normalize_page(text: str) -> str:
    """Remove tokens and random identifiers from a page."""
    for pattern, instead in NOISE:
        text = pattern.sub(instead, text)
    return text


def is_same(before: str, after: str) -> bool:
    """Return whether two pages match; a board with only confidential opportunities is known not to be empty."""
    only_counted = re.search(COUNT_PATTERN, before) is not None and '<section class="empty">' in after
    return normalize_page(before) == normalize_page(after) or only_counted


def fetch(application: ApplicationUnderTest, viewer: str, address: str, data: dict[str, str] | None = None) -> str:
    """Return a page as a person sees it, with its status; `JSON ` before an address requests JSON."""
    headers = {}
    if address.startswith("JSON "):
        address, headers = address.removeprefix("JSON "), {"Accept": "application/json"}
    method = "GET" if data is None else "POST"
    answer = application.ask(viewer, method, address, data=data, headers=headers)
    return f"{answer.status} {answer.location}\n{answer.text}"


PREVIEW = "preview of an import of "


def preview(application: ApplicationUnderTest, viewer: str, word: str) -> str:
    """Return the preview of a file with a person whose name and email address are those of a hidden record."""
    rows = f"family name,given name,email,company\n{word},Li,{word.lower()}@{word.lower()}.example,{word} Works\n"
    data = {"csrf_token": application.tokens[viewer], "file": (io.BytesIO(rows.encode()), "people.csv")}
    with application.rolled_back():
        client = application.clients[viewer]
        answer = client.post("/imports/new", data=data, content_type="multipart/form-data")
        page = client.get(answer.headers["Location"]) if answer.status_code == 303 else answer
        return f"{page.status_code}\n{page.get_data(as_text=True)}"


FEED = "calendar feed"
EMAILED_REPORTS = ("results", "gifts")
"""Some reports for the email, which has only answers and figures of their pages; none that counts confidential ones."""


def open_feed(application: ApplicationUnderTest, world: GraphDatabase, viewer: str) -> str:
    """Return the calendar of a person with all details, as a calendar program reads it."""
    with application.rolled_back():
        user_id = world.users[viewer].id
        token = make_feed(user_id)
        set_details(user_id, has_details=True)
        db.session.commit()
        return fetch(application, viewer, f"/calendar/{token}.ics")


def mails(world: GraphDatabase, viewer: str) -> Iterator[tuple[str, str]]:
    """Return the digest, and the separate emails about each follow-up and interaction of a user, as built now."""
    user = world.users[viewer]
    for reader in readers([user.id]):
        actor, now = reader.actor, clock.now()
        with force_locale(user.language), as_read_by(actor):
            message = render_reminder(DIGEST, user, reader, None, now)
            yield "digest", "" if message is None else f"{message.subject}\n{message.text}\n{message.html}"
            yield from _separate_emails(reader, user, now)
            stmt = sa.select(FollowUp).where(FollowUp.counselor_id == user.id).order_by(FollowUp.id)
            for row in db.session.scalars(stmt):
                yield f"email about follow-up {row.id}", repr(load_follow_up_facts(actor, row, now))
            for id in db.session.scalars(sa.select(Interaction.id).order_by(Interaction.id)):
                try:
                    yield f"email about interaction {id}", repr(load_meeting_facts(actor, id))
                except NotFound:
                    continue


def _separate_emails(reader: Reader, user: User, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the emails that are due now or tomorrow besides the digest, and the one with reports."""
    for kind in list_email_kinds():
        for due in kind.find_due([reader], now) if kind is not DIGEST else ():
            message = render_reminder(kind, user, reader, due.record_id, now)
            name = f"email {kind.code} {due.subject_key} {due.occurrence}"
            yield name, "" if message is None else f"{message.subject}\n{message.text}\n{message.html}"
    with current_app.test_request_context():
        facts = build_facts(reader.actor, EmailInterval.weekly, EMAILED_REPORTS)
        yield "email with reports", repr(facts or "")
