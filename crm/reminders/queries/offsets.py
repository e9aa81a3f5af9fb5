"""How long before its time a user is emailed about one item."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.reminders.models import ReminderOffset
from crm.reminders.policy import Offset


def load_offsets(user_ids: Collection[int | None], subject_keys: Collection[str]) -> dict[tuple[int, str], Offset]:
    """Return the offsets that users chose for items, by user and subject key; one statement."""
    stmt = sa.select(ReminderOffset.user_id, ReminderOffset.subject_key, ReminderOffset.offset).where(
        ReminderOffset.user_id.in_(user_ids), ReminderOffset.subject_key.in_(subject_keys)
    )
    return {(user_id, key): offset for user_id, key, offset in fetch(stmt)}


def find_offset(user_id: int | None, subject_key: str) -> Offset | None:
    """Return the offset that a user chose for an item; None without one."""
    return load_offsets([user_id], [subject_key]).get((user_id or 0, subject_key))
