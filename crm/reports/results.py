"""The report on results: expected and actual ones always apart, and whether the client confirmed them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.impact.queries import MilestoneRow
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd

from . import queries
from .cells import amount_cell, count_cell, join_notes, text_cell, usd_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile

Rows = Sequence[MilestoneRow]


def build_results_report(context: ReportContext) -> Report:
    """Return the report on the milestones of a scope whose date is in the period."""
    milestones = queries.list_results(context.scope, context.period.first, context.period.last)
    past = queries.list_results(context.scope, context.previous.period.first, context.previous.period.last)
    rows, before = ([row for row in results if not row.confidential] for results in (milestones, past))
    confirmed = [row for row in rows if _is_confirmed(row)]
    sections = [_kinds_section(context, rows), _list_section(context, confirmed)]
    hidden = [row for row in milestones if row.confidential]
    return Report(_answer(context, rows), _tiles(context, rows, before, hidden), sections)


def _is_actual(row: MilestoneRow) -> bool:
    return row.status is MilestoneStatus.actual


def _is_confirmed(row: MilestoneRow) -> bool:
    return _is_actual(row) and row.is_confirmed


def _sum(context: ReportContext, rows: Rows) -> MoneySum:
    """Return the sum of amounts; only of kinds that money measures."""
    with_amount = [row for row in rows if row.type.has_amount]
    money = (MoneyRow(None, row.currency, 1, int(row.amount is not None), row.amount, None) for row in with_amount)
    return add_sums(money, context.rates)


def _answer(context: ReportContext, rows: Rows) -> str:
    confirmed = [row for row in rows if _is_confirmed(row)]
    if not rows:
        return _("No results are on record for %(period)s.", period=context.period.phrase)
    results: str = ngettext("%(num)s result is confirmed", "%(num)s results are confirmed", len(confirmed))
    expected: str = ngettext("%(num)s more is expected", "%(num)s more are expected", _count_expected(rows))
    values = {"results": results, "period": context.period.phrase, "expected": expected}
    amounts = [] if context.scope.actor.hides_money else _list_amounts(context, confirmed)
    if not amounts:
        return _("%(results)s for %(period)s; %(expected)s.", **values)
    return _("%(results)s for %(period)s (%(amounts)s); %(expected)s.", amounts=", ".join(amounts), **values)


def _list_amounts(context: ReportContext, rows: Rows) -> list[str]:
    """Return the amount of each type: "contract $260K". Types aren't added up: a contract includes its sales."""
    sums = {kind: _sum(context, [row for row in rows if row.type is kind]) for kind in MilestoneKind}
    return [f"{formats.within(kind)} {total.in_usd}" for kind, total in sums.items() if total.by_currency]


def _is_unconfirmed(row: MilestoneRow) -> bool:
    return _is_actual(row) and not row.is_confirmed


def _is_expected(row: MilestoneRow) -> bool:
    return not _is_actual(row)


def _count_expected(rows: Rows) -> int:
    return sum(map(_is_expected, rows))


def _tiles(context: ReportContext, rows: Rows, before: Rows, hidden: Rows) -> list[ReportTile]:
    """Return the tiles. `hidden` are confidential results: how many of them each tile would count is beside it."""
    confirmed, past = ([row for row in results if _is_confirmed(row)] for results in (rows, before))
    unconfirmed, expected = sum(map(_is_unconfirmed, rows)), _count_expected(rows)
    notes = [confidential_note(sum(map(is_one, hidden))) for is_one in (_is_confirmed, _is_unconfirmed, _is_expected)]
    confirmed_note = join_notes(context.change_text(len(confirmed), len(past)), notes[0])
    tiles = [
        ReportTile(
            _("Confirmed"), formats.num(len(confirmed)), confirmed_note, _url(context, status="actual", confirmed="yes")
        ),
        ReportTile(
            _("Expected"),
            formats.num(expected),
            join_notes(_("not counted as confirmed"), notes[2]),
            _url(context, status="expected"),
        ),
        ReportTile(
            _("Not confirmed yet"), formats.num(unconfirmed), notes[1], _url(context, status="actual", confirmed="no")
        ),
        ReportTile(
            _("Jobs, confirmed"),
            formats.num(sum(row.jobs or 0 for row in confirmed)),
            "",
            _url(context, status="actual", confirmed="yes", jobs=1),
        ),
    ]
    if context.scope.actor.hides_money:
        return tiles
    sales = _amount_tile(context, _("Confirmed export sales"), confirmed, MilestoneKind.export_sale)
    contracts = _amount_tile(context, _("Confirmed contracts"), confirmed, MilestoneKind.contract)
    # A dashboard has the first four: what is confirmed, and what is expected.
    return [*tiles[:2], sales, contracts, *tiles[2:]]


def _amount_tile(context: ReportContext, label: str, confirmed: Rows, kind: MilestoneKind) -> ReportTile:
    """Return the sum of the confirmed results of a type."""
    total = _sum(context, [row for row in confirmed if row.type is kind])
    url = _url(context, status="actual", confirmed="yes", type=kind.value)
    return ReportTile(label, format_usd(total.usd), join_notes(total.conversion_text, total.excluded_text), url)


def _kinds_section(context: ReportContext, rows: Rows) -> ReportSection:
    groups = {kind: [row for row in rows if row.type is kind] for kind in MilestoneKind}
    bars = [ChartBar(Decimal(sum(map(_is_actual, x))), Decimal(sum(map(_is_confirmed, x)))) for x in groups.values()]
    return ReportSection(
        name="kinds",
        sheet=_("Types"),
        title=_("What did clients achieve?"),
        summary=_("Expected results are never added to actual ones. “Confirmed” means confirmed by the client."),
        if_empty=_("No results in this period."),
        columns=(
            ReportHeading("kind", _("Type")),
            ReportHeading("confirmed", _("Confirmed"), number=True),
            *_money_heading(context, "confirmed_usd"),
            ReportHeading("unconfirmed", _("Not confirmed"), number=True),
            ReportHeading("expected", _("Expected"), number=True),
            *_money_heading(context, "expected_usd"),
            ReportHeading("jobs", _("Jobs, confirmed"), number=True, hide_phone=True),
        ),
        rows=[_kind_line(context, str(kind), group, {"type": kind.value}) for kind, group in groups.items()],
        totals=_kind_line(context, _("Total"), rows, {}, has_amounts=False) if rows else [],
        note=_note_on_amounts(context) if rows else "",
        bars=bars,
        legend=(_("confirmed"), _("actual")),
        bar_heading=_("Actual"),
        bar_cells=[
            count_cell(int(bar.whole), _url(context, status="actual", type=kind.value))
            for kind, bar in zip(groups, bars, strict=True)
        ],
    )


def _note_on_amounts(context: ReportContext) -> str:
    if context.scope.actor.hides_money:
        return ""
    return _("Amounts of different types aren't added up: an export sale can be a part of a contract.")


def _money_heading(context: ReportContext, name: str) -> tuple[ReportHeading, ...]:
    return () if context.scope.actor.hides_money else (ReportHeading(name, _("US$"), number=True, hide_phone=True),)


def _kind_line(
    context: ReportContext, label: str, rows: Rows, filters: dict[str, Any], *, has_amounts: bool = True
) -> list[ReportCell]:
    """Return the numbers of a type, or of all: then without amounts."""
    confirmed = [row for row in rows if _is_confirmed(row)]
    expected = [row for row in rows if not _is_actual(row)]
    unconfirmed = len(rows) - len(confirmed) - len(expected)
    confirmed_url = _url(context, status="actual", confirmed="yes", **filters)
    expected_url = _url(context, status="expected", **filters)
    return [
        text_cell(label, _url(context, **filters)),
        count_cell(len(confirmed), confirmed_url),
        *_money_cell(context, confirmed if has_amounts else None),
        count_cell(unconfirmed, _url(context, status="actual", confirmed="no", **filters)),
        count_cell(len(expected), expected_url),
        *_money_cell(context, expected if has_amounts else None),
        count_cell(
            sum(row.jobs or 0 for row in confirmed), _url(context, status="actual", confirmed="yes", jobs=1, **filters)
        ),
    ]


def _money_cell(context: ReportContext, rows: Rows | None) -> list[ReportCell]:
    if context.scope.actor.hides_money:
        return []
    return [ReportCell() if rows is None else usd_cell(_sum(context, rows))]


def _list_section(context: ReportContext, rows: Rows) -> ReportSection:
    return ReportSection(
        name="confirmed",
        sheet=_("Confirmed results"),
        title=_("Which results did clients confirm?"),
        summary=_("Latest first, with the company that achieved each one.") if rows else _("No confirmed results."),
        columns=(
            ReportHeading("milestone", _("Milestone")),
            ReportHeading("client", _("Client")),
            ReportHeading("kind", _("Type"), hide_phone=True),
            *([] if context.scope.actor.hides_money else [ReportHeading("amount", _("Amount"), number=True)]),
            ReportHeading("on", _("Date"), number=True, hide_phone=True),
        ),
        rows=[_list_line(context, row) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
    )


def _list_line(context: ReportContext, row: MilestoneRow) -> list[ReportCell]:
    amount = [] if context.scope.actor.hides_money else [amount_cell(row.amount, row.currency)]
    return [
        text_cell(row.label, url_for("desk.milestone", id=row.id)),
        text_cell(row.client or row.native_client),
        text_cell(str(row.type)),
        *amount,
        ReportCell(row.on, formats.day(row.on)),
    ]


def _url(context: ReportContext, **filters: Any) -> str:
    return context.milestones_url(**filters)


REPORT = ReportDefinition(
    name="results",
    title=_l("Results"),
    question=_l("What did our clients achieve, what have they confirmed, and what is expected?"),
    group=ReportGroup.funders,
    icon="target",
    build=build_results_report,
    filters=TEAM_AND_COUNSELOR,
)
