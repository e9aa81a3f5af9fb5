"""Which occurrences are due and not yet told: the questions of `plan_reminders`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.data.record import counseled_by, visible
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import is_withdrawn
from crm.core.policy import Actor, ReminderChoice, may_see
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.reference.queries import days_off
from crm.reminders.models import Reminder, ReminderMute
from crm.reminders.policy import ReminderKind, digest_at, is_digest_time, subject_of


@dataclass(frozen=True)
class Reader:
    """Somebody who gets reminders, with what decides when."""

    actor: Actor
    choice: ReminderChoice
    digest_hour: int
    muted: frozenset[str]
    extra: dict[date, bool]

    def wants(self, kind: ReminderKind) -> bool:
        """Whether the reader has not muted this kind."""
        return kind.value not in self.muted

    def today(self, now: datetime) -> date:
        """The reader's calendar day."""
        return now.astimezone(ZoneInfo(self.actor.zone)).date()

    def is_digest_time(self, now: datetime) -> bool:
        """Whether the reader's working day has reached the hour of the digest."""
        return is_digest_time(now, self.digest_hour, self.actor.zone, self.actor.country, self.extra)


class AccessFacts(NamedTuple):
    """What the right to see a follow-up of one's own depends on; its counselor is in its circle."""

    team_id: int | None
    confidential: bool
    counselor_id: int | None
    reader_ids: frozenset[int] = frozenset()


class Due(NamedTuple):
    """A follow-up that gets a mail of its own now. `occurrence` names this time of it, `due_at` when it fell due."""

    followup_id: int
    user_id: int
    occurrence: str
    due_at: datetime


def readers(user_ids: Sequence[int] | None = None) -> list[Reader]:
    """All active users, in a fixed number of statements."""
    stmt = sa.select(User).where(User.active)
    if user_ids is not None:
        stmt = stmt.where(User.id.in_(user_ids))
    users = list(db.session.scalars(stmt.order_by(User.id)))
    teams: dict[int, list[int]] = {}
    for user_id, team_id in db.session.execute(
        sa.select(Membership.user_id, Membership.team_id).order_by(Membership.position)
    ):
        teams.setdefault(user_id, []).append(team_id)
    muted: dict[int, set[str]] = {}
    for user_id, kind in db.session.execute(sa.select(ReminderMute.user_id, ReminderMute.kind)):
        muted.setdefault(user_id, set()).add(kind)
    extra = {country: days_off(country) for country in {u.country for u in users}}
    return [
        Reader(
            actor=actor_of(u, teams.get(u.id, [])),
            choice=u.reminders,
            digest_hour=u.digest_hour,
            muted=frozenset(muted.get(u.id, ())),
            extra=extra[u.country],
        )
        for u in users
    ]


def due_alone(all_readers: Sequence[Reader], now: datetime) -> list[Due]:
    """Follow-ups that get a mail of their own at this moment, each with its occurrence.

    With a time of day: from that moment on. With a day only and marked, or for readers who want all: from the digest
    hour of the reader's last working day on or before the due day. One mail however long nobody looked.
    """
    return _timed(all_readers, now) + _dated(all_readers, now)


def _timed(all_readers: Sequence[Reader], now: datetime) -> list[Due]:
    wanting = [
        r.actor.id for r in all_readers if r.choice is not ReminderChoice.digest and r.wants(ReminderKind.followup_due)
    ]
    alone = [r.actor.id for r in all_readers if r.wants(ReminderKind.followup_due)]
    stmt = (
        sa.select(FollowUp.id, FollowUp.due_at, FollowUp.team_id, FollowUp.confidential, FollowUp.counselor_id)
        .where(FollowUp.state == FollowUpState.open, FollowUp.due_at <= now, FollowUp.archived_at.is_(None))
        .where(
            sa.or_(FollowUp.counselor_id.in_(wanting), sa.and_(FollowUp.mail_alone, FollowUp.counselor_id.in_(alone)))
        )
        .where(sa.not_(_is_told(_minute(FollowUp.due_at))))
        .order_by(FollowUp.due_at, FollowUp.id)
    )
    by_id = {r.actor.id: r.actor for r in all_readers}
    return [
        Due(i, user_id or 0, occurrence_of(at), at)
        for i, at, team_id, secret, user_id in db.session.execute(stmt)
        if at is not None and may_see(by_id[user_id], AccessFacts(team_id, secret, user_id))
    ]


def _dated(all_readers: Sequence[Reader], now: datetime) -> list[Due]:
    found: list[Due] = []
    ready = [r for r in all_readers if r.wants(ReminderKind.followup_due) and r.is_digest_time(now)]
    for reader in ready:
        until = calendars.next_workday(reader.actor.country, reader.today(now), extra=reader.extra) - timedelta(days=1)
        stmt = (
            sa.select(FollowUp.id, FollowUp.due_on)
            .where(
                FollowUp.state == FollowUpState.open,
                FollowUp.due_at.is_(None),
                FollowUp.due_on <= until,
                counseled_by(reader.actor.id, FollowUp),
                FollowUp.archived_at.is_(None),
                visible(reader.actor, FollowUp),
                sa.not_(_is_told(_day(FollowUp.due_on))),
            )
            .order_by(FollowUp.due_on, FollowUp.id)
        )
        if reader.choice is not ReminderChoice.all:
            stmt = stmt.where(FollowUp.mail_alone)
        user_id = reader.actor.id or 0
        for followup_id, day in db.session.execute(stmt):
            at = min(digest_at(day, reader.digest_hour, reader.actor.zone), now)
            found.append(Due(followup_id, user_id, day.isoformat(), at))
    return found


def _is_told(occurrence: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a follow-up's counselor was told of this occurrence; asked in the same statement, however many are late.

    The names must be those of `subject_of` and `occurrence_of`.
    """
    return sa.exists().where(
        Reminder.kind == ReminderKind.followup_due.value,
        Reminder.subject_key == sa.literal(subject_of("")) + sa.cast(FollowUp.id, sa.String(20)),
        Reminder.user_id == FollowUp.counselor_id,
        Reminder.occurrence == occurrence,
        is_valid_reminder(),
    )


def list_withdrawn_mails() -> sa.Select[int]:
    """Mails that were withdrawn before they left: what they told of was not told."""
    return sa.select(Mail.id).where(is_withdrawn())


def is_valid_reminder() -> sa.ColumnElement[bool]:
    """Whether a reminder still counts: it had no mail, or its mail was not withdrawn."""
    return sa.not_(sa.exists().where(Mail.id == Reminder.mail_id, is_withdrawn()))


def _minute(at: Any) -> sa.ColumnElement[str]:
    """`occurrence_of` in SQL."""
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.func.strftime("%Y-%m-%dT%H:%MZ", at, type_=sa.String())
    return sa.func.to_char(sa.func.timezone("UTC", at), 'YYYY-MM-DD"T"HH24:MI"Z"', type_=sa.String())


def _day(day: Any) -> sa.ColumnElement[str]:
    """A date in SQL as `isoformat` writes it; SQLite keeps it so."""
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.cast(day, sa.String())
    return sa.func.to_char(day, "YYYY-MM-DD", type_=sa.String())


def occurrence_of(at: datetime) -> str:
    """The name of a timed occurrence: its moment in UTC."""
    return at.strftime("%Y-%m-%dT%H:%MZ")


def meetings_tomorrow(reader: Reader, now: datetime) -> list[tuple[int, datetime]]:
    """Planned contacts of the reader on the next calendar day, from the digest hour of the day before."""
    zone = reader.actor.zone
    here = now.astimezone(ZoneInfo(zone))
    alone = reader.choice is not ReminderChoice.digest and reader.wants(ReminderKind.meeting_tomorrow)
    if here.hour < reader.digest_hour or not alone:
        return []
    begins = calendars.resolve_local(here.date() + timedelta(days=1), time(0), zone)
    ends = calendars.resolve_local(here.date() + timedelta(days=2), time(0), zone)
    stmt = (
        sa.select(Interaction.id, Interaction.at)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .where(Interaction.state == InteractionState.planned, Interaction.archived_at.is_(None))
        .where(InteractionStaff.user_id == reader.actor.id, Interaction.at >= begins, Interaction.at < ends)
        .where(visible(reader.actor, Interaction))
        .order_by(Interaction.at)
    )
    rows = list(db.session.execute(stmt))
    if not rows:
        return []
    keys = [subject_of(i) for i, _at in rows]
    told = sa.select(Reminder.subject_key, Reminder.occurrence).where(
        Reminder.kind == ReminderKind.meeting_tomorrow.value,
        Reminder.user_id == reader.actor.id,
        Reminder.subject_key.in_(keys),
        is_valid_reminder(),
    )
    known = set(db.session.execute(told))
    return [(i, at) for i, at in rows if (subject_of(i), occurrence_of(at)) not in known]


def muted_kinds(user_id: int) -> set[str]:
    """Codes of the kinds a user does not want."""
    return set(db.session.scalars(sa.select(ReminderMute.kind).where(ReminderMute.user_id == user_id)))
