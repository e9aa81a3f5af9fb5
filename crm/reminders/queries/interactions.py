"""Interactions as lines: planned and to confirm. Each begins from what the reader may see."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.organizations.models import Client, ClientAgreement

from .items import DigestItem

MAX_ITEMS = 50


def _attended_by(user_id: object) -> sa.ColumnElement[bool]:
    """Interactions that a user attends. Not joined: of all that a user attended, few are still planned."""
    part = InteractionStaff
    return sa.exists().where(part.interaction_id == Interaction.id, part.user_id == user_id).correlate_except(part)


def appointments(actor: Actor, begins: datetime, ends: datetime, *, staff_id: int | None = None) -> list[DigestItem]:
    """Return the planned interactions of the actor by time; warns when a client has no agreement.

    `staff_id`: those that another user attends, as far as the actor may see them.
    """
    day = local_day(begins, actor.zone)
    rows = _select_planned(actor, begins=begins, ends=ends, day=day, staff=staff_id or actor.id)
    return [
        DigestItem(
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
def _select_planned(profile: AccessProfile) -> Select:
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
            Interaction.type,
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


def list_unconfirmed_interactions(actor: Actor, now: datetime) -> list[DigestItem]:
    """Return the planned interactions of the actor that should be over, the latest first."""
    return [
        DigestItem(
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
        for id, subject, starts_at, zone, kind, confidential, minutes, time_known in _select_unconfirmed(actor, now=now)
        if starts_at + timedelta(minutes=minutes or 0) <= now
    ]


@cached_query
def _select_unconfirmed(profile: AccessProfile) -> Select:
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.at,
            Interaction.zone,
            Interaction.type,
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
    """Return "yesterday 2:00 PM", with their clock; with the day when it is longer ago. Without a time their day."""
    day = local_day(starts_at, zone if time_known else their_zone)
    today = local_day(now, zone)
    is_recent = timedelta(0) <= today - day <= timedelta(days=1)
    if not time_known:
        return formats.ago(day, today) if is_recent else formats.day(day, weekday=True)
    text = (
        f"{formats.ago(day, today)} {formats.clock_time(starts_at, zone)}"
        if is_recent
        else formats.moment(starts_at, zone)
    )
    return f"{text} {formats.their_clock(starts_at, their_zone)}".strip()
