"""Words that very many records have, on PostgreSQL: the records changed last are found first, and rare words still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.access import cached_query
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.core.search import frequent, search

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
START = datetime(2026, 12, 1, tzinfo=UTC)
WORDS = ["water quality", "water", "waterway", "pump"]


@pytest.fixture(autouse=True)
def _many_organizations(session, monkeypatch):
    """Create 2,000 organizations, each changed a minute after the one before; 200 are read one by one."""
    monkeypatch.setattr(frequent, "READ_LAST", 200)
    monkeypatch.setattr(frequent, "MANY", 100)
    # Without the statements that were built for other tests.
    monkeypatch.setattr(frequent, "_select_by_word", cached_query(frequent._select_by_word.__wrapped__))
    rows = [
        {"kind": "organization", "label": f"Firm {i}", "sort_key": f"firm {i:06}", "tokens": f"firm {WORDS[i % 4]}"}
        | {"uid": f"u{i}", "created_at": START, "changed_at": START + timedelta(minutes=i)}
        for i in range(2000)
    ]
    rows[3]["tokens"] = "firm zq"
    session.execute(sa.insert(Record.__table__), rows)
    session.execute(sa.text("ANALYZE"))


def find(words, share, actor=SYSTEM, kinds=("organization",)):
    """Return the numbers of the records that words find."""
    rows = search._matches(actor, words, kinds, share).values()
    return sorted(int(row.label.removeprefix("Firm ")) for row in rows)


def last_with(*words):
    """Return the numbers of the last 40 records that have one of these words."""
    return [i for i in range(1960, 2000) if WORDS[i % 4] in words]


def test_frequent_word_finds_the_records_changed_last():
    assert find(["water"], 20) == last_with("water quality", "water")


def test_frequent_beginning_of_words_finds_the_records_changed_last():
    assert find(["wate"], 30) == last_with("water quality", "water", "waterway")


def test_letter_beside_a_frequent_word_limits_the_records():
    assert find(["water", "q"], 10) == last_with("water quality")


def test_letter_as_a_whole_word_comes_before_beginnings(session):
    session.connection().execute(sa.update(Record.__table__).where(Record.uid == "u1850").values(tokens="firm water q"))
    assert 1850 in find(["water", "q"], 10)


def test_more_matches_than_were_changed_last_are_found_by_the_index():
    assert len(find(["water"], 150)) > 100


def test_rare_word_is_found_among_all_records():
    assert find(["zq"], 20) == [3]


def test_kinds_with_few_records_are_searched_too():
    assert find(["water"], 20, kinds=("organization", "show")) == last_with("water quality", "water")


def test_hidden_record_is_not_found(session, actor):
    boris, dora = actor("boris"), actor("dora")
    values = {"confidential": True, "team_id": dora.first_team_id}
    session.connection().execute(sa.update(Record.__table__).where(Record.uid == "u1996").values(values))
    assert 1996 in find(["water"], 20)
    assert 1996 not in find(["water"], 20, boris)
