"""The pipeline report: where the money is, which leads wait, what will close, what is stuck, owed and changed."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _

from . import movement, queries, stages
from .context import ReportContext, confidential
from .layout import Report, Section, Tile
from .money import MoneySum, add, format_sums, rounded
from .periods import Period
from .queries import Scope


def pipeline(scope: Scope, period: Period) -> Report:
    """Ask and write the whole report."""
    ask = ReportContext(scope, period, queries.rates_on(scope.day))
    rows = queries.standing(scope)
    aged = sum(r.aged for r in rows)
    open_sum = add(rows, ask.rates)
    hidden = queries.hidden(scope) if scope.counselor_id is None and scope.path is None else 0
    leads = movement.build_leads_section(ask)
    sections = [
        stages.build_stages_section(ask, rows, open_sum, hidden),
        *(
            []
            if scope.teams is not None and len(scope.teams) == 1
            else [stages.build_teams_section(ask, rows, open_sum)]
        ),
        stages.build_counselors_section(ask),
        leads,
        movement.build_closing_section(ask),
        movement.build_overdue_section(ask, aged),
        movement.build_follow_ups_section(ask),
        movement.build_changes_section(ask),
    ]
    return Report("pipeline", _("Pipeline report"), _tiles(ask, open_sum, hidden, aged, leads), sections)


def _tiles(ask: ReportContext, total: MoneySum, hidden: int, stuck: int, leads: Section) -> list[Tile]:
    opened = ask.cases(state="open")
    signed = add(queries.signed(ask.scope, ask.period.first, ask.period.last), ask.rates)
    between = f"{ask.period.first}..{ask.period.last}"
    return [
        Tile(_("Open opportunities"), formats.num(total.cases), confidential(hidden), opened),
        Tile(_("Open value"), rounded(total.usd), _excluded_text(total), ask.cases(state="open", priced="yes")),
        Tile(
            _("Weighted"),
            rounded(total.weighted),
            _("by probability"),
            ask.cases(state="open", priced="yes"),
        ),
        Tile(
            _("Signed"),
            formats.num(signed.cases),
            signed.in_usd if signed.by_currency else "",
            ask.cases(signed=between),
        ),
        Tile(
            _("Stuck in stage"),
            formats.num(stuck),
            _("overdue in stage"),
            ask.cases(state="open", aged="yes"),
            "bad" if stuck else "",
        ),
        Tile(
            _("Leads without a client"),
            leads.foot[1].text,
            _("%(n)s overdue in stage", n=leads.foot[2].text),
            url_for("reports.leads"),
        ),
    ]


def _excluded_text(total: MoneySum) -> str:
    """What the sum in dollars does not hold: currencies without a rate, cases without an amount."""
    other = _("+ %(sums)s", sums=format_sums(total.apart)) if total.apart else ""
    return ", ".join(filter(None, (other, total.left_out)))
