"""Durations in a sentence: in words, in Chinese, and what only looks like one."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("五分钟", 5),
        ("十二分钟", 12),
        ("二十五分钟", 25),
        ("20多分钟", 20),
        ("三刻钟", 45),
        ("半小时", 30),
        ("半个多小时", 30),
        ("1个小时", 60),
        ("一个钟头", 60),
        ("一小时二十分", 80),
        ("1小时20分钟", 80),
        ("1小时半", 90),
        ("1个半小时", 90),
        ("1.5小时", 90),
        ("两个半小时", 150),
        ("四小時", 240),
    ],
)
def test_chinese_durations_are_read(text, minutes):
    draft = read_text(f"和周立民开会{text}")
    assert ([chip.value for chip in draft.of(ChipKind.contact)], draft.notes) == ([minutes], "")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("five minutes", 5),
        ("Fifteen min", 15),
        ("20+ min", 20),
        ("twenty-five minutes", 25),
        ("in a 45-minute call", 45),
        ("an hour", 60),
        ("an hour and ten minutes", 70),
        ("one hour and a quarter", 75),
        ("an hour and 20 minutes", 80),
        ("hour and a half", 90),
        ("1½ h", 90),
        ("2 and a half hours", 150),
        ("two and a half hours", 150),
        ("four hours", 240),
    ],
)
def test_durations_in_english_words_are_read(text, minutes):
    draft = read_text(f"met Li Hui {text}, wants a quote")
    assert [chip.value for chip in draft.of(ChipKind.contact)] == [minutes]


@pytest.mark.parametrize("text", ["in five minutes", "within two hours"])
def test_time_until_the_next_step_is_no_duration(text):
    assert [chip.value for chip in read_text(f"met Li Hui 20m, call {text}").of(ChipKind.contact)] == [20]


@pytest.mark.parametrize("text", ["三小时内", "24小时之内", "两个半小时以内"])
def test_time_within_which_something_is_done_is_no_duration(text):
    draft = read_text(f"和周立民开会20分钟，他{text}回复")
    assert [chip.value for chip in draft.of(ChipKind.contact)] == [20]


@pytest.mark.parametrize(
    ("text", "minutes", "notes"),
    [
        ("没人接，20分钟后再打", [], "20分钟后再打"),
        ("30分钟内发报价", [], "30分钟内发报价"),
        ("通话20分钟内容是报价", [20], "内容是报价"),
        ("和周立民通话两小时内容很多", [120], "内容很多"),
        ("Call Tom in half an hour", [], "in half an hour"),
    ],
)
def test_time_until_something_stays_whole_in_the_notes(text, minutes, notes):
    draft = read_text(text)
    assert ([chip.value for chip in draft.of(ChipKind.contact)], draft.notes) == (minutes, notes)


@pytest.mark.parametrize(
    "text",
    [
        "Spent one hundred twenty minutes with Tom",
        "Spent one hundred and twenty minutes with Tom",
        "met Tom five minutes ago",
        "met Tom five minutes before lunch",
        "met Tom an hour and twenty minutes ago",
        "Tom was twenty minutes late",
        "五分钟前给周立民打电话",
        "1小时20分钟前给周立民打电话",
    ],
)
def test_time_before_or_late_is_no_duration(text):
    assert read_text(text).of(ChipKind.contact) == ()


@pytest.mark.parametrize(
    "text",
    [
        "met Tom for 30 minutes before CIIE",
        "met Tom for thirty minutes before CIIE",
        "前天和周立民通话30分钟",
        "通话30分钟 前天",
    ],
)
def test_duration_before_another_word_is_read(text):
    assert [chip.value for chip in read_text(text).of(ChipKind.contact)] == [30]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h30", [90]),
        ("1h 05", [65]),
        ("1,5h", [90]),
        ("1h90", []),
        ("1,30h", []),
        ("1h 90", [60]),
        ("1小时90分钟", [60, 90]),
        ("an hour and 90 minutes", [60, 90]),
    ],
)
def test_hour_has_at_most_59_minutes_after_it(text, minutes):
    assert [chip.value for chip in read_text(f"met Li Hui {text}").of(ChipKind.contact)] == minutes
