"""Texts of the emails with an invitation, in English and Chinese.

They aren't in the translation catalogs, because their language is that of the guest, not that of a user.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuestTexts:
    """The texts of an invitation, its update and its cancellation in one language; `%(name)s` are values."""

    code: str
    invited: str
    updated: str
    canceled: str
    invited_subject: str
    updated_subject: str
    canceled_subject: str
    how_to_answer: str
    where_replies_go: str


ENGLISH = GuestTexts(
    code="en",
    invited="%(organizer)s invites you to this appointment.",
    updated="%(organizer)s changed this appointment.",
    canceled="%(organizer)s canceled this appointment.",
    invited_subject="Invitation: %(item)s, %(day)s",
    updated_subject="Updated: %(item)s, %(day)s",
    canceled_subject="Canceled: %(item)s, %(day)s",
    how_to_answer="Answer in your calendar, or reply to this email: the reply goes to %(organizer)s.",
    where_replies_go="Replies to this email go to %(organizer)s.",
)
CHINESE = GuestTexts(
    code="zh_Hans",
    invited="%(organizer)s 邀请您参加以下会面。",
    updated="%(organizer)s 更改了以下会面的安排。",
    canceled="%(organizer)s 取消了以下会面。",
    invited_subject="邀请：%(item)s，%(day)s",
    updated_subject="安排有变：%(item)s，%(day)s",
    canceled_subject="已取消：%(item)s，%(day)s",
    how_to_answer="请在日历中答复，或直接回复本邮件，回复将发送给 %(organizer)s。",
    where_replies_go="回复本邮件将发送给 %(organizer)s。",
)
TEXTS = {texts.code: texts for texts in (ENGLISH, CHINESE)}
