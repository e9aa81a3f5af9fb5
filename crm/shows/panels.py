"""Panels of a show's page."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Fact, Facts, Panel, Row, Span, note, record_row
from crm.core.words import _
from crm.shows import queries
from crm.shows.models import Show
from crm.shows.queries import GoingRow


def build_show_facts(actor: Actor, row: Show) -> Facts:
    """Return dates, place and cost of a show; no cost for the China desk."""
    has_cost = row.cost is not None and not actor.hides_money
    return Facts(
        title=_("Show"),
        pairs=(
            Fact(_("Type"), row.what),
            Fact(_("First day"), formats.day(row.starts_on, weekday=True)),
            Fact(_("Last day"), formats.day(row.ends_on, weekday=True)),
            Fact(_("City"), ", ".join(part for part in (row.city, formats.country(row.country)) if part)),
            Fact(_("Venue"), row.venue),
            Fact(_("Halls"), row.halls),
            Fact(_("Time zone"), formats.place(row.zone)),
            Fact(_("Cost"), formats.money(row.cost, row.currency or "USD", short=False) if has_cost else None),
            Fact(_("Staff days"), str(row.staff_days) if row.staff_days else None),
            Fact(_("Note"), row.note),
        ),
        edit_url=url_for("shows.edit", id=row.id),
    )


def build_organizer(actor: Actor, row: Show) -> Panel:
    """Return the organization that holds a show."""
    organizer = queries.organizer_of(actor, row)
    rows = (record_row("organization", organizer.id, organizer.label, organizer.native_label),) if organizer else ()
    return Panel(title=_("Organizer"), rows=rows)


def build_participants(actor: Actor, row: Show) -> Panel:
    """Return the clients, people and staff who go to a show."""
    may_edit = can(actor, "show:edit", row)
    participants = queries.going_to(actor, row.id)
    return Panel(
        title=_("Participants"),
        rows=tuple(_participant_row(row.id, participant, may_edit=may_edit) for participant in participants),
        add_url=url_for("shows.participant", id=row.id) if may_edit else "",
        empty=_("No participants yet."),
    )


def _participant_row(show_id: int, row: GoingRow, *, may_edit: bool) -> Row:
    url = url_for("records.show", id=row.record_id) if row.record_id is not None else ""
    booth = _("booth %(booth)s", booth=row.booth) if row.booth else ""
    remove_url = url_for("shows.participant_remove", id=show_id, row=row.id)
    menu = (
        Action(_("Edit"), url_for("shows.participant_edit", id=show_id, row=row.id), about=row.label),
        Action(_("Remove"), remove_url, about=row.label, is_post=True, is_danger=True),
    )
    return Row(
        title=Span(row.label, url=url, native=row.native_label),
        face="person" if row.kind == "user" else row.kind,
        lines=note(row.going_as, booth, row.attendance),
        menu=menu if may_edit else (),
    )
