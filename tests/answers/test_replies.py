"""Replies to digests and to single emails: what is understood, and what is doubtful."""

from __future__ import annotations

import time as stopwatch
from datetime import date, time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.answers.policy import AnswerAction as A
from crm.answers.replies import (
    ReplyAnswer,
    ReplyDoubt,
    is_digest_answer,
    is_item_answer,
    own_text,
    parse_digest_reply,
    parse_item_reply,
)

TODAY = date(2026, 12, 8)  # a Tuesday
THU, FRI = date(2026, 12, 10), date(2026, 12, 11)


def understood(text: str) -> list[tuple]:
    """Return number, action and the other values that are set; of a doubt the number and its text."""
    rows = []
    for row in parse_digest_reply(text, TODAY):
        values = (row.due_on, row.due_time, row.name, row.minutes, row.note) if isinstance(row, ReplyAnswer) else ()
        first = row.action if isinstance(row, ReplyAnswer) else row.text
        rows.append((row.number, first, *(value for value in values if value not in (None, ""))))
    return rows


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "5 done, 6 thu, 7 no answer, 8 yes 30m hs codes, 9 give shen",
            [
                ("5", A.done),
                ("6", A.later, THU),
                ("7", A.no_answer),
                ("8", A.held, 30, "hs codes"),
                ("9", A.reassign, "shen"),
            ],
        ),
        (
            "5 完成，6 周五，7 没接通，8 是 30分钟 海关编码；9 交给沈芸",
            [
                ("5", A.done),
                ("6", A.later, FRI),
                ("7", A.no_answer),
                ("8", A.held, 30, "海关编码"),
                ("9", A.reassign, "沈芸"),
            ],
        ),
        ("5. Done.\n6: Thursday\n#7 - No answer", [("5", A.done), ("6", A.later, THU), ("7", A.no_answer)]),
        ("Hi,\n\n5 done, thanks\n", [("5", A.done, "thanks")]),
        ("5 done 3 of 4 passed, wants a price", [("5", A.done, "3 of 4 passed, wants a price")]),
        ("6 12/18", [("6", A.later, date(2026, 12, 18))]),
        ("6 Dec 18", [("6", A.later, date(2026, 12, 18))]),
        ("6 later: dec 18 waits for the plant", [("6", "later: dec 18 waits for the plant")]),
        ("6 later to dec 18, waits for the plant", [("6", A.later, date(2026, 12, 18), "waits for the plant")]),
        ("6 in 2 weeks", [("6", A.later, date(2026, 12, 22))]),
        ("6 1 week", [("6", A.later, date(2026, 12, 15))]),
        ("6 tomorrow 3pm", [("6", A.later, date(2026, 12, 9), time(15))]),
        ("6 推迟到周五 等样品", [("6", A.later, FRI, "等样品")]),
        ("6 明天下午3点", [("6", A.later, date(2026, 12, 9), time(15))]),
        ("8 no", [("8", A.not_held)]),
        ("8 yes 1.5h", [("8", A.held, 90)]),
        ("8 没开", [("8", A.not_held)]),
        ("第5 完成", [("5", A.done)]),
        ("5 收到", [("5", A.done)]),
        ("5 ok", [("5", A.done)]),
        ("5 give to shen waits for her visit", [("5", A.reassign, "shen", "waits for her visit")]),
    ],
)
def test_digest_reply_is_parsed_into_answers(text, answers):
    assert understood(text) == answers


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("3 samples passed", ["samples passed"]),
        ("5 done 6 done", ["done 6 done"]),
        ("5完成 6周五", ["完成 6周五"]),
        ("5 done, 5 thu", ["done", "thu"]),
        ("5 later", ["later"]),
        ("5 next fri", ["next fri"]),
        ("5 fri?", ["fri?"]),
        ("5 yesterday", ["yesterday"]),
        ("5 donetsk", ["donetsk"]),
        ("5 ok of 7", ["ok of 7"]),
        ("5", [""]),
        ("done", ["done"]),
        ("12/10 done", ["12/10 done"]),
        ("All of them are done", ["All of them are done"]),
    ],
)
def test_doubtful_entries_are_not_guessed(text, doubts):
    rows = parse_digest_reply(text, TODAY)
    assert [row.text for row in rows] == doubts
    assert {type(row) for row in rows} == {ReplyDoubt}


@pytest.mark.parametrize("text", ["", " \n ", "\n\n"])
def test_nothing_is_no_answer(text):
    assert parse_digest_reply(text, TODAY) == []
    assert parse_item_reply(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "action", "note"),
    [
        ("done", A.done, ""),
        ("Done.\n\n3 of 4 passed.\nHe wants a price.", A.done, "3 of 4 passed.\nHe wants a price."),
        ("完成，三个合格", A.done, "三个合格"),
        ("thu\nwaits for the plant", A.later, "waits for the plant"),
        ("没接通", A.no_answer, ""),
        ("give shen", A.reassign, ""),
        ("He says that 3 of 4 passed", A.note, "He says that 3 of 4 passed"),
        ("他说周五答复", A.note, "他说周五答复"),
    ],
)
def test_reply_to_a_single_email(text, action, note):
    answer = parse_item_reply(text, TODAY)
    assert (answer.action, answer.note) == (action, note)


@pytest.mark.parametrize("text", ["later", "give", "later sometime"])
def test_incomplete_commands_of_a_single_email_are_doubtful(text):
    assert isinstance(parse_item_reply(text, TODAY), ReplyDoubt)


SLOW = settings(max_examples=200)
COMMANDS = st.sampled_from(["done", "no answer", "thu", "1 week", "12/18", "完成", "没接通", "周五", "yes 30m", "no"])
SEPARATORS = st.sampled_from([", ", "，", "\n", ";", "；\n", " \n\n"])


@SLOW
@given(st.lists(st.tuples(st.integers(1, 40), COMMANDS), unique_by=lambda pair: pair[0], max_size=20), SEPARATORS)
def test_every_entry_is_understood_alone_and_together(entries, separator):
    text = separator.join(f"{number} {command}" for number, command in entries)
    rows = parse_digest_reply(text, TODAY)
    assert [row.number for row in rows] == [str(number) for number, _command in entries]
    alone = [parse_digest_reply(f"{number} {command}", TODAY)[0] for number, command in entries]
    assert rows == alone
    assert all(isinstance(row, ReplyAnswer) for row in rows)


@SLOW
@given(st.text(max_size=300))
def test_any_text_is_read_and_no_date_is_over(text):
    for row in [*parse_digest_reply(own_text(text), TODAY), parse_item_reply(text, TODAY)]:
        if isinstance(row, ReplyAnswer) and row.due_on:
            assert row.due_on >= TODAY


@SLOW
@given(st.text(alphabet="0123456789 ,\n", max_size=200))
def test_numbers_alone_never_answer(text):
    rows = parse_digest_reply(text, TODAY)
    assert [row for row in rows if isinstance(row, ReplyAnswer) and row.action is not A.later] == []


@pytest.mark.parametrize(
    "unit",
    [
        " ",
        ", ",
        "5 ",
        "5 done, ",
        "\n5",
        "#",
        "1 week ",
        "on x wrote",
        "5 done 6 ",
        "给",
        "> ",
        "-",
        "第",
        ">\n\n5 x\n\n",
    ],
)
def test_long_reply_is_parsed_in_linear_time(unit):
    for parse, is_answer in ((parse_digest_reply, is_digest_answer), (parse_item_reply, is_item_answer)):
        began = stopwatch.process_time()
        parse(own_text(unit * 200_000, partial(is_answer, today=TODAY)), TODAY)
        assert stopwatch.process_time() - began < 2


@pytest.mark.parametrize("text", ["next Wednesday", "Next Friday.", "later next friday", "1/2"])
def test_day_that_may_be_another_one_is_no_note(text):
    today = date(2027, 1, 5)
    assert isinstance(parse_item_reply(text, today), ReplyDoubt)


@pytest.mark.parametrize(
    ("text", "day"),
    [("a week from Friday", 18), ("Friday, Dec 18", 18), ("a week", 15), ("两周后", 22), ("end of next week", 18)],
)
def test_longest_date_of_a_reply_counts(text, day):
    answer = parse_item_reply(text, date(2026, 12, 8))
    assert (answer.action, answer.due_on, answer.note) == (A.later, date(2026, 12, day), "")
