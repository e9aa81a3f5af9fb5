"""Put together the facts of a lead."""

from __future__ import annotations

from datetime import date

from crm.core.deadline import time_limit
from crm.interactions.paste import PastedMail

from .amounts import find_value
from .contacts import find_contact
from .deadlines import find_deadline
from .facts import LeadFacts
from .labels import FIELDS
from .needs import find_needs
from .organizations import find_owner, find_prime
from .places import find_place
from .sectors import find_sectors
from .text import Paragraph, read_labels, split_paragraphs
from .titles import find_title, split_scripts

MAX_CHARS = 20_000
"""Characters of an email that are read."""
MAX_SECONDS = 5
SHORT = 40
"""A forward with less text of its own is about the email that it quotes."""


def read_lead(mail: PastedMail, today: date) -> LeadFacts:
    """Return what an email says about a project; `today` is the reference of dates without a year.

    Raises TimeLimitExceeded after MAX_SECONDS.
    """
    body = mail.body if len(mail.body) >= SHORT or not mail.quoted else f"{mail.body}\n{mail.quoted}"
    sent_on = mail.sent_at.date() if mail.sent_at else today
    with time_limit(MAX_SECONDS):
        return _read(Paragraph.of(mail.subject), split_paragraphs(body[:MAX_CHARS]), sent_on)


def _read(subject: Paragraph, paragraphs: list[Paragraph], sent_on: date) -> LeadFacts:
    labels = read_labels(paragraphs, FIELDS)
    title = find_title(labels.get("name"), subject, paragraphs)
    name, native_name = split_scripts(title)
    texts = [subject, *paragraphs]
    prime, owner = find_prime(labels.get("prime"), texts), find_owner(labels.get("owner"), texts)
    place = find_place(labels.get("place"), Paragraph.of(title), texts, [prime, owner])
    deadline = find_deadline(labels.get("deadline"), texts, sent_on)
    value = find_value(labels.get("value"), texts)
    return LeadFacts(
        name=name,
        native_name=native_name,
        city=place.city,
        country=place.country,
        prime=prime,
        owner=owner,
        bid_day=deadline.day if deadline else None,
        bid_time=deadline.clock if deadline else None,
        value=value.value if value else None,
        currency=value.currency if value else "",
        sectors=find_sectors(labels.get("sector"), Paragraph.of(title), texts),
        needs=find_needs(labels.get("needs"), paragraphs),
        contact=find_contact(paragraphs),
    )
