"""Turn a parsed email into data of the log form: people, contact details of the signature, follow-ups."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.deadline import time_limit
from crm.core.policy import Actor, can
from crm.people.queries import get_person, has_public_contact_details
from crm.records.policy import ContactMedium
from crm.records.queries import points_of, records_with_point

from .lookup import NameLookup, is_staff_name
from .mail_addresses import Correspondent
from .mail_steps import find_mail_steps
from .paste import MAX_SECONDS, Direction, PastedMail, is_ours
from .policy import InteractionOutcome, InteractionType
from .prefill import blank, complete, step_row
from .proposal import MAX_SUBJECT_CHARS, FormProposal
from .signature import Signature, read_signature, suggest_latin_name

MAX_OTHERS = 12
"""Other recipients that are added or offered."""
MIN_DIGITS = 8
"""Digits at the end of a phone number that tell it apart from others."""


def propose_from_email(actor: Actor, mail: PastedMail, own_addresses: Collection[str]) -> FormProposal:
    """Build the form data of a pasted email."""
    proposal = FormProposal(blank(actor))
    data = proposal.data
    data |= {
        "type": InteractionType.email,
        # Who wrote to us was reached.
        "reached": InteractionOutcome.talked if mail.direction is Direction.received else InteractionOutcome.one_way,
        "subject": mail.subject[:MAX_SUBJECT_CHARS] or None,
        "notes": mail.body or None,
    }
    _set_sent(actor, data, mail)
    if mail.direction is Direction.sent:
        for correspondent in mail.to:
            _put_correspondent(actor, proposal, correspondent)
    else:
        sender = Correspondent(mail.from_name, mail.from_address)
        _put_correspondent(actor, proposal, sender)
        _put_signature(actor, proposal, mail, sender)
    recipients = mail.cc if mail.direction is Direction.sent else (*mail.to, *mail.cc)
    for correspondent in [each for each in recipients if not is_ours(each, own_addresses)][:MAX_OTHERS]:
        _put_correspondent(actor, proposal, correspondent, is_copied=True)
    data["follow_ups"] = _mail_steps(actor, mail) or data["follow_ups"]
    complete(actor, proposal)
    return proposal


def _mail_steps(actor: Actor, mail: PastedMail) -> list[dict[str, Any]]:
    """Return the form data of what the email promises or requests by a date.

    Raises TimeLimitExceeded after MAX_SECONDS.
    """
    today = clock.today(actor.zone)
    is_received = mail.direction is not Direction.sent
    sent_on = mail.sent_at.date() if mail.sent_at else today
    with time_limit(MAX_SECONDS):
        steps = find_mail_steps(mail.body, sent_on=sent_on, today=today, is_received=is_received)
    return [step_row(actor, step.title[:MAX_SUBJECT_CHARS], step.due_on) | {"side": step.side} for step in steps]


def _put_signature(actor: Actor, proposal: FormProposal, mail: PastedMail, sender: Correspondent) -> None:
    """Offer the contact details of the signature: all for a new sender, for one on record those that are missing."""
    signature = read_signature(mail.body, mail.from_name)
    people = proposal.data["people"]
    if people:
        person = get_person(actor, people[0])
        if can(actor, "person:edit", person):
            proposal.data["sender"] = {"person_id": person.id} | _missing_points(person.id, signature)
        return
    latin = signature.latin or suggest_latin_name(mail.from_name)
    proposal.data["sender"] = {
        "text": _label(sender),
        "latin": latin if not mail.from_name.isascii() else "",
        "title": signature.title,
        "phone": signature.phone,
        "wechat": signature.wechat,
    }
    matches = NameLookup(actor).organizations(signature.organization)
    if len(matches) == 1:
        proposal.data["organizations"] = [matches[0].id]
    elif signature.organization:
        proposal.organizations.offered.append(signature.organization)


def _missing_points(person_id: int, signature: Signature) -> dict[str, str]:
    """Return the phone number and WeChat name that the person doesn't have yet."""
    stored = {_digits(row.raw)[-MIN_DIGITS:] or row.raw.casefold() for row in points_of([person_id])[person_id]}
    phone = signature.phone if _digits(signature.phone)[-MIN_DIGITS:] not in stored else ""
    return {"phone": phone, "wechat": signature.wechat if signature.wechat.casefold() not in stored else ""}


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= MIN_DIGITS else ""


def _set_sent(actor: Actor, data: dict[str, Any], mail: PastedMail) -> None:
    """Set date and time: in the actor's zone if the offset is known, else in the zone of the sender."""
    sent: datetime | None = mail.sent_at
    if sent is None:
        data["time"] = None
        return
    zone = actor.zone if sent.tzinfo else mail.zone_guess or actor.zone
    local = sent.astimezone(UTC).astimezone(ZoneInfo(zone)) if sent.tzinfo else sent
    data |= {"day": local.date(), "time": local.time().replace(second=0, microsecond=0, tzinfo=None), "zone": zone}


def _put_correspondent(
    actor: Actor, proposal: FormProposal, correspondent: Correspondent, *, is_copied: bool = False
) -> None:
    """Add the person with this address; else ask about the name and address, or offer to add who is copied."""
    if not correspondent.address and not correspondent.name:
        return
    people = list_people_with_address(actor, correspondent.address)
    if len(people) == 1:
        proposal.data["people"] += [i for i in people if i not in proposal.data["people"]]
        return
    if not people and correspondent.name:
        # A new address may belong to an existing person of that name.
        people = [match.id for match in NameLookup(actor).people(correspondent.name)]
    if is_copied and not people and not correspondent.address and is_staff_name(correspondent.name):
        # Mail programs often show recipients by name only.
        return
    if is_copied and not people:
        proposal.people.offered.append(_label(correspondent))
    else:
        proposal.people.add(_label(correspondent), people)


def list_people_with_address(actor: Actor, address: str) -> list[int]:
    """Return the people of an email address that the actor may see."""
    ids = records_with_point(ContactMedium.email, address.lower()) if address else []
    stmt = sa.select(Record.id).where(Record.id.in_(ids), Record.kind == "person", visible(actor))
    stmt = stmt.where(Record.archived_at.is_(None), has_public_contact_details(Record))
    return list(db.session.scalars(stmt.order_by(Record.id)))


def _label(correspondent: Correspondent) -> str:
    if correspondent.name and correspondent.address:
        return f"{correspondent.name} <{correspondent.address}>"
    return correspondent.name or correspondent.address
