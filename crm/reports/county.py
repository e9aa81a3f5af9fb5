"""The report by county: clients, hours, opportunities and contracts, and sentences to copy for each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums

from . import queries
from .cells import count_cell, hours_cell, hours_text, text_cell, usd_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import CountyClients

Rows = Sequence[CountyClients]
NO_COUNTY = "-"
"""The value of the filters of lists for clients without a county."""


def build_county_report(context: ReportContext) -> Report:
    """Return the report on the counties of the clients of a scope, for the period."""
    sums = queries.sum_counties(context.scope, context.period.first, context.period.last)
    rows = _list_rows(context, sums)
    sections = [_table_section(context, rows, sums), _texts_section(context, rows, sums)]
    return Report(_answer(context, rows), _tiles(context, rows, sums), sections)


def _list_rows(context: ReportContext, sums: Sequence[MoneyRow]) -> Rows:
    """Return the counties of clients, and those that have only opportunities of archived or other clients."""
    rows = queries.list_counties(context.scope, context.period.first, context.period.last)
    without_clients = {row.key[0] for row in sums} - {row.county for row in rows}
    rows = [*rows, *(CountyClients(county, 0, 0, 0) for county in without_clients)]
    return sorted(rows, key=lambda row: (not row.county, -row.clients, row.county))


def _answer(context: ReportContext, rows: Rows) -> str:
    served = sum(row.served for row in rows)
    if not served:
        return _("No clients were served in %(period)s.", period=context.period.phrase)
    answer: str = ngettext(
        "%(num)s client was served in %(period)s, in %(counties)s.",
        "%(num)s clients were served in %(period)s, in %(counties)s.",
        served,
        period=context.period.phrase,
        counties=ngettext("%(num)s county", "%(num)s counties", sum(bool(row.served and row.county) for row in rows)),
    )
    return answer


def _tiles(context: ReportContext, rows: Rows, sums: Sequence[MoneyRow]) -> list[ReportTile]:
    signed = _sum(context, sums, None, "signed")
    missing = sum(row.clients for row in rows if not row.county)
    return [
        ReportTile(_("Clients served"), formats.num(sum(row.served for row in rows)), "", None),
        ReportTile(_("Hours for clients"), hours_cell(sum(row.minutes for row in rows)).text or "0", "", None),
        ReportTile(
            _("Signed"),
            formats.num(signed.opportunity_count),
            signed.in_usd,
            context.opportunities_url(signed=f"{context.period.first}..{context.period.last}"),
        ),
        ReportTile(
            _("Clients without a county"),
            formats.num(missing),
            "",
            context.clients_url(county=NO_COUNTY) if missing else None,
            "bad" if missing else "",
        ),
    ]


def _sum(context: ReportContext, sums: Sequence[MoneyRow], county: str | None, state: str) -> MoneySum:
    """Return the sum of a county, or of all (None)."""
    own = (row for row in sums if row.key[1] == state and county in (None, row.key[0]))
    return add_sums(own, context.rates)


def _table_section(context: ReportContext, rows: Rows, sums: Sequence[MoneyRow]) -> ReportSection:
    return ReportSection(
        name="counties",
        sheet=_("Counties"),
        title=_("What do we do in which county?"),
        summary=_("Grouped by the client's county. Open opportunities are as of today."),
        if_empty=_("No clients yet."),
        columns=(
            ReportHeading("county", _("County")),
            ReportHeading("clients", _("Clients"), number=True),
            ReportHeading("served", _("Served"), number=True),
            ReportHeading("hours", _("Hours"), number=True),
            ReportHeading("open", _("Open opportunities"), number=True, hide_phone=True),
            ReportHeading("signed", _("Signed"), number=True, hide_phone=True),
            ReportHeading("signed_usd", _("US$"), number=True, hide_phone=True),
        ),
        rows=[_line(context, row, sums) for row in rows],
        bars=[ChartBar(Decimal(row.clients), Decimal(row.served)) for row in rows],
        legend=(_("served"), _("all clients")),
        note=_count_open(context, sums),
    )


def _count_open(context: ReportContext, sums: Sequence[MoneyRow]) -> str:
    """Return how many opportunities are open, and how many confidential ones besides those that are counted.

    The text is the same without confidential ones but for their number, which everyone may see.
    """
    hidden = queries.count_hidden(context.scope) if context.scope.is_unfiltered else 0
    number = formats.num(_sum(context, sums, None, "open").opportunity_count)
    return ", ".join(filter(None, (_("Open opportunities: %(number)s", number=number), confidential_note(hidden))))


def _line(context: ReportContext, row: CountyClients, sums: Sequence[MoneyRow]) -> list[ReportCell]:
    county = row.county or NO_COUNTY
    open_sum, signed = (_sum(context, sums, row.county, state) for state in ("open", "signed"))
    url = context.clients_url(county=county)
    signed_url = context.opportunities_url(county=county, signed=f"{context.period.first}..{context.period.last}")
    return [
        text_cell(row.county or _("No county"), url),
        count_cell(row.clients, url),
        count_cell(row.served),
        hours_cell(row.minutes),
        count_cell(open_sum.opportunity_count, context.opportunities_url(county=county, state="open")),
        count_cell(signed.opportunity_count, signed_url),
        usd_cell(signed, f"{signed_url}&priced=yes"),
    ]


def _texts_section(context: ReportContext, rows: Rows, sums: Sequence[MoneyRow]) -> ReportSection:
    """Return sentences for each county in which clients were served, for letters and presentations."""
    return ReportSection(
        name="texts",
        sheet=_("Sentences"),
        title=_("What can we tell each county?"),
        summary=_("Sentences for each county, ready to copy."),
        if_empty=_("No client with a county was served in this period."),
        columns=(ReportHeading("county", _("County")), ReportHeading("text", _("Text"))),
        rows=[
            [text_cell(row.county), text_cell(_sentences(context, row, sums))]
            for row in rows
            if row.county and row.served
        ],
    )


def _sentences(context: ReportContext, row: CountyClients, sums: Sequence[MoneyRow]) -> str:
    open_sum, signed = (_sum(context, sums, row.county, state) for state in ("open", "signed"))
    contracts = _describe_contracts(signed)
    opportunities = ngettext(
        "%(num)s opportunity is open.", "%(num)s opportunities are open.", open_sum.opportunity_count
    )
    sentences = (
        (_describe_help(context, row), 1),
        (contracts, signed.opportunity_count),
        (opportunities, open_sum.opportunity_count),
    )
    return " ".join(sentence for sentence, count in sentences if count)


def _describe_help(context: ReportContext, row: CountyClients) -> str:
    """Return whom we helped, with the hours if there are any."""
    values = {"period": context.period.phrase, "county": row.county}
    text: str
    if not hours_cell(row.minutes).value:
        text = ngettext(
            "In %(period)s we helped %(num)s company in %(county)s.",
            "In %(period)s we helped %(num)s companies in %(county)s.",
            row.served,
            **values,
        )
    else:
        text = ngettext(
            "In %(period)s we helped %(num)s company in %(county)s for %(hours)s.",
            "In %(period)s we helped %(num)s companies in %(county)s for %(hours)s.",
            row.served,
            **values,
            hours=hours_text(row.minutes),
        )
    return text


def _describe_contracts(signed: MoneySum) -> str:
    """Return how many contracts were signed, with their value if any has an amount."""
    count = signed.opportunity_count
    text: str
    if not signed.by_currency:
        text = ngettext("They signed %(num)s contract.", "They signed %(num)s contracts.", count)
    else:
        text = ngettext(
            "They signed %(num)s contract worth %(usd)s.",
            "They signed %(num)s contracts worth %(usd)s.",
            count,
            usd=signed.in_usd,
        )
    return text


REPORT = ReportDefinition(
    name="counties",
    title=_l("Counties"),
    question=_l("What do we do for companies in each county?"),
    group=ReportGroup.funders,
    icon="city",
    build=build_county_report,
    filters=TEAM_AND_COUNSELOR,
)
