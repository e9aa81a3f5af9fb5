"""The loss report: why opportunities were lost in a period, at which stage, and which ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd
from crm.opportunities.policy import OpportunityStage
from crm.reference.queries import list_lost_reasons

from . import queries
from .cells import bar_usd_cells, count_cell, most_frequent, usd_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import LossKey, LostOpportunity

Filters = dict[str, Any]


def build_loss_report(context: ReportContext) -> Report:
    """Return the report on the opportunities of a scope that were lost in the period."""
    first, last = context.period.first, context.period.last
    rows, names = queries.sum_losses(context.scope, first, last), list_lost_reasons()
    latest = queries.list_losses(context.scope, first, last, context.limit + 1)
    total = add_sums(rows, context.rates)
    sections = [
        _reasons_section(context, rows, names),
        _stages_section(context, rows),
        _opportunities_section(context, latest, names, total.opportunity_count),
    ]
    return Report(_losses_text(total.opportunity_count), _tiles(context, total), sections)


def _tiles(context: ReportContext, total: MoneySum) -> list[ReportTile]:
    first, last = context.period.first, context.period.last
    signed = add_sums(queries.sum_signed(context.scope, first, last), context.rates)
    decided = signed.opportunity_count + total.opportunity_count
    share = formats.percent(formats.percent_of(signed.opportunity_count, decided)) if decided else "–"
    notes = ", ".join(filter(None, (total.conversion_text, total.excluded_text)))
    return [
        ReportTile(_("Lost"), formats.num(total.opportunity_count), "", _url(context, {})),
        ReportTile(_("Lost value"), format_usd(total.usd), notes, _url(context, {"priced": "yes"})),
        ReportTile(
            _("Signed"),
            formats.num(signed.opportunity_count),
            "",
            context.opportunities_url(signed=f"{first}..{last}"),
        ),
        ReportTile(_("Win rate"), share, _("signed, out of signed and lost"), None),
    ]


def _url(context: ReportContext, filters: Filters, stage_before: OpportunityStage | None = None) -> str:
    """Return the address of the list of these losses, perhaps of those from one stage."""
    span = f"{context.period.first}..{context.period.last}"
    return context.opportunities_url(lost=f"{span}:{stage_before.value}" if stage_before else span, **filters)


def _reasons_section(context: ReportContext, rows: Sequence[MoneyRow], names: dict[int, str]) -> ReportSection:
    """Return the losses by reason; not bid for and withdrawn are reasons of their own."""

    def line(key: LossKey, total: MoneySum) -> list[ReportCell]:
        filters: Filters = {"stage": key.stage.value}
        if key.stage is OpportunityStage.lost:
            filters["reason"] = key.reason_id or 0
        return _line(reason_text(key, names), total, _url(context, filters))

    sums = _group(context, rows, lambda key: key._replace(stage_before=OpportunityStage.matched))
    bars = _bars(sums.values())
    top = [reason_text(key, names) for key in _most_often(sums)]
    return ReportSection(
        name="reasons",
        sheet=_("Reasons"),
        title=_("Why were opportunities lost?"),
        summary=_("Most often: %(reasons)s.", reasons=", ".join(top)) if top else _losses_text(_count(sums)),
        columns=_columns(ReportHeading("reason", _("Reason"))),
        rows=[line(key, total) for key, total in sums.items()],
        totals=_total_line(context, rows),
        bars=bars,
        legend=(_("US$"),),
        bar_heading=_("US$"),
        bar_cells=bar_usd_cells(bars),
    )


def reason_text(key: LossKey, names: dict[int, str]) -> str:
    """Return why an opportunity ended: its reason, or its end state if that says it."""
    if key.stage is not OpportunityStage.lost:
        return str(key.stage)
    return names.get(key.reason_id or 0) or _("No reason")


def _stages_section(context: ReportContext, rows: Sequence[MoneyRow]) -> ReportSection:
    """Return the losses by the stage before, in the order of the stages."""
    sums = _group(context, rows, lambda key: key.stage_before)
    ordered = sorted(sums.items(), key=lambda item: (item[0].order == 0, item[0].order, item[0].value))
    bars = _bars(total for _stage, total in ordered)
    top = [str(stage) for stage in _most_often(sums)]
    return ReportSection(
        name="lost_from",
        sheet=_("Stages"),
        title=_("At which stage were they lost?"),
        summary=_("Most often in: %(stage)s.", stage=", ".join(top)) if top else _losses_text(_count(sums)),
        columns=_columns(ReportHeading("stage", _("Stage"))),
        rows=[_line(str(stage), total, _url(context, {}, stage)) for stage, total in ordered],
        totals=_total_line(context, rows),
        bars=bars,
        legend=(_("US$"),),
        bar_heading=_("US$"),
        bar_cells=bar_usd_cells(bars),
    )


def _group(context: ReportContext, rows: Sequence[MoneyRow], key_of: Callable[[LossKey], Any]) -> dict[Any, MoneySum]:
    """Return sums by a part of the key, the most losses first."""
    keys = dict.fromkeys(key_of(row.key) for row in rows)
    sums = {key: add_sums((row for row in rows if key_of(row.key) == key), context.rates) for key in keys}
    return dict(sorted(sums.items(), key=lambda item: (-item[1].opportunity_count, -item[1].usd)))


def _columns(first: ReportHeading) -> tuple[ReportHeading, ...]:
    return (
        first,
        ReportHeading("opportunities", _("Lost"), number=True),
        ReportHeading("usd", _("US$"), number=True),
        ReportHeading("without_amount", _("Without amount"), number=True, hide_phone=True),
    )


def _line(label: str, total: MoneySum, url: str) -> list[ReportCell]:
    count = total.opportunity_count
    return [
        ReportCell(label, label, url),
        ReportCell(count, formats.num(count), url),
        usd_cell(total) if count > total.without_amount else ReportCell(total.usd, currency="USD"),
        count_cell(total.without_amount),
    ]


def _total_line(context: ReportContext, rows: Sequence[MoneyRow]) -> list[ReportCell]:
    return _line(_("Total"), add_sums(rows, context.rates), _url(context, {}))


def _bars(sums: Iterable[MoneySum]) -> list[ChartBar]:
    return [ChartBar(total.usd, Decimal(0)) for total in sums]


def _count(sums: dict[Any, MoneySum]) -> int:
    return sum(total.opportunity_count for total in sums.values())


def _most_often(sums: dict[Any, MoneySum]) -> list[Any]:
    return most_frequent({key: total.opportunity_count for key, total in sums.items()})


def _opportunities_section(
    context: ReportContext, rows: Sequence[LostOpportunity], names: dict[int, str], total: int
) -> ReportSection:
    """Return the latest losses with their reasons in words."""
    more = _("View all %(n)s", n=formats.num(total))
    return ReportSection(
        name="lost",
        sheet=_("Lost opportunities"),
        title=_("Which ones?"),
        summary=_losses_text(total),
        columns=(
            ReportHeading("opportunity", _("Opportunity")),
            ReportHeading("reason", _("Reason")),
            ReportHeading("stage", _("Lost in"), hide_phone=True),
            ReportHeading("amount", _("Value"), number=True),
            ReportHeading("days", _("Days open"), number=True, hide_phone=True),
            ReportHeading("lost_on", _("Lost on"), number=True),
        ),
        rows=[_lost_line(context, row, names) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
        links=[ReportCell(total, more, _url(context, {}))] if total > context.limit else [],
    )


def _losses_text(total: int) -> str:
    if not total:
        return _("No losses in this period.")
    text: str = ngettext("%(num)s opportunity was lost.", "%(num)s opportunities were lost.", total)
    return text


def _lost_line(context: ReportContext, row: LostOpportunity, names: dict[int, str]) -> list[ReportCell]:
    amount = _("no amount") if row.amount is None else formats.money(row.amount, row.currency)
    reason = reason_text(row.key, names)
    lost_on = context.scope.local_day(row.lost_at)
    days = (lost_on - context.scope.local_day(row.created_at)).days
    return [
        ReportCell(row.label, row.label, url_for("desk.opportunity", id=row.id)),
        ReportCell(f"{reason}: {row.why}" if row.why else reason, reason, note=row.why or ""),
        ReportCell(str(row.key.stage_before), str(row.key.stage_before)),
        ReportCell(row.amount, amount, currency=row.currency),
        ReportCell(days, formats.num(days)),
        ReportCell(lost_on, formats.day(lost_on)),
    ]


REPORT = ReportDefinition(
    name="losses",
    title=_l("Loss report"),
    question=_l("Why were opportunities lost, at which stage, and which ones?"),
    group=ReportGroup.money,
    icon="pipeline",
    build=build_loss_report,
)
