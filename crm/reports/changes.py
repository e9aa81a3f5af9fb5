"""The section on what changed: contracts and losses first, with old and new value, and who changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import url_for

from crm.calendars import local_day
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l
from crm.opportunities.history import format_change_value
from crm.opportunities.policy import ChangedField

from .context import ReportContext
from .layout import ReportCell, ReportHeading, ReportSection
from .queries import LOST, WON, ReportedChange

WEEK_DAYS = 7
FIELDS: dict[ChangedField, Lazy] = {
    ChangedField.stage: _l("Stage"),
    ChangedField.amount: _l("Amount"),
    ChangedField.close: _l("Close date"),
    ChangedField.counselor: _l("Counselor"),
}


def changed_days(context: ReportContext) -> tuple[date, date]:
    """Return the days whose changes the report shows: the last seven and today, or a past period."""
    if context.is_past:
        return context.period.first, context.period.last
    return context.scope.day - timedelta(days=WEEK_DAYS), context.scope.day


def counselors_of(changes: Sequence[ReportedChange]) -> set[int]:
    """Return the ids of the counselors that changes name."""
    return {int(x) for row in changes if row.field is ChangedField.counselor for x in (row.old, row.new) if x}


def build_changes_section(
    context: ReportContext, changes: Sequence[ReportedChange], counts: Mapping[str, int], users: Mapping[int, str]
) -> ReportSection:
    """Return the changes of the last seven days or of a past period.

    `counts` are the numbers of opportunities by kind of change, `users` the names of counselors.
    """
    in_period = _("What changed in %(period)s?", period=context.period.phrase)
    return ReportSection(
        name="changed",
        sheet=_("Changes"),
        title=in_period if context.is_past else _("What changed this week?"),
        summary=_summary(context, counts),
        columns=(
            ReportHeading("change", _("Change")),
            ReportHeading("opportunity", _("Opportunity")),
            ReportHeading("old", _("Before"), hide_phone=True),
            ReportHeading("new", _("After")),
            ReportHeading("reason", _("Reason"), in_files=True),
            ReportHeading("amount", _("Value"), number=True, hide_phone=True),
            ReportHeading("user", _("Changed by"), hide_phone=True),
            ReportHeading("on", _("Date"), number=True, hide_phone=True),
        ),
        rows=[_line(context, row, users) for row in changes[: context.limit]],
        note=context.limit_note(len(changes)),
        links=_links(context, counts),
    )


def _summary(context: ReportContext, counts: Mapping[str, int]) -> str:
    values = {name: formats.num(counts[name]) for name in ("won", "lost", "new", "moved")}
    if context.is_past:
        return _("%(won)s signed, %(lost)s lost, %(new)s new, %(moved)s moved.", **values)
    return _("In the last seven days: %(won)s signed, %(lost)s lost, %(new)s new, %(moved)s moved.", **values)


def _links(context: ReportContext, counts: Mapping[str, int]) -> list[ReportCell]:
    """Return the counts by kind of change; those of the last seven days open their list."""
    texts = {
        "won": _("%(n)s signed", n=formats.num(counts["won"])),
        "lost": _("%(n)s lost", n=formats.num(counts["lost"])),
        "new": _("%(n)s new", n=formats.num(counts["new"])),
        "moved": _("%(n)s moved to another stage", n=formats.num(counts["moved"])),
        "slipped": _("%(n)s with a later close date", n=formats.num(counts["slipped"])),
        "sooner": _("%(n)s with an earlier close date", n=formats.num(counts["sooner"])),
        "amount": _("%(n)s with a new amount", n=formats.num(counts["amount"])),
        "reassigned": _("%(n)s reassigned", n=formats.num(counts["reassigned"])),
    }
    return [
        ReportCell(counts[code], text, None if context.is_past else context.opportunities_url(changed=code))
        for code, text in texts.items()
        if counts[code]
    ]


def _line(context: ReportContext, row: ReportedChange, users: Mapping[int, str]) -> list[ReportCell]:
    old, new = (format_change_value(row.field, value, users) for value in (row.old, row.new))
    label, tone = _kind(row)
    day = local_day(row.at, context.scope.actor.zone)
    amount = formats.money(row.amount, row.currency)
    return [
        ReportCell(label, label, tone=tone),
        ReportCell(row.label, row.label, url_for("desk.opportunity", id=row.opportunity_id)),
        ReportCell(old, old),
        ReportCell(new, new, note=row.why or ""),
        ReportCell(row.why),
        ReportCell(row.amount, amount, currency=row.currency),
        ReportCell(row.user_name or "", row.user_name or ""),
        ReportCell(day, formats.day(day)),
    ]


def _kind(row: ReportedChange) -> tuple[str, str]:
    """Return the kind of a change and its tone."""
    if row.rank == WON:
        return _("Signed"), "ok"
    if row.rank == LOST:
        return _("Lost"), "bad"
    return (_("New") if row.field is ChangedField.stage and row.old is None else str(FIELDS[row.field])), ""
