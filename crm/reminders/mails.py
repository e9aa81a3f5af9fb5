"""The mails of reminders; when one is about to leave, `still` is asked whether it may, and with which words."""

from __future__ import annotations

from datetime import datetime

from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.mail.messages import Rendered, render_mail
from crm.core.mail.outbox.kinds import mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction

from . import current
from .details import ReminderFacts
from .digest import render_digest
from .queries import Due, Reader, occurrence_of


@mail_kind(
    "followup_due", _l("Follow-up due"), still_wanted=current.is_follow_up_current, says_now=current.follow_up_now
)
def mail_follow_up(user: User, row: FollowUp, told: ReminderFacts, due: Due) -> Mail | None:
    """Put the single mail of a follow-up into the outbox."""
    made = render_mail("followup_due", user.language, told=told)
    key = f"followup_due:{row.id}:{user.id}:{due.occurrence}"
    return _put(made, user, row, key, due.due_at, confidential=told.confidential)


@mail_kind(
    "meeting_tomorrow", _l("Meeting tomorrow"), still_wanted=current.is_meeting_current, says_now=current.meeting_now
)
def mail_meeting(user: User, row: Interaction, told: ReminderFacts, now: datetime) -> Mail | None:
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


@mail_kind("digest", _l("Daily digest"), still_wanted=current.is_digest_current, says_now=current.digest_now)
def mail_digest(user: User, reader: Reader, now: datetime) -> Mail | None:
    """Put the digest into the outbox; None when there is nothing to tell."""
    made = render_digest(user, reader, now)
    key = f"digest:{user.id}:{reader.today(now).isoformat()}"
    return put_mail("digest", to=user, dedupe_key=key, **made._asdict()) if made else None
