"""The scope, period and rates of a report, and the addresses of the lists that show what it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import LabeledEnum, _, ngettext
from crm.reference.queries import Rates

from .periods import Period, cut_period
from .queries import Scope


@dataclass(frozen=True)
class ReportContext:
    """Whose opportunities a report is about, in which period, at which exchange rates.

    `limit` is the number of rows of a table that lists records; files have all rows. `by` is what it is grouped by.
    """

    scope: Scope
    period: Period
    rates: Rates
    limit: int
    by: str = ""

    @property
    def previous(self) -> ReportContext:
        """The same report for the period before; up to this day of it while the period runs."""
        before = self.period.previous
        return replace(self, period=cut_period(before, self.period, self.scope.day) if self.is_running else before)

    @property
    def is_running(self) -> bool:
        """Whether today is in the period."""
        return self.period.first <= self.scope.day <= self.period.last

    def before_text(self, number: str, *, is_whole: bool = False) -> str:
        """Return "12 in Q3 2026" for a number of the period before, while the period runs "12 by this day of Q3 2026".

        `is_whole`: the number is that of the whole period before.
        """
        if self.period.award_id:
            days = (self.period.last - self.period.first).days + 1
            text: str = ngettext("%(n)s in the day before", "%(n)s in the %(num)s days before", days, n=number)
            return text
        values = {"n": number, "period": self.period.previous.name}
        if self.is_running and self.scope.day < self.period.last and not is_whole:
            return _("%(n)s by this day of %(period)s", **values)
        return _("%(n)s in %(period)s", **values)

    def change_text(self, now: int, before: int, *, is_whole: bool = False) -> str:
        """Return the count of the period before, for the note of a tile; "" if there is nothing in both."""
        return "" if now == before == 0 else self.before_text(formats.num(before), is_whole=is_whole)

    @property
    def is_past(self) -> bool:
        """Whether the period is over: the pipeline is then that of its last day."""
        return self.period.last < self.scope.day

    @property
    def as_of(self) -> date:
        """The day whose pipeline the report shows: today, or the last day of a past period."""
        return min(self.period.last, self.scope.day)

    @property
    def shown_day(self) -> date | None:
        """The day whose month, quarter or year the period picker opens: in the period; None for today."""
        return None if self.is_running else max(self.period.first, self.as_of)

    def limit_note(self, count: int) -> str:
        """Return that more rows exist than are shown, if there are; `count` is at most one more than the limit."""
        return _("The first %(n)s are shown. XLSX and CSV have all.", n=self.limit) if count > self.limit else ""

    def opportunities_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these opportunities."""
        return _url(self._opportunities_path, self._scope_filters() | {"confidential": "no"} | filters)

    def follow_ups_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these overdue follow-ups."""
        return _url(self._follow_ups_path, self._staff_filters() | filters)

    def open_follow_ups_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these open follow-ups."""
        return _url(url_for("reports.open_follow_ups"), self._staff_filters() | filters)

    def interactions_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these interactions, which took place in the period."""
        days = {"from": self.period.first, "to": self.period.last}
        return _url(self._interactions_path, self._interaction_filters() | days | filters)

    def interactions_of_url(self, record_id: int) -> str:
        """Return the address of the list that shows the interactions of all times that are linked to a record."""
        filters = self._interaction_filters() | {"linked": record_id}
        return _url(self._interactions_path, filters)

    def milestones_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these milestones, whose date is in the period."""
        days = {"from": self.period.first, "to": self.period.last}
        return _url(self._milestones_path, self._staff_filters() | {"confidential": "no"} | days | filters)

    def milestones_of_url(self, record_id: int, **filters: Any) -> str | None:
        """Return the address of the list of the milestones of all times in which a record had a part.

        None with a sales path, by which the list can't be filtered.
        """
        if self.scope.path is not None:
            return None
        return _url(self._milestones_path, self._scope_filters() | {"confidential": "no", "part": record_id} | filters)

    def gifts_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these gifts of the period."""
        own = self._team_filter() | self._counselor_filter("staff")
        days = {"from": self.period.first, "to": self.period.last}
        return _url(url_for("compliance.index"), own | {"confidential": "no"} | days | filters)

    def attendance_url(self, event_id: int, **filters: Any) -> str:
        """Return the address of the list that shows exactly these attendees of a workshop."""
        own = self._team_filter() | {"event": event_id, "in": "confidential:no"}
        return _url(url_for("shows.attendees"), own | filters)

    def clients_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these clients."""
        own = self._staff_filters() | {"role": "client", "confidential": "no"}
        return _url(url_for("organizations.index"), own | filters)

    def leads_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these leads; teams share leads."""
        return _url(self._leads_path, self._counselor_filter() | filters)

    # A report has some hundred addresses: each path is built once.
    @cached_property
    def _opportunities_path(self) -> str:
        return url_for("opportunities.index")

    @cached_property
    def _follow_ups_path(self) -> str:
        return url_for("reports.follow_ups")

    @cached_property
    def _interactions_path(self) -> str:
        return url_for("interactions.index")

    @cached_property
    def _milestones_path(self) -> str:
        return url_for("impact.index")

    @cached_property
    def _leads_path(self) -> str:
        return url_for("reports.leads")

    def _interaction_filters(self) -> dict[str, Any]:
        return self._team_filter() | self._counselor_filter("staff") | {"state": "held", "confidential": "no"}

    def _scope_filters(self) -> dict[str, Any]:
        return self._staff_filters() | ({"path": self.scope.path.value} if self.scope.path else {})

    def _staff_filters(self) -> dict[str, Any]:
        return self._team_filter() | self._counselor_filter()

    def _team_filter(self) -> dict[str, Any]:
        return {} if self.scope.teams is None else {"team": list(self.scope.teams)}

    def _counselor_filter(self, name: str = "counselor") -> dict[str, Any]:
        return {} if self.scope.counselor_id is None else {name: self.scope.counselor_id}


def _url(path: str, filters: dict[str, Any]) -> str:
    return f"{path}?{urlencode(filters, doseq=True, safe=':')}" if filters else path


def enum_choices(kind: type[LabeledEnum]) -> list[tuple[str, str]]:
    """Return the members of an enum as choices of a select."""
    return [(str(w.value), str(w)) for w in kind]
