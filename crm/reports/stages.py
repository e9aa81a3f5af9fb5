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
from .context import ReportContext, confidential
from .layout import ChartBar, Head, ReportCell, Section
from .money import MoneySum, add, rounded
from .queries import Money


def _heads(name: str, label: str) -> tuple[Head, ...]:
    return (
        Head(name, label),
        Head("cases", _("Opportunities"), number=True),
        Head("amounts", _("Amounts"), in_files=True),
        Head("usd", _("US$"), number=True),
        Head("weighted_usd", _("Weighted"), number=True),
        Head("without_amount", _("No amount"), number=True, hide_phone=True),
    )


def _line(ask: ReportContext, label: str, total: MoneySum, narrow: dict[str, Any]) -> list[ReportCell]:
    filters = {"state": "open"} | narrow
    url, priced = ask.cases(**filters), ask.cases(**filters, priced="yes")
    without = ask.cases(**filters, priced="no") if total.without else None
    return [
        ReportCell(label, label, url, note=total.in_currencies if total.is_mixed else ""),
        ReportCell(total.cases, formats.num(total.cases), url),
        ReportCell(total.in_currencies, total.in_currencies),
        ReportCell(total.usd, rounded(total.usd), priced),
        ReportCell(total.weighted, rounded(total.weighted), priced),
        ReportCell(total.without, formats.num(total.without) if without else "", without),
    ]


def _bar(label: str, total: MoneySum) -> ChartBar:
    return ChartBar(label, total.usd, min(total.weighted, total.usd), rounded(total.usd))


def _by(rows: Iterable[Money], ask: ReportContext, of: Callable[[Any], Any]) -> dict[Any, MoneySum]:
    """The sums of rows by what `of` takes from their key."""
    rows_by_key: dict[Any, list[Money]] = {}
    for row in rows:
        rows_by_key.setdefault(of(row.key), []).append(row)
    return {key: add(rows_of_key, ask.rates) for key, rows_of_key in rows_by_key.items()}


def _grouped(
    ask: ReportContext,
    keys: Sequence[tuple[Any, str]],
    sums: dict[Any, MoneySum],
    all_: MoneySum,
    narrow: Callable[[Any], dict[str, Any]],
) -> tuple[list[list[ReportCell]], list[ChartBar], list[ReportCell]]:
    """One line a key, its bar, and the line of all."""
    lines, bars, empty = [], [], add((), ask.rates)
    for key, label in keys:
        total = sums.get(key, empty)
        lines.append(_line(ask, label, total, narrow(key)))
        bars.append(_bar(label, total))
    return lines, bars, _line(ask, _("Total"), all_, {})


def build_stages_section(ask: ReportContext, rows: list[Money], total: MoneySum, hidden: int) -> Section:
    keys = [(stage, str(stage)) for stage in c.OPEN]
    sums = _by(rows, ask, lambda key: key[1])
    lines, bars, foot = _grouped(ask, keys, sums, total, lambda s: {"stage": s.value})
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
    note = ", ".join(filter(None, (confidential(hidden), total.left_out)))
    legend = (_("weighted"), _("open"), _("US$"))
    return Section(
        "where", _("Where is the money?"), answer, _heads("stage", _("Stage")), lines, foot, note, bars, legend
    )


def build_teams_section(ask: ReportContext, rows: list[Money], total: MoneySum) -> Section:
    sums = _by(rows, ask, lambda key: key[0])
    team_ids = sorted(sums.keys() | set(ask.scope.teams or ()))
    names_by_id = queries.names(Team, [i for i in team_ids if i])
    keys = [(i, names_by_id.get(i, _("No team"))) for i in sorted(team_ids, key=lambda i: names_by_id.get(i, ""))]
    lines, bars, foot = _grouped(ask, keys, sums, total, lambda i: {"team": i} if i else {})
    for key, line in zip(keys, lines, strict=True):
        if not key[0]:
            # The list has no filter for "without a team": the number stands without a link.
            line[:] = [cell._replace(url=None) for cell in line]
    answer = _("Teams compared at today's exchange rates.")
    return Section(
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


def build_counselors_section(ask: ReportContext) -> Section:
    rows = queries.by_counselor(ask.scope)
    sums = _by(rows, ask, lambda key: key)
    ids = sorted(key for key in sums if key is not None)
    names_by_id = queries.names(User, ids)
    keys: list[tuple[Any, str]] = sorted(((i, names_by_id.get(i, "?")) for i in ids), key=lambda k: k[1])
    if None in sums:
        keys.append((None, _("No counselor")))
    lines, bars, foot = _grouped(ask, keys, sums, add(rows, ask.rates), lambda i: {"counselor": i or 0})
    counted = ngettext(
        "%(num)s counselor has open opportunities.", "%(num)s counselors have open opportunities.", len(ids)
    )
    answer = counted if ids else _("No counselor has open opportunities.")
    return Section(
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
