"""The mails of reminders: each kind asks again, when it is about to leave, whether it is still wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import formats
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
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState

from .hours import shared_hours_told
from .policy import ReminderKind
from .queries import Block, Due, Item, Reader, occurrence_of
from .telling import Told

FOLLOW_UP_LINKS: dict[str, tuple[Lazy, str]] = {
    "done": (_l("Done"), "/followups/{}?do=done"),
    "later": (_l("Later"), "/followups/{}?do=later"),
    "no-answer": (_l("No answer"), "/followups/{}?do=no-answer"),
    "log": (_l("Log"), "/interactions/new?followup={}"),
}
OPEN, LOG, GOT_IT = _l("Open"), _l("Log"), _l("Got it")
CONTACT_LINKS: dict[str, tuple[Lazy, str]] = {
    "log": (_l("Log"), "/interactions/{}/edit?happened=1"),
    "later": (_l("Move"), "/interactions/{}/move"),
    "yes": (_l("Yes, log it"), "/interactions/{}/edit?happened=1"),
    "moved": (_l("Moved"), "/interactions/{}/move"),
    "no": (_l("No"), "/interactions/{}?do=no"),
}
"""What an action of Today is called in a mail, and the page on which it is asked before anything is saved."""


@dataclass(frozen=True)
class Line:
    """An item as the digest says it. `late` says since when; `native` is a name in its own script."""

    number: int
    text: str
    native: str = ""
    second: str = ""
    warning: str = ""
    late: str = ""
    links: tuple[tuple[Lazy, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """A block as the digest says it."""

    code: str
    title: Lazy
    lines: list[Line]
    waiting: int


def _follow_up_open(session: Session, mail: Claimed) -> bool:
    """Still open, still theirs, and due no later than when the mail was made."""
    asked = sa.select(FollowUp.state, FollowUp.counselor_id, FollowUp.due_at, FollowUp.due_on).where(
        FollowUp.id == mail.record_id, FollowUp.archived_at.is_(None)
    )
    row = session.execute(asked).one_or_none()
    if row is None or row.state is not FollowUpState.open or row.counselor_id != mail.user_id:
        return False
    occurrence = occurrence_of(row.due_at) if row.due_at else row.due_on.isoformat()
    return mail.dedupe_key.endswith(f":{occurrence}") and _is_active(session, mail)


def _meeting_planned(session: Session, mail: Claimed) -> bool:
    """Still planned for that moment, and the user still takes part."""
    asked = (
        sa.select(Interaction.state, Interaction.at)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .where(Interaction.id == mail.record_id, Interaction.archived_at.is_(None))
        .where(InteractionStaff.user_id == mail.user_id)
    )
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


def _newest_digest(session: Session, mail: Claimed) -> bool:
    """For somebody still here, and of the last morning told: after a silence of the server one digest says all."""
    later = sa.exists().where(
        Mail.dedupe_key > mail.dedupe_key, Mail.dedupe_key < f"digest:{mail.user_id};", Mail.user_id == mail.user_id
    )
    return _is_active(session, mail) and not session.scalar(sa.select(later))


@mail_kind("digest", _l("Morning digest"), still_wanted=_newest_digest)
def mail_digest(user: User, reader: Reader, blocks: list[Block], headline: str, now: datetime) -> Mail | None:
    """Put the digest into the outbox."""
    today = reader.today(now)
    parts = [Part(b.code, b.title, [_line(b, item) for item in b.items], b.waiting) for b in blocks]
    day = formats.day(today, weekday=True)
    made = render_mail(
        "digest", user.language, blocks=parts, headline=headline, day=day, long_day=formats.long_day(today),
        shared=shared_hours_told(reader.actor, now), hour=reader.digest_hour,
        singles=reader.wants(ReminderKind.followup_due),
    )  # fmt: skip
    key = f"digest:{user.id}:{today.isoformat()}"
    return put_mail("digest", to=user, subject=made.subject, text=made.text, html=made.html, dedupe_key=key)


def _line(block: Block, item: Item) -> Line:
    """A confidential item shows that it is there and where it opens, nothing else."""
    if item.confidential:
        text = _("confidential item %(n)s", n=item.number) if item.number else _("confidential item")
        return Line(item.number, text, links=((OPEN, f"/records/{item.record_id}"),))
    late = item.when if item.light == "late" and block.code != "today" else ""
    timed = item.when if item.at and not late else ""
    text = f"{timed}{':' if '=' in timed else ''} {item.title}".strip()
    second = item.second if item.native else _begun(item.second)
    links = tuple(_links(item, owed=block.code == "owed"))
    return Line(item.number, text, item.native, second, _begun(item.warning), _begun(late), links)


def _begun(text: str) -> str:
    """With a large letter, as what begins a line."""
    return text[:1].upper() + text[1:]


def _links(item: Item, *, owed: bool) -> Iterator[tuple[Lazy, str]]:
    """The answers of an item; what others owe is not done but got."""
    known, about = (FOLLOW_UP_LINKS, item.followup_id) if item.followup_id else (CONTACT_LINKS, item.interaction_id)
    for action in item.actions:
        if action in known and about:
            label, path = known[action]
            yield GOT_IT if owed and action == "done" else label, path.format(about)
        elif action == "log":
            yield LOG, f"/interactions/new?{item.kind}={item.record_id}"
    yield OPEN, f"/records/{item.record_id}"
