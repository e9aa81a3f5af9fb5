"""Interactions as lines: planned, to confirm, and logged by colleagues. Each begins from what the reader may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.organizations.models import Client, ClientAgreement
from crm.projects.models import Project

from .items import Item

MAX_ITEMS = 50


def _attended_by(user_id: object) -> sa.ColumnElement[bool]:
    """Interactions that a user attends. Not joined: of all that a user attended, few are still planned."""
    part = InteractionStaff
    return sa.exists().where(part.interaction_id == Interaction.id, part.user_id == user_id).correlate_except(part)


def appointments(actor: Actor, begins: datetime, ends: datetime, *, staff_id: int | None = None) -> list[Item]:
    """Return the planned interactions of the actor by time; warns when a client has no agreement.

    `staff_id`: those that another user attends, as far as the actor may see them.
    """
    day = begins.astimezone(ZoneInfo(actor.zone)).date()
    rows = _planned(actor, begins=begins, ends=ends, day=day, staff=staff_id or actor.id)
    return [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=id,
            kind="interaction",
            second=place or "",
            at=starts_at,
            their_zone=zone,
            warning=_("agreement not signed, so the time won't count") if warn else "",
            when=formats.both_clocks(starts_at, zone) if time_known else "",
            light="due",
            actions=("log", "later", "no-answer"),
            interaction_id=id,
            confidential=confidential,
        )
        for id, subject, starts_at, zone, kind, place, warn, confidential, time_known in rows
    ]


@cached_query
def _planned(profile: AccessProfile) -> Select:
    day = sa.bindparam("day", type_=sa.Date)
    agreed = sa.exists().where(
        ClientAgreement.organization_id == InteractionClient.client_id,
        ClientAgreement.on_file,
        ClientAgreement.from_on <= day,
        sa.or_(ClientAgreement.to_on.is_(None), ClientAgreement.to_on >= day),
    )
    unsigned = sa.exists().where(
        InteractionClient.interaction_id == Interaction.id,
        InteractionClient.client_id == Client.organization_id,
        sa.not_(agreed),
    )
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.at,
            Interaction.zone,
            Interaction.what,
            Interaction.place,
            unsigned,
            Interaction.confidential,
            Interaction.time_known,
        )
        .where(Interaction.state == InteractionState.planned, _attended_by(sa.bindparam("staff")))
        .where(
            Interaction.at >= sa.bindparam("begins"),
            Interaction.at < sa.bindparam("ends"),
            Interaction.archived_at.is_(None),
            visible(profile, Interaction),
        )
        .order_by(Interaction.at)
        .limit(MAX_ITEMS)
    )


def list_unconfirmed_interactions(actor: Actor, now: datetime) -> list[Item]:
    """Return the planned interactions of the actor that should be over, the latest first."""
    return [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=id,
            kind="interaction",
            second=_was_at(starts_at, now, actor.zone, zone, time_known=time_known),
            at=starts_at,
            their_zone=zone,
            actions=("yes", "moved", "no"),
            interaction_id=id,
            confidential=confidential,
        )
        for id, subject, starts_at, zone, kind, confidential, minutes, time_known in _unconfirmed(actor, now=now)
        if starts_at + timedelta(minutes=minutes or 0) <= now
    ]


@cached_query
def _unconfirmed(profile: AccessProfile) -> Select:
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.at,
            Interaction.zone,
            Interaction.what,
            Interaction.confidential,
            Interaction.minutes,
            Interaction.time_known,
        )
        .where(Interaction.state == InteractionState.planned, _attended_by(profile.id))
        .where(Interaction.at < sa.bindparam("now"), Interaction.archived_at.is_(None), visible(profile, Interaction))
        .order_by(Interaction.at.desc())
        .limit(10)
    )


def _was_at(starts_at: datetime, now: datetime, zone: str, their_zone: str, *, time_known: bool) -> str:
    """Return "yesterday 2:00 PM", with their clock; with the day when it is longer ago. Without a time only the day."""
    day, today = (moment.astimezone(ZoneInfo(zone)).date() for moment in (starts_at, now))
    is_recent = today - day <= timedelta(days=1)
    if not time_known:
        return formats.ago(day, today) if is_recent else formats.day(day, weekday=True)
    text = (
        f"{formats.ago(day, today)} {formats.clock_time(starts_at, zone)}"
        if is_recent
        else formats.moment(starts_at, zone)
    )
    return f"{text} {formats.their_clock(starts_at, their_zone)}".strip()


def _created_overnight(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Records created since a moment, but not from `opens` until `closes`.

    Those were changed then or later, and `changed_at` has an index.
    """
    row = Record.__table__.c
    since, opens, closes = (sa.bindparam(name, type_=Instant) for name in ("since", "opens", "closes"))
    outside = sa.or_(row.created_at < opens, row.created_at >= closes)
    return row.kind == kind, row.changed_at >= since, row.created_at >= since, outside


def list_overnight_interactions(
    actor: Actor, since: datetime, *, office_hours: tuple[datetime, datetime]
) -> list[Item]:
    """Return what colleagues logged about the actor's records since a moment, and new leads; at most six.

    What they did during the actor's own office hours of the day is left out.
    """
    moments = {"since": since, "opens": office_hours[0], "closes": office_hours[1]}
    logged = [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=id,
            kind="interaction",
            at=starts_at,
            their_zone=zone,
            when=formats.both_clocks(starts_at, zone),
            second=_("logged by %(name)s", name=author),
            actions=("open",),
            confidential=confidential,
        )
        for id, subject, starts_at, zone, kind, author, confidential in _logged(actor, **moments)
    ]
    leads = [
        Item(
            icon="post",
            title=_("New lead: %(name)s", name=name),
            record_id=id,
            kind="project",
            at=starts_at,
            their_zone=zone,
            when=formats.both_clocks(starts_at, zone),
            second=_("bid deadline %(day)s", day=formats.day(bid.date())) if bid else "",
            actions=("open",),
            confidential=confidential,
        )
        for id, name, starts_at, zone, bid, confidential in _leads(actor, **moments)
    ]
    return (logged + leads)[:6]


MAX_NEWEST = 500
"""How many interactions logged since a moment are examined: an import may have added many thousands overnight."""


def _newest_logged(profile: AccessProfile) -> sa.CTE:
    """Return the ids of the newest visible interactions that colleagues logged since a moment, in index order."""
    row = Record.__table__.c
    new = sa.select(row.id).where(*_created_overnight("interaction"), row.created_by_id != profile.id)
    new = new.where(row.archived_at.is_(None), visible(profile, row)).order_by(row.changed_at.desc(), row.id.desc())
    return new.limit(MAX_NEWEST).cte("newest_logged").prefix_with("MATERIALIZED")


@cached_query
def _logged(profile: AccessProfile) -> Select:
    newest = _newest_logged(profile)
    own_record = alias(Record, "reminders_mine")
    linked = sa.exists().where(
        InteractionLink.interaction_id == Interaction.id,
        InteractionLink.record_id == own_record.id,
        own_record.counselor_id == profile.id,
    )
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.created_at,
            Interaction.zone,
            Interaction.what,
            User.name,
            Interaction.confidential,
        )
        .join_from(newest, Interaction, Interaction.id == newest.c.id)
        .join(User, User.id == Interaction.created_by_id)
        .where(Interaction.state == InteractionState.held, linked)
        .order_by(Interaction.created_at)
        .limit(6)
    )


@cached_query
def _leads(profile: AccessProfile) -> Select:
    return (
        sa.select(Project.id, Project.label, Project.created_at, Project.zone, Project.bid_at, Project.confidential)
        .where(*_created_overnight("project"), Project.archived_at.is_(None), visible(profile, Project))
        .where(sa.or_(Project.created_by_id.is_(None), Project.created_by_id != profile.id))
        .order_by(Project.created_at)
        .limit(6)
    )
