"""The dashboard: of each chosen report the answer, its figures and its first chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from crm.core.policy import Actor

from .custom.saved import SavedReport, build_saved, define, list_chosen
from .definitions import ReportDefinition
from .layout import CHART_ROWS, Report, ReportSection
from .params import default_context
from .registry import REPORTS

MAX_TILES = 4


class DashboardCard(NamedTuple):
    """One report on a dashboard or in an email, with the address of its page.

    `chart` is its first section with bars that have a length, `period` the name of its period; "" for one about today.
    `is_own` is False for a report of another user, which the reader can't change.
    """

    definition: ReportDefinition
    report: Report
    chart: ReportSection | None
    url: str
    period: str = ""
    is_own: bool = True


def build_cards(actor: Actor, names: Iterable[str], day: date | None = None) -> list[DashboardCard]:
    """Return the cards of some reports, in the order of the index page, with the choices with which they open.

    Their period is that of a day, else of today. Those that users built come last.
    """
    chosen = set(names)
    cards = [_build_card(definition, actor, day) for definition in REPORTS if definition.name in chosen]
    return cards + [_custom_card(actor, saved) for saved in list_chosen(actor, chosen)]


def _build_card(definition: ReportDefinition, actor: Actor, day: date | None) -> DashboardCard:
    if not definition.period:
        report = definition.build(default_context(definition, actor, CHART_ROWS))
        return DashboardCard(definition, report, _find_chart(report), definition.default_url)
    day = None if definition.is_about_future else day
    context = default_context(definition, actor, CHART_ROWS, day)
    report = definition.build(context)
    url = definition.default_url_at(day) if day else definition.default_url
    return DashboardCard(definition, report, _find_chart(report), url, context.period.name)


def _custom_card(actor: Actor, saved: SavedReport) -> DashboardCard:
    report, definition = build_saved(actor, saved), define(saved)
    return DashboardCard(definition, report, _find_chart(report), definition.default_url, is_own=saved.is_own)


def _find_chart(report: Report) -> ReportSection | None:
    return next((section for section in report.sections if section.has_chart), None)


def is_worth_sending(report: Report) -> bool:
    """Whether a report counts anything of its period, or has to be changed: an empty one is not emailed."""
    return report.is_broken or any(section.has_news for section in report.sections) or not report.is_empty
