"""Sections on where the open opportunities are, today or on a past day: by stage, by team, by counselor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from crm.core.data.identity import Team
from crm.core.i18n import formats
from crm.core.words import _, confidential_note, ngettext
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd

from . import queries
from .cells import amounts_cell, bar_usd_cells
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .queries import RESTING

NO_SUM = add_sums((), {})


class SectionTexts(NamedTuple):
    """The texts of a section. `name` is its key in the address, `sheet` the name of its sheet in a workbook."""

    name: str
    sheet: str
    title: str
    summary: str
    note: str = ""


class SectionLine(NamedTuple):
    """A line: its label, what it adds up, and the filters of the list that shows it; None: the list can't show it."""

    label: str
    money: MoneySum
    filters: dict[str, Any] | None


def build_stages_section(
    context: ReportContext, rows: list[MoneyRow], resting: list[MoneyRow], hidden: int
) -> ReportSection:
    """Return the open opportunities by stage, and below their total those that are on hold or dormant.

    `hidden` is how many confidential ones are left out.
    """
    sums, total = _group(rows, context, lambda key: key[1]), add_sums(rows, context.rates)
    resting_sums = _group(resting, context, lambda key: key[1])
    summary = describe_open_on(context, total) if context.is_past else _stages_summary(sums, total)
    if hidden:
        summary += " " + _("Confidential opportunities are counted separately and left out of totals.")
    note = ", ".join(filter(None, (confidential_note(hidden), total.excluded_text)))
    section = _build_section(
        context,
        SectionTexts("where", _("Stages"), _("Where is the money?"), summary, note),
        ReportHeading("stage", _("Stage")),
        [SectionLine(str(stage), sums.get(stage, NO_SUM), _stage_filters(context, stage)) for stage in c.OPEN],
        total,
    )
    below = [
        SectionLine(
            _("%(stage)s (not in the total)", stage=stage),
            resting_sums.get(stage, NO_SUM),
            _stage_filters(context, stage),
        )
        for stage in RESTING
    ]
    return replace(section, below=[_cells(context, line) for line in below])


def _stage_filters(context: ReportContext, stage: Any) -> dict[str, Any]:
    return {"was": f"{context.as_of}:{stage.value}"} if context.is_past else {"stage": stage.value}


def describe_open_on(context: ReportContext, total: MoneySum) -> str:
    """Return how many opportunities were open at the end of a past period."""
    summary: str = ngettext(
        "%(num)s opportunity was open at the end of %(day)s.",
        "%(num)s opportunities were open at the end of %(day)s.",
        total.opportunity_count,
        day=formats.day(context.as_of, full=True),
    )
    return summary


def _stages_summary(sums: dict[Any, MoneySum], total: MoneySum) -> str:
    if not total.weighted:
        return _("No open opportunity has an amount and a probability yet.")
    weights = sorted(((sums[stage].weighted, str(stage)) for stage in c.OPEN if stage in sums), reverse=True)
    if len([weight for weight, _stage in weights if weight]) < 3:
        return _("Most of the weighted value: %(stage)s.", stage=weights[0][1])
    first, second, third = weights[:3]
    return _(
        "%(share)s of the weighted value is in three stages: %(a)s, %(b)s and %(c)s.",
        share=formats.percent(formats.percent_of(first[0] + second[0] + third[0], total.weighted)),
        a=first[1],
        b=second[1],
        c=third[1],
    )


def build_teams_section(context: ReportContext, rows: list[MoneyRow]) -> ReportSection:
    """Return the open opportunities by team."""
    sums = _group(rows, context, lambda key: key[0])
    team_ids = sums.keys() | set(context.scope.teams or ())
    names = queries.load_names(Team, sorted(i for i in team_ids if i))
    lines = [
        # The list of opportunities has no filter for "without a team", so those numbers have no link.
        SectionLine(
            names.get(i, _("No team")), sums.get(i, NO_SUM), {"team": i} | _open_filters(context) if i else None
        )
        for i in sorted(team_ids, key=lambda i: (names.get(i, ""), i))
    ]
    texts = SectionTexts(
        "teams", _("Teams"), _("What is in each team's pipeline?"), _("Teams compared at the same exchange rates.")
    )
    return _build_section(context, texts, ReportHeading("team", _("Team")), lines, add_sums(rows, context.rates))


def build_counselors_section(context: ReportContext, rows: list[MoneyRow], names: Mapping[int, str]) -> ReportSection:
    """Return the open opportunities by counselor, in the order of their names; `rows` have the counselor as key."""
    sums = _group(rows, context, lambda key: key)
    ids = sorted(i for i in sums if i is not None)
    labels: list[tuple[int | None, str]] = sorted(((i, names.get(i, "?")) for i in ids), key=lambda pair: pair[1])
    if None in sums:
        labels.append((None, _("No counselor")))
    lines = [
        # The list can't be filtered by a counselor of the past.
        SectionLine(label, sums[i], None if context.is_past else {"counselor": i or 0} | _open_filters(context))
        for i, label in labels
    ]
    texts = SectionTexts(
        "counselors", _("Counselors"), _("What is in each counselor's pipeline?"), _counselors_summary(len(ids))
    )
    heading = ReportHeading("counselor", _("Counselor"))
    return _build_section(context, texts, heading, lines, add_sums(rows, context.rates))


def _open_filters(context: ReportContext) -> dict[str, Any]:
    return {"was": f"{context.as_of}:open"} if context.is_past else {"state": "open"}


def _counselors_summary(count: int) -> str:
    if not count:
        return _("No counselor has open opportunities.")
    summary: str = ngettext(
        "%(num)s counselor has open opportunities.", "%(num)s counselors have open opportunities.", count
    )
    return summary


def _group(rows: Iterable[MoneyRow], context: ReportContext, key_of: Callable[[Any], Any]) -> dict[Any, MoneySum]:
    """Add up rows by what `key_of` takes from their key."""
    rows_by_key: dict[Any, list[MoneyRow]] = {}
    for row in rows:
        rows_by_key.setdefault(key_of(row.key), []).append(row)
    return {key: add_sums(group, context.rates) for key, group in rows_by_key.items()}


def _build_section(
    context: ReportContext,
    texts: SectionTexts,
    first_column: ReportHeading,
    lines: Sequence[SectionLine],
    total: MoneySum,
) -> ReportSection:
    """Return a section with one bar for each line, and a line of totals."""
    bars = [ChartBar(line.money.usd, min(line.money.weighted, line.money.usd)) for line in lines]
    return ReportSection(
        **texts._asdict(),
        columns=(first_column, *_money_columns(context)),
        rows=[_cells(context, line) for line in lines],
        totals=_cells(context, SectionLine(_("Total"), total, _open_filters(context))),
        bars=bars,
        legend=(_("open"),) if context.is_past else (_("weighted"), _("open")),
        bar_heading=_("US$"),
        bar_cells=bar_usd_cells(bars),
    )


def _money_columns(context: ReportContext) -> tuple[ReportHeading, ...]:
    weighted = ReportHeading("weighted_usd", _("Weighted"), number=True)
    return (
        ReportHeading("opportunities", _("Opportunities"), number=True),
        ReportHeading("amounts", _("Amounts"), in_files=True),
        ReportHeading("usd", _("US$"), number=True),
        *(() if context.is_past else (weighted,)),
        ReportHeading("without_amount", _("No amount"), number=True, hide_phone=True),
    )


def _cells(context: ReportContext, line: SectionLine) -> list[ReportCell]:
    """Return the cells of a line. Sums of the past have no link to those with an amount: lists show today's."""
    total = line.money

    def url_of(**more: Any) -> str | None:
        if line.filters is None or (more and context.is_past):
            return None
        return context.opportunities_url(**line.filters, **more)

    url, with_amount = url_of(), url_of(priced="yes")
    without_amount = formats.num(total.without_amount) if total.without_amount else ""
    weighted = ReportCell(total.weighted, format_usd(total.weighted), with_amount, currency="USD")
    return [
        ReportCell(line.label, line.label, url, note=total.conversion_text),
        ReportCell(total.opportunity_count, formats.num(total.opportunity_count), url),
        amounts_cell(total),
        ReportCell(total.usd, format_usd(total.usd), with_amount, currency="USD"),
        *(() if context.is_past else (weighted,)),
        ReportCell(total.without_amount, without_amount, url_of(priced="no") if without_amount else None),
    ]
