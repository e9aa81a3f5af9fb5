"""Fill in the inquiry form from a sentence of the quick log."""

from __future__ import annotations

from typing import Any

from crm.core import clock
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _

from .lookup import NameLookup
from .policy import InteractionType
from .sentence import ChipKind, read_sentence
from .sentence.inquiries import find_inquiry

CHANNELS = {
    InteractionType.call: "call",
    InteractionType.email: "email",
    InteractionType.visit: "visit",
    InteractionType.meeting: "meeting",
    InteractionType.introduction: "introduction",
}


def propose_inquiry(actor: Actor, text: str) -> dict[str, Any]:
    """Return the form data of an inquiry; empty if the sentence isn't one or takes too long to read.

    `typed` has the name of an organization that isn't known.
    """
    if not text:
        return {}
    lookup = NameLookup(actor)
    try:
        draft = read_sentence(text, now=clock.now(), zone=actor.zone, lookup=lookup)
    except Invalid:
        return {}
    inquiry = find_inquiry(draft, lookup)
    if inquiry is None:
        return {}
    data: dict[str, Any] = {"name": inquiry.name, "contact_text": inquiry.contact or None, "wish": inquiry.need or None}
    matches = lookup.organizations(inquiry.organization)
    if len(matches) == 1:
        data["organization"] = matches[0].id
    elif inquiry.organization:
        data["typed"] = [inquiry.organization]
    if inquiry.step:
        data |= {"title": inquiry.step.title or _("Call back"), "due_on": inquiry.due_on}
    if inquiry.minutes:
        data["minutes"] = inquiry.minutes
    kind = draft.certain(ChipKind.kind)
    return data | ({"channel": CHANNELS[kind]} if kind in CHANNELS else {})
