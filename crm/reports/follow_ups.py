"""The report on open follow-ups: what we owe and what they owe, by age and by counselor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.followups.enums import FollowUpSide

from . import queries
from .ages import FollowUpAge
from .cells import count_cell, text_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import OpenFollowUps

Rows = Sequence[OpenFollowUps]


def build_follow_ups_report(context: ReportContext) -> Report:
    """Return the report on the open follow-ups of a scope."""
    rows = queries.count_open_follow_ups(context.scope)
    confidential = queries.count_confidential_follow_ups(context.scope)
    sections = [_ages_section(context, rows), _counselors_section(context, rows)]
    return Report(_answer(rows), _tiles(context, rows, confidential), sections)


def _answer(rows: Rows) -> str:
    if not rows:
        return _("No open follow-ups.")
    late = [row for row in rows if row.age is not FollowUpAge.planned]
    return _(
        "We owe %(we)s (%(we_late)s overdue), they owe %(they)s (%(they_late)s overdue).",
        we=formats.num(_count(rows, FollowUpSide.we)),
        we_late=formats.num(_count(late, FollowUpSide.we)),
        they=formats.num(_count(rows, FollowUpSide.they)),
        they_late=formats.num(_count(late, FollowUpSide.they)),
    )


def _tiles(context: ReportContext, rows: Rows, confidential: int) -> list[ReportTile]:
    late = [row for row in rows if row.age is not FollowUpAge.planned]
    oldest = max(((context.scope.day - row.oldest_on).days for row in late), default=0)
    we, they, overdue = _count(rows, FollowUpSide.we), _count(rows, FollowUpSide.they), _count(late)
    total = we + they
    url = context.open_follow_ups_url
    return [
        ReportTile(_("Open follow-ups"), formats.num(total), confidential_note(confidential), url()),
        ReportTile(str(FollowUpSide.we), formats.num(we), "", url(side="we")),
        ReportTile(str(FollowUpSide.they), formats.num(they), "", url(side="they")),
        ReportTile(_("Overdue"), formats.num(overdue), "", url(late=1), "bad" if overdue else ""),
        ReportTile(_("Oldest (days overdue)"), formats.num(oldest), "", None),
    ]


def _ages_section(context: ReportContext, rows: Rows) -> ReportSection:
    groups = {age: [row for row in rows if row.age is age] for age in FollowUpAge}
    old = _count(groups[FollowUpAge.quarter]) + _count(groups[FollowUpAge.older])
    return _section(
        context,
        ("ages", _("Age"), _("How old are they?")),
        ngettext(
            "%(num)s follow-up is more than 30 days overdue.", "%(num)s follow-ups are more than 30 days overdue.", old
        ),
        [(str(age), group, {"age": age.value}) for age, group in groups.items()],
        rows,
    )


def _counselors_section(context: ReportContext, rows: Rows) -> ReportSection:
    keys = dict.fromkeys((row.counselor_id, row.counselor or _("No counselor")) for row in rows)
    groups = [
        (name, [row for row in rows if row.counselor_id == counselor_id], {"counselor": counselor_id or 0})
        for counselor_id, name in keys
    ]
    return _section(
        context,
        ("counselors", _("Counselor"), _("Who has to follow up?")),
        ngettext("%(num)s counselor has open follow-ups.", "%(num)s counselors have open follow-ups.", len(keys)),
        groups,
        rows,
    )


def _section(
    context: ReportContext,
    texts: tuple[str, str, str],
    summary: str,
    groups: Iterable[tuple[str, Rows, dict[str, Any]]],
    rows: Rows,
) -> ReportSection:
    """Return a section with one line for each group; `texts` are its name, its first heading and its title."""
    name, heading, title = texts
    lines = list(groups)
    return ReportSection(
        name=name,
        sheet=heading,
        title=title,
        summary=summary,
        columns=(
            ReportHeading(name, heading),
            ReportHeading("open", _("Open"), number=True),
            ReportHeading("we_owe", str(FollowUpSide.we), number=True),
            ReportHeading("they_owe", str(FollowUpSide.they), number=True),
            ReportHeading("overdue", _("Overdue"), number=True, hide_phone=True),
        ),
        rows=[_line(context, label, group, filters) for label, group, filters in lines],
        totals=_line(context, _("Total"), rows, {}),
        bars=[ChartBar(Decimal(_count(group)), Decimal(_count(group, FollowUpSide.we))) for _label, group, _f in lines],
        legend=(str(FollowUpSide.we), str(FollowUpSide.they)),
    )


def _line(context: ReportContext, label: str, rows: Rows, filters: dict[str, Any]) -> list[ReportCell]:
    late = [row for row in rows if row.age is not FollowUpAge.planned]
    url = partial(context.open_follow_ups_url, **filters)
    return [
        text_cell(label, url()),
        count_cell(_count(rows), url()),
        count_cell(_count(rows, FollowUpSide.we), url(side="we")),
        count_cell(_count(rows, FollowUpSide.they), url(side="they")),
        count_cell(_count(late), url(late=1), tone="bad"),
    ]


def _count(rows: Rows, side: FollowUpSide | None = None) -> int:
    return sum(row.number for row in rows if side is None or row.side is side)


REPORT = ReportDefinition(
    name="follow-ups",
    title=_l("Follow-up report"),
    question=_l("What do we owe, what do they owe, and how old is it?"),
    group=ReportGroup.review,
    icon="promise",
    build=build_follow_ups_report,
    period=None,
    filters=TEAM_AND_COUNSELOR,
)
