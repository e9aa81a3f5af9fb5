"""The activity report: interactions and hours by counselor, team, kind, funder and client, and the open work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from crm.core.data.identity import User
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.opportunities.money import MoneyRow, add_sums

from . import queries
from .activity_sections import (
    build_clients_section,
    build_funders_section,
    build_kinds_section,
    build_long_term_section,
    build_teams_sections,
)
from .attendance_section import build_attendance_section
from .cells import count_cell, hours_cell, hours_text, text_cell, usd_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .periods import PeriodKind, find_period
from .queries import Activity, ActivityTotals, StaffActivity


class Workload(NamedTuple):
    """What counselors are responsible for: open opportunities and follow-ups by user, and what was signed."""

    opportunities: Counter[int | None]
    follow_ups: Counter[int | None]
    signed: Sequence[MoneyRow]

    def of(self, user_id: int | None) -> Workload:
        """Return the work of one user; None: that without a counselor."""
        return Workload(
            Counter({user_id: self.opportunities[user_id]}),
            Counter({user_id: self.follow_ups[user_id]}),
            [row for row in self.signed if row.key == user_id],
        )


def build_activity_report(context: ReportContext) -> Report:
    """Return the report on the interactions of a scope that took place in the period."""
    scope, period, before = context.scope, context.period, context.previous.period
    activity = queries.load_activity(scope, period.first, period.last)
    totals = activity.totals
    past = queries.load_activity_totals(scope, before.first, before.last)
    long_term, number = build_long_term_section(context)
    sections = [
        _counselors_section(context, activity),
        *build_teams_sections(context, activity),
        build_kinds_section(context, activity),
        *([] if scope.actor.hides_money else [build_funders_section(context, activity.funders)]),
        build_clients_section(context, activity.clients),
        long_term,
        build_attendance_section(context),
    ]
    return Report(_answer(context, totals), _tiles(context, totals, past, number), sections)


def _answer(context: ReportContext, totals: ActivityTotals) -> str:
    if not totals.interactions:
        return _("No interactions took place in %(period)s.", period=context.period.phrase)
    answer: str = ngettext(
        "%(num)s interaction took place in %(period)s, with %(hours)s for %(clients)s.",
        "%(num)s interactions took place in %(period)s, with %(hours)s for %(clients)s.",
        totals.interactions,
        period=context.period.phrase,
        hours=hours_text(_minutes(totals)),
        clients=ngettext("%(num)s client", "%(num)s clients", totals.clients),
    )
    return answer


def _minutes(row: ActivityTotals | StaffActivity) -> int:
    return row.contact + row.prep + row.travel


def _tiles(context: ReportContext, totals: ActivityTotals, past: ActivityTotals, long_term: int) -> list[ReportTile]:
    before = context.change_text(totals.interactions, past.interactions)
    interactions_note = ", ".join(filter(None, (before, confidential_note(totals.confidential))))
    hours_before = context.before_text(hours_cell(_minutes(past)).text or "0")
    clients_note = context.change_text(totals.clients, past.clients)
    fiscal_year = find_period(PeriodKind.federal, context.period.last).name
    long_term_note = _("5 hours or more in %(period)s", period=fiscal_year)
    return [
        ReportTile(_("Interactions"), formats.num(totals.interactions), interactions_note, context.interactions_url()),
        ReportTile(_("Hours for clients"), hours_cell(_minutes(totals)).text or "0", hours_before, None),
        ReportTile(_("Clients"), formats.num(totals.clients), clients_note, "#clients"),
        ReportTile(_("Long-term clients"), formats.num(long_term), long_term_note, "#long_term"),
    ]


def _counselors_section(context: ReportContext, activity: Activity) -> ReportSection:
    """Return who did how much; two colleagues in one interaction both count it, so the total may be smaller."""
    work = _load_work(context)
    rows = _list_staff(activity, work)
    lines = [*(_line(context, row, work) for row in rows), *_lines_without_counselor(context, work)]
    hours = [*((_minutes(row), row.contact) for row in rows), (0, 0)][: len(lines)]
    # In a month without interactions a phone shows the open work instead of blank hours.
    is_quiet = not activity.totals.interactions
    return ReportSection(
        name="counselors",
        sheet=_("Counselors"),
        title=_("How much did each person do, and what is still open?"),
        summary=_(
            "An interaction with two colleagues counts for both, with the hours of each. Open work is as of today, with"
            " its counselor."
        ),
        if_empty=_("No interactions in this period, and no open work."),
        columns=(
            ReportHeading("counselor", _("Counselor")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("contact_hours", _("Contact hours"), number=True, hide_phone=is_quiet),
            ReportHeading("prep_hours", _("Preparation"), number=True, hide_phone=True),
            ReportHeading("travel_hours", _("Travel"), number=True, hide_phone=True),
            ReportHeading("clients", _("Clients"), number=True, hide_phone=True),
            ReportHeading("signed", _("Signed"), number=True, hide_phone=True),
            ReportHeading("signed_usd", _("US$"), number=True, hide_phone=True),
            *(
                ReportHeading(name, label, number=True, hide_phone=not is_quiet, is_of_today=True)
                for name, label in (
                    ("open_opportunities", _("Open opportunities")),
                    ("open_follow_ups", _("Open follow-ups")),
                )
            ),
        ),
        rows=lines,
        totals=_total_line(context, activity.totals, work) if lines else [],
        bars=[] if is_quiet else [ChartBar(Decimal(whole), Decimal(contact)) for whole, contact in hours],
        legend=(_("contact"), _("preparation and travel")),
        bar_heading=_("Hours"),
        bar_cells=[hours_cell(whole) for whole, _contact in hours],
    )


def _load_work(context: ReportContext) -> Workload:
    opportunities: Counter[int | None] = Counter()
    for money in queries.sum_by_counselor(context.scope):
        opportunities[money.key] += money.opportunity_count
    follow_ups: Counter[int | None] = Counter()
    for row in queries.count_open_follow_ups(context.scope):
        follow_ups[row.counselor_id] += row.number
    signed = queries.sum_signed_by_counselor(context.scope, context.period.first, context.period.last)
    return Workload(opportunities, follow_ups, signed)


def _list_staff(activity: Activity, work: Workload) -> list[StaffActivity]:
    """Return who took part in interactions, and who didn't but has signed or open work, by name."""
    ids = {i for i in (*work.opportunities, *work.follow_ups, *(row.key for row in work.signed)) if i is not None}
    names = queries.load_names(User, sorted(ids - {row.user_id for row in activity.staff}))
    rows = [*activity.staff, *(StaffActivity(i, name, 0, 0, 0, 0, 0) for i, name in names.items())]
    return sorted(rows, key=lambda row: (row.name, row.user_id))


def _line(context: ReportContext, row: StaffActivity, work: Workload) -> list[ReportCell]:
    """Return the line of a user with what is signed in the period, and the open opportunities and follow-ups."""
    own = context.interactions_url(staff=row.user_id)
    return [
        text_cell(row.name, own),
        count_cell(row.interactions, own),
        hours_cell(row.contact),
        hours_cell(row.prep),
        hours_cell(row.travel),
        count_cell(row.clients),
        *_work_cells(context, work.of(row.user_id), counselor=row.user_id),
    ]


def _lines_without_counselor(context: ReportContext, work: Workload) -> list[list[ReportCell]]:
    """Return the line of what is signed or open and has no counselor, if anything is."""
    own = work.of(None)
    if not (own.signed or own.opportunities.total() or own.follow_ups.total()):
        return []
    return [[text_cell(_("No counselor")), *[ReportCell()] * 5, *_work_cells(context, own, counselor=0)]]


def _work_cells(context: ReportContext, work: Workload, **filters: int) -> list[ReportCell]:
    """Return what is signed in the period, and the open opportunities and follow-ups."""
    signed = add_sums(work.signed, context.rates)
    signed_url = context.opportunities_url(signed=f"{context.period.first}..{context.period.last}", **filters)
    return [
        count_cell(signed.opportunity_count, signed_url),
        usd_cell(signed, f"{signed_url}&priced=yes"),
        count_cell(work.opportunities.total(), context.opportunities_url(state="open", **filters)),
        count_cell(work.follow_ups.total(), context.open_follow_ups_url(**filters)),
    ]


def _total_line(context: ReportContext, totals: ActivityTotals, work: Workload) -> list[ReportCell]:
    hours: Sequence[int] = (totals.contact, totals.prep, totals.travel)
    return [
        text_cell(_("Total")),
        count_cell(totals.interactions, context.interactions_url()),
        *(hours_cell(minutes) for minutes in hours),
        count_cell(totals.clients),
        *_work_cells(context, work),
    ]


REPORT = ReportDefinition(
    name="activity",
    title=_l("Activity"),
    question=_l("How much did each person do, for which clients and funders, and what is still open?"),
    group=ReportGroup.work,
    icon="people",
    build=build_activity_report,
    period=PeriodKind.quarter,
    filters=TEAM_AND_COUNSELOR,
    is_own_for_staff=True,
)
