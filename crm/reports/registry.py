"""All reports, in the order of the index page within their group."""

from __future__ import annotations

from .activity import REPORT as ACTIVITY
from .breakdown import REPORT as BREAKDOWN
from .county import REPORT as COUNTIES
from .definitions import ReportDefinition, ReportGroup
from .follow_ups import REPORT as FOLLOW_UPS
from .forecast import REPORT as FORECAST
from .funnel import REPORT as FUNNEL
from .gifts import REPORT as GIFTS
from .goals import REPORT as GOALS
from .losses import REPORT as LOSSES
from .officials import REPORT as OFFICIALS
from .pipeline import REPORT as PIPELINE
from .relationships import REPORT as RELATIONSHIPS
from .results import REPORT as RESULTS
from .review import REPORT as REVIEW
from .shows import REPORT as SHOWS
from .sources import REPORT as SOURCES
from .stuck import REPORT as STUCK

REPORTS: tuple[ReportDefinition, ...] = (
    REVIEW,
    PIPELINE,
    STUCK,
    FOLLOW_UPS,
    BREAKDOWN,
    FORECAST,
    FUNNEL,
    LOSSES,
    ACTIVITY,
    SHOWS,
    RELATIONSHIPS,
    OFFICIALS,
    GIFTS,
    SOURCES,
    RESULTS,
    GOALS,
    COUNTIES,
)


def list_by_group() -> list[tuple[ReportGroup, list[ReportDefinition]]]:
    """Return the groups that have reports, each with its reports."""
    groups = ((group, [report for report in REPORTS if report.group is group]) for group in ReportGroup)
    return [(group, reports) for group, reports in groups if reports]
