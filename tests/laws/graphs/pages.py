"""What a person can open: addresses of every kind of page, and their text without parts that differ per request."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by
from crm.core.lists import Listing
from crm.core.lists.declare import Filter
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor
from crm.features import load_modules
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction
from crm.matching.models import ProductMatch
from crm.reminders.details import load_follow_up_facts, load_meeting_facts
from crm.reminders.kinds.digest import KIND as DIGEST
from crm.reminders.mails import render_reminder
from crm.reminders.queries import readers
from crm.reports.registry import REPORTS
from crm.shows.models import ShowMeeting
from tests.laws.application import ApplicationUnderTest
from tests.laws.graphs.database import GraphDatabase

LISTINGS = {x.name: x for module in load_modules("lists") for x in vars(module).values() if isinstance(x, Listing)}
WITHOUT_RECORDS = frozenset({"/healthz", "/help", "/profile/second-factor/app"})
"""Pages without content of records; /help shows which first steps a user has done, also with a record hidden since."""
KINDS = {
    "organization": "organizations",
    "person": "people",
    "product": "products",
    "followup": "followups",
    "interaction": "interactions",
    "project": "projects",
    "opportunity": "opportunities",
    "show": "shows",
    "representation": "people/reps",
    "need": "projects/needs",
    "milestone": "milestones",
}
"""Pages of each kind of record."""
FILLED_FORMS = (
    "/interactions/new?{kind}={id}",
    "/followups/new?{kind}={id}",
    "/opportunities/new?{kind}={id}",
    "/milestones/new?{kind}={id}",
    "/people/reps/new?{kind}={id}",
    "/projects/new?source={id}",
    "/interactions/log?record={id}",
)
"""Forms that query parameters prefill with a record."""
COUNT_PATTERN = r"(?:, | · )?\+\d+ confidential"
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


def plain_addresses(app: Flask) -> Iterator[str]:
    """Return every page whose address has no id, and every report."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule not in WITHOUT_RECORDS:
            yield rule.rule
    yield from (f"/reports/{report.name}" for report in REPORTS)


def list_addresses(actor: Actor, words: list[str]) -> Iterator[str]:
    """Return every list with each sort, each filter's values and searches, as page, CSV and JSON."""
    for listing in LISTINGS.values():
        variants: list[dict[str, Any]] = [{}, {"as": "csv"}, {"archived": "all"}]
        variants += [
            {"sort": f"{sign}{c.name}"} for c in listing.cols_for(actor) if c.key is not None for sign in ("", "-")
        ]
        variants += [{"view": view.name} for view in listing.views_for(actor)]
        variants += [{f.name: value} for f in listing.filters_for(actor) for value in _values(f, actor, words)]
        if listing.search is not False:
            variants += [{"q": word} for word in words]
        for query in variants:
            if listing.has_archive or "archived" not in query:
                yield listing.address + (f"?{urlencode(query)}" if query else "")


def _values(one: Filter, actor: Actor, words: list[str]) -> list[str]:
    if one.kind in ("choice", "many"):
        choices = one.choices(actor) if callable(one.choices) else one.choices
        return [str(value) for value, _label in list(choices)[:12]]
    return {"bool": ["1"], "date": ["2026-12-08"], "text": words, "num": ["2026"], "pick": []}[one.kind]


def record_addresses(ids: set[int], words: list[str]) -> Iterator[str]:
    """Return the pages of records: record page, searches in the timeline, history, forms, and prefilled forms."""
    for id, kind in db.session.execute(sa.select(Record.id, Record.kind).where(Record.id.in_(ids)).order_by(Record.id)):
        base = f"/{KINDS[kind]}/{id}"
        yield from (base, f"/records/{id}/history", f"{base}/edit", f"/records/{id}/access", f"/records/{id}/counselor")
        yield from (f"{base}?find={word}" for word in words)
        yield from (form.format(kind=kind, id=id) for form in FILLED_FORMS)
        if kind in ("followup", "interaction"):
            yield f"/mail/explain/{id}"
        if kind in ("organization", "project", "need", "opportunity"):
            yield f"/introductions/{id}"
        if kind == "opportunity":
            yield f"{base}/move"
        if kind == "representation":
            yield f"/products/reps/{id}"
        if kind == "show":
            yield f"{base}/meetings/new"
    yield from (f"/mail/{id}" for id in db.session.scalars(sa.select(Mail.id)))
    yield from (f"/shows/meetings/{id}" for id in db.session.scalars(sa.select(ShowMeeting.id)))
    yield from (f"/matches/{id}" for id in db.session.scalars(sa.select(ProductMatch.id)))


def search_addresses(words: list[str]) -> Iterator[str]:
    """Return searches of every kind for words, and the pages of cities with these names."""
    for word in words:
        yield from (f"/search?q={word}", f"JSON /search?q={word}", f"/cities/{word.lower()}ville")
        yield from (f"/cities/{word.lower()}{end}" for end in ("town", "hai"))
        yield f"JSON /search?q={word.lower()}&kinds=person"


def read_only_forms(words: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Return forms that parse a text and save nothing."""
    for word in words:
        yield "/interactions/log", {"sentence": f"met {word} 20m, call Fri"}
        yield "/interactions/paste", {"mail": f"From: {word.lower()}@{word.lower()}.example\nSubject: Hi\n\nText"}
        yield (
            "/projects/paste",
            {"mail": f"From: {word} <{word.lower()}@{word.lower()}.example>\n\nPrime: {word} Works"},
        )
        yield "/inquiries/meter", {"name": word, "contact_text": f"{word.lower()}@{word.lower()}.example"}


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


def mails(world: GraphDatabase, viewer: str) -> Iterator[tuple[str, str]]:
    """Return the digest, and the separate emails about each follow-up and interaction of a user, as built now."""
    user = world.users[viewer]
    for reader in readers([user.id]):
        actor, now = reader.actor, clock.now()
        with force_locale(user.language), as_read_by(actor):
            message = render_reminder(DIGEST, user, reader, None, now)
            yield "digest", "" if message is None else f"{message.subject}\n{message.text}\n{message.html}"
            stmt = sa.select(FollowUp).where(FollowUp.counselor_id == user.id).order_by(FollowUp.id)
            for row in db.session.scalars(stmt):
                yield f"email about follow-up {row.id}", repr(load_follow_up_facts(actor, row, now))
            for id in db.session.scalars(sa.select(Interaction.id).order_by(Interaction.id)):
                try:
                    yield f"email about interaction {id}", repr(load_meeting_facts(actor, id))
                except NotFound:
                    continue


def sample_addresses(rng: Random, addresses: Iterator[str], most: int) -> list[str]:
    """Choose some addresses."""
    chosen = list(dict.fromkeys(addresses))
    return chosen if len(chosen) <= most else rng.sample(chosen, most)
