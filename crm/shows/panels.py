"""Panels of a show's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import url_for

from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Editing, Fact, Facts, Line, Panel, PanelRow, Span, note, record_row
from crm.core.words import _
from crm.shows import queries
from crm.shows.models import Show
from crm.shows.policy import Attendance
from crm.shows.queries import AttendedEvent, ParticipantRow


def build_show_facts(actor: Actor, row: Show) -> Facts:
    """Return dates, place and cost of a show; no cost for the China desk."""
    has_cost = row.cost is not None and not actor.hides_money
    city = ", ".join(part for part in (row.city, formats.country(row.country)) if part)
    first, last = formats.day(row.starts_on, weekday=True), formats.day(row.ends_on, weekday=True)
    return Facts(
        title=_("Show"),
        pairs=(
            Fact.of(row, Show.type),
            Fact(_("First day"), first, fields=("starts_on", "ends_on")),
            Fact(_("Last day"), last, fields=("ends_on", "starts_on")),
            Fact(_("City"), city, fields=("city", "country")),
            Fact.of(row, Show.venue),
            Fact.of(row, Show.halls),
            Fact(_("Time zone"), formats.place(row.zone), fields=("zone",)),
            Fact(_("Cost"), formats.amount(row.cost, row.currency, short=False) if has_cost else None),
            Fact(_("Staff days"), str(row.staff_days) if row.staff_days else None, fields=("staff_days",)),
            Fact.of(row, Show.note),
        ),
        edit_url=url_for("shows.edit", id=row.id),
        editing=Editing.of(actor, row, "shows", "shows.edit"),
    )


def build_organizer(actor: Actor, row: Show) -> Panel:
    """Return the organization that holds a show."""
    organizer = queries.organizer_of(actor, row)
    rows = (record_row("organization", organizer.id, organizer.label, organizer.native_label),) if organizer else ()
    return Panel(title=_("Organizer"), rows=rows)


def build_participants(actor: Actor, row: Show) -> Panel:
    """Return the clients, people and staff who go to a show."""
    may_edit = can(actor, "show:edit", row)
    participants = queries.load_participant_rows(actor, row.id)
    footer = (Line((Span(_("Attendance"), url=url_for("shows.attended", id=row.id), css="link"),), css="t13 mt-1"),)
    return Panel(
        title=_("Participants"),
        footer=(*_count_line(participants), *(footer if may_edit else ())),
        rows=tuple(_participant_row(row.id, participant, may_edit=may_edit) for participant in participants),
        add_url=url_for("shows.participant", id=row.id) if may_edit else "",
        empty=_("No participants yet."),
    )


def _count_line(participants: Sequence[ParticipantRow]) -> tuple[Line, ...]:
    """Return how many attended, are expected and didn't come; staff isn't counted."""
    counts = Counter(row.attendance for row in participants if row.record_id is not None)
    statuses = (Attendance.attended, Attendance.registered, Attendance.no_show)
    return note(*(f"{status}: {counts[status]}" for status in statuses if counts[status]))


def build_events(actor: Actor, record_id: int) -> Panel | None:
    """Return the events to which a person, or someone of a client, went or is to go; None without any."""
    rows = queries.list_events(actor, record_id)
    return Panel(title=_("Events"), rows=tuple(map(_event_row, rows))) if rows else None


def _event_row(row: AttendedEvent) -> PanelRow:
    name = row.person or row.native_person
    texts = (row.type, formats.day(row.starts_on), name, row.going_as, row.attendance)
    return record_row("show", row.id, row.label, row.native_label, *texts)


def _participant_row(show_id: int, row: ParticipantRow, *, may_edit: bool) -> PanelRow:
    url = url_for("records.show", id=row.record_id) if row.record_id is not None else ""
    booth = _("booth %(booth)s", booth=row.booth) if row.booth else ""
    remove_url = url_for("shows.participant_remove", id=show_id, row=row.id)
    menu = (
        Action(_("Edit"), url_for("shows.participant_edit", id=show_id, row=row.id), about=row.label),
        Action(_("Remove"), remove_url, about=row.label, is_post=True, is_danger=True),
    )
    return PanelRow(
        title=Span(row.label, url=url, native=row.native_label),
        avatar="person" if row.kind == "user" else row.kind,
        lines=note(row.going_as, booth, row.attendance),
        menu=menu if may_edit else (),
    )
