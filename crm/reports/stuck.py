"""The report on opportunities that are overdue in their stage: who they wait for, in which stages, and which ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.opportunities.money import MoneySum, add_sums, format_usd
from crm.opportunities.policy import WaitingFor
from crm.opportunities.queries import days_in_stage

from . import queries
from .cells import count_cell, join_notes, most_frequent, text_cell, usd_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import StuckKey, StuckSum
from .waiting import build_overdue_section


def build_stuck_report(context: ReportContext) -> Report:
    """Return the report on the open opportunities of a scope that are overdue in their stage."""
    rows = queries.sum_stuck(context.scope)
    total = _sum(context, rows)
    us = _sum(context, [row for row in rows if row.money.key.waiting_for is WaitingFor.us])
    sections = [
        _section(context, rows, _WAITING, lambda key: key.waiting_for),
        _section(context, rows, _STAGES, lambda key: key.stage),
        build_overdue_section(context, total.opportunity_count),
    ]
    return Report(_answer(total, us), _tiles(context, rows, total, us), sections)


def _answer(total: MoneySum, us: MoneySum) -> str:
    if not total.opportunity_count:
        return _("No opportunity is overdue in its stage.")
    overdue = ngettext(
        "%(num)s opportunity is overdue in its stage",
        "%(num)s opportunities are overdue in their stage",
        total.opportunity_count,
    )
    answer: str = ngettext(
        "%(overdue)s; %(num)s waits for us.", "%(overdue)s; %(num)s wait for us.", us.opportunity_count, overdue=overdue
    )
    return answer


def _tiles(context: ReportContext, rows: Sequence[StuckSum], total: MoneySum, us: MoneySum) -> list[ReportTile]:
    longest = max((_days(context, row) for row in rows), default=0)
    tone = "bad" if total.opportunity_count else ""
    notes = join_notes(total.conversion_text, total.excluded_text)
    return [
        ReportTile(_("Stuck in stage"), formats.num(total.opportunity_count), "", _url(context), tone),
        ReportTile(_("Waiting for us"), formats.num(us.opportunity_count), "", _url(context, waiting="us")),
        ReportTile(_("Stuck value"), format_usd(total.usd), notes, _url(context, priced="yes")),
        ReportTile(_("Longest in stage (days)"), formats.num(longest), "", None),
    ]


_WAITING = ("waiting", _l("Waiting for"), _l("Who are they waiting for?"))
_STAGES = ("stage", _l("Stage"), _l("In which stages?"))


def _section(
    context: ReportContext,
    rows: Sequence[StuckSum],
    texts: tuple[str, Any, Any],
    key_of: Callable[[StuckKey], Any],
) -> ReportSection:
    """Return a section with one line for each value of a key, the most opportunities first.

    `texts` are the name of the list's filter, which is the name of the section, its first heading, and its title.
    """
    name, heading, title = texts
    groups: dict[Any, list[StuckSum]] = {}
    for row in rows:
        groups.setdefault(key_of(row.money.key), []).append(row)
    ordered = sorted(groups.items(), key=lambda item: (-_sum(context, item[1]).opportunity_count, str(item[0])))
    counts = {str(key): _sum(context, group).opportunity_count for key, group in ordered}
    return ReportSection(
        name=f"by_{name}",
        sheet=str(heading),
        title=str(title),
        summary=_summary(counts),
        columns=(
            ReportHeading(name, str(heading)),
            ReportHeading("opportunities", _("Opportunities"), number=True),
            ReportHeading("usd", _("US$"), number=True),
            ReportHeading("longest", _("Longest in stage (days)"), number=True, hide_phone=True),
        ),
        rows=[_line(context, str(key), group, _url(context, **{name: key.value})) for key, group in ordered],
        totals=_line(context, _("Total"), rows, _url(context)) if rows else [],
        bars=[ChartBar(Decimal(_sum(context, group).opportunity_count), Decimal(0)) for _key, group in ordered],
    )


def _summary(counts: Mapping[str, int]) -> str:
    """Return the most frequent values; "" if too many are."""
    if not counts:
        return _("Nothing is stuck.")
    top = ", ".join(most_frequent(counts))
    return _("Most often: %(reasons)s.", reasons=top) if top else ""


def _line(context: ReportContext, label: str, rows: Sequence[StuckSum], url: str) -> list[ReportCell]:
    total = _sum(context, rows)
    return [
        text_cell(label, url),
        count_cell(total.opportunity_count, url),
        usd_cell(total, f"{url}&priced=yes"),
        count_cell(max((_days(context, row) for row in rows), default=0)),
    ]


def _sum(context: ReportContext, rows: Sequence[StuckSum]) -> MoneySum:
    return add_sums((row.money for row in rows), context.rates)


def _days(context: ReportContext, row: StuckSum) -> int:
    return days_in_stage(row.since, context.scope.actor.zone)


def _url(context: ReportContext, **filters: Any) -> str:
    return context.opportunities_url(state="open", aged="yes", **filters)


REPORT = ReportDefinition(
    name="stuck",
    title=_l("Stuck opportunities"),
    question=_l("What is overdue in its stage, and who is it waiting for?"),
    group=ReportGroup.review,
    icon="pipeline",
    build=build_stuck_report,
    period=None,
)
