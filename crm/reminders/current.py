"""What a mail that is about to leave is asked: whether it is still wanted, and what it would say now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.core.data.identity import User
from crm.core.data.record import visible
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import Rendered, render_mail
from crm.core.mail.outbox.claim import Claimed
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import is_withdrawn
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState

from .details import load_follow_up_facts, load_meeting_facts
from .digest import render_digest
from .queries import Reader, occurrence_of, readers


def reader_of(mail: Claimed) -> Reader | None:
    """For whom it is; None when they have left."""
    return next(iter(readers([mail.user_id or 0])), None)


def is_follow_up_current(session: Session, mail: Claimed) -> bool:
    """Still open, still theirs to see, and due no later than when the mail was made."""
    reader = reader_of(mail)
    if reader is None:
        return False
    stmt = sa.select(FollowUp.state, FollowUp.counselor_id, FollowUp.due_at, FollowUp.due_on).where(
        FollowUp.id == mail.record_id, FollowUp.archived_at.is_(None), visible(reader.actor, FollowUp)
    )
    row = session.execute(stmt).one_or_none()
    if row is None or row.state is not FollowUpState.open or row.counselor_id != mail.user_id:
        return False
    occurrence = occurrence_of(row.due_at) if row.due_at else row.due_on.isoformat()
    return mail.dedupe_key.endswith(f":{occurrence}")


def is_meeting_current(session: Session, mail: Claimed) -> bool:
    """Still planned for that moment, and the user still takes part and may see it."""
    reader = reader_of(mail)
    if reader is None:
        return False
    stmt = (
        sa.select(Interaction.state, Interaction.at)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .where(Interaction.id == mail.record_id, Interaction.archived_at.is_(None))
        .where(visible(reader.actor, Interaction))
        .where(InteractionStaff.user_id == mail.user_id)
    )
    row = session.execute(stmt).one_or_none()
    if row is None or row.state is not InteractionState.planned:
        return False
    return mail.dedupe_key.endswith(f":{occurrence_of(row.at)}")


def is_digest_current(session: Session, mail: Claimed) -> bool:
    """For somebody still here, and of the last morning told: after a silence of the server one digest says all."""
    later = sa.exists().where(
        Mail.dedupe_key > mail.dedupe_key,
        Mail.dedupe_key < f"digest:{mail.user_id};",
        Mail.user_id == mail.user_id,
        sa.not_(is_withdrawn()),
    )
    active = session.scalar(sa.select(User.active).where(User.id == mail.user_id))
    return bool(active) and not session.scalar(sa.select(later))


def follow_up_now(session: Session, mail: Claimed) -> Rendered | None:
    """The single mail of a follow-up."""
    with _read_by(session, mail) as (user, reader):
        row = session.get_one(FollowUp, mail.record_id)
        told = load_follow_up_facts(reader.actor, row, mail.date)
        return render_mail("followup_due", user.language, told=told)


def meeting_now(session: Session, mail: Claimed) -> Rendered | None:
    """The mail about tomorrow's meeting."""
    with _read_by(session, mail) as (user, reader):
        try:
            told = load_meeting_facts(reader.actor, mail.record_id or 0)
        except NotFound:
            return None
        return render_mail("meeting_tomorrow", user.language, told=told)


def digest_now(session: Session, mail: Claimed) -> Rendered | None:
    """The digest of its morning."""
    with _read_by(session, mail) as (user, reader):
        return render_digest(user, reader, mail.date)


@contextmanager
def _read_by(session: Session, mail: Claimed) -> Iterator[tuple[User, Reader]]:
    """In the language and on the clock of a reader who is still here."""
    user, reader = session.get_one(User, mail.user_id), readers([mail.user_id or 0])[0]
    with force_locale(user.language), as_read_by(reader.actor):
        yield user, reader
