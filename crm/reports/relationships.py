"""The report on relationships at risk: going quiet, vacant roles, people whom only one colleague meets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for

from crm.core import clock
from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext

from . import queries
from .cells import text_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import QuietRecord, SingleContact, VacantRole

SINGLE_DAYS = 730
"""How many days back interactions count for who meets whom."""


def build_relationships_report(context: ReportContext) -> Report:
    """Return the report on the relationships of a scope that are at risk today."""
    quiet = queries.list_quiet(context.scope)
    vacant = queries.list_vacant_roles(context.scope)
    begin = clock.now() - timedelta(days=SINGLE_DAYS)
    single_count, single = queries.list_single_contacts(context.scope, begin, context.limit)
    tiles = [
        ReportTile(_("Going quiet"), formats.num(len(quiet)), "", "#quiet", "bad" if quiet else ""),
        ReportTile(_("Vacant roles at U.S. posts"), formats.num(len(vacant)), "", "#vacant"),
        ReportTile(_("Known to one colleague"), formats.num(single_count), _("in the last two years"), "#single"),
    ]
    sections = [
        _quiet_section(context, quiet),
        _vacant_section(context, vacant),
        _single_section(context, single_count, single),
    ]
    return Report(_answer(len(quiet), len(vacant), single_count), tiles, sections)


def _answer(quiet: int, vacant: int, single: int) -> str:
    if not (quiet or vacant or single):
        return _("No relationship is at risk.")
    return ", ".join(
        (
            ngettext("%(num)s relationship is going quiet", "%(num)s relationships are going quiet", quiet),
            ngettext("%(num)s role at a U.S. post is vacant", "%(num)s roles at U.S. posts are vacant", vacant),
            ngettext(
                "%(num)s person is known to only one colleague.",
                "%(num)s people are known to only one colleague.",
                single,
            ),
        )
    )


def _quiet_section(context: ReportContext, rows: Sequence[QuietRecord]) -> ReportSection:
    return ReportSection(
        name="quiet",
        sheet=_("Going quiet"),
        title=_("Who is going quiet?"),
        summary=_("No interaction for longer than planned under “Keep in touch”, the most overdue first."),
        if_empty=_("No relationship is going quiet."),
        columns=(
            ReportHeading("record", _("Person or organization")),
            ReportHeading("days", _("Days without interaction"), number=True),
            ReportHeading("every", _("Target (days)"), number=True, hide_phone=True),
            ReportHeading("last_on", _("Last interaction"), number=True, hide_phone=True),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
        ),
        rows=[
            [
                text_cell(row.label, url_for(f"desk.{row.kind}", id=row.id)),
                ReportCell(row.days, formats.num(row.days), tone="bad"),
                ReportCell(row.every, formats.num(row.every)),
                ReportCell(row.last_on, formats.day(row.last_on) if row.last_on else _("none yet")),
                text_cell(row.counselor or ""),
            ]
            for row in rows[: context.limit]
        ],
        note=context.limit_note(len(rows)),
    )


def _vacant_section(context: ReportContext, rows: Sequence[VacantRole]) -> ReportSection:
    return ReportSection(
        name="vacant",
        sheet=_("Vacant roles"),
        title=_("Which roles at U.S. posts are vacant?"),
        summary=_("Roles without a current holder on record."),
        if_empty=_("No vacant roles on record."),
        columns=(
            ReportHeading("post", _("U.S. post")),
            ReportHeading("role", _("Role")),
            ReportHeading("since", _("Vacant since"), number=True),
        ),
        rows=[
            [
                text_cell(row.post, url_for("desk.organization", id=row.post_id)),
                text_cell(row.title),
                ReportCell(row.since_on, formats.day(row.since_on)),
            ]
            for row in rows[: context.limit]
        ],
        note=context.limit_note(len(rows)),
    )


def _single_section(context: ReportContext, count: int, rows: Sequence[SingleContact]) -> ReportSection:
    return ReportSection(
        name="single",
        sheet=_("Known to one colleague"),
        title=_("Who is known to only one colleague?"),
        summary=_("People known to only one colleague in the last two years. Introduce a second one."),
        if_empty=_("No one is known to only one colleague."),
        columns=(
            ReportHeading("person", _("Person")),
            ReportHeading("user", _("Our staff")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("last_on", _("Last interaction"), number=True, hide_phone=True),
        ),
        rows=[_single_line(context, row) for row in rows],
        note=context.limit_note(count),
    )


def _single_line(context: ReportContext, row: SingleContact) -> list[ReportCell]:
    last_on = context.scope.local_day(row.last_at)
    return [
        text_cell(row.label, url_for("desk.person", id=row.id)),
        text_cell(row.user_name),
        ReportCell(row.interactions, formats.num(row.interactions)),
        ReportCell(last_on, formats.day(last_on)),
    ]


REPORT = ReportDefinition(
    name="relationships",
    title=_l("Relationships"),
    question=_l("Who is going quiet, which roles are vacant, and who is known to only one colleague?"),
    group=ReportGroup.relationships,
    icon="quiet",
    build=build_relationships_report,
    period=None,
    filters=TEAM_AND_COUNSELOR,
)
