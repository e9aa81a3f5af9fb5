"""Texts of the check-in for China reps, in English and Chinese.

They aren't in the translation catalogs, because a page or email for reps has both languages.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RepTexts:
    """The texts of the email and the page in one language; `%(name)s` are values."""

    code: str
    tag: str
    name: str
    subject: str
    greeting: str
    ask: str
    button: str
    email_foot: str
    label: str
    hint: str
    send: str
    correct: str
    thanks: str
    thanks_text: str
    change: str
    read_text: str
    ended: str
    ended_text: str
    busy: str
    empty: str
    stop: str
    stop_ask: str
    stop_text: str
    stopped: str
    stopped_text: str
    stop_undo: str
    undo_title: str
    undo_text: str


ENGLISH = RepTexts(
    code="en",
    tag="en",
    name="English",
    subject="How are things going with %(client)s?",
    greeting="Hello %(name)s,",
    ask="How are things going with %(client)s this month? A few words are enough: who you met, what comes next, and "
    "how we can help.",
    button="Answer",
    email_foot="The link works until %(day)s, and you don't need to sign in. You can also reply to this email.",
    label="What is new?",
    hint="Write in the language you prefer. Only your contact at the center will read your answer.",
    send="Send answer",
    correct="Send corrected answer",
    thanks="Thank you",
    thanks_text="Your answer was sent. You can correct it with the same link until it is read.",
    change="Correct your answer",
    read_text="We've read your answer. If anything has changed, please reply to the email.",
    ended="This link has expired",
    ended_text="Please reply to the email instead. We'll read your reply.",
    busy="There were too many attempts. Please wait a few minutes, then send your answer again.",
    empty="Enter an answer.",
    stop="Stop these emails",
    stop_ask="Stop the monthly emails?",
    stop_text="You'll no longer get this monthly email. We'll let your contact at the center know.",
    stopped="You won't get these emails anymore",
    stopped_text="We've stopped the monthly emails. You can still write to your contact at the center.",
    stop_undo="Undo",
    undo_title="You'll get these emails again",
    undo_text="You can stop them at any time with the link in each email.",
)
CHINESE = RepTexts(
    code="zh_Hans",
    tag="zh-Hans",
    name="中文",
    subject="%(client)s 近况如何？",
    greeting="%(name)s，您好：",
    ask="本月 %(client)s 的工作进展如何？写几句即可：见了谁、下一步是什么、需要我们做什么。",
    button="填写近况",
    email_foot="链接有效期至%(day)s，无需登录。您也可以直接回复本邮件。",
    label="近况",
    hint="可用中文填写，只有中心的联系人会看到。",
    send="提交",
    correct="提交更正",
    thanks="谢谢您",
    thanks_text="您的回复已提交。在我们查看之前，您可以用同一链接修改。",
    change="修改回复",
    read_text="我们已查看您的回复。如情况有变，请直接回复邮件。",
    ended="链接已失效",
    ended_text="请直接回复邮件，我们会查看。",
    busy="操作过于频繁，请几分钟后再试。",
    empty="请填写近况。",
    stop="不再接收此类邮件",
    stop_ask="停止每月邮件？",
    stop_text="您将不再收到每月一次的询问，中心的联系人会得到通知。",
    stopped="已停止发送",
    stopped_text="您将不再收到每月邮件，但仍可随时与中心的联系人联系。",
    stop_undo="撤销",
    undo_title="已恢复发送",
    undo_text="您可随时通过邮件中的链接停止接收。",
)
TEXTS = {texts.code: texts for texts in (ENGLISH, CHINESE)}
