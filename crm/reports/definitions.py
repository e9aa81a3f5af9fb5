"""What declares a report: its question, its group on the index page, what narrows it, and its builder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from crm.core.words import LabeledEnum, Lazy, _l

from .context import ReportContext
from .layout import Report
from .periods import PeriodKind


class ReportGroup(LabeledEnum):
    """Who asks: the groups of the index page, in their order."""

    review = "review", _l("Monday review")
    money = "money", _l("Money")
    work = "work", _l("Work")
    relationships = "relationships", _l("Relationships")
    funders = "funders", _l("Funders")
    custom = "custom", _l("Custom reports")


class ReportFilter(LabeledEnum):
    """What narrows a report besides the period."""

    team = "team", _l("Team")
    counselor = "counselor", _l("Counselor")
    path = "path", _l("Sales path")


ALL_FILTERS = frozenset(ReportFilter)
TEAM_AND_COUNSELOR = frozenset({ReportFilter.team, ReportFilter.counselor})


@dataclass(frozen=True)
class ReportDefinition:
    """A report: one question with its address `/reports/<name>`, page, files and tile.

    `period` is the kind of period with which it opens; None: it is about today and has no period. `groupings` are the
    choices of what its table is grouped by. `is_own_for_staff`: staff see only their own figures. `is_about_future`:
    emails are about the current period even if another one has just ended. `address` is that of a report that a user
    built.
    """

    name: str
    title: Lazy
    question: Lazy
    group: ReportGroup
    icon: str
    build: Callable[[ReportContext], Report]
    period: PeriodKind | None = PeriodKind.federal
    filters: frozenset[ReportFilter] = ALL_FILTERS
    groupings: tuple[tuple[str, Lazy], ...] = ()
    is_own_for_staff: bool = False
    is_about_future: bool = False
    address: str = ""

    @property
    def endpoint(self) -> str:
        return f"reports.{self.name}"

    @property
    def url(self) -> str:
        """The address of its page."""
        return self.address or url_for(self.endpoint)

    @property
    def default_url(self) -> str:
        """The address of its page with the choices of dashboards and emails, whatever the user chose last.

        Opening it changes no remembered choices.
        """
        return self.address or url_for(self.endpoint, choices="default")

    def default_url_at(self, day: date) -> str:
        """Return the address of its page with the choices of dashboards and emails, in the period of a day."""
        return url_for(self.endpoint, choices="default", at=day)

    @property
    def args(self) -> frozenset[str]:
        """The parameters of its address, without the file format."""
        period = {"period", "at", "award"} if self.period else set()
        return frozenset({*period, *(f.value for f in self.filters), *(["by"] if self.groupings else [])})
