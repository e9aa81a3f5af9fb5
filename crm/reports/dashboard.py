"""The dashboard: of each chosen report the answer, its figures and its first chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crm.core.policy import Actor

from .custom.saved import SavedReport, build_saved, define, list_chosen
from .definitions import ReportDefinition
from .layout import CHART_ROWS, Report, ReportSection
from .params import default_context
from .registry import REPORTS

MAX_TILES = 4


class DashboardCard(NamedTuple):
    """One report on a dashboard; `chart` is its first section with bars that have a length."""

    definition: ReportDefinition
    report: Report
    chart: ReportSection | None


def build_cards(actor: Actor, names: Iterable[str]) -> list[DashboardCard]:
    """Return the cards of some reports, in the order of the index page, with the choices with which they open.

    Those that users built come last.
    """
    chosen = set(names)
    cards = []
    for definition in REPORTS:
        if definition.name in chosen:
            report = definition.build(default_context(definition, actor, CHART_ROWS))
            cards.append(DashboardCard(definition, report, _find_chart(report)))
    return cards + [_custom_card(actor, saved) for saved in list_chosen(actor, chosen)]


def _custom_card(actor: Actor, saved: SavedReport) -> DashboardCard:
    report = build_saved(actor, saved)
    return DashboardCard(define(saved), report, _find_chart(report))


def _find_chart(report: Report) -> ReportSection | None:
    return next((section for section in report.sections if section.has_chart), None)


def is_worth_sending(report: Report) -> bool:
    """Whether a report counts anything of its period: an empty one is not emailed."""
    return any(section.has_news for section in report.sections) or not report.is_empty
