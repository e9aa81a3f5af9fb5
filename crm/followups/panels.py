"""Panels about follow-ups, and how often to keep in touch."""

from __future__ import annotations

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Fact, Facts, Line, Span, Text, TextPanel, record_link
from crm.core.words import _, ngettext
from crm.followups.enums import Tier
from crm.followups.queries import FollowUpRow


def build_cadence(actor: Actor, record: Record, tier: Tier | None, every_days: int | None) -> TextPanel:
    """Return how often to keep in touch: by the tier, unless `every_days` is set."""
    text: Text = ""
    if tier is not None:
        text = ngettext("Every day", "Every %(num)s days", every_days) if every_days else tier.label
    may_edit = record.archived_at is None and can(actor, "cadence:edit", record)
    return TextPanel(
        title=_("Keep in touch"),
        text=text,
        empty=_("No interval set."),
        edit_url=url_for("followups.cadence", record_id=record.id) if may_edit else "",
    )


def build_follow_up_facts(row: FollowUpRow, owed_by_id: int | None, owed_to_id: int | None) -> Facts:
    """Return due date, state, people and attempts of a follow-up, and where its reminders are explained.

    The people are among those it is about, so that only those are named who the reader may see.
    """
    why = Span(_("Why did or didn't this send?"), url=url_for("mail.explain", id=row.id), css="link")
    remind = Span(_("Reminder"), url=url_for("reminders.item", id=row.id), css="link")
    return Facts(
        title=_("Follow-up"),
        pairs=(
            Fact(_("Due"), _due_text(row)),
            Fact(_("Status"), row.state),
            Fact(_("Owed by"), _link_person(row, owed_by_id)),
            Fact(_("Owed to"), _link_person(row, owed_to_id)),
            Fact(_("Attempts"), str(row.tries) if row.tries else None),
            Fact(_("Postponed"), str(row.postponed_count) if row.postponed_count else None),
            Fact(_("Repeat"), row.repeat),
            Fact(_("Send as a separate email"), _("Yes") if row.mail_alone else None),
        ),
        edit_url=url_for("followups.edit", id=row.id),
        footer=(*((Line((remind,), css="t13 mt-2"),) if row.due_at else ()), Line((why,), css="t13 mt-1 mb-4")),
    )


def _link_person(row: FollowUpRow, person_id: int | None) -> Span | None:
    person = next((about for about in row.about if about.id == person_id), None)
    return record_link("person", person.id, person.label, person.native_label, css="link") if person else None


def _due_text(row: FollowUpRow) -> str:
    if row.due_at is None:
        return formats.day(row.due_on, weekday=True)
    return f"{formats.day(row.due_at, weekday=True)} {formats.both_clocks(row.due_at, row.their_zone)}"


def build_note(row: FollowUpRow) -> TextPanel:
    return TextPanel(title=_("Note"), text=row.note or "", css="keep-lines")


def build_result(row: FollowUpRow) -> TextPanel:
    return TextPanel(title=_("Result"), text=row.result or "", css="")
