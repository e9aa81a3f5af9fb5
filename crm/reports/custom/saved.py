"""Saved custom reports that a reader may open, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from flask import url_for

from crm.core.data.access import of_own_teams
from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.core.errors import BadRequest, NotFound
from crm.core.forms.params import is_number
from crm.core.policy import Actor
from crm.core.words import Lazy, _
from crm.reports.context import ReportContext
from crm.reports.definitions import ReportDefinition, ReportGroup
from crm.reports.layout import Report
from crm.reports.models import CustomReport

from .build import PAGE_ROWS, build_custom_report
from .kinds import KINDS
from .question import Question, parse_query
from .unavailable import find_removed, find_unavailable, remove_choices

PREFIX = "custom-"
"""Before the id in the name of a custom report among the reports that a user chose."""


class SavedReport(NamedTuple):
    """A saved report as lists of reports show it."""

    id: int
    name: str
    kind: str
    query: str
    is_own: bool
    user: str
    team: str | None

    @property
    def code(self) -> str:
        """Its name among the reports that a user chose."""
        return f"{PREFIX}{self.id}"

    @property
    def icon(self) -> str:
        """The icon of its kind of records."""
        return next((kind.icon for kind in KINDS if kind.name == self.kind), "report")


def _readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for reports of one's own and those shared with one's teams."""
    shared = CustomReport.team_id.is_not(None) if actor.sees_all_teams else of_own_teams(actor, CustomReport.team_id)
    return sa.or_(CustomReport.user_id == actor.id, shared)


def list_saved(actor: Actor, ids: Collection[int] | None = None) -> list[SavedReport]:
    """Return the saved reports that the actor may open, or some of them; the actor's own first."""
    r = CustomReport
    stmt = (
        sa.select(r.id, r.name, r.kind, r.query, r.user_id == actor.id, User.name, Team.name)
        .join(User, User.id == r.user_id)
        .outerjoin(Team, Team.id == r.team_id)
        .where(_readable(actor))
        .order_by((r.user_id == actor.id).desc(), sa.func.lower(r.name), r.id)
    )
    stmt = stmt if ids is None else stmt.where(r.id.in_(ids))
    return [SavedReport(*row) for row in db.session.execute(stmt)]


def list_chosen(actor: Actor, codes: Collection[str]) -> list[SavedReport]:
    """Return the saved reports among the names of reports that a user chose."""
    numbers = [code.removeprefix(PREFIX) for code in codes if code.startswith(PREFIX)]
    ids = [int(number) for number in numbers if is_number(number)]
    return list_saved(actor, ids) if ids else []


def define(saved: SavedReport) -> ReportDefinition:
    """Return a saved report like one of the other reports, for its files and for dashboards."""
    definition = _define(saved.code, saved.name, lambda context: build_saved(context.scope.actor, saved))
    return replace(definition, address=url_for("reports.custom_show", id=saved.id))


def define_unsaved(question: Question) -> ReportDefinition:
    """Return a report that isn't saved like one of the other reports, for its files."""
    name = f"{PREFIX}{question.kind}"
    return _define(name, question.title, lambda context: build_custom_report(question, context.scope.actor))


def _define(name: str, title: str, build: Callable[[ReportContext], Report]) -> ReportDefinition:
    as_text = Lazy("%(title)s", title=title)
    return ReportDefinition(name, as_text, as_text, ReportGroup.custom, "report", build)


def get_saved(actor: Actor, report_id: int) -> SavedReport:
    """Return a saved report that the actor may open. Raises NotFound."""
    rows = list_saved(actor, [report_id])
    if not rows:
        raise NotFound
    return rows[0]


def get_own(actor: Actor, report_id: int) -> CustomReport:
    """Return one of the actor's own reports. Raises NotFound."""
    stmt = sa.select(CustomReport).where(CustomReport.id == report_id, CustomReport.user_id == actor.id)
    row = db.session.scalars(stmt).one_or_none()
    if row is None:
        raise NotFound
    return row


def read_saved(actor: Actor, saved: SavedReport) -> tuple[Question | None, str, str]:
    """Return the question of a saved report, or None, why the actor can't have it, and the address to change it.

    The address is "" for a report of another user, and for a kind of records that isn't available.
    """
    try:
        question = parse_query(saved.kind, saved.query, actor)
        missing = find_removed(saved.kind, saved.query, actor)
        if not missing:
            return question, "", ""
    except BadRequest:
        missing = find_unavailable(saved.kind, saved.query, actor)
    except NotFound:
        return None, _("This report can't be shown: its type of records isn't available to you."), ""
    names = ", ".join(dict.fromkeys(f"“{choice.label}”" for choice in missing))
    text = _("This report can't be shown: it uses options that aren't available to you: %(names)s.", names=names)
    if not saved.is_own:
        owner_hint = _("Only %(name)s can edit it.", name=saved.user)
        return None, f"{text} {owner_hint}", ""
    hint = _("They may have been removed. Edit the report to replace them.")
    query = remove_choices(saved.query, {choice.name for choice in missing})
    return (
        None,
        f"{text} {hint}",
        f"{url_for('reports.custom_build', kind=saved.kind)}?{query}&saved={saved.id}".replace("?&", "?"),
    )


def build_saved(actor: Actor, saved: SavedReport) -> Report:
    """Return a saved report; without figures and with the reason if the actor can't have them."""
    question, problem, _url = read_saved(actor, saved)
    return build_custom_report(question, actor, PAGE_ROWS) if question else Report(problem, [], [], is_broken=True)
