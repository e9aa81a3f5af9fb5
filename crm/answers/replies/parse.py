"""Answers in the text of a reply."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import NamedTuple

from crm.answers.policy import AnswerAction
from crm.interactions.sentence.dates import find_days
from crm.interactions.sentence.times import read_clock

from .commands import (
    ANOTHER_ANSWER,
    COMMANDS,
    END,
    GIVE_COMMAND,
    LATER_COMMAND,
    OTHER_MEANING,
    QUESTION,
    SHORT_QUESTION,
)

MAX_ENTRIES = 60
"""Entries of a reply that are read; a digest has fewer lines."""
MAX_ENTRY_CHARS = 2000
MAX_WORDS_CHARS = 80
"""Characters at the beginning of an entry in which its command is searched."""
# Possessive quantifiers (++) prevent backtracking: long runs of spaces are scanned once.
_NUMBER = r"(?P<n>\d{1,2})(?![\d/%]|[:.]\d)\s*+(?:号|项|條|条)?\s*+[.:：)）、\-]?"
_ENTRY = re.compile(rf"(?:#|no\.|item\s|第)?\s*+{_NUMBER}", re.IGNORECASE)
_SPLIT = re.compile(r"[\n;；。]|[,，、](?=\s*+#?\d{1,2}(?![\d/%]|[:.]\d))")
_FILLERS = re.compile(r"(?:(?:to|until|till|by|on)\s+|到|至)", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:in\s+)?(?P<count>\d{1,2}|a|an|one|two|three|一|两|二|三)\s*个?(?P<unit>d|days?|w|wks?|weeks?|天|周|星期)(?:后|之后|後)?"
    rf"{END}",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "一": 1, "两": 2, "二": 2, "三": 3}
_MINUTES = re.compile(
    rf"(?P<h>\d{{1,2}})(?:[.](?P<half>5))?\s*(?:h|hours?|hrs?|小时){END}|(?P<m>\d{{1,4}})\s*(?:m|min|mins|minutes?|分钟?){END}",
    re.IGNORECASE,
)
_NOTE_SIGNS = (",", "，", ":", "：", ";", "；", "!", "！")
_NAME = re.compile(r"[\w.+-]+@[\w.-]*\w|[^\s,，.。:：;；!！?？]+")
_FULL_NAME = re.compile(r"[^\s,，。:：;；!！?？]++(?:(?<!\w\w\.)[ \t]++(?![-–—])[^\s,，。:：;；!！?？]++)*")
"""Words up to a sign that ends a name; a period does so only after more than an initial."""


class ReplyAnswer(NamedTuple):
    """An answer to a line: for Later the new date, with a time if one was given; for Reassign the colleague's name.

    `text` is the entry as it was typed; `note` its rest. `name` is the first word of the colleague's name, or an email
    address; `name_words` are the words that may be the full name, the first one included.
    """

    number: str
    action: AnswerAction
    text: str
    note: str = ""
    due_on: date | None = None
    due_time: time | None = None
    name: str = ""
    name_words: tuple[str, ...] = ()
    minutes: int | None = None


class ReplyDoubt(NamedTuple):
    """An entry that isn't certain: it is returned to its writer and changes nothing."""

    number: str
    text: str


def parse_digest_reply(text: str, today: date) -> list[ReplyAnswer | ReplyDoubt]:
    """Return the answers of a reply to a digest, in order; entries without a number continue the one before.

    A number that occurs twice is a doubt both times. `text` has no quotes (`own_text`).
    """
    entries: list[tuple[str, str]] = []
    lead = ""
    for part in _SPLIT.split(text)[: MAX_ENTRIES * 4]:
        entry = part.strip()[:MAX_ENTRY_CHARS]
        match = _ENTRY.match(entry)
        if match and len(entries) < MAX_ENTRIES:
            entries.append((str(int(match["n"])), entry[match.end() :]))
        elif entry and entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]}, {entry}"[:MAX_ENTRY_CHARS])
        elif entry:
            lead = f"{lead} {entry}".strip()[:MAX_ENTRY_CHARS]
    numbers = [number for number, _text in entries]
    answers = [
        _parse_entry(number, words, today) if numbers.count(number) == 1 else ReplyDoubt(number, words)
        for number, words in entries
    ]
    # A greeting above the answers is none; a text without any number is.
    return answers or ([ReplyDoubt("", lead)] if lead else [])


def parse_item_reply(text: str, today: date) -> ReplyAnswer | ReplyDoubt | None:
    """Return the answer of a reply to an email about one item; text without a command is a note; None without text.

    The command is in the first line; the rest of the text becomes the note.
    """
    text = text.strip()[:MAX_ENTRY_CHARS]
    if not text:
        return None
    first, _newline, rest = text.partition("\n")
    answer = _parse_entry("", first.strip(), today)
    if isinstance(answer, ReplyDoubt):
        is_doubtful = _seems_command(first) or _is_only_a_day(first, today)
        return answer if is_doubtful else ReplyAnswer("", AnswerAction.note, text, note=text)
    note = "\n".join(part for part in (answer.note, rest.strip()) if part)
    return answer._replace(note=note, text=text)


def is_digest_answer(line: str, today: date) -> bool:
    """Return whether a line begins with the answer to an item of a digest."""
    return isinstance(next(iter(parse_digest_reply(line, today)), None), ReplyAnswer)


def is_item_answer(line: str, today: date) -> bool:
    """Return whether a line is a command, alone or with a note after a comma or colon: “No virus found” is none."""
    answer = _parse_entry("", line, today)
    if isinstance(answer, ReplyDoubt):
        return False
    return not answer.note or answer.text.removesuffix(answer.note).rstrip().endswith(_NOTE_SIGNS)


def _seems_command(line: str) -> bool:
    """Return whether a short line begins like a command, so that it is doubtful rather than a note."""
    return bool(GIVE_COMMAND.match(line) or LATER_COMMAND.match(line)) and len(line) <= MAX_WORDS_CHARS


def _is_only_a_day(line: str, today: date) -> bool:
    """Return whether a line is a day that may mean two days, such as "next Friday", or one that is over."""
    words = line.strip(" \t,，.。!！")
    return any((day.start, day.end) == (0, len(words)) for day in find_days(words[:MAX_WORDS_CHARS], today))


def _parse_entry(number: str, words: str, today: date) -> ReplyAnswer | ReplyDoubt:
    words = words.strip(" \t,，.。!！")
    for parse in (_parse_reassign, _read_simple, _read_date):
        answer = parse(number, words, today)
        if answer is not None:
            return ReplyDoubt(number, words) if _is_doubtful(answer) else answer
    return ReplyDoubt(number, words)


def _is_doubtful(answer: ReplyAnswer) -> bool:
    """Return whether what follows a command is a question, or contains another answer."""
    note = answer.note
    if answer.action is AnswerAction.later and note.endswith(("?", "？", "吗", "嗎")):
        return True
    return note.startswith(("?", "？")) or bool(SHORT_QUESTION.search(note) or ANOTHER_ANSWER.search(note))


def _read_simple(number: str, words: str, _today: date) -> ReplyAnswer | None:
    for action, pattern in COMMANDS:
        match = pattern.match(words)
        if match and not OTHER_MEANING.match(words, match.end()) and not QUESTION.match(words, match.end()):
            note = words[match.end() :].lstrip(" ,，.。:：;；!！-–—")
            minutes = None
            if action is AnswerAction.held:
                minutes, note = _take_minutes(note)
            return ReplyAnswer(number, action, words, note=note, minutes=minutes)
    return None


def _take_minutes(note: str) -> tuple[int | None, str]:
    """Return the minutes at the beginning of a note, and its rest."""
    match = _MINUTES.match(note)
    if not match:
        return None, note
    minutes = int(match["m"]) if match["m"] else int(match["h"]) * 60 + (30 if match["half"] else 0)
    return minutes, note[match.end() :].lstrip(" ,，.。:：;；-–—")


def _parse_reassign(number: str, words: str, _today: date) -> ReplyAnswer | None:
    match = GIVE_COMMAND.match(words)
    name = _NAME.match(words, match.end()) if match else None
    if not match or not name or (match.group().strip().isascii() and match.end() == len(match.group().strip())):
        return None
    if QUESTION.match(words, match.end()):
        return None
    full_name = _FULL_NAME.match(words, match.end())
    name_words = tuple(full_name.group().split()) if full_name else ()
    note = words[name.end() :].lstrip(" ,，.。:：;；!！-–—")
    return ReplyAnswer(number, AnswerAction.reassign, words, note=note, name=name.group(), name_words=name_words)


def _read_date(number: str, words: str, today: date) -> ReplyAnswer | None:
    """Return a new date at the beginning of the words, after “later” or alone; None for none or one that is over."""
    begins = LATER_COMMAND.match(words)
    start = begins.end() if begins else 0
    filler = _FILLERS.match(words, start)
    start = filler.end() if filler else start
    result = _read_day(words, start, today) or _read_span(words, start, today)
    if result is None:
        return None
    day, clock, end = result
    if day < today:
        return None
    note = words[end:].lstrip(" ,，.。:：;；-–—")
    return ReplyAnswer(number, AnswerAction.later, words, note=note, due_on=day, due_time=clock)


def _read_span(words: str, start: int, today: date) -> tuple[date, time | None, int] | None:
    match = _SPAN.match(words, start)
    if not match:
        return None
    count = _COUNTS.get(match["count"].lower()) or int(match["count"])
    days = count * (1 if match["unit"].lower()[0] in "d天" else 7)
    return (today + timedelta(days=days), None, match.end()) if count else None


def _read_day(words: str, start: int, today: date) -> tuple[date, time | None, int] | None:
    """Return the date with which the words begin. One that may mean two days is None."""
    head = words[start : start + MAX_WORDS_CHARS]
    mention = next((each for each in find_days(head, today) if each.start == 0), None)
    if mention is None or mention.other_days:
        return None
    end = start + mention.end
    clock = mention.clock
    if clock is None and (read := read_clock(head, mention.end)):
        return mention.day + timedelta(days=read.is_next_day), read.time, start + read.end
    return mention.day, clock, end
