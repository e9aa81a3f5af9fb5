"""Filed reports, and how the present records differ from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from crm.core.data.base import alias, db
from crm.core.data.chunks import chunked
from crm.core.data.history import Change, ChangeSource
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, announce_opened, visible
from crm.core.errors import NotFound
from crm.core.policy import SYSTEM, Actor
from crm.funding.models import Award, CountedAssistance, CountedSession, FiledCorrection, FiledReport
from crm.funding.policy.filing import FiledSession

from .sessions import ClientSession, list_counted_sessions

FILED, SURVIVOR = alias(Record, "filed_record"), alias(Record, "filed_survivor")


def select_filed(actor: Actor) -> sa.Select[FiledReport]:
    """Select the reports of the actor's teams; for those who see all teams, all."""
    stmt = sa.select(FiledReport).options(undefer(FiledReport.sessions), undefer(FiledReport.assistance))
    return stmt if actor.sees_all_teams else stmt.where(FiledReport.team_id.in_(sorted(actor.team_ids)))


def get_filed(actor: Actor, report_id: int) -> FiledReport:
    """Return a filed report. Raises NotFound."""
    row = db.session.scalars(select_filed(actor).where(FiledReport.id == report_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def check_files_readable(actor: Actor, report: FiledReport) -> None:
    """Raise NotFound for the files of a report with an interaction or a client that the actor may no longer see.

    A client that was merged into another one is judged by both.
    """
    for ids in chunked(report.record_ids):
        stmt = _select_records(ids, FILED.id).where(sa.not_(_is_readable(actor)))
        if db.session.scalar(stmt.limit(1)) is not None:
            raise NotFound
        for record in db.session.scalars(sa.select(Record).where(Record.id.in_(ids), Record.confidential)):
            announce_opened(record)


def _select_records(ids: Collection[int], *columns: Any) -> sa.Select[Any]:
    """Select records with those into which they were merged."""
    return sa.select(*columns).outerjoin(SURVIVOR, SURVIVOR.id == FILED.merged_into_id).where(FILED.id.in_(list(ids)))


def _is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(visible(actor, FILED), sa.or_(SURVIVOR.id.is_(None), visible(actor, SURVIVOR)))


def list_filed(actor: Actor, award_id: int) -> list[FiledReport]:
    """List the filed reports of an award, the latest first."""
    stmt = select_filed(actor).where(FiledReport.award_id == award_id)
    return list(db.session.scalars(stmt.order_by(FiledReport.first.desc(), FiledReport.id.desc())))


@dataclass(frozen=True)
class Filing:
    """Who filed a report, and for which team; None for a report of all teams."""

    user: str
    team: str | None


def load_filings(reports: Collection[FiledReport]) -> dict[int, Filing]:
    """Return who filed which report for which team, by id."""
    stmt = (
        sa.select(FiledReport.id, User.name, Team.name)
        .outerjoin(User, User.id == FiledReport.filed_by_id)
        .outerjoin(Team, Team.id == FiledReport.team_id)
        .where(FiledReport.id.in_([report.id for report in reports]))
    )
    rows = db.session.execute(stmt) if reports else ()
    return {i: Filing(user or "", team) for i, user, team in rows}


def list_countable(award: Award, team_id: int | None, first: date, last: date) -> list[ClientSession]:
    """Return the sessions of a team (None: all) that count for an award in a period, without confidential ones."""
    sessions = list_counted_sessions(SYSTEM, first, last, award.funder_id)
    return [x for x in sessions if not x.confidential and team_id in (None, x.team_id)]


def build_filed_sessions(sessions: Iterable[ClientSession]) -> list[FiledSession]:
    """Return sessions as a report files them."""
    return [
        FiledSession(
            x.interaction_id,
            x.client_id,
            x.held_on.isoformat(),
            x.session_type.value,
            x.minutes.contact,
            x.minutes.prep,
            x.minutes.travel,
        )
        for x in sessions
    ]


def list_reports_with(ids: Collection[int]) -> list[FiledReport]:
    """List the reports that count a session of one of these interactions or clients, or assistance to a client."""
    columns = (CountedSession.interaction_id, CountedSession.client_id, CountedAssistance.client_id)
    counted = [
        FiledReport.id.in_(sa.select(column.class_.report_id).where(column.in_(part)))
        for part in chunked(ids)
        for column in columns
    ]
    stmt = sa.select(FiledReport).where(sa.or_(sa.false(), *counted))
    return list(db.session.scalars(stmt.order_by(FiledReport.first, FiledReport.id)))


def list_filed_keys(funder_id: int) -> list[tuple[FiledReport, str, set[tuple[int, int]]]]:
    """List the reports of the awards of a funder, the latest first: with the award's number, and what they count.

    That is the interaction and the client of each session.
    """
    stmt = (
        sa.select(FiledReport, Award.number, CountedSession.interaction_id, CountedSession.client_id)
        .join(CountedSession, CountedSession.report_id == FiledReport.id)
        .join(Award, Award.id == FiledReport.award_id)
        .where(Award.funder_id == funder_id)
        .order_by(FiledReport.id.desc())
    )
    keys: dict[tuple[FiledReport, str], set[tuple[int, int]]] = {}
    for report, number, interaction_id, client_id in db.session.execute(stmt):
        keys.setdefault((report, number), set()).add((interaction_id, client_id))
    return [(*key, pairs) for key, pairs in keys.items()]


@dataclass(frozen=True)
class LastChange:
    """The latest change of a record: when, by whom and how."""

    at: datetime
    user: str
    via: ChangeSource


def load_last_changes(actor: Actor, ids: Collection[int], since: datetime) -> dict[int, LastChange]:
    """Return the latest change of visible records since a moment, by id."""
    stmt = (
        sa.select(Change.root_id, Change.at, User.name, Change.via)
        .join(Record, Record.id == Change.root_id)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.root_id.in_(list(ids)), Change.at >= since, visible(actor))
        .order_by(Change.id)
    )
    rows = db.session.execute(stmt).all() if ids else []
    return {i: LastChange(moment, name or "", via) for i, moment, name, via in rows if i is not None}


def load_names(actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """Return the names of visible records by id, without those that were merged into a hidden one."""
    stmt = _select_records(ids, FILED.id, FILED.label, FILED.native_label).where(_is_readable(actor))
    return {i: name or native for i, name, native in db.session.execute(stmt)}


def list_corrections(report_id: int) -> list[tuple[FiledCorrection, str]]:
    """List the corrections of a report with the names of their users, the latest first."""
    stmt = (
        sa.select(FiledCorrection, User.name)
        .outerjoin(User, User.id == FiledCorrection.user_id)
        .where(FiledCorrection.report_id == report_id)
        .order_by(FiledCorrection.id.desc())
    )
    return [(row, name or "") for row, name in db.session.execute(stmt)]


def find_filed_with(actor: Actor, interaction_id: int) -> list[FiledReport]:
    """List the visible reports that count a session of an interaction."""
    counted = sa.select(CountedSession.report_id).where(CountedSession.interaction_id == interaction_id)
    return list(db.session.scalars(select_filed(actor).where(FiledReport.id.in_(counted)).order_by(FiledReport.id)))
