"""The scope, period and rates of a report, and the addresses of the lists that show what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from crm.core.words import LabeledEnum, _

from .money import Rates
from .periods import Period
from .queries import Scope


@dataclass(frozen=True)
class ReportContext:
    """Whose opportunities a report is about, in which period, at which exchange rates."""

    scope: Scope
    period: Period
    rates: Rates

    def opportunities_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these opportunities."""
        return _url(self._opportunities_path, self._scope_filters() | {"confidential": "no"} | filters)

    def follow_ups_url(self, **filters: Any) -> str:
        """Return the address of the list that shows exactly these overdue follow-ups."""
        return _url(self._follow_ups_path, {k: x for k, x in self._scope_filters().items() if k != "path"} | filters)

    # A report has some hundred addresses: each path is built once.
    @cached_property
    def _opportunities_path(self) -> str:
        return url_for("opportunities.index")

    @cached_property
    def _follow_ups_path(self) -> str:
        return url_for("reports.promises")

    def _scope_filters(self) -> dict[str, Any]:
        filters: dict[str, Any] = {} if self.scope.teams is None else {"team": list(self.scope.teams)}
        if self.scope.counselor_id is not None:
            filters["counselor"] = self.scope.counselor_id
        return filters | ({"path": self.scope.path.value} if self.scope.path else {})


def _url(path: str, filters: dict[str, Any]) -> str:
    return f"{path}?{urlencode(filters, doseq=True, safe=':')}" if filters else path


def confidential_note(hidden: int) -> str:
    """Return "+2 confidential"; "" for none."""
    return _("+%(n)s confidential", n=hidden) if hidden else ""


def enum_choices(kind: type[LabeledEnum]) -> list[tuple[str, str]]:
    """Return the members of an enum as choices of a select."""
    return [(str(w.value), str(w)) for w in kind]
