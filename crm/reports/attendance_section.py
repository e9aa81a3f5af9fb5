"""The section of the activity report on workshops and webinars: who was expected, attended, and didn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _, confidential_note, ngettext
from crm.shows.policy import COUNTED, Attendance
from crm.shows.queries import AttendedRow

from . import queries
from .cells import count_cell, text_cell
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection


def build_attendance_section(context: ReportContext) -> ReportSection:
    """Return the workshops and webinars of the period with their attendees."""
    events, rows = queries.list_workshops(context.scope, context.period.first, context.period.last)
    open_rows = [row for row in rows if not row.confidential]
    by_event: dict[int, list[AttendedRow]] = {}
    for row in open_rows:
        by_event.setdefault(row.show_id, []).append(row)
    total = _count(open_rows)
    attended: str = ngettext("%(num)s attendee", "%(num)s attendees", total[Attendance.attended])
    hidden = confidential_note(len(rows) - len(open_rows))
    summary = ngettext("%(num)s event, %(attended)s.", "%(num)s events, %(attended)s.", len(events), attended=attended)
    counts = [_count(by_event.get(event.id, [])) for event in events]
    return ReportSection(
        name="workshops",
        sheet=_("Workshops"),
        title=_("Who attended workshops and webinars?"),
        summary=summary if events else _("No workshops in this period."),
        columns=(
            ReportHeading("event", _("Event")),
            ReportHeading("day", _("Date"), hide_phone=True),
            ReportHeading("attended", _("Attended"), number=True),
            ReportHeading("expected", _("Expected"), number=True),
            ReportHeading("no_shows", _("No-shows"), number=True, hide_phone=True),
            ReportHeading("clients", _("Clients attended"), number=True, hide_phone=True),
        ),
        rows=[
            [
                text_cell(event.label or event.native_label, url_for("desk.show", id=event.id)),
                ReportCell(event.starts_on, formats.day(event.starts_on)),
                *_cells(count, by_event.get(event.id, []), _list_urls(context, event.id)),
            ]
            for event, count in zip(events, counts, strict=True)
        ],
        totals=[text_cell(_("Total")), ReportCell(), *_cells(total, open_rows, [None] * 4)] if events else [],
        bars=[ChartBar(Decimal(count[Attendance.attended]), Decimal(0)) for count in counts],
        note=hidden,
    )


def _count(rows: Sequence[AttendedRow]) -> Counter[Attendance]:
    return Counter(row.attendance for row in rows)


def _list_urls(context: ReportContext, event_id: int) -> list[str]:
    """Return the addresses of the lists behind the numbers of an event, in the order of `_cells`."""
    attended, no_show = Attendance.attended.value, Attendance.no_show.value
    return [
        context.attendance_url(event_id, status=attended),
        context.attendance_url(event_id, status=[status.value for status in COUNTED]),
        context.attendance_url(event_id, status=no_show),
        context.attendance_url(event_id, status=attended, kind="organization"),
    ]


def _cells(count: Counter[Attendance], rows: Sequence[AttendedRow], urls: Sequence[str | None]) -> list[ReportCell]:
    """Return the numbers of an event: expected are all who were registered, whether they came or not."""
    clients = {x.record_id for x in rows if x.kind == "organization" and x.attendance is Attendance.attended}
    numbers = (count[Attendance.attended], count.total(), count[Attendance.no_show], len(clients))
    return [count_cell(number, url) for number, url in zip(numbers, urls, strict=True)]
