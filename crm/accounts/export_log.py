"""The log of exports: for administrators all of it, for managers what users of their teams exported."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.id_sets import has_id
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.lists import Col, Filter, Listing
from crm.core.lists.export_log import ExportLog
from crm.core.policy import Actor, can
from crm.core.words import Lazy, _, _l

from .lists import begins_on_or_after, begins_on_or_before
from .queries import list_users, managed_users

LIST_TITLES: dict[str, Lazy] = {
    "people": _l("People"),
    "organizations": _l("Organizations"),
    "projects": _l("Projects"),
    "needs": _l("Needs"),
    "products": _l("Products"),
    "reps": _l("China reps"),
    "opportunities": _l("Opportunities"),
    "interactions": _l("Interactions"),
    "followups": _l("Follow-ups"),
    "shows": _l("Shows"),
    "attendance": _l("Attendance at workshops"),
    "milestones": _l("Milestones"),
    "impact_surveys": _l("Impact surveys"),
    "matches": _l("Matches"),
    "gifts": _l("Gifts"),
    "assistance": _l("Assistance"),
    "partner_referrals": _l("Referrals to partners"),
    "referrals": _l("Questions to colleagues"),
    "mailings": _l("Emails to people"),
    "tariff_notes": _l("Tariff and rule notes"),
    "duplicates": _l("Possible duplicates"),
    "different": _l("Possible duplicates"),
    "client_gaps": _l("Clients with missing data"),
    "session_gaps": _l("Interactions with missing data"),
    "counted_sessions": _l("Counted sessions"),
    "counted_clients": _l("Clients with counted sessions"),
    "client_report": _l("Client report"),
    "filed_report": _l("Filed report"),
    "leads": _l("Leads without a client"),
    "overdue_followups": _l("Overdue follow-ups"),
    "open_followups": _l("Open follow-ups"),
    "archive": _l("Archive"),
    "users": _l("Users"),
    "teams": _l("Teams"),
    "security_log": _l("Security log"),
    "export_log": _l("Exports"),
}
"""Titles of lists and files in the log, by name."""
MAX_EXPORTS = 100
"""How many of the newest exports of a kind of record are searched for one record."""


def title_of_list(name: str) -> str:
    """Return the title of a list or report as the log shows it."""
    if name.startswith("report:"):
        return _("Report: %(name)s", name=name.removeprefix("report:").replace("_", " "))
    return str(LIST_TITLES.get(name, name))


def visible_exports(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of the log entries that an administrator or manager may see."""
    if actor.sees_all_teams:
        return sa.true()
    return ExportLog.user_id.in_(sa.select(User.id).where(managed_users(actor)))


def _facts(ids: Collection[int], _actor: Actor) -> dict[int, dict[str, Any]]:
    stmt = sa.select(ExportLog.id, ExportLog.listing, ExportLog.filters).where(ExportLog.id.in_(ids))
    return {
        row.id: {"list": title_of_list(row.listing), "filters": _describe_filters(row.filters)}
        for row in db.session.execute(stmt)
    }


def _describe_filters(filters: dict[str, Any]) -> str:
    """Return the names of the filters; their values may name records that the reader may not see."""
    names = [name.replace("_", " ") for name in filters.get("filters") or ()]
    return ", ".join([_("search"), *names] if filters.get("q") else names)


def _list_choices(_actor: Actor) -> tuple[tuple[str, object], ...]:
    return tuple((name, title) for name, title in LIST_TITLES.items())


def _user_choices(actor: Actor) -> tuple[tuple[str, object], ...]:
    rows = list_users() if actor.sees_all_teams else _list_managed(actor)
    return tuple((str(user_id), name) for user_id, name in rows)


def _list_managed(actor: Actor) -> list[tuple[int, str]]:
    stmt = sa.select(User.id, User.name).where(managed_users(actor)).order_by(User.name)
    return [(row.id, row.name) for row in db.session.execute(stmt)]


EXPORT_LOG = Listing(
    name="export_log",
    title=_l("Exports"),
    path="/exports/",
    template="accounts/exports.html",
    entity=ExportLog,
    base=lambda actor: sa.select(ExportLog).outerjoin(User, User.id == ExportLog.user_id).where(visible_exports(actor)),
    has_row_pages=False,
    sort="-at",
    cols=(
        Col("list", _l("List")),
        Col("user", _l("User"), User.name, hide_phone=True),
        Col("at", _l("When"), ExportLog.at, sort=True, kind="moment"),
        Col("rows", _l("Rows"), ExportLog.rows, kind="num"),
        Col("format", _l("Format"), ExportLog.format, hide_phone=True),
        Col("filters", _l("Filters"), hide_phone=True),
    ),
    filters=(
        Filter("list", _l("List"), "choice", lambda name: ExportLog.listing == name, _list_choices),
        Filter("user", _l("User"), "choice", lambda value: ExportLog.user_id == int(value), _user_choices),
        Filter("from", _l("From"), "date", begins_on_or_after(ExportLog.at), takes_actor=True),
        Filter("to", _l("To"), "date", begins_on_or_before(ExportLog.at), takes_actor=True),
    ),
    after_page=_facts,
    search=False,
)


class RecordExport(NamedTuple):
    """An exported file that had a record."""

    at: datetime
    user_name: str | None
    text: str


def list_record_exports(actor: Actor, record: Record) -> list[RecordExport]:
    """Return which of the newest hundred exports of its kind had a record, as far as the actor may see the log."""
    if not can(actor, "export:see"):
        return []
    stmt = (
        sa.select(ExportLog.at, User.name, ExportLog.listing, ExportLog.format, ExportLog.record_ids)
        .outerjoin(User, User.id == ExportLog.user_id)
        .where(ExportLog.record_kind.in_((record.kind, "")), visible_exports(actor))
        .order_by(ExportLog.id.desc())
        .limit(MAX_EXPORTS)
    )
    return [
        RecordExport(row.at, row.name, f"{title_of_list(row.listing)}, {row.format.upper()}")
        for row in db.session.execute(stmt)
        if row.record_ids and has_id(row.record_ids, record.id)
    ]
