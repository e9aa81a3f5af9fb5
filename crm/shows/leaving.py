"""Meetings at shows that a user who leaves would attend go to the new owner, so that their reminders arrive."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.hooks import RETURN_PLACE, USER_PARTS, UserPart
from crm.core.words import _l

from .models import MeetingStaff, ShowMeeting
from .policy import MeetingState
from .queries import may_see_meeting

OPEN = tuple(state for state in MeetingState if not state.is_over)


def _attended_by(user_id: int) -> sa.Select[MeetingStaff]:
    return (
        sa.select(MeetingStaff)
        .join(ShowMeeting, ShowMeeting.id == MeetingStaff.meeting_id)
        .where(MeetingStaff.user_id == user_id, ShowMeeting.state.in_(OPEN))
        .order_by(MeetingStaff.meeting_id)
    )


def _count(user_id: int) -> int:
    return db.session.scalar(_attended_by(user_id).with_only_columns(sa.func.count()).order_by(None)) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Put the new owner in the place of the old one where the new owner may see the meeting; return how many."""
    places = db.session.scalars(_attended_by(old.id)).all()
    moved = [place for place in places if may_see_meeting(new_owner, place.meeting_id)]
    for place in moved:
        _attend(new_owner, place.meeting_id)
        db.session.delete(place)
    db.session.flush()
    return len(moved)


def _attend(user: User, meeting_id: int) -> None:
    key = {"meeting_id": meeting_id, "user_id": user.id}
    if db.session.get(MeetingStaff, key) is None:
        db.session.add(MeetingStaff(**key))


def _return_place(user: User, meeting_id: int, other_id: int | None) -> None:
    """Let a user attend an open meeting again, unless the one who attends instead was replaced since."""
    place = db.session.get(MeetingStaff, (meeting_id, other_id)) if other_id else None
    is_open = db.session.get_one(ShowMeeting, meeting_id).state in OPEN
    if not is_open or (other_id and place is None) or not may_see_meeting(user, meeting_id):
        return
    _attend(user, meeting_id)
    if place is not None:
        db.session.delete(place)


USER_PARTS.append(UserPart(_l("Meetings at shows to attend"), _count, _reassign))
RETURN_PLACE[MeetingStaff.__tablename__] = _return_place
