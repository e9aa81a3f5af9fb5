"""The report on meetings with officials: how many in each part of a period, and with which officials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for

from crm.core.data.visible_records import read_visible_names
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.people.policy import describe_rank
from crm.people.queries import AffiliationRow, load_affiliations

from . import queries
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import OfficialMeeting, OfficialRow


def build_officials_report(context: ReportContext) -> Report:
    """Return the report on the meetings of a scope with officials in the period."""
    rows = queries.list_official_meetings(context.scope, context.period.first, context.period.last)
    meetings, officials, hidden = queries.count_official_meetings(rows)
    tiles = [
        ReportTile(_("Meetings"), formats.num(meetings), confidential_note(hidden), None),
        ReportTile(_("Officials"), formats.num(officials), "", "#officials"),
    ]
    sections = [_parts_section(context, rows), _officials_section(context, rows)]
    return Report(_answer(meetings, officials), tiles, sections)


def _answer(meetings: int, officials: int) -> str:
    if not meetings:
        return _("No meetings with officials in this period.")
    answer: str = ngettext(
        "There was %(num)s meeting with officials; %(officials)s attended.",
        "There were %(num)s meetings with officials; %(officials)s attended.",
        meetings,
        officials=ngettext("%(num)s official", "%(num)s officials", officials),
    )
    return answer


def _parts_section(context: ReportContext, meetings: Sequence[OfficialMeeting]) -> ReportSection:
    lines = []
    for part in context.period.parts:
        rows = [row for row in meetings if part.first <= row.wall.date() <= part.last]
        lines.append(_part_line(part.name, rows))
    return ReportSection(
        name="parts",
        sheet=_("Periods"),
        title=_("How many meetings were there?"),
        summary=_("Meetings, visits, introductions and counseling sessions with officials."),
        if_empty=_("No meetings with officials in this period."),
        columns=(
            ReportHeading("period", _("Period")),
            ReportHeading("meetings", _("Meetings"), number=True),
            ReportHeading("officials", _("Officials"), number=True),
        ),
        rows=lines,
        totals=_part_line(_("Total"), meetings),
    )


def _part_line(name: str, rows: Sequence[OfficialMeeting]) -> list[ReportCell]:
    meetings, officials, _confidential = queries.count_official_meetings(rows)
    return [
        ReportCell(name, name),
        ReportCell(meetings, formats.num(meetings)),
        ReportCell(officials, formats.num(officials)),
    ]


def _officials_section(context: ReportContext, meetings: Sequence[OfficialMeeting]) -> ReportSection:
    rows = queries.rank_officials(meetings)
    ids = [row.id for row in rows[: context.limit]]
    actor, today = context.scope.actor, context.scope.day
    positions, ends = load_affiliations(actor, ids), queries.load_tour_ends(actor, ids, today)
    names = {row.id: row.label or row.native_label for row in read_visible_names(actor, ("person",), ids=ids)}
    return ReportSection(
        name="officials",
        sheet=_("Officials"),
        title=_("With which officials?"),
        summary=_("An official has a current position marked as official or state-owned enterprise."),
        if_empty=_("No meetings with officials in this period."),
        columns=(
            ReportHeading("official", _("Official")),
            ReportHeading("meetings", _("Meetings"), number=True),
            ReportHeading("position", _("Position"), hide_phone=True),
            ReportHeading("organization", _("Organization"), hide_phone=True),
            ReportHeading("status", _("Official status"), hide_phone=True),
            ReportHeading("rank", _("Rank"), hide_phone=True),
            ReportHeading("last_on", _("Last meeting"), number=True),
            ReportHeading("tour_ends", _("Expected end of tour"), number=True, hide_phone=True),
        ),
        rows=[_line(row, names[row.id], positions[row.id], ends.get(row.id)) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
    )


def _line(row: OfficialRow, name: str, positions: Sequence[AffiliationRow], tour_end: date | None) -> list[ReportCell]:
    position = next((row for row in positions if _is_official(row)), None)
    title = (position.title or position.native_title or "") if position else ""
    organization = (position.organization or position.native_organization) if position else ""
    status = str(position.official) if position else ""
    rank = describe_rank(position.rank, position.rank_words) if position else ""
    last_on = row.last_wall.date()
    return [
        ReportCell(name, name, url_for("desk.person", id=row.id)),
        ReportCell(row.meetings, formats.num(row.meetings)),
        ReportCell(title, title),
        ReportCell(organization, organization),
        ReportCell(status, status),
        ReportCell(rank, rank),
        ReportCell(last_on, formats.day(last_on)),
        ReportCell(tour_end, formats.day(tour_end)),
    ]


def _is_official(row: AffiliationRow) -> bool:
    return row.to_on is None and row.official.counts_as_official and not row.confidential


REPORT = ReportDefinition(
    name="officials",
    title=_l("Meetings with officials"),
    question=_l("How many meetings were there with officials, and with which ones?"),
    group=ReportGroup.relationships,
    icon="meeting",
    build=build_officials_report,
    filters=TEAM_AND_COUNSELOR,
)
