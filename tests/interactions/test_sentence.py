"""Parsed sentences of the quick-log box."""

import re
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pytest

from crm.core.words import LabeledEnum
from crm.interactions.policy import InteractionOutcome, InteractionState
from crm.interactions.sentence import ChipKind, LocalMoment, NextStep
from tests.interactions.sentences import LA, SHANGHAI, read_text

pytestmark = pytest.mark.one_engine


def value_text(value):
    """Return a chip's value as text for the table."""
    if isinstance(value, NextStep):
        due = f"{value.due:%Y-%m-%d %H:%M}" if isinstance(value.due, datetime) else value.due
        return f"{value.title} / {due} / {value.side.value}"
    if isinstance(value, LocalMoment):
        return f"{value.day} {value.clock} {value.zone}"
    if isinstance(value, LabeledEnum):
        return value.value
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def lines(draft):
    """Return a draft as lines of the table."""
    chips = [f"  {chip.kind.value}: {value_text(chip.value)}{'' if chip.sure else ' ?'}" for chip in draft.chips]
    reached = draft.reached.value if draft.reached else "-"
    return [f"= {draft.state.value}, {reached}; notes: {draft.notes}".rstrip(), *chips]


TABLE_TEXT = (Path(__file__).parent / "sentences.txt").read_text("utf-8")
TABLE = [block.split("\n") for block in TABLE_TEXT.strip().split("\n\n")]


@pytest.mark.parametrize("block", TABLE, ids=lambda block: block[0])
def test_sentence_is_understood(block):
    assert lines(read_text(block[0])) == block[1:]


GLUE = {
    "and",
    "with",
    "at",
    "for",
    "on",
    "to",
    "from",
    "in",
    "of",
    "the",
    "a",
    "i",
    "we",
    *"和與及跟在给-陪的聊",
    "刚跟",
    "通了",
    "聊了",
    "談了",
    "推迟",
}
STATES = {"cancelled", "rescheduled"}


def list_lost_words(text):
    """Return the words that are neither in a chip nor in the notes."""
    draft = read_text(text)
    characters = list(text)
    for chip in draft.chips:
        characters[chip.start : chip.end] = " " * (chip.end - chip.start)
    words = [word for word in re.findall(r"[\w'$-]+", "".join(characters)) if word.lower() not in GLUE | STATES]
    return [word for word in words if word not in draft.notes]


@pytest.mark.parametrize("block", TABLE, ids=lambda block: block[0])
def test_every_word_is_in_a_chip_or_the_notes(block):
    assert list_lost_words(block[0]) == []


def test_table_is_long_enough():
    assert len(TABLE) >= 40


@pytest.mark.parametrize(
    ("sentence", "choices"),
    [
        ("meeting with Tom next Friday", [(18, LA), (11, LA)]),
        ("meeting with Zhou next Friday", [(18, SHANGHAI), (11, SHANGHAI)]),
        ("meeting with Zhou next Friday at 10:00", [(18, SHANGHAI), (18, LA), (11, SHANGHAI)]),
    ],
)
def test_question_about_a_day_offers_the_likeliest_day_first(sentence, choices):
    (when,) = read_text(sentence).of(ChipKind.when)
    assert not when.sure
    assert [(choice.value.day.day, choice.value.zone) for choice in when.choices] == choices


def test_canceled_meeting_is_no_next_step():
    draft = read_text("Tom canceled Friday's meeting")
    assert draft.state is InteractionState.canceled
    assert draft.of(ChipKind.next_step) == ()


def test_ambiguous_name_offers_choices():
    chip = read_text("met Li 20m").of(ChipKind.person)[0]
    assert (chip.label, chip.value, chip.sure) == ("Li", None, False)
    assert [(c.value, c.label) for c in chip.choices] == [(1, "Li Wei"), (2, "Li Hui")]


def test_unknown_name_is_proposed_as_new():
    chip = read_text("met Bob Smith 20m").of(ChipKind.person)[0]
    assert (chip.label, chip.value, chip.sure, chip.choices) == ("Bob Smith", None, False, ())


@pytest.mark.parametrize(
    ("text", "label", "ids"),
    [
        ("met Li Hua 20m", "Li Hua", []),
        ("met Ms. Li Hua 20m", "Ms. Li Hua", []),
        ("met Tom Smith at CIIE 20m", "Tom Smith", []),
        ("met Li Jun 20m", "Li Jun", []),
        ("Li Hua called, wants a quote", "Li Hua", []),
        ("met Li Huayue 20m", "Li", [1, 2]),  # an organization follows the name
        ("met Li Friday 20m", "Li", [1, 2]),
        ("met Li Jun 5 20m", "Li", [1, 2]),
        ("met Ms. Li 20m", "Ms. Li", [1, 2]),
        ("met Li HACCP 20m", "Li", [1, 2]),
    ],
)
def test_longer_name_does_not_match_its_first_word(text, label, ids):
    people = [chip for chip in read_text(text).of(ChipKind.person) if not chip.sure]
    assert [(chip.label, [c.value for c in chip.choices]) for chip in people][:1] == [(label, ids)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("微信和高磊聊了20分钟", "高磊"),
        ("跟高磊谈了20分钟", "高磊"),
        ("电话和高磊沟通20分钟", "高磊"),
        ("微信和陈说20分钟", "陈说"),
        ("微信和周立民聊了20分钟", "Zhou Limin"),
    ],
)
def test_chinese_name_ends_before_the_word_for_talking(text, label):
    assert [chip.label for chip in read_text(text).of(ChipKind.person)] == [label]


@pytest.mark.parametrize(
    "text",
    [
        "收到周立民邮件，要求报价",
        "给周立民寄了样品",
        "周立民来访，谈了一小时",
        "周立民同意下周签合同",
        "问了周立民的意见",
    ],
)
def test_known_people_are_found_in_further_chinese_phrases(text):
    assert [chip.value for chip in read_text(text).of(ChipKind.person)] == [4]


def test_chip_positions_match_the_text():
    text = "met Li & Zhao at CIIE 20m prep 10m, wants HACCP cert, call Fri"
    assert [text[chip.start : chip.end] for chip in read_text(text).chips] == [
        "met",
        "Li",
        "Zhao",
        "at CIIE",
        "20m",
        "prep 10m",
        "wants HACCP cert",
        "call Fri",
    ]


def test_unsure_kind_offers_all_kinds():
    chip = read_text("spoke to Zhou").of(ChipKind.kind)[0]
    assert (chip.value.value, chip.sure, len(chip.choices)) == ("call", False, 9)


@pytest.mark.parametrize("text", ["", "   ", ", ,;", "\n", "。，"])
def test_empty_text_gives_an_empty_draft(text):
    draft = read_text(text)
    assert (draft.chips, draft.notes, draft.state, draft.reached) == ((), "", InteractionState.held, None)


def test_uncertain_chips_are_listed():
    assert [chip.label for chip in read_text("met Li & Zhao 20m prep 10 m").uncertain_chips] == ["Li", "10 m"]


def test_reached_follows_from_the_kind_unless_stated():
    assert read_text("called Zhou").reached is InteractionOutcome.talked
    assert read_text("emailed Zhou").reached is InteractionOutcome.one_way
    assert read_text("meeting with Zhou tomorrow").reached is None
    assert read_text("note: plant").reached is None
    assert read_text("called Zhou, no answer").reached is InteractionOutcome.no_answer


ODD = """12/45|32 Dec|met Tom 99:99|at 25:00|#|@|for|met|met ,|&&&|call|met Tom at|((((|2026-13-40|13月40日|在|0m|
20000 minutes|met \x00 Tom|call 2/30|in 0 days|Tom Tom Tom|for 0 firms|Mr.|next:|with|met with with|20m20m20m"""


@pytest.mark.parametrize("text", ODD.split("|"))
def test_odd_text_is_read_without_errors(text):
    draft = read_text(text)
    assert all(0 <= chip.start <= chip.end <= len(text) for chip in draft.chips)


@pytest.mark.parametrize("zone", [LA, SHANGHAI])
@pytest.mark.parametrize("day", ["Dec 31 9999", "9999-12-31", "12/31/9999", "0001-01-01", "1/1/0001", "1600年2月3日"])
def test_implausible_date_stays_in_the_notes(day, zone):
    draft = read_text(f"met Li Hui {day} 23:59, call {day} at 1am", zone=zone)
    assert (draft.of(ChipKind.when), [c.value.due for c in draft.of(ChipKind.next_step)]) == ((), [None])
    assert day in draft.notes


def test_long_text_keeps_its_end_as_notes():
    rest = "the plant is large, " * 200
    draft = read_text("met Tom 20m, " + rest)
    assert (draft.first(ChipKind.contact), draft.text) == (20, "met Tom 20m, " + rest)
    assert "".join(draft.notes.split()) == "".join(rest.split())


@pytest.mark.parametrize(
    "word", ["for ", "Abc ", "Li and ", "with Li ", "call Fri, ", " ", "1", "wants ", "在", "他们会", "they owe "]
)
def test_repeated_words_are_read_in_time(word):
    text = "met Tom " + word * 20_000
    begun = perf_counter()
    read_text(text)
    assert perf_counter() - begun < 5
