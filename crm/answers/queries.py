"""What a link shows: the items that its user may still answer, and the answers given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record, visible
from crm.core.hooks import COVERED_USERS
from crm.core.i18n import formats
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.followups.policy import days_late, try_label
from crm.followups.queries import FollowUpRow, load_follow_up_rows
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.records.policy import UNDO_MINUTES

from .meetings import list_meeting_items
from .models import EmailAnswer
from .policy import MAX_REPORTS, AnswerAction, AnswerItem, RecordedAnswer, meeting_target, report_key

DIGEST = "digest"
"""The kind of the emails whose numbers stand for records."""


def list_items(actor: Actor, targets: Collection[int]) -> dict[int, AnswerItem]:
    """Return by target the follow-ups, planned interactions and meetings at shows that are the actor's own and visible.

    Follow-ups and meetings of a colleague for whom the actor covers count as own.
    """
    now = clock.now()
    # The target of a meeting at a show is its negative id (`meeting_target`).
    meeting_ids = [-target for target in targets if target < 0]
    record_ids = [target for target in targets if target > 0]
    own_ids = {actor.id, *(user_id for hook in COVERED_USERS for user_id in hook(actor))}
    rows = [
        row for row in load_follow_up_rows(actor, record_ids) if row.counselor_id in own_ids and not row.is_archived
    ]
    items = {row.id: _follow_up_item(actor, row, now) for row in rows}
    meetings = list_meeting_items(actor, meeting_ids, own_ids) if meeting_ids else {}
    return items | {item.id: item for item in _interaction_items(actor, record_ids)} | meetings


def _follow_up_item(actor: Actor, row: FollowUpRow, now: datetime) -> AnswerItem:
    is_open = row.state is FollowUpState.open
    item = AnswerItem(
        id=row.id,
        kind="followup",
        title=_("Confidential item") if row.confidential else row.title,
        confidential=row.confidential,
        is_open=is_open,
        is_theirs=row.side is FollowUpSide.they,
        is_own=row.counselor_id == actor.id,
        due_at=row.due_at,
        zone=row.zone,
        tries=row.tries,
    )
    if row.confidential:
        return item
    facts = [str(row.side.label), _due_text(row, now, actor.zone), str(try_label(row.tries) or "")]
    names = [" ".join(part for part in (a.native_label, a.label) if part) for a in row.about]
    return _replace_values(
        item,
        facts=join_facts(facts),
        about=", ".join(dict.fromkeys(names)),
        their_zone=row.their_zone,
        about_ids=tuple(a.id for a in row.about),
    )


def _replace_values(item: AnswerItem, **values: Any) -> AnswerItem:
    return AnswerItem(**{**item.__dict__, **values})


def _due_text(row: FollowUpRow, now: datetime, zone: str) -> str:
    when = formats.moment(row.due_at) if row.due_at else formats.day(row.due_on, weekday=True)
    clocks = formats.their_clock(row.due_at, row.their_zone) if row.due_at else ""
    text = f"{when} {clocks}".strip()
    if row.side is not FollowUpSide.idea and days_late(row.due_at or row.due_on, now, zone):
        return _("overdue since %(day)s", day=text)
    return _("due %(day)s", day=text)


def _interaction_items(actor: Actor, ids: Collection[int]) -> list[AnswerItem]:
    attends = sa.exists().where(InteractionStaff.interaction_id == Interaction.id, InteractionStaff.user_id == actor.id)
    stmt = sa.select(Interaction).where(
        Interaction.id.in_(ids), Interaction.archived_at.is_(None), attends, visible(actor, Interaction)
    )
    return [
        AnswerItem(
            id=row.id,
            kind="interaction",
            title=_("Confidential item") if row.confidential else row.subject,
            confidential=row.confidential,
            is_open=row.state is InteractionState.planned,
            facts="" if row.confidential else _describe_times(row),
            due_at=row.at if row.time_known else None,
            zone=row.zone,
        )
        for row in db.session.scalars(stmt)
    ]


def _describe_times(row: Interaction) -> str:
    clock_text = formats.their_clock(row.at, row.zone) if row.time_known else ""
    parts = [row.type.label, f"{formats.moment(row.shown_at)} {clock_text}".strip()]
    return join_facts(parts)


def load_numbers(user_id: int, day: date, digest_number: int = 0) -> dict[str, int]:
    """Return the targets that the numbers of a user's digest of a day stand for.

    `digest_number` counts the user's earlier digests of that day.
    """
    key = f"{DIGEST}:{user_id}:{day}" + (f"/{digest_number + 1}" if digest_number else "")
    stmt = sa.select(Mail.numbered).where(Mail.dedupe_key == key, Mail.user_id == user_id)
    return db.session.scalar(stmt) or {}


def list_answers(user_id: int, targets: Collection[int], made_on: date) -> dict[int, RecordedAnswer]:
    """Return by target the latest answer to the emails of a day that isn't undone; a note alone is none."""
    stmt = (
        sa.select(EmailAnswer, Batch.undone_at, Batch.at)
        .outerjoin(Batch, Batch.id == EmailAnswer.batch_id)
        .where(EmailAnswer.user_id == user_id, EmailAnswer.made_on == made_on, _has_target(targets))
        .where(EmailAnswer.action != AnswerAction.note)
        .order_by(EmailAnswer.id)
    )
    answers = db.session.execute(stmt)
    rows = [_recorded_answer(answer, changed_at) for answer, undone_at, changed_at in answers if undone_at is None]
    return {row.target: row for row in rows}


def has_too_many_reports(user_id: int, target: int, made_on: date) -> bool:
    """Return whether so many replies to one email were reported that a program seems to answer the reports."""
    prefix = report_key(user_id, target, made_on)
    # A range instead of LIKE: the unique index serves it on both engines.
    stmt = sa.select(sa.func.count()).where(Mail.dedupe_key >= prefix, Mail.dedupe_key < prefix + "\U0010ffff")
    return (db.session.scalar(stmt) or 0) >= MAX_REPORTS


def _has_target(targets: Collection[int]) -> sa.ColumnElement[bool]:
    of_record = sa.and_(EmailAnswer.meeting_id.is_(None), EmailAnswer.record_id.in_([i for i in targets if i > 0]))
    meeting_ids = [-i for i in targets if i < 0]
    return sa.or_(of_record, EmailAnswer.meeting_id.in_(meeting_ids)) if meeting_ids else of_record


def find_answer(user_id: int, answer_id: int) -> tuple[RecordedAnswer, bool] | None:
    """Return an answer of a user and whether it is undone; None for an answer of another user."""
    stmt = sa.select(EmailAnswer, Batch.undone_at, Batch.at).outerjoin(Batch, Batch.id == EmailAnswer.batch_id)
    row = db.session.execute(stmt.where(EmailAnswer.id == answer_id, EmailAnswer.user_id == user_id)).one_or_none()
    return (_recorded_answer(row[0], row[2]), row[1] is not None) if row else None


def _recorded_answer(answer: EmailAnswer, changed_at: datetime | None) -> RecordedAnswer:
    can_undo = changed_at is not None and clock.now() - changed_at <= timedelta(minutes=UNDO_MINUTES)
    target = meeting_target(answer.meeting_id) if answer.meeting_id else answer.record_id
    return RecordedAnswer(answer.id, target, answer.summary, answer.at, can_undo)


def list_colleagues(actor: Actor, record_id: int) -> list[tuple[int, str, str]]:
    """Return id, name and email of the active users of a record's team, without the actor, by name."""
    in_team = sa.exists().where(
        Membership.user_id == User.id, Membership.team_id == Record.team_id, Record.id == record_id
    )
    stmt = sa.select(User.id, User.name, User.native_name, User.email).where(User.active, User.id != actor.id, in_team)
    rows: Sequence[tuple[int, str, str | None, str]] = db.session.execute(stmt.order_by(User.name)).all()
    return [(i, f"{name} {native}" if native else name, email) for i, name, native, email in rows]
