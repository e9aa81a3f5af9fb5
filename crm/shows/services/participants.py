"""Add, change and remove participants of shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import touch
from crm.core.errors import Invalid
from crm.core.words import _
from crm.records.services import check_active, refuse_duplicates
from crm.shows.models import Show, ShowParticipant, lock_show


def save_participant(
    show: Show, values: Mapping[str, Any], participant: ShowParticipant | None = None
) -> ShowParticipant:
    """Add or change a participant: a record (client, person) or a user.

    Raises Invalid for both, neither, or a duplicate.
    """
    record_id, user_id = values.get("record_id"), values.get("user_id")
    if (record_id is None) == (user_id is None):
        raise Invalid(_("Choose either a client or person, or a staff member."), "record_id")
    row = participant or ShowParticipant(show_id=show.id)
    if user_id is not None and user_id != row.user_id:
        check_active([user_id], "user_id")
    lock_show(show.id)
    same = ShowParticipant.record_id == record_id if record_id is not None else ShowParticipant.user_id == user_id
    same_participant = sa.select(ShowParticipant.id).where(
        ShowParticipant.show_id == show.id, same, ShowParticipant.id != (row.id or 0)
    )
    if db.session.scalar(same_participant) is not None:
        raise Invalid(
            _("Choose someone else. This participant is already on the list."),
            "record_id" if record_id is not None else "user_id",
        )
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if participant is not None and db.session.is_modified(participant):
        touch(show)
    db.session.flush()
    return row


def add_participants(show: Show, values: Mapping[str, Any]) -> list[ShowParticipant]:
    """Add the records in `record_id` and the user in `user_id` with the same role. Raises Invalid for none."""
    rows = [save_participant(show, {**values, "record_id": i, "user_id": None}) for i in values.get("record_id") or ()]
    if values.get("user_id") is not None or not rows:
        rows.append(save_participant(show, {**values, "record_id": None}))
    return rows


refuse_duplicates(ShowParticipant, "show_id", "record_id", "user_id")


def remove_participant(participant: ShowParticipant) -> None:
    """Remove a participant; the history keeps it."""
    db.session.delete(participant)
    db.session.flush()
