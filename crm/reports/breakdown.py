"""The open pipeline by prime, sector, country, county, source post, China rep, show or team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.core.data.identity import Team
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd

from . import queries
from .cells import amounts_cell, bar_usd_cells, count_cell, text_cell, usd_cell, weighted_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile

GROUPINGS = (
    ("prime", _l("Prime or buyer")),
    ("sector", _l("Sector of the client")),
    ("country", _l("Country")),
    ("county", _l("County of the client")),
    ("post", _l("Source post")),
    ("rep", _l("China rep")),
    ("show", _l("Show")),
    ("team", _l("Team")),
)
SEVERAL = ("sector", "show")
"""Groupings in which an opportunity can be in several groups."""
OF_RECORDS = ("prime", "post", "rep", "show")
"""Groupings by records, which may be confidential."""
FILTERS = {"prime": "buyer", "post": "source", "show": "discussed"}
"""The filter of the list of opportunities for a grouping, if it has another name."""
LEAST_ROWS = 25
"""How many groups the page shows at least, if there are so many."""
Group = tuple[str, MoneySum, str | None]
"""The label of a group, its sum, and the address of its list."""


def build_breakdown_report(context: ReportContext) -> Report:
    """Return the open opportunities of a scope by `context.by`, the largest value first."""
    rows = queries.sum_open_by(context.scope, context.by)
    whole = add_sums(queries.sum_by_counselor(context.scope), context.rates)
    hidden = queries.count_hidden(context.scope) if context.scope.is_unfiltered else 0
    number, groups = _list_groups(context, rows)
    url = context.opportunities_url(state="open")
    tiles = [
        ReportTile(_("Open opportunities"), formats.num(whole.opportunity_count), confidential_note(hidden), url),
        ReportTile(_("Open value"), format_usd(whole.usd), whole.conversion_text, f"{url}&priced=yes"),
        ReportTile(_("Weighted"), format_usd(whole.weighted), _("by probability"), f"{url}&priced=yes"),
    ]
    mail_answer = _answer_without_name(groups) if context.by in OF_RECORDS else ""
    return Report(_answer(groups), tiles, [_section(context, number, groups)], mail_answer=mail_answer)


def _answer(groups: Sequence[Group]) -> str:
    if not groups:
        return _("No opportunities are open.")
    label, total, _url = groups[0]
    answer: str = ngettext(
        "Largest group: %(label)s, with %(num)s opportunity worth %(usd)s.",
        "Largest group: %(label)s, with %(num)s opportunities worth %(usd)s.",
        total.opportunity_count,
        label=label,
        usd=total.in_usd,
    )
    return answer


def _answer_without_name(groups: Sequence[Group]) -> str:
    if not groups:
        return ""
    total = groups[0][1]
    answer: str = ngettext(
        "Largest group: %(num)s opportunity worth %(usd)s.",
        "Largest group: %(num)s opportunities worth %(usd)s.",
        total.opportunity_count,
        usd=total.in_usd,
    )
    return answer


def _list_groups(context: ReportContext, rows: Sequence[MoneyRow]) -> tuple[int, list[Group]]:
    """Return how many groups there are, and those that are shown.

    The largest value comes first; opportunities without a value of the grouping come last.
    """
    rows_by_key: dict[Any, list[MoneyRow]] = {}
    for row in rows:
        rows_by_key.setdefault(row.key, []).append(row)
    sums = {key: add_sums(group, context.rates) for key, group in rows_by_key.items()}
    order = sorted(sums, key=lambda key: (not key, -sums[key].usd, -sums[key].opportunity_count, str(key)))
    top = order[: max(context.limit, LEAST_ROWS)]
    labels = _load_labels(context, [key for key in top if key])
    groups = [(labels.get(key, _("Not on record")), sums[key], _group_url(context, key)) for key in top]
    return len(order), groups


def _load_labels(context: ReportContext, keys: Sequence[Any]) -> dict[Any, str]:
    match context.by:
        case "county":
            return {key: key for key in keys}
        case "country":
            return {key: formats.country(key) for key in keys}
        case "sector":
            return dict(queries.load_sector_names(keys))
        case "team":
            return queries.load_names(Team, keys)
    return {i: name for i, (_kind, name) in queries.load_labels(context.scope.actor, keys).items()}


def _group_url(context: ReportContext, key: Any) -> str | None:
    """Return the address of the list of a group; only counties and countries have a filter for "none"."""
    if not key:
        none = {context.by: "-"} if context.by in ("county", "country") else None
        return context.opportunities_url(state="open", **none) if none else None
    return context.opportunities_url(state="open", **{FILTERS.get(context.by, context.by): key})


def _section(context: ReportContext, number: int, groups: Sequence[Group]) -> ReportSection:
    heading = dict(GROUPINGS)[context.by]
    several = _("An opportunity can be in several groups, so groups aren't added up.") if context.by in SEVERAL else ""
    bars = [ChartBar(total.usd, min(total.weighted, total.usd)) for _label, total, _url in groups]
    return ReportSection(
        name="groups",
        sheet=str(heading),
        title=_("Where is the open pipeline?"),
        summary=several or _("Open opportunities by value, the largest first."),
        if_empty=_("No opportunities are open."),
        columns=(
            ReportHeading(context.by, str(heading)),
            ReportHeading("opportunities", _("Opportunities"), number=True),
            ReportHeading("amounts", _("Amounts"), in_files=True),
            ReportHeading("usd", _("US$"), number=True),
            ReportHeading("weighted_usd", _("Weighted"), number=True),
            ReportHeading("without_amount", _("No amount"), number=True, hide_phone=True),
        ),
        rows=[_line(*group) for group in groups],
        note=_("The first %(n)s are shown. XLSX and CSV have all.", n=len(groups)) if number > len(groups) else "",
        bars=bars,
        legend=(_("weighted"), _("open")),
        bar_heading=_("US$"),
        bar_cells=bar_usd_cells(bars),
        row_count=number,
    )


def _line(label: str, total: MoneySum, url: str | None) -> list[ReportCell]:
    priced, unpriced = (f"{url}&priced={code}" if url else None for code in ("yes", "no"))
    return [
        text_cell(label, url, total.conversion_text),
        count_cell(total.opportunity_count, url),
        amounts_cell(total),
        usd_cell(total, priced),
        weighted_cell(total, priced),
        count_cell(total.without_amount, unpriced),
    ]


REPORT = ReportDefinition(
    name="breakdown",
    title=_l("Pipeline by group"),
    question=_l("Which primes, sectors, countries, counties, posts, China reps, shows and teams is the pipeline from?"),
    group=ReportGroup.money,
    icon="pipeline",
    build=build_breakdown_report,
    period=None,
    groupings=GROUPINGS,
)
