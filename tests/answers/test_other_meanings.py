"""Replies that begin like an answer and mean something else: returned or stored as a note, never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from crm.answers.policy import AnswerAction as A
from crm.answers.replies import ReplyDoubt, parse_digest_reply, parse_item_reply

pytestmark = pytest.mark.one_engine

TODAY = date(2026, 12, 8)
OTHER_MEANINGS = [
    "完成不了",
    "完成了吗",
    "完成后告诉你",
    "完成之后再说",
    "完成一半",
    "完成度80%",
    "完成前先问一下",
    "收到了吗？",
    "收到样品了吗",
    "搞定不了，太贵",
    "取消不了",
    "没有问题",
    "没有收到通知",
    "没開始",
    "没开始",
    "没见过他",
    "是否改期",
    "是不是今天",
    "是明天吗",
    "是谁",
    "done yet?",
    "Finished already?",
    "No problem",
    "No worries, see you then",
    "no need",
    "no idea what this is",
    "No news yet",
    "no reply needed",
    "No answer required, just FYI",
    "Held up at customs",
    "held off until January",
    "happened to see him",
]


@pytest.mark.parametrize("text", OTHER_MEANINGS)
def test_other_meaning_is_a_note_of_one_item_and_doubtful_in_a_digest(text):
    assert parse_item_reply(text, TODAY).action is A.note
    assert parse_digest_reply(f"5 {text}", TODAY) == [ReplyDoubt("5", text.strip("!。 "))]


@pytest.mark.parametrize(
    ("text", "action", "note"),
    [
        ("完成了，后天发货", A.done, "后天发货"),
        ("完成", A.done, ""),
        ("完成合同签署", A.done, "合同签署"),
        ("收到样品", A.done, "样品"),
        ("收到了三个样品", A.done, "三个样品"),
        ("没有", A.not_held, ""),
        ("没有，改到周五", A.not_held, "改到周五"),
        ("没有开", A.not_held, ""),
        ("没开，不着急", A.not_held, "不着急"),
        ("没见，他生病了", A.not_held, "他生病了"),
        ("是，不错", A.held, "不错"),
        ("是的 30分钟", A.held, ""),
        ("done, should I call?", A.done, "should I call?"),
        ("Done. Did he pay?", A.done, "Did he pay?"),
        ("no, needs more time", A.not_held, "needs more time"),
        ("no - problem with the visa", A.not_held, "problem with the visa"),
        ("no answer, need to try again", A.no_answer, "need to try again"),
        ("no answer yet", A.no_answer, "yet"),
        ("held, up to an hour", A.held, "up to an hour"),
        ("didn\u2019t happen", A.not_held, ""),
        ("didn\u2019t come", A.no_show, ""),
        ("取消，不需要了", A.canceled, "不需要了"),
    ],
)
def test_answers_like_those_stay_answers(text, action, note):
    for answer in (parse_item_reply(text, TODAY), *parse_digest_reply(f"5 {text}", TODAY)):
        assert (answer.action, answer.note) == (action, note)
