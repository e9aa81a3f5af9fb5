"""Panels that belong to no feature: about the record as such, who of our staff knows it, and records of a city."""

from __future__ import annotations

from collections.abc import Sequence

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.panels import Fact, Facts, Panel, PanelRow, Span, note, record_row
from crm.core.words import _, ngettext
from crm.desk.cities import CityRow
from crm.desk.queries import RecordSummary, list_staff_contacts
from crm.followups.queries import AboutRow
from crm.interactions.queries import LinkedRecord
from crm.records.queries import other_names_of


def build_record_facts(record: Record, summary: RecordSummary) -> Facts:
    """Return other names of a record, who is responsible for it, its readers, and when it was created and changed."""
    return Facts(
        title=_("Record"),
        pairs=(
            Fact(_("Also known as"), ", ".join(other_names_of(record.id))),
            Fact(_("Counselor"), summary.counselor),
            Fact(_("Last interaction"), formats.day(summary.last_interaction_at)),
            Fact(_("Readers"), ", ".join(summary.readers)),
            Fact(_("Created"), formats.day(record.created_at)),
            Fact(_("Created by"), summary.created_by),
            Fact(_("Changed"), formats.day(record.changed_at)),
        ),
    )


def build_staff_contacts(actor: Actor, record: Record) -> Panel:
    """Return which of our staff know a person or an organization."""
    return Panel(
        title=_("Known by"),
        rows=tuple(
            PanelRow(
                title=Span(contact.name),
                avatar="me",
                lines=note(
                    ngettext("%(num)s interaction", "%(num)s interactions", contact.interactions),
                    _("last %(ago)s", ago=formats.ago(contact.last_at)),
                ),
            )
            for contact in list_staff_contacts(actor, record)
        ),
    )


def build_city_records(title: str, kind: str, rows: Sequence[CityRow]) -> Panel:
    """Return records of a kind in a city with their last interaction."""
    return Panel(
        title=title,
        rows=tuple(record_row(kind, row.id, row.label, row.native_label, formats.day(row.last_at)) for row in rows),
    )


def build_about(records: Sequence[AboutRow | LinkedRecord]) -> Panel:
    """Return the records that an interaction or a follow-up is about."""
    return Panel(
        title=_("About"),
        rows=tuple(record_row(about.kind, about.id, about.label, about.native_label) for about in records),
    )
