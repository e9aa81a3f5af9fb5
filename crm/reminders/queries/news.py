"""News and silence as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import ngettext

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias
from crm.core.data.history import Change
from crm.core.data.identity import User
from crm.core.data.record import Record, counseled_by, visible
from crm.core.data.record_dates import RecordDates
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.organizations.models import ClientAgreement
from crm.people.models import Representation
from crm.people.policy import RepresentationStatus
from crm.reminders.policy import ENDING_DAYS, QUIET_A_DAY, ReminderKind, is_ending_news, is_silent

from .items import Item

ENDING_HORIZON_DAYS = max(ENDING_DAYS)
MAX_ASSIGNED = 10


def news(actor: Actor, since: datetime, today: date, kinds: Collection[ReminderKind]) -> list[Item]:
    """What was assigned to the actor by others since a moment, what of theirs ends soon, which cases wake up.

    An end is told on some days before it (ENDING_DAYS), not on all of them.
    """
    before = since.astimezone(ZoneInfo(actor.zone)).date()
    found: list[Item] = []
    if ReminderKind.assigned in kinds:
        found += _assigned(actor, since)
    if ReminderKind.ending in kinds:
        found += _endings(actor, today, before)
    return found + _woken(actor, today)


def _woken(actor: Actor, today: date) -> list[Item]:
    """Cases of the actor that slept until a day that has come; told until somebody moves them, at most ten."""
    return [
        Item(
            icon="sun",
            title=_("Opportunity to reopen: %(case)s", case=label),
            record_id=i,
            kind="opportunity",
            due_on=day,
            second=_("reopen date %(day)s", day=formats.day(day)),
            actions=("open",),
            confidential=secret,
        )
        for i, label, day, secret in _wakes(actor, day=today)
        if day is not None
    ]


@question
def _wakes(who: AccessProfile) -> Select:
    come = Opportunity.wakes_on <= sa.bindparam("day")
    return (
        sa.select(Opportunity.id, Opportunity.label, Opportunity.wakes_on, Opportunity.confidential)
        .where(Opportunity.stage == OpportunityStage.dormant, come, Opportunity.archived_at.is_(None))
        .where(counseled_by(who.id, Opportunity), visible(who, Opportunity))
        .order_by(Opportunity.wakes_on, Opportunity.id)
        .limit(10)
    )


@question
def _changes(who: AccessProfile) -> Select:
    return (
        sa.select(Record.id, Record.kind, Record.label, User.name, Change.diff, Record.confidential)
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .join(User, User.id == Change.actor_id)
        .where(Change.at >= sa.bindparam("since"), Change.actor_id != who.id, Record.counselor_id == who.id)
        # Of the many changes of a night, an import's perhaps, only those that name a counselor are read.
        .where(Record.archived_at.is_(None), visible(who), sa.cast(Change.diff, sa.Text).contains('"counselor_id"'))
        .order_by(Change.id.desc())
        .limit(1000)
    )


def _assigned(actor: Actor, since: datetime) -> list[Item]:
    told: dict[int, Item] = {}
    for record_id, kind, label, who, diff, secret in _changes(actor, since=since):
        if diff.get("counselor_id", [None, None])[1] == actor.id and record_id not in told:
            title = _("%(who)s assigned you: %(what)s", who=who, what=label)
            told[record_id] = Item(
                icon="handover", title=title, record_id=record_id, kind=kind, actions=("open",), confidential=secret
            )
    first, more = list(told.values())[:MAX_ASSIGNED], len(told) - MAX_ASSIGNED
    if more > 0:
        first[-1] = replace(first[-1], second=ngettext("and %(num)s more", "and %(num)s more", more))
    return first


FIRST, LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)


@question
def _reps(who: AccessProfile) -> Select:
    client = alias(Record, "reminders_client")
    return (
        sa.select(
            Representation.id,
            client.label,
            Representation.to_on,
            sa.or_(Representation.confidential, client.confidential),
        )
        .join(client, sa.and_(client.id == Representation.client_id, visible(who, client)))
        .where(counseled_by(who.id, Representation), Representation.status == RepresentationStatus.active)
        .where(
            Representation.to_on.between(FIRST, LAST),
            Representation.archived_at.is_(None),
            visible(who, Representation),
        )
        .order_by(Representation.to_on)
    )


@question
def _agreements(who: AccessProfile) -> Select:
    return (
        sa.select(Record.id, Record.label, ClientAgreement.to_on, Record.confidential)
        .join(ClientAgreement, ClientAgreement.organization_id == Record.id)
        # Few agreements end soon: found by their day, not among all that a counselor has.
        .where(Record.counselor_id + 0 == who.id, Record.archived_at.is_(None), visible(who))
        .where(ClientAgreement.to_on.between(FIRST, LAST))
        .order_by(ClientAgreement.to_on)
    )


def _endings(actor: Actor, today: date, before: date) -> list[Item]:
    last = today + timedelta(days=ENDING_HORIZON_DAYS)
    words = {
        "representation": lambda name, day: _("China rep of %(name)s ends %(day)s", name=name, day=day),
        "organization": lambda name, day: _("Agreement with %(name)s ends %(day)s", name=name, day=day),
    }
    return [
        Item(
            icon="alert",
            title=words[kind](name, formats.day(day)),
            record_id=i,
            kind=kind,
            due_on=day,
            actions=("open",),
            confidential=secret,
        )
        for kind, ask in (("representation", _reps), ("organization", _agreements))
        for i, name, day, secret in ask(actor, first=today, last=last)
        if day is not None and is_ending_news(day, today, before)
    ]


def quiet(actor: Actor, today: date) -> tuple[list[Item], int]:
    """The actor's records that nobody has reached for too long, the most overdue first, and how many more there are."""
    zone = ZoneInfo(actor.zone)
    found = []
    for row in _kept_up(actor):
        last = row.last_reached_at.astimezone(zone).date() if row.last_reached_at else None
        if is_silent(last, row.counts_from, row.every, today):
            found.append(((today - (last or row.counts_from)).days, last, row))
    found.sort(key=lambda told: told[2].every - told[0])
    return [_quiet_item(*told) for told in found[:QUIET_A_DAY]], max(0, len(found) - QUIET_A_DAY)


def _quiet_item(silent: int, last: date | None, row: Any) -> Item:
    said = _("no interaction since %(day)s", day=formats.day(last)) if last else _("no interaction yet")
    return Item(
        icon="people" if row.kind == "person" else "org",
        title=row.label,
        native=row.native_label,
        record_id=row.id,
        kind=row.kind,
        second=_("%(said)s, %(n)s days (target: %(days)s)", said=said, n=silent, days=row.every),
        actions=("log", "open"),
        about_id=row.id,
        confidential=row.confidential,
    )


@question
def _kept_up(who: AccessProfile) -> Select:
    every = sa.func.coalesce(
        Cadence.every_days, sa.case((Cadence.tier == Tier.a, Tier.a.days), (Cadence.tier == Tier.b, Tier.b.days))
    )
    return (
        sa.select(
            Record.id,
            Record.kind,
            Record.label,
            Record.native_label,
            RecordDates.last_reached_at,
            Cadence.counts_from,
            every.label("every"),
            Record.confidential,
        )
        .select_from(Cadence)
        .join(Record, Record.id == Cadence.record_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0))
        .where(Record.counselor_id == who.id, Record.archived_at.is_(None), every.is_not(None), visible(who))
    )
