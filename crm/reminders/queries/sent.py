"""Which occurrences have a reminder already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.engines import on_sqlite
from crm.core.mail.outbox.models import UNSENT_SQL, Mail
from crm.core.mail.outbox.put import is_withdrawn
from crm.reminders.models import Reminder


def list_withdrawn_mails() -> sa.Select[int]:
    """Return the ids of emails that were withdrawn before sending: their occurrences may be reminded of again."""
    return sa.select(Mail.id).where(is_withdrawn())


def is_valid_reminder() -> sa.ColumnElement[bool]:
    """Whether a reminder counts: it had no email, or its email was not withdrawn."""
    return sa.not_(sa.exists().where(Mail.id == Reminder.mail_id, is_withdrawn()))


def occurrence_of(moment: datetime) -> str:
    """Return the name of a timed occurrence: its moment in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def occurrence_of_moment(moment: Any) -> sa.ColumnElement[str]:
    """`occurrence_of` in SQL."""
    if on_sqlite():
        return sa.func.strftime("%Y-%m-%dT%H:%MZ", moment, type_=sa.String())
    return sa.func.to_char(sa.func.timezone("UTC", moment), 'YYYY-MM-DD"T"HH24:MI"Z"', type_=sa.String())


def occurrence_of_day(day: Any) -> sa.ColumnElement[str]:
    """A date in SQL as `isoformat` writes it; SQLite stores it so."""
    if on_sqlite():
        return sa.cast(day, sa.String())
    return sa.func.to_char(day, "YYYY-MM-DD", type_=sa.String())


def list_reminded(code: str, due: Sequence[Any]) -> set[tuple[int, str, str]]:
    """Return the users, subject keys and occurrences among `due` that have a reminder; one statement."""
    stmt = sa.select(Reminder.user_id, Reminder.subject_key, Reminder.occurrence).where(
        Reminder.kind == code,
        Reminder.user_id.in_({d.user_id for d in due}),
        Reminder.subject_key.in_({d.subject_key for d in due}),
        is_valid_reminder(),
    )
    return {(user_id, key, occurrence) for user_id, key, occurrence in fetch(stmt)}


def name_digest(day: date, number: int = 0) -> str:
    """Return the occurrence of a digest: its day.

    `number` counts the earlier digests of that day, which a user got before moving to an earlier time zone.
    """
    return f"{day}/{number + 1}" if number else day.isoformat()


def list_digests(user_ids: Collection[int | None], first: date, last: date) -> dict[tuple[int, date], list[datetime]]:
    """Return when digests of these users for the days of a period were made, by user and day; one statement."""
    stmt = (
        sa.select(Reminder.user_id, Reminder.occurrence, Reminder.at)
        .where(
            Reminder.kind == "digest",
            Reminder.subject_key == "digest",
            Reminder.user_id.in_(user_ids),
            Reminder.occurrence >= first.isoformat(),
            Reminder.occurrence < (last + timedelta(days=1)).isoformat(),
            is_valid_reminder(),
        )
        .order_by(Reminder.occurrence)
    )
    moments: dict[tuple[int, date], list[datetime]] = {}
    for user_id, occurrence, made_at in fetch(stmt):
        moments.setdefault((user_id, date.fromisoformat(occurrence[:10])), []).append(made_at)
    return moments


def count_earlier_digests(user_id: int | None, day: date, begins: datetime) -> int:
    """Return how many digests of a day a user got before the day began in the user's present time zone."""
    moments = list_digests([user_id], day, day).get((user_id or 0, day), [])
    return sum(moment < begins for moment in moments)


def find_last_digest(user_id: int | None, first: date, before: datetime, *, for_mail: bool) -> datetime | None:
    """Return when the last digest of a user from a day on and before a moment was made; None without one.

    One that was withdrawn reported nothing. In an email neither did one that still waits: the later one replaces it.
    """
    stmt = sa.select(Reminder.at).where(
        Reminder.kind == "digest",
        Reminder.subject_key == "digest",
        Reminder.user_id == user_id,
        Reminder.occurrence >= first.isoformat(),
        Reminder.at < before,
        is_valid_reminder(),
    )
    if for_mail:
        stmt = stmt.where(sa.not_(sa.exists().where(Mail.id == Reminder.mail_id, sa.text(UNSENT_SQL))))
    return next((moment for (moment,) in fetch(stmt.order_by(Reminder.occurrence.desc()).limit(1))), None)
