"""Handle a reply to a reminder: for whom its address speaks, its answers, and the email that reports them."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by

from .access import AnswerAccess, load_access
from .mails import put_reply_report
from .outcomes import AnsweredLine
from .queries import has_too_many_reports, load_numbers
from .replies import is_digest_answer, is_item_answer, own_text, parse_digest_reply, parse_item_reply
from .reply_lines import answer_lines
from .tokens import TokenPurpose


def find_reply_access(text: str) -> AnswerAccess | None:
    """Return the user and the email that a reply address speaks for; None for a forged or ended one."""
    try:
        return load_access(text, TokenPurpose.reply_to_item, TokenPurpose.reply_to_digest)
    except NotFound:
        return None


def is_stopped(access: AnswerAccess) -> bool:
    """Return whether replies to this email are no longer read, because a program seems to answer our reports."""
    return has_too_many_reports(access.token.user_id, access.target, access.token.made_on)


def handle_reply(access: AnswerAccess, text: str, *, key: str) -> int:
    """Carry out a reply and put the report to its user into the outbox; return the number of answers.

    `text` is the text of the email with quotes, `key` identifies the email. A reply without own text changes nothing
    and gets no report.
    """
    token, actor = access
    with as_read_by(actor):
        today = clock.today(actor.zone)
        if token.purpose is TokenPurpose.reply_to_digest:
            numbers = load_numbers(token.user_id, token.made_on, token.target)
            rows = parse_digest_reply(own_text(text, lambda line: is_digest_answer(line, today)), today)
        else:
            numbers = {"": token.target}
            row = parse_item_reply(own_text(text, lambda line: is_item_answer(line, today)), today)
            rows = [row] if row else []
        lines = answer_lines(actor, rows, numbers, token.made_on)
        if lines:
            user = db.session.get_one(User, token.user_id)
            put_reply_report(user, lines, token, key=key)
    return sum(isinstance(line, AnsweredLine) for line in lines)
