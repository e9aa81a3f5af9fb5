"""The mails of reminders: each kind asks again, when it is about to leave, whether it is still wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import formats
from crm.core.db import db
from crm.core.identity import User
from crm.core.messages import Rendered, render_mail
from crm.core.outbox.claim import Claimed
from crm.core.outbox.kinds import mail_kind
from crm.core.outbox.models import Mail
from crm.core.outbox.put import put_mail
from crm.core.record import Record
from crm.core.words import Lazy, _, _l
from crm.followups.models import FollowUp
from crm.followups.words import FollowUpState
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState

from .queries import Block, Due, Item, Reader, occurrence_of
from .telling import Told

LINKS: dict[str, Lazy] = {
    "done": _l("Done"),
    "later": _l("Later"),
    "no-answer": _l("No answer"),
    "log": _l("Log"),
    "open": _l("Open"),
    "yes": _l("Yes"),
    "moved": _l("Moved"),
    "no": _l("No"),
}


@dataclass(frozen=True)
class Line:
    """An item as the digest says it."""

    number: int
    text: str
    second: str
    late: bool
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A block as the digest says it."""

    title: Lazy
    lines: list[Line]
    waiting: int


def _follow_up_open(session: Session, mail: Claimed) -> bool:
    """Still open, still theirs, and due no later than when the mail was made."""
    asked = sa.select(FollowUp.state, FollowUp.counselor_id, FollowUp.due_at, FollowUp.due_on).where(
        FollowUp.id == mail.record_id
    )
    row = session.execute(asked).one_or_none()
    if row is None or row.state is not FollowUpState.open or row.counselor_id != mail.user_id:
        return False
    occurrence = occurrence_of(row.due_at) if row.due_at else row.due_on.isoformat()
    return mail.dedupe_key.endswith(f":{occurrence}") and _is_active(session, mail)


def _meeting_planned(session: Session, mail: Claimed) -> bool:
    asked = sa.select(Interaction.state, Interaction.at).where(Interaction.id == mail.record_id)
    row = session.execute(asked).one_or_none()
    if row is None or row.state is not InteractionState.planned:
        return False
    return mail.dedupe_key.endswith(f":{occurrence_of(row.at)}") and _is_active(session, mail)


def _is_active(session: Session, mail: Claimed) -> bool:
    return bool(session.scalar(sa.select(User.active).where(User.id == mail.user_id)))


@mail_kind("followup_due", _l("Follow-up due"), still_wanted=_follow_up_open)
def mail_follow_up(user: User, row: FollowUp, told: Told, due: Due) -> Mail | None:
    """Put the single mail of a follow-up into the outbox."""
    made = render_mail("followup_due", user.language, told=told)
    key = f"followup_due:{row.id}:{user.id}:{due.occurrence}"
    return _put(made, user, row, key, due.due_at, confidential=told.confidential)


@mail_kind("meeting_tomorrow", _l("Meeting tomorrow"), still_wanted=_meeting_planned)
def mail_meeting(user: User, row: Interaction, told: Told, now: datetime) -> Mail | None:
    """Put the mail about tomorrow's meeting into the outbox."""
    made = render_mail("meeting_tomorrow", user.language, told=told)
    key = f"meeting_tomorrow:{row.id}:{user.id}:{occurrence_of(row.at)}"
    return _put(made, user, row, key, now, confidential=told.confidential)


def _put(made: Rendered, user: User, row: Record, key: str, due_at: datetime, *, confidential: bool) -> Mail | None:
    kind = key.split(":", 1)[0]
    return put_mail(
        kind,
        to=user,
        subject=made.subject,
        text=made.text,
        html=made.html,
        dedupe_key=key,
        record=row,
        was_due_at=due_at,
        confidential=confidential,
    )


@mail_kind("digest", _l("Morning digest"), still_wanted=_is_active)
def mail_digest(user: User, reader: Reader, blocks: list[Block], headline: str, now: datetime) -> Mail | None:
    """Put the digest into the outbox."""
    today = reader.today(now)
    parts = [Part(b.title, [_line(b, item) for item in b.items], b.waiting) for b in blocks]
    day = formats.day(today, weekday=True)
    made = render_mail("digest", user.language, blocks=parts, headline=headline, day=day, hour=reader.digest_hour)
    key = f"digest:{user.id}:{today.isoformat()}"
    return put_mail("digest", to=user, subject=made.subject, text=made.text, html=made.html, dedupe_key=key)


def _line(block: Block, item: Item) -> Line:
    late = item.light == "late"
    if item.confidential:
        text = _("confidential item %(n)s", n=item.number) if item.number else _("confidential item")
        return Line(item.number, text, "", late, [(str(_l("Open")), f"/records/{item.record_id}")])
    when = item.when if block.code in ("today", "slept") or late else (item.when if item.at else "")
    title = f"{when}: {item.title}" if when else item.title
    if late:
        title = f"{_('LATE')} {title}"
    second = " · ".join(part for part in (item.second, item.warning) if part)
    return Line(
        item.number,
        title,
        second,
        late,
        [(str(LINKS[a]), _path(a, item)) for a in item.actions if a != "log" or item.about_id or item.interaction_id],
    )


def _path(action: str, item: Item) -> str:
    if action == "open":
        return f"/records/{item.record_id}"
    if item.followup_id and action != "log":
        return f"/followups/{item.followup_id}?do={action}"
    if action == "log":
        return (
            f"/interactions/{item.interaction_id}/edit"
            if item.interaction_id
            else f"/interactions/new?about={item.about_id}"
        )
    return f"/interactions/{item.interaction_id}?do={action}"


def follow_up(followup_id: int) -> FollowUp | None:
    """The follow-up, for the job."""
    return db.session.get(FollowUp, followup_id)
