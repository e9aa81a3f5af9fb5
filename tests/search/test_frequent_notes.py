"""Interactions with words that very many have, on PostgreSQL: the newest ones are found first, and all others still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.access import cached_query
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.core.search import frequent, newest
from crm.interactions.models import Interaction
from crm.search import notes

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
START = datetime(2026, 12, 1, tzinfo=UTC)
COUNT = 600
WORDS = ["water quality", "water", "waterway", "steel plant"]


@pytest.fixture(autouse=True)
def _many_interactions(session, monkeypatch):
    """Create 600 interactions, each a minute after the one before; the last 20 are read one by one, 50 are recent."""
    monkeypatch.setattr(frequent, "READ_LAST", 20)
    monkeypatch.setattr(frequent, "MANY", 100)
    monkeypatch.setattr(newest, "RECENT", 50)
    monkeypatch.setattr(notes, "_build_hit", lambda row, _text: row)
    # Without the statements that were built for other tests.
    monkeypatch.setattr(notes, "_select_newest", cached_query(notes._select_newest.__wrapped__))
    records = [
        {"kind": "interaction", "label": f"Meeting {i}", "sort_key": f"meeting {i}", "tokens": f"call {WORDS[i % 4]}"}
        | {"uid": f"u{i}", "created_at": START + timedelta(minutes=i), "changed_at": START}
        for i in range(COUNT)
    ]
    records[3]["tokens"] = "zqx water"
    ids = session.scalars(
        sa.insert(Record.__table__).returning(Record.__table__.c.id, sort_by_parameter_order=True), records
    )
    values = {"at": START, "wall": START.replace(tzinfo=None), "zone": "UTC", "subject": "Meeting"}
    session.execute(sa.insert(Interaction.__table__), [{"id": i, **values} for i in ids])
    session.execute(sa.text("ANALYZE"))


def find(text, actor=SYSTEM):
    """Return the numbers of the interactions that a text finds."""
    return [int(row.label.removeprefix("Meeting ")) for row in notes.find_notes(actor, text)]


def last_with(*words, before=COUNT):
    """Return the numbers of the last five interactions that have one of these words."""
    return [i for i in range(before - 1, -1, -1) if WORDS[i % 4] in words][:5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("water", ("water quality", "water")),
        ("wate", ("water quality", "water", "waterway")),
        ("water q", ("water quality",)),
        ("water quality", ("water quality",)),
        ("plant steel", ("steel plant",)),
        ("call wate", ("water quality", "water", "waterway")),
    ],
)
def test_frequent_words_find_the_newest_interactions(text, words):
    assert find(text) == last_with(*words)


def test_whole_words_come_before_beginnings_and_no_interaction_twice(session):
    uids = [f"u{i}" for i in last_with("water quality", "water")[:3]]
    has_water = Record.tokens.in_(["call water quality", "call water", "zqx water"])
    session.connection().execute(
        sa.update(Record.__table__).where(has_water, Record.uid.not_in(uids)).values(tokens="call waterway")
    )
    newest_first = find("water")
    assert newest_first == sorted(set(newest_first), reverse=True)
    assert {int(uid.removeprefix("u")) for uid in uids} <= set(newest_first)
    assert len(newest_first) == 5


def test_single_letter_as_a_whole_word_comes_before_beginnings(session, monkeypatch):
    monkeypatch.setattr(frequent, "READ_LAST", 45)
    number = COUNT - 40
    session.connection().execute(
        sa.update(Record.__table__).where(Record.uid == f"u{number}").values(tokens="water call q")
    )
    assert find("water q") == [*last_with("water quality")[:4], number]


def test_older_interactions_are_found_if_the_last_ones_have_too_few(session):
    last = [f"u{i}" for i in range(COUNT - 100, COUNT)]
    session.connection().execute(sa.update(Record.__table__).where(Record.uid.in_(last)).values(tokens="call waterway"))
    assert find("water") == last_with("water quality", "water", before=COUNT - 100)


def test_rare_word_beside_a_frequent_one_is_found_among_all():
    assert find("zqx") == find("water zqx") == [3]


def test_hidden_interaction_is_not_found(session, actor):
    boris, dora = actor("boris"), actor("dora")
    values = {"confidential": True, "team_id": dora.first_team_id}
    session.connection().execute(sa.update(Record.__table__).where(Record.uid == f"u{COUNT - 1}").values(values))
    assert COUNT - 1 in find("steel")
    assert COUNT - 1 not in find("steel", boris)
