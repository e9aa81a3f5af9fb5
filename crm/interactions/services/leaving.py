"""Planned interactions that a user who leaves would attend: someone else attends, so that their reminders arrive."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import find_visible
from crm.core.hooks import RETURN_PLACE, USER_PARTS, UserPart
from crm.core.words import _l
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState


def _attended_by(user_id: int) -> sa.Select[Interaction, InteractionStaff]:
    return (
        sa.select(Interaction, InteractionStaff)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .where(InteractionStaff.user_id == user_id, Interaction.archived_at.is_(None))
        .where(Interaction.state == InteractionState.planned)
        .order_by(Interaction.id)
    )


def _count(user_id: int) -> int:
    stmt = _attended_by(user_id).with_only_columns(sa.func.count()).order_by(None)
    return db.session.scalar(stmt) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Let the new owner attend, or the counselor of an interaction that the new owner may not see.

    One that neither may see keeps its staff member. Returns how many the new owner attends.
    """
    moved = 0
    rows = db.session.execute(_attended_by(old.id)).all()
    for interaction, place in rows:
        counselor = db.session.get(User, interaction.counselor_id) if interaction.counselor_id else None
        for user in (new_owner, counselor):
            if user is not None and user.id != old.id and user.active and _may_see(user, interaction.id):
                _replace(place, user.id)
                moved += user is new_owner
                break
    db.session.flush()
    return moved


def _replace(place: InteractionStaff, user_id: int) -> None:
    """Put a user in the place of another one; nothing more to do if the user attends already."""
    key = {"interaction_id": place.interaction_id, "user_id": user_id}
    if db.session.get(InteractionStaff, key) is None:
        db.session.add(InteractionStaff(**key, role=place.role))
    db.session.delete(place)


def _return_place(user: User, interaction_id: int, other_id: int | None) -> None:
    """Let a user attend a planned interaction again, unless the one who attends instead was replaced since."""
    interaction = db.session.get_one(Interaction, interaction_id)
    is_planned = interaction.archived_at is None and interaction.state is InteractionState.planned
    if not is_planned or not _may_see(user, interaction_id):
        return
    place = db.session.get(InteractionStaff, (interaction_id, other_id)) if other_id else None
    if place is not None:
        _replace(place, user.id)
    elif other_id is None and db.session.get(InteractionStaff, (interaction_id, user.id)) is None:
        db.session.add(InteractionStaff(interaction_id=interaction_id, user_id=user.id))


def _may_see(user: User, interaction_id: int) -> bool:
    return find_visible(load_actor(user), interaction_id) is not None


USER_PARTS.append(UserPart(_l("Planned interactions to attend"), _count, _reassign))
RETURN_PLACE[InteractionStaff.__tablename__] = _return_place
