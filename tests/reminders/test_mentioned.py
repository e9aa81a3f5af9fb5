"""Mentions of the reader in notes are news once, and only of records that the reader may see."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from crm.core.data.history import ChangeSource, act_as
from crm.core.data.named_users import USER_NAMED_SQL
from crm.followups.services import add_follow_up, change_follow_up
from crm.reminders.blocks import blocks_for
from crm.reminders.mentions import NOTE_COLUMNS, NamedUser, list_newly_mentioned, list_note_changes, mention_pattern
from crm.reminders.queries import readers
from tests.factories import make_confidential
from tests.reminders.digest_data import MORNING, TODAY, turn_off


@pytest.fixture
def write(session, actor, anna, clock):
    """Return a function that creates a follow-up of a colleague with a note, some hours before the morning."""

    def add(note: str, author: str = "clara"):
        clock.set(MORNING - timedelta(hours=8))
        act_as(session(), actor(author), ChangeSource.web)
        row = add_follow_up(actor(author), {"title": "HS note", "due_on": TODAY + timedelta(days=9), "note": note})
        session.flush()
        return row

    return add


@pytest.fixture
def list_news(anna, clock):
    def run(days: int = 0) -> list[tuple[str, bool]]:
        now = MORNING + timedelta(days=days)
        clock.set(now)
        blocks = blocks_for(readers([anna.id])[0], now)
        items = [item for block in blocks if block.code == "news" for item in block.items]
        return [(item.title, item.confidential) for item in items if "mentioned" in item.title]

    return run


@pytest.mark.parametrize("note", ["@Anna can you check?", "please, @anna reyes!", "(@anna)", "请＠anna 看一下"])
def test_mention_is_news_once(write, list_news, note):
    write(note)
    assert [title.partition(" mentioned you: ")[2] for title, _confidential in list_news()] == ["HS note"]
    assert list_news(1) == []


@pytest.mark.parametrize("note", ["Anna can you check?", "@annabelle", "anna@demo.example", "@boris", "@", ""])
def test_other_texts_are_no_mention(write, list_news, note):
    write(note)
    assert list_news() == []


def test_own_notes_and_notes_of_hidden_records_are_none(write, list_news, session):
    write("@anna me", author="anna")
    write("@anna other team", author="boris")
    make_confidential(write("@anna secret"))
    session.flush()
    assert list_news() == []


def test_a_text_that_already_had_it_is_no_new_mention(write, list_news, actor, session, clock):
    row = write("@anna first")
    assert len(list_news()) == 1
    clock.set(MORNING + timedelta(hours=9))
    act_as(session(), actor("clara"), ChangeSource.web)
    change_follow_up(actor("clara"), row, {"note": "@anna first, and more"})
    session.flush()
    assert list_news(1) == []


def test_turned_off_there_is_no_line(write, list_news, anna):
    write("@anna")
    turn_off(anna, "mentioned")
    assert list_news() == []


def test_note_of_a_million_at_signs_is_compared_with_many_users_at_once():
    users = [NamedUser(n, mention_pattern(f"Anna{n} Reyes", None, f"anna{n}@demo.example")) for n in range(100)]
    began = time.process_time()
    notes = list_note_changes({"notes": [None, "@anna7 look" + "@" * 1_000_000]})
    assert list_newly_mentioned(users, notes) == {7}
    assert time.process_time() - began < 2


@pytest.mark.parametrize("is_active", [True, False])
def test_longest_name_is_mentioned_and_not_another_user_with_its_beginning(
    write, list_news, people, session, is_active
):
    people["boris"].name, people["boris"].active = "Anna Smith", is_active
    session.flush()
    write("@Anna Smith can you check?")
    assert list_news() == []
    write("@Anna Smithers, @Anna Smith and @Anna")
    assert len(list_news()) == 1


@pytest.mark.parametrize(
    ("text", "ids"),
    [("@Anna Smith", {2}), ("@anna", {1, 2}), ("@Anna Reyes", {1}), ("@周立民 看一下", {4}), ("@周立", {3})],
)
def test_at_one_sign_only_the_longest_names_are_mentioned(text, ids):
    names = [("Anna Reyes", None), ("Anna Smith", None), ("Zhou Li", "周立"), ("Zhou Limin", "周立民")]
    users = [NamedUser(n, mention_pattern(*name, f"user{n}@demo.example")) for n, name in enumerate(names, 1)]
    assert list_newly_mentioned(users, list_note_changes({"note": ["", text]})) == ids


def test_index_of_changes_has_every_column_with_notes():
    assert [column for column in NOTE_COLUMNS if f'"{column}"' not in USER_NAMED_SQL] == []
