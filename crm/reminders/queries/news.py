"""News and silence as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import formats
from crm.core.audit import Change
from crm.core.db import alias, db
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import Record, RecordDates, counseled_by, visible
from crm.core.words import _
from crm.followups.models import Cadence
from crm.followups.words import Tier
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import Stage
from crm.organizations.models import ClientAgreement, Organization
from crm.people.models import Representation
from crm.people.policy import RepresentationStatus
from crm.reminders.policy import ENDING_DAYS, ReminderKind, is_end_told, is_silent

from .items import Item

TELL_ENDS = max(ENDING_DAYS)


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
    asked = (
        sa.select(Opportunity.id, Opportunity.label, Opportunity.wakes_on, Opportunity.confidential)
        .where(Opportunity.stage == Stage.dormant, Opportunity.wakes_on <= today, Opportunity.archived_at.is_(None))
        .where(counseled_by(actor.id, Opportunity), visible(actor, Opportunity))
        .order_by(Opportunity.wakes_on, Opportunity.id)
        .limit(10)
    )
    return [
        Item(
            icon="sun", title=_("Case wakes up: %(case)s", case=label), record_id=i, kind="opportunity", due_on=day,
            second=_("asleep until %(day)s", day=formats.day(day)), actions=("open",), confidential=secret,
        )
        for i, label, day, secret in db.session.execute(asked)
        if day is not None
    ]  # fmt: skip


def _assigned(actor: Actor, since: datetime) -> list[Item]:
    asked = (
        sa.select(Record.id, Record.kind, Record.label, User.name, Change.diff, Record.confidential)
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .join(User, User.id == Change.actor_id)
        .where(Change.at >= since, Change.actor_id != actor.id, Record.counselor_id == actor.id, visible(actor))
        .where(Record.archived_at.is_(None))
        .order_by(Change.id.desc())
        .limit(200)
    )
    told: dict[int, Item] = {}
    for record_id, kind, label, who, diff, secret in db.session.execute(asked):
        if diff.get("counselor_id", [None, None])[1] == actor.id and record_id not in told:
            title = _("%(who)s assigned you: %(what)s", who=who, what=label)
            told[record_id] = Item(
                icon="handover", title=title, record_id=record_id, kind=kind, actions=("open",), confidential=secret
            )
    return list(told.values())[:10]


def _endings(actor: Actor, today: date, before: date) -> list[Item]:
    client = alias(Record, "reminders_client")
    last = today + timedelta(days=TELL_ENDS)
    reps = (
        sa.select(
            Representation.id,
            client.label,
            Representation.to_on,
            sa.or_(Representation.confidential, client.confidential),
        )
        .join(client, sa.and_(client.id == Representation.client_id, visible(actor, client)))
        .where(counseled_by(actor.id, Representation), Representation.status == RepresentationStatus.active)
        .where(
            Representation.to_on.between(today, last),
            Representation.archived_at.is_(None),
            visible(actor, Representation),
        )
        .order_by(Representation.to_on)
    )
    agreements = (
        sa.select(Organization.id, Organization.label, ClientAgreement.to_on, Organization.confidential)
        .join(ClientAgreement, ClientAgreement.organization_id == Organization.id)
        .where(counseled_by(actor.id, Organization), Organization.archived_at.is_(None), visible(actor, Organization))
        .where(ClientAgreement.to_on.between(today, last))
        .order_by(ClientAgreement.to_on)
    )
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
        for kind, asked in (("representation", reps), ("organization", agreements))
        for i, name, day, secret in db.session.execute(asked)
        if day is not None and is_end_told(day, today, before)
    ]


def quiet(actor: Actor, today: date) -> list[Item]:
    """The actor's records that nobody has reached for too long, the most overdue first."""
    every = sa.func.coalesce(
        Cadence.every_days, sa.case((Cadence.tier == Tier.a, Tier.a.days), (Cadence.tier == Tier.b, Tier.b.days))
    )
    asked = (
        sa.select(
            Record.id,
            Record.kind,
            Record.label,
            Record.native_label,
            RecordDates.last_reached_at,
            Cadence.counts_from,
            every,
            Record.confidential,
        )
        .select_from(Cadence)
        .join(Record, Record.id == Cadence.record_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0))
        .where(Record.counselor_id == actor.id, Record.archived_at.is_(None), every.is_not(None), visible(actor))
    )
    found = []
    for record_id, kind, label, native, at, since, days, secret in db.session.execute(asked):
        last = at.astimezone(ZoneInfo(actor.zone)).date() if at else None
        if is_silent(last, since, days, today):
            silent = (today - (last or since)).days
            said = _("no talk since %(day)s", day=formats.day(last)) if last else _("no talk yet")
            second = _("%(said)s, %(n)s of %(days)s days", said=said, n=silent, days=days)
            icon = "people" if kind == "person" else "org"
            item = Item(
                icon=icon, title=label, native=native, record_id=record_id, kind=kind, second=second,
                actions=("log", "open"), about_id=record_id, confidential=secret,
            )  # fmt: skip
            found.append((silent - days, item))
    return [item for _over, item in sorted(found, key=lambda pair: -pair[0])]
