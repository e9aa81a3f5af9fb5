"""Save, change and delete custom reports."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.identity import User
from crm.core.errors import BadRequest, Invalid, NotFound
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.policy import Actor
from crm.core.words import _, _l
from crm.reports.models import CustomReport, ReportChoice

from .question import MAX_QUERY_CHARS, parse_query
from .saved import PREFIX

MAX_REPORTS = 100


def save_report(actor: Actor, kind: str, query: str, values: dict[str, object]) -> CustomReport:
    """Save the choices of the builder under a name. `values`: name, team_id, uid.

    Raises Invalid for incomplete or unavailable choices, another team, and for more than 100 reports.
    """
    own = sa.select(sa.func.count()).select_from(CustomReport).where(CustomReport.user_id == actor.id)
    if (db.session.scalar(own) or 0) >= MAX_REPORTS:
        raise Invalid(_("Delete a saved report first. You can have up to %(n)s.", n=MAX_REPORTS), "name")
    row = CustomReport(user_id=actor.id or 0, kind=kind, query=_check_query(actor, kind, query), name="")
    row.uid = str(values.get("uid") or new_uid())
    return change_report(actor, row, values)


def change_report(actor: Actor, row: CustomReport, values: dict[str, object], query: str = "") -> CustomReport:
    """Rename one of the actor's reports, share it or not, and replace its choices if there are new ones.

    Raises Invalid as `save_report`.
    """
    team_id = values.get("team_id") or None
    if team_id is not None and team_id != row.team_id and team_id not in actor.team_ids and not actor.sees_all_teams:
        raise Invalid(_("Choose one of your teams."), "team_id")
    if query:
        row.query = _check_query(actor, row.kind, query)
    row.name, row.team_id = str(values["name"]).strip(), team_id  # type: ignore[assignment]
    db.session.add(row)
    db.session.flush()
    return row


def _check_query(actor: Actor, kind: str, query: str) -> str:
    """Return the choices in their shortest form. Raises Invalid."""
    message = _("Build the report again. Some options are missing.")
    try:
        question = parse_query(kind, query, actor)
    except (BadRequest, NotFound) as error:
        raise Invalid(message) from error
    if not question.groupings or len(question.query) > MAX_QUERY_CHARS:
        raise Invalid(message)
    return question.query


def delete_report(row: CustomReport) -> None:
    """Delete a report; it leaves the dashboards and emails of all users."""
    name = f"{PREFIX}{row.id}"
    for choice in db.session.scalars(sa.select(ReportChoice).where(ReportChoice.report == name)):
        db.session.delete(choice)
    db.session.delete(row)
    db.session.flush()


def _is_shared_by(user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(CustomReport.user_id == user_id, CustomReport.team_id.is_not(None))


def _count_shared(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(CustomReport).where(_is_shared_by(user_id))) or 0


def _reassign(old: User, new: User) -> int:
    """Give the shared reports of a user who leaves to the new owner of the records."""
    rows = db.session.scalars(sa.select(CustomReport).where(_is_shared_by(old.id))).all()
    for row in rows:
        row.user_id = new.id
    db.session.flush()
    return len(rows)


USER_PARTS.append(UserPart(_l("Shared custom reports"), _count_shared, _reassign))
