"""Hand one's reminders to a colleague for some days; the colleague gets an email."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.locks import lock_row
from crm.core.errors import Invalid, NotFound
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _, _l

from .mails import COVER_NOTICE, mail_cover
from .models import Cover

MAX_DAYS = 366


def add_cover(actor: Actor, colleague_id: int | None, from_on: date, to_on: date) -> Cover:
    """Let a colleague cover for the actor on these days, both included.

    Raises Invalid for oneself, a deactivated user, days that are over or in the wrong order, more than a year, and days
    on which someone covers already.
    """
    colleague = db.session.get(User, colleague_id) if colleague_id else None
    if colleague is None or not colleague.active or colleague.id == actor.id:
        raise Invalid(_("Choose an active colleague."), "colleague_id")
    if to_on < from_on:
        raise Invalid(_("Enter a last day on or after the first day."), "to_on")
    if to_on < clock.today(actor.zone):
        raise Invalid(_("Enter today or a later date."), "to_on")
    if (to_on - from_on).days > MAX_DAYS:
        raise Invalid(_("Choose a shorter period. Coverage can last up to a year."), "to_on")
    # The second of two requests of a user waits for the first, and sees its days.
    lock_row(User, actor.id)
    if _overlaps(actor, from_on, to_on):
        raise Invalid(_("Choose other days. A colleague already covers for you on some of these."), "from_on")
    return _store(actor.id or 0, colleague.id, from_on, to_on)


def _store(user_id: int, colleague_id: int, from_on: date, to_on: date) -> Cover:
    row = Cover(user_id=user_id, colleague_id=colleague_id, from_on=from_on, to_on=to_on, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    mail_cover(row)
    return row


def _overlaps(actor: Actor, from_on: date, to_on: date) -> bool:
    stmt = sa.exists().where(Cover.user_id == actor.id, Cover.from_on <= to_on, Cover.to_on >= from_on)
    return bool(db.session.scalar(sa.select(stmt)))


def end_cover(actor: Actor, cover_id: int) -> None:
    """End a cover at once; both users may do this. Raises NotFound for others."""
    row = db.session.get(Cover, cover_id)
    if row is None or actor.id not in (row.user_id, row.colleague_id):
        raise NotFound
    _delete(row)


def _delete(row: Cover) -> None:
    """Delete a cover, and cancel the email about it if that wasn't sent."""
    cancel_mails(db.session(), dedupe_prefix=f"{COVER_NOTICE}:{row.id}:")
    db.session.delete(row)
    db.session.flush()


def _is_covered_by(colleague_id: int) -> sa.ColumnElement[bool]:
    yesterday = (clock.now() - timedelta(days=1)).date()
    away = sa.exists().where(User.id == Cover.user_id, User.active)
    return sa.and_(Cover.colleague_id == colleague_id, Cover.to_on >= yesterday, away)


def _count(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Cover).where(_is_covered_by(user_id))) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Let the new owner cover in the place of a user who leaves; one for the new owner ends. Return how many go on."""
    rows = db.session.scalars(sa.select(Cover).where(_is_covered_by(old.id)).order_by(Cover.id)).all()
    for row in rows:
        _delete(row)
    moved = [row for row in rows if row.user_id != new_owner.id]
    for row in moved:
        _store(row.user_id, new_owner.id, row.from_on, row.to_on)
    return len(moved)


USER_PARTS.append(UserPart(_l("Colleagues to cover for"), _count, _reassign, is_personal=True))
