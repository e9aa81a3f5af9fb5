"""Where the open cases stand: by stage, by team, by counselor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import ngettext

from crm.core.data.identity import Team, User
from crm.core.i18n import formats
from crm.core.words import _
from crm.opportunities import conditions as c

from . import queries
from .context import ReportContext, confidential_note
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .money import MoneySum, add_sums, format_usd
from .queries import MoneyRow


def _heads(name: str, label: str) -> tuple[ReportHeading, ...]:
    return (
        ReportHeading(name, label),
        ReportHeading("cases", _("Opportunities"), number=True),
        ReportHeading("amounts", _("Amounts"), in_files=True),
        ReportHeading("usd", _("US$"), number=True),
        ReportHeading("weighted_usd", _("Weighted"), number=True),
        ReportHeading("without_amount", _("No amount"), number=True, hide_phone=True),
    )


def _line(context: ReportContext, label: str, total: MoneySum, parts: dict[str, Any]) -> list[ReportCell]:
    filters = {"state": "open"} | parts
    url, priced = context.opportunities_url(**filters), context.opportunities_url(**filters, priced="yes")
    without = context.opportunities_url(**filters, priced="no") if total.without_amount else None
    return [
        ReportCell(label, label, url, note=total.in_currencies if total.is_mixed else ""),
        ReportCell(total.opportunity_count, formats.num(total.opportunity_count), url),
        ReportCell(total.in_currencies, total.in_currencies),
        ReportCell(total.usd, format_usd(total.usd), priced),
        ReportCell(total.weighted, format_usd(total.weighted), priced),
        ReportCell(total.without_amount, formats.num(total.without_amount) if without else "", without),
    ]


def _bar(label: str, total: MoneySum) -> ChartBar:
    return ChartBar(label, total.usd, min(total.weighted, total.usd), format_usd(total.usd))


def _by(rows: Iterable[MoneyRow], context: ReportContext, of: Callable[[Any], Any]) -> dict[Any, MoneySum]:
    """The sums of rows by what `of` takes from their key."""
    rows_by_key: dict[Any, list[MoneyRow]] = {}
    for row in rows:
        rows_by_key.setdefault(of(row.key), []).append(row)
    return {key: add_sums(rows_of_key, context.rates) for key, rows_of_key in rows_by_key.items()}


def _grouped(
    context: ReportContext,
    keys: Sequence[tuple[Any, str]],
    sums: dict[Any, MoneySum],
    all_: MoneySum,
    parts: Callable[[Any], dict[str, Any]],
) -> tuple[list[list[ReportCell]], list[ChartBar], list[ReportCell]]:
    """One line a key, its bar, and the line of all."""
    lines, bars, empty = [], [], add_sums((), context.rates)
    for key, label in keys:
        total = sums.get(key, empty)
        lines.append(_line(context, label, total, parts(key)))
        bars.append(_bar(label, total))
    return lines, bars, _line(context, _("Total"), all_, {})


def build_stages_section(context: ReportContext, rows: list[MoneyRow], total: MoneySum, hidden: int) -> ReportSection:
    keys = [(stage, str(stage)) for stage in c.OPEN]
    sums = _by(rows, context, lambda key: key[1])
    lines, bars, foot = _grouped(context, keys, sums, total, lambda s: {"stage": s.value})
    weights = sorted(((sums[s].weighted if s in sums else Decimal(0), name) for s, name in keys), reverse=True)[:3]
    if total.weighted:
        share = round(100 * sum(w for w, _s in weights) / total.weighted)
        answer = _(
            "%(share)s%% of the weighted value is in three stages: %(a)s, %(b)s and %(c)s.",
            share=share,
            a=weights[0][1],
            b=weights[1][1],
            c=weights[2][1],
        )
    else:
        answer = _("No open opportunity has an amount and a probability yet.")
    if hidden:
        answer += " " + _("Confidential opportunities are counted separately and left out of totals.")
    note = ", ".join(filter(None, (confidential_note(hidden), total.excluded_text)))
    legend = (_("weighted"), _("open"), _("US$"))
    return ReportSection(
        "where", _("Where is the money?"), answer, _heads("stage", _("Stage")), lines, foot, note, bars, legend
    )


def build_teams_section(context: ReportContext, rows: list[MoneyRow], total: MoneySum) -> ReportSection:
    sums = _by(rows, context, lambda key: key[0])
    team_ids = sorted(sums.keys() | set(context.scope.teams or ()))
    names_by_id = queries.load_names(Team, [i for i in team_ids if i])
    keys = [(i, names_by_id.get(i, _("No team"))) for i in sorted(team_ids, key=lambda i: names_by_id.get(i, ""))]
    lines, bars, foot = _grouped(context, keys, sums, total, lambda i: {"team": i} if i else {})
    for key, line in zip(keys, lines, strict=True):
        if not key[0]:
            # The list has no filter for "without a team": the number stands without a link.
            line[:] = [cell._replace(url=None) for cell in line]
    answer = _("Teams compared at today's exchange rates.")
    return ReportSection(
        "teams",
        _("What is in each team's pipeline?"),
        answer,
        _heads("team", _("Team")),
        lines,
        foot,
        "",
        bars,
        (_("weighted"), _("open"), _("US$")),
    )


def build_counselors_section(context: ReportContext) -> ReportSection:
    rows = queries.sum_by_counselor(context.scope)
    sums = _by(rows, context, lambda key: key)
    ids = sorted(key for key in sums if key is not None)
    names_by_id = queries.load_names(User, ids)
    keys: list[tuple[Any, str]] = sorted(((i, names_by_id.get(i, "?")) for i in ids), key=lambda k: k[1])
    if None in sums:
        keys.append((None, _("No counselor")))
    lines, bars, foot = _grouped(context, keys, sums, add_sums(rows, context.rates), lambda i: {"counselor": i or 0})
    counted = ngettext(
        "%(num)s counselor has open opportunities.", "%(num)s counselors have open opportunities.", len(ids)
    )
    answer = counted if ids else _("No counselor has open opportunities.")
    return ReportSection(
        "counselors",
        _("What is in each counselor's pipeline?"),
        answer,
        _heads("counselor", _("Counselor")),
        lines,
        foot,
        "",
        bars,
        (_("weighted"), _("open"), _("US$")),
    )
