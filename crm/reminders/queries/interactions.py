"""Contacts as lines: to come, to confirm, and what colleagues logged. Each begins from what the reader may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
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


def _with(who: AccessProfile) -> sa.ColumnElement[bool]:
    """In which the actor takes part. Not joined: of all that somebody took part in, few are still planned."""
    part = InteractionStaff
    return sa.exists().where(part.interaction_id == Interaction.id, part.user_id == who.id).correlate_except(part)


def appointments(actor: Actor, begins: datetime, ends: datetime) -> list[Item]:
    """Planned contacts in which the actor takes part, by time; warns when a client has no agreement."""
    day = begins.astimezone(ZoneInfo(actor.zone)).date()
    return [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=i,
            kind="interaction",
            second=place or "",
            at=at,
            there=zone,
            warning=_("agreement not signed, so the time won't count") if warn else "",
            when=formats.both_clocks(at, zone),
            light="due",
            actions=("log", "later", "no-answer"),
            interaction_id=i,
            confidential=secret,
        )
        for i, subject, at, zone, kind, place, warn, secret in _planned(actor, begins=begins, ends=ends, day=day)
    ]


@question
def _planned(who: AccessProfile) -> Select:
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
        )
        .where(Interaction.state == InteractionState.planned, _with(who))
        .where(
            Interaction.at >= sa.bindparam("begins"),
            Interaction.at < sa.bindparam("ends"),
            Interaction.archived_at.is_(None),
            visible(who, Interaction),
        )
        .order_by(Interaction.at)
        .limit(MAX_ITEMS)
    )


def needs_confirmation(actor: Actor, now: datetime) -> list[Item]:
    """Planned contacts of the actor that should be over, the latest first."""
    return [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=i,
            kind="interaction",
            second=_was_at(at, now, actor.zone, zone),
            at=at,
            there=zone,
            actions=("yes", "moved", "no"),
            interaction_id=i,
            confidential=secret,
        )
        for i, subject, at, zone, kind, secret, minutes in _begun(actor, now=now)
        if at + timedelta(minutes=minutes or 0) <= now
    ]


@question
def _begun(who: AccessProfile) -> Select:
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.at,
            Interaction.zone,
            Interaction.what,
            Interaction.confidential,
            Interaction.minutes,
        )
        .where(Interaction.state == InteractionState.planned, _with(who))
        .where(Interaction.at < sa.bindparam("now"), Interaction.archived_at.is_(None), visible(who, Interaction))
        .order_by(Interaction.at.desc())
        .limit(10)
    )


def _was_at(at: datetime, now: datetime, zone: str, there: str) -> str:
    """Write "yesterday 14:00", with their clock; what is longer ago with its day."""
    day, today = (moment.astimezone(ZoneInfo(zone)).date() for moment in (at, now))
    near = today - day <= timedelta(days=1)
    said = f"{formats.ago(day, today)} {formats.clock_time(at, zone)}" if near else formats.moment(at, zone)
    return f"{said} {formats.their_clock(at, there)}".strip()


def _made_since(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Made since a moment. What was made then was changed then or later, and that is what has an index."""
    row, since = Record.__table__.c, sa.bindparam("since", type_=Instant)
    return row.kind == kind, row.changed_at >= since, row.created_at >= since


def list_overnight_interactions(actor: Actor, since: datetime) -> list[Item]:
    """What colleagues logged about the actor's records since a moment, and new leads; at most six."""
    logged = [
        Item(
            icon=kind.icon,
            title=subject,
            record_id=i,
            kind="interaction",
            at=at,
            there=zone,
            when=formats.both_clocks(at, zone),
            second=_("logged by %(who)s", who=who),
            actions=("open",),
            confidential=secret,
        )
        for i, subject, at, zone, kind, who, secret in _logged(actor, since=since)
    ]
    heard = [
        Item(
            icon="post",
            title=_("New lead: %(name)s", name=name),
            record_id=i,
            kind="project",
            at=at,
            there=zone,
            when=formats.both_clocks(at, zone),
            second=_("bid deadline %(day)s", day=formats.day(bid.date())) if bid else "",
            actions=("open",),
            confidential=secret,
        )
        for i, name, at, zone, bid, secret in _leads(actor, since=since)
    ]
    return (logged + heard)[:6]


@question
def _logged(who: AccessProfile) -> Select:
    mine = alias(Record, "reminders_mine")
    linked = sa.exists().where(
        InteractionLink.interaction_id == Interaction.id,
        InteractionLink.record_id == mine.id,
        mine.counselor_id == who.id,
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
        .join(User, User.id == Interaction.created_by_id)
        .where(*_made_since("interaction"), Interaction.created_by_id != who.id, visible(who, Interaction))
        .where(Interaction.state == InteractionState.held, Interaction.archived_at.is_(None), linked)
        .order_by(Interaction.created_at)
        .limit(6)
    )


@question
def _leads(who: AccessProfile) -> Select:
    return (
        sa.select(Project.id, Project.label, Project.created_at, Project.zone, Project.bid_at, Project.confidential)
        .where(*_made_since("project"), Project.archived_at.is_(None), visible(who, Project))
        .where(sa.or_(Project.created_by_id.is_(None), Project.created_by_id != who.id))
        .order_by(Project.created_at)
        .limit(6)
    )
