"""The panel with the guests of an appointment and their answers."""

from __future__ import annotations

from crm.core.policy import Actor
from crm.core.web.panels import Panel, PanelRow, Span, note, record_link
from crm.core.words import _

from .policy import GuestAnswer
from .queries import GuestRow, list_guest_rows

ICONS = {GuestAnswer.accepted: "check", GuestAnswer.declined: "close", GuestAnswer.tentative: "help"}


def build_guests(actor: Actor, subject_key: str) -> Panel | None:
    """Return the guests of an appointment; None if nobody was invited."""
    rows = list_guest_rows(actor, subject_key)
    return Panel(title=_("Invited"), rows=tuple(map(_guest_row, rows))) if rows else None


def _guest_row(row: GuestRow) -> PanelRow:
    name = row.name or row.address
    title = record_link("person", row.person_id, name, css="") if row.person_id else Span(name)
    lines = (*note(row.answer_text), *note(row.proposal_text), *note(row.comment))
    trailing = (Span(row.address, css="dim small"),) if row.name and row.address else ()
    return PanelRow(
        title=title, trailing=trailing, icon=ICONS.get(row.answer, "mail") if row.answer else "mail", lines=lines
    )
