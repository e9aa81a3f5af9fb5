"""Records by many keys of the name matcher at once."""

from __future__ import annotations

from crm.core.data.record import archive_record
from crm.core.policy import SYSTEM
from crm.core.search.key_owners import find_key_owners
from crm.names.matching.keys import MARK
from tests.factories import person


def test_records_are_found_by_any_of_many_keys(session):
    people = [person(f"Qin{letter}", "Wei") for letter in "abcdef"]
    archive_record(people[0], "Left")
    session.flush()
    keys = [key for row in people for key in row.tokens.split() if key.startswith(MARK)]
    rows = find_key_owners(SYSTEM, "person", [*keys, f"{MARK}nobody0"], 100)
    assert {row.id for row in rows} == {row.id for row in people[1:]}
    assert all(set(keys) & set(row.tokens.split()) for row in rows)
    assert find_key_owners(SYSTEM, "organization", keys, 100) == []
    assert [row.id for row in find_key_owners(SYSTEM, "person", keys, 2)] == [row.id for row in people[1:3]]
    assert find_key_owners(SYSTEM, "person", [], 2) == []
