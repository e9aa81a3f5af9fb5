"""The report on sources: in which opportunities and contracts U.S. posts, shows and China reps had a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _, _l
from crm.opportunities.money import MoneySum, add_sums

from . import queries
from .cells import bar_usd_cells, count_cell, text_cell, usd_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import CreditedResults

PARTS = (
    ("post", "source", _l("U.S. post"), _l("Which U.S. posts contributed?")),
    ("show", "discussed", _l("Show"), _l("Which shows contributed?")),
    ("rep", "rep", _l("China rep"), _l("Which China reps contributed?")),
)
"""What had a part: code of the grouping, filter of the list of opportunities, heading, and title of the section."""


class SourcePart(NamedTuple):
    """A record, the sum of the opportunities it had a part in, that of the signed ones, and the results."""

    kind: str
    id: int
    name: str
    total: MoneySum
    signed: MoneySum
    results: CreditedResults


def build_sources_report(context: ReportContext) -> Report:
    """Return the report on what had a part in the opportunities of a scope, of all times."""
    parts = {code: _list_parts(context, code) for code, *_texts in PARTS}
    tiles = [
        ReportTile(str(heading), formats.num(len(parts[code])), _("contributed"), f"#{code}")
        for code, _filter, heading, _title in PARTS
    ]
    sections = [_section(context, *texts, parts[texts[0]]) for texts in PARTS]
    names = _list_best(parts)
    mail_answer = _("See the report for what contributed to the most signed value.") if names else ""
    return Report(_answer(names), tiles, sections, mail_answer=mail_answer)


def _list_parts(context: ReportContext, code: str) -> list[SourcePart]:
    """Return the records that had a part in an opportunity or a result, sorted by `_rank`."""
    rows, results = queries.sum_parts(context.scope, code), queries.count_credits(context.scope, code)
    ids = list(dict.fromkeys([*(row.key[0] for row in rows), *results]))
    labels = queries.load_labels(context.scope.actor, ids)
    parts = []
    for i in (i for i in ids if i in labels):
        own = [row for row in rows if row.key[0] == i]
        signed = add_sums((row for row in own if row.key[1]), context.rates)
        total, counts = add_sums(own, context.rates), results.get(i, CreditedResults())
        parts.append(SourcePart(labels[i][0], i, labels[i][1], total, signed, counts))
    return sorted(parts, key=_rank)


def _rank(part: SourcePart) -> tuple[Any, ...]:
    """Return the place of a record in the order of the bars: by signed value, then by the whole."""
    return -part.signed.usd, -part.total.usd, -part.total.opportunity_count, part.name, part.id


def _list_best(parts: dict[str, list[SourcePart]]) -> list[str]:
    """Return the names of the source, show and China rep with the most signed value, each with this value."""
    best = [rows[0] for rows in parts.values() if rows and rows[0].signed.by_currency]
    return [f"{part.name} ({part.signed.in_usd})" for part in best]


def _answer(names: Sequence[str]) -> str:
    if not names:
        return _("No signed opportunity with an amount has a source, a show or a China rep on record yet.")
    return _("Contributed to the most signed value: %(names)s.", names=", ".join(names))


def _section(
    context: ReportContext, code: str, filter_name: str, heading: object, title: object, parts: Sequence[SourcePart]
) -> ReportSection:
    rows = parts[: context.limit]
    bars = [ChartBar(part.total.usd, part.signed.usd) for part in rows]
    counted = _("An opportunity or result counts for each source that contributed to it, so totals are left out.")
    return ReportSection(
        name=code,
        sheet=_("By %(item)s", item=formats.within(heading)),
        title=str(title),
        summary=counted if parts else _("No contributions are on record yet."),
        columns=(
            ReportHeading(code, str(heading)),
            ReportHeading("opportunities", _("Opportunities"), number=True),
            ReportHeading("usd", _("US$"), number=True, hide_phone=True),
            ReportHeading("signed", _("Signed"), number=True),
            ReportHeading("signed_usd", _("US$"), number=True),
            ReportHeading("expected_results", _("Results expected"), number=True, hide_phone=True),
            ReportHeading("confirmed_results", _("Results confirmed"), number=True),
        ),
        rows=[_line(context, filter_name, part) for part in rows],
        note=context.limit_note(len(parts)),
        bars=bars,
        legend=(_("signed"), _("all")),
        bar_heading=_("US$"),
        bar_cells=bar_usd_cells(bars),
        row_count=len(parts),
    )


def _line(context: ReportContext, filter_name: str, part: SourcePart) -> list[ReportCell]:
    kind, record_id, name, total, signed, results = part
    expected_url = context.milestones_of_url(record_id, status="expected")
    confirmed_url = context.milestones_of_url(record_id, status="actual", confirmed="yes")
    url = context.opportunities_url(**{filter_name: record_id})
    signed_url = context.opportunities_url(**{filter_name: record_id, "state": "signed"})
    return [
        text_cell(name, url_for(f"desk.{kind}", id=record_id)),
        count_cell(total.opportunity_count, url),
        usd_cell(total, f"{url}&priced=yes"),
        count_cell(signed.opportunity_count, signed_url),
        usd_cell(signed, f"{signed_url}&priced=yes"),
        count_cell(results.expected, expected_url),
        count_cell(results.confirmed, confirmed_url),
    ]


REPORT = ReportDefinition(
    name="sources",
    title=_l("Sources"),
    question=_l("Which U.S. posts, shows and China reps contributed to opportunities, contracts and results?"),
    group=ReportGroup.relationships,
    icon="post",
    build=build_sources_report,
    period=None,
)
