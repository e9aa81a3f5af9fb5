"""The email that reports what a reply changed, with links that undo it, and returns what wasn't clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, visible
from crm.core.mail.messages import render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l

from .links import AnswerLinks
from .outcomes import AnsweredLine, DoubtfulLine
from .policy import report_key
from .tokens import DIGEST_PURPOSES, AnswerToken


class ReportLine(NamedTuple):
    """An answer of the report, and the path that undoes it; "" if it can't be undone."""

    number: str
    title: str
    summary: str
    undo_path: str


def _still_wanted(session: Session, mail: ClaimedMail) -> bool:
    """Return whether all records that the report names may still be named to its reader."""
    record_ids = session.scalar(sa.select(Mail.numbered).where(Mail.id == mail.id)) or {}
    user = session.get(User, mail.user_id)
    if user is None or not user.active:
        return False
    may_name = sa.and_(visible(load_actor(user), Record), sa.not_(Record.confidential))
    stmt = sa.select(sa.func.count()).select_from(Record).where(Record.id.in_(record_ids.values()), may_name)
    return session.scalar(stmt) == len(set(record_ids.values()))


declare_mail_kind(MailKind("reply_report", _l("Reply confirmation"), still_wanted=_still_wanted))


def put_reply_report(
    user: User, lines: Sequence[AnsweredLine | DoubtfulLine], token: AnswerToken, *, key: str
) -> Mail | None:
    """Put the report on a reply into the outbox; once for each reply."""
    is_digest = token.purpose in DIGEST_PURPOSES
    links = AnswerLinks(user.id, token.made_on, token.target if is_digest else 0)
    # The undo links of a late reply still work for two weeks.
    undo_links = AnswerLinks(user.id, clock.today(user.zone))
    answered = [line for line in lines if isinstance(line, AnsweredLine)]
    record_ids = {i for line in answered if not line.confidential for i in line.record_ids}
    report = [
        ReportLine(line.number, line.title, line.summary, undo_links.for_undo(line.answer_id) if line.can_undo else "")
        for line in answered
    ]
    reply_to = links.reply_to(None if is_digest else token.target)
    rendered = render_mail(
        "reply_report",
        user.language,
        answered=report,
        doubts=[line for line in lines if isinstance(line, DoubtfulLine)],
        path=links.for_digest() if is_digest else links.for_item(token.target),
        reply_to=reply_to,
    )
    numbered = {str(number): i for number, i in enumerate(sorted(record_ids))}
    return put_mail(
        "reply_report",
        rendered._replace(reply_to=reply_to, numbered=numbered),
        to=user,
        dedupe_key=f"{report_key(user.id, 0 if is_digest else token.target, token.made_on)}{key}"[:200],
        confidential=any(line.confidential for line in answered),
    )
