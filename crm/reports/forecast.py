"""The forecast: what is expected to close in each month, beside its target, what was signed, and what slipped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from flask import url_for

from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd

from . import queries
from .cells import amount_cell, bar_usd_cells, count_cell, join_notes, text_cell, usd_cell, weighted_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .periods import PeriodKind, SubPeriod, list_months
from .queries import Slip
from .targets.amounts import percent_of, spread_targets

Sums = tuple[MoneySum, MoneySum, MoneySum]
"""What is expected to close in a month, what was signed in it, and what slipped out of it."""


def build_forecast_report(context: ReportContext) -> Report:
    """Return the forecast of a scope for the months of the period."""
    months, scope = list_months(context.period), context.scope
    days = [(month.first, month.last) for month in months]
    rows = (
        queries.sum_expected(scope, days),
        queries.sum_signed_by_month(scope, days),
        queries.sum_slipped(scope, days),
    )
    by_month = [_of_month(context, rows, i) for i in range(len(months))]
    # One that was signed in several months counts in each of them, and once in the period.
    signed = queries.sum_signed(scope, context.period.first, context.period.last)
    whole = add_sums(rows[0], context.rates), add_sums(signed, context.rates)
    first, last = context.period.first, context.period.last
    slips, targets = run_together(
        partial(queries.list_slips, scope, first, last, context.limit + 1),
        partial(queries.list_target_amounts, scope, first, last),
    )
    by_target = spread_targets(targets, months) if targets else []
    sections = [_months_section(context, months, by_month, whole, by_target), _slips_section(context, slips)]
    return Report(_answer(context, *whole), _tiles(context, *whole, sum(by_target, Decimal(0))), sections)


def _of_month(context: ReportContext, rows: tuple[list[MoneyRow], ...], i: int) -> Sums:
    expected, signed, slipped = (add_sums((row for row in sums if row.key == i), context.rates) for sums in rows)
    return expected, signed, slipped


def _answer(context: ReportContext, expected: MoneySum, signed: MoneySum) -> str:
    name, count = context.period.phrase, expected.opportunity_count
    if context.period.first > context.scope.day:
        return _("%(expected)s is expected to close in %(period)s.", expected=expected.in_usd, period=name)
    if context.is_past:
        answer = _("%(signed)s was signed in %(period)s.", signed=signed.in_usd, period=name)
        late = ngettext(
            "%(num)s open opportunity still has a close date in it.",
            "%(num)s open opportunities still have a close date in it.",
            count,
        )
        return f"{answer} {late}" if count else answer
    return _(
        "%(signed)s was signed in %(period)s, and %(expected)s is still expected to close in it.",
        signed=signed.in_usd,
        expected=expected.in_usd,
        period=name,
    )


def _tiles(context: ReportContext, expected: MoneySum, signed: MoneySum, target: Decimal) -> list[ReportTile]:
    first, last = context.period.first, context.period.last
    before = context.previous.period
    signed_before = add_sums(queries.sum_signed(context.scope, before.first, before.last), context.rates)
    hidden = queries.count_hidden(context.scope) if context.scope.is_unfiltered else 0
    open_url = context.opportunities_url(state="open", closes_from=first, closes_before=last)
    signed_url = context.opportunities_url(signed=f"{first}..{last}")
    count_before = context.change_text(signed.opportunity_count, signed_before.opportunity_count)
    usd_notes = join_notes(signed.conversion_text, context.before_text(format_usd(signed_before.usd)))
    notes = join_notes(expected.excluded_text, confidential_note(hidden))
    return [
        ReportTile(_("Expected to close"), formats.num(expected.opportunity_count), notes, open_url),
        ReportTile(_("Expected value"), format_usd(expected.usd), expected.conversion_text, f"{open_url}&priced=yes"),
        ReportTile(_("Weighted"), format_usd(expected.weighted), _("by probability"), f"{open_url}&priced=yes"),
        *([_target_tile(target, signed.usd, expected.weighted)] if target else []),
        ReportTile(_("Signed"), formats.num(signed.opportunity_count), count_before, signed_url),
        ReportTile(_("Signed value"), format_usd(signed.usd), usd_notes, f"{signed_url}&priced=yes"),
    ]


def _target_tile(target: Decimal, signed: Decimal, weighted: Decimal) -> ReportTile:
    """Return the target with what is reached; it is bad if what is expected doesn't suffice."""
    likely = signed + weighted
    percents = {
        name: formats.percent(percent_of(usd, target)) for name, usd in (("signed", signed), ("likely", likely))
    }
    note = _("%(signed)s signed, %(likely)s with the weighted forecast", **percents)
    url = url_for("reports.targets")
    return ReportTile(_("Target"), format_usd(target), note, url, "bad" if likely < target else "")


def _months_section(
    context: ReportContext,
    months: Sequence[SubPeriod],
    by_month: Sequence[Sums],
    whole: tuple[MoneySum, MoneySum],
    by_target: Sequence[Decimal],
) -> ReportSection:
    """Return the months; `by_target`: the target of each, empty for a scope without one."""
    lines = [_month_line(context, month.name, month, sums) for month, sums in zip(months, by_month, strict=True)]
    targets = [[_target_cell(target)] for target in by_target] or [[] for _month in months]
    bars = [ChartBar(expected.usd + signed.usd, signed.usd) for expected, signed, _slipped in by_month]
    slipped = sum(sums[2].opportunity_count for sums in by_month)
    return ReportSection(
        name="months",
        sheet=_("Months"),
        title=_("What will close in which month, and what was signed?"),
        summary=_slips_text(slipped)
        + " "
        + _("An opportunity that slipped or was signed in several months counts in each of them."),
        if_empty=_("No opportunity is expected to close, was signed or slipped in these months."),
        columns=(
            ReportHeading("month", _("Month")),
            ReportHeading("expected", _("Expected"), number=True),
            ReportHeading("expected_usd", _("US$"), number=True),
            ReportHeading("weighted_usd", _("Weighted"), number=True, hide_phone=True),
            ReportHeading("signed", _("Signed"), number=True),
            ReportHeading("signed_usd", _("US$"), number=True),
            ReportHeading("slipped", _("Slipped"), number=True, hide_phone=True),
            ReportHeading("slipped_usd", _("US$"), number=True, hide_phone=True),
            *([ReportHeading("target_usd", _("Target"), number=True, hide_phone=True)] if by_target else []),
        ),
        rows=[[*line, *target] for line, target in zip(lines, targets, strict=True)],
        totals=[*_total_line(context, *whole), *([_target_cell(sum(by_target, Decimal(0)))] if by_target else [])],
        bars=bars,
        legend=(_("signed"), _("expected")),
        bar_heading=_("US$"),
        is_timeline=True,
        bar_cells=bar_usd_cells(bars),
        note=join_notes(*(total.conversion_text for total in whole)),
    )


def _month_line(context: ReportContext, label: str, month: SubPeriod, sums: Sums) -> list[ReportCell]:
    slipped, span = sums[2], f"{month.first}..{month.last}"
    url = context.opportunities_url(slipped_from=span)
    line = _expected_and_signed(context, label, month.first, month.last, sums[:2])
    return [*line, count_cell(slipped.opportunity_count, url), usd_cell(slipped, f"{url}&priced=yes")]


def _total_line(context: ReportContext, expected: MoneySum, signed: MoneySum) -> list[ReportCell]:
    """Return the totals; slips have none, since an opportunity can slip out of several months."""
    period = context.period
    line = _expected_and_signed(context, _("Total"), period.first, period.last, (expected, signed))
    return [*line, ReportCell(), ReportCell()]


def _target_cell(target: Decimal) -> ReportCell:
    return ReportCell(target, format_usd(target) if target else "", currency="USD")


def _expected_and_signed(
    context: ReportContext, label: str, first: object, last: object, sums: tuple[MoneySum, MoneySum]
) -> list[ReportCell]:
    expected, signed = sums
    open_url = context.opportunities_url(state="open", closes_from=first, closes_before=last)
    signed_url = context.opportunities_url(signed=f"{first}..{last}")
    return [
        text_cell(label),
        count_cell(expected.opportunity_count, open_url),
        usd_cell(expected, f"{open_url}&priced=yes"),
        weighted_cell(expected, f"{open_url}&priced=yes"),
        count_cell(signed.opportunity_count, signed_url),
        usd_cell(signed, f"{signed_url}&priced=yes"),
    ]


def _slips_text(count: int) -> str:
    text: str = ngettext(
        "%(num)s close date in these months was moved to a later month or removed.",
        "%(num)s close dates in these months were moved to a later month or removed.",
        count,
    )
    return text


def _slips_section(context: ReportContext, slips: Sequence[Slip]) -> ReportSection:
    """Return the slips that happened in the period; the months above have those out of them, whenever they happened."""
    days = _during(context)
    return ReportSection(
        name="slips",
        sheet=_("Slips"),
        title=_("Which close dates slipped %(during)s?", during=days),
        summary=_(
            "Close dates in any month that were moved to a later day or removed %(during)s. Latest first.", during=days
        )
        if slips
        else _("No close dates slipped %(during)s.", during=days),
        columns=(
            ReportHeading("opportunity", _("Opportunity")),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
            ReportHeading("old", _("Before"), number=True),
            ReportHeading("new", _("After"), number=True),
            ReportHeading("reason", _("Reason"), in_files=True),
            ReportHeading("amount", _("Value"), number=True, hide_phone=True),
            ReportHeading("on", _("Date"), number=True, hide_phone=True),
        ),
        rows=[_slip_line(context, slip) for slip in slips[: context.limit]],
        note=context.limit_note(len(slips)),
    )


def _during(context: ReportContext) -> str:
    """Return "during December 2026"; for an award to date its days."""
    period = context.period
    if period.award_id:
        first, last = (formats.day(day, full=True) for day in (period.first, period.last))
        return _("from %(first)s to %(last)s", first=first, last=last)
    return _("during %(period)s", period=period.name)


def _slip_line(context: ReportContext, slip: Slip) -> list[ReportCell]:
    day = context.scope.local_day(slip.at)
    return [
        text_cell(slip.label, url_for("desk.opportunity", id=slip.id), slip.why or ""),
        text_cell(slip.counselor or ""),
        ReportCell(slip.old_on, formats.day(slip.old_on)),
        ReportCell(slip.new_on, formats.day(slip.new_on) if slip.new_on else _("none")),
        ReportCell(slip.why),
        amount_cell(slip.amount, slip.currency),
        ReportCell(day, formats.day(day)),
    ]


REPORT = ReportDefinition(
    name="forecast",
    title=_l("Forecast"),
    question=_l("What will close in which month, what was signed, and what slipped?"),
    group=ReportGroup.money,
    icon="pipeline",
    build=build_forecast_report,
    period=PeriodKind.federal,
    is_about_future=True,
)
