"""The show report: what each show cost, and the meetings, opportunities and contracts it had a part in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums

from . import queries
from .cells import count_cell, join_notes, text_cell, usd_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import ReportedShow


def build_shows_report(context: ReportContext) -> Report:
    """Return the report on the shows that begin in the period, those to come too, beside the whole period before."""
    scope, period, before = context.scope, context.period, context.period.previous
    shows = queries.list_shows(scope, period.first, period.last)
    sums = queries.sum_shows(scope, [show.id for show in shows])
    past = queries.list_shows(scope, before.first, before.last)
    return Report(_answer(context, shows), _tiles(context, shows, past), [_section(context, shows, sums)])


def _answer(context: ReportContext, shows: Sequence[ReportedShow]) -> str:
    if not shows:
        return _("No shows begin in %(period)s.", period=context.period.phrase)
    meetings = sum(show.meetings for show in shows)
    values = {
        "period": context.period.phrase,
        "meetings": ngettext("%(num)s meeting held", "%(num)s meetings held", meetings),
    }
    text: str
    if context.period.last <= context.scope.day:
        text = ngettext(
            "%(num)s show began in %(period)s, with %(meetings)s.",
            "%(num)s shows began in %(period)s, with %(meetings)s.",
            len(shows),
            **values,
        )
    else:
        text = ngettext(
            "%(num)s show begins in %(period)s, with %(meetings)s.",
            "%(num)s shows begin in %(period)s, with %(meetings)s.",
            len(shows),
            **values,
        )
    return text


def _tiles(context: ReportContext, shows: Sequence[ReportedShow], past: Sequence[ReportedShow]) -> list[ReportTile]:
    comparable = [show for show in past if show.starts_on <= context.previous.period.last]
    meetings, meetings_before = (sum(show.meetings for show in rows) for rows in (shows, comparable))
    days, days_before = (sum(show.staff_days or 0 for show in rows) for rows in (shows, past))
    cost = [] if context.scope.actor.hides_money else [_cost_tile(context, shows)]
    return [
        ReportTile(
            _("Shows"), formats.num(len(shows)), context.change_text(len(shows), len(past), is_whole=True), None
        ),
        ReportTile(_("Meetings held"), formats.num(meetings), context.change_text(meetings, meetings_before), None),
        ReportTile(_("Staff days"), formats.num(days), context.change_text(days, days_before, is_whole=True), None),
        *cost,
    ]


def _cost_tile(context: ReportContext, shows: Sequence[ReportedShow]) -> ReportTile:
    total = _add_costs(context, shows)
    missing = sum(show.cost is None for show in shows)
    note = ngettext("%(num)s show without a cost", "%(num)s shows without a cost", missing) if missing else ""
    unclear = total.without_amount - missing
    currency_note = (
        ngettext("%(num)s cost without a currency", "%(num)s costs without a currency", unclear) if unclear else ""
    )
    return ReportTile(_("Cost"), total.in_usd, join_notes(total.conversion_text, note, currency_note), None)


def _add_costs(context: ReportContext, shows: Sequence[ReportedShow]) -> MoneySum:
    rows = (MoneyRow(None, show.currency or "", 1, int(_has_cost(show)), show.cost, None) for show in shows)
    return add_sums(rows, context.rates)


def _has_cost(show: ReportedShow) -> bool:
    """Whether the cost of a show is an amount of money: without a currency it can't be added to others."""
    return show.cost is not None and show.currency is not None


def _section(context: ReportContext, shows: Sequence[ReportedShow], rows: Sequence[MoneyRow]) -> ReportSection:
    sums = {show.id: _sums_of(context, rows, show.id) for show in shows}
    return ReportSection(
        name="shows",
        sheet=_("Shows"),
        title=_("What did each show lead to?"),
        summary=_("An opportunity that was discussed at several shows counts for each, so shows aren't added up."),
        if_empty=_("No shows in this period."),
        columns=(
            ReportHeading("show", _("Show")),
            ReportHeading("first_day", _("First day"), number=True, hide_phone=True),
            *_cost_headings(context),
            ReportHeading("staff_days", _("Staff days"), number=True, hide_phone=True),
            ReportHeading("meetings", _("Meetings held"), number=True),
            ReportHeading("interactions", _("Interactions"), number=True, hide_phone=True),
            ReportHeading("opportunities", _("Opportunities"), number=True),
            ReportHeading("contracts", _("Contracts"), number=True),
            ReportHeading("contracts_usd", _("Contract value"), number=True, hide_phone=True),
        ),
        rows=[_line(context, show, *sums[show.id]) for show in shows],
        bars=[_bar(*pair) for pair in sums.values()] if rows else [],
        legend=(_("contracts"), _("opportunities")),
    )


def _bar(total: MoneySum, signed: MoneySum) -> ChartBar:
    return ChartBar(Decimal(total.opportunity_count), Decimal(signed.opportunity_count))


def _sums_of(context: ReportContext, rows: Sequence[MoneyRow], show_id: int) -> tuple[MoneySum, MoneySum]:
    """Return the sum of all opportunities that were discussed at a show, and of the signed ones."""
    own = [row for row in rows if row.key[0] == show_id]
    return add_sums(own, context.rates), add_sums((row for row in own if row.key[1]), context.rates)


def _cost_headings(context: ReportContext) -> tuple[ReportHeading, ...]:
    if context.scope.actor.hides_money:
        return ()
    return (
        ReportHeading("cost_usd", _("Cost"), number=True, hide_phone=True),
        ReportHeading("cost_per_meeting_usd", _("Cost per meeting"), number=True, hide_phone=True),
    )


def _line(context: ReportContext, show: ReportedShow, total: MoneySum, signed: MoneySum) -> list[ReportCell]:
    url = context.opportunities_url(discussed=show.id)
    signed_url = context.opportunities_url(discussed=show.id, state="signed")
    return [
        text_cell(show.label or show.native_label, url_for("desk.show", id=show.id)),
        ReportCell(show.starts_on, formats.day(show.starts_on)),
        *_cost_cells(context, show),
        count_cell(show.staff_days or 0),
        count_cell(show.meetings),
        count_cell(show.interactions, context.interactions_of_url(show.id)),
        count_cell(total.opportunity_count, url),
        count_cell(signed.opportunity_count, signed_url),
        usd_cell(signed, f"{signed_url}&priced=yes"),
    ]


def _cost_cells(context: ReportContext, show: ReportedShow) -> list[ReportCell]:
    if context.scope.actor.hides_money:
        return []
    total = _add_costs(context, [show])
    if not _has_cost(show):
        return [ReportCell(None, formats.num(show.cost), currency="USD"), ReportCell(None, "", currency="USD")]
    share = (total.usd / show.meetings).quantize(Decimal(1)) if show.meetings and not total.unconverted else None
    return [usd_cell(total), ReportCell(share, formats.money(share) if share is not None else "", currency="USD")]


REPORT = ReportDefinition(
    name="shows",
    title=_l("Return on shows"),
    question=_l("What did each show cost, and which meetings, opportunities and contracts resulted?"),
    group=ReportGroup.work,
    icon="show",
    build=build_shows_report,
    filters=TEAM_AND_COUNSELOR,
)
