"""Records by many keys of the name matcher at once."""

from __future__ import annotations

import pytest

from crm.core.data.engines import on_sqlite
from crm.core.data.record import archive_record
from crm.core.policy import SYSTEM
from crm.core.search import key_owners
from crm.core.search.key_owners import find_key_owners, find_owners_by_key
from crm.names.folding import KEY_MARK
from crm.names.matching.keys import find_keys
from tests.factories import person


def list_ids(owners):
    return {key: [record.id for record in records] for key, records in owners.items() if records}


def test_records_are_found_by_any_of_many_keys(session):
    people = [person(f"Qin{letter}", "Wei") for letter in "abcdef"]
    archive_record(people[0], "Left")
    session.flush()
    keys = [key for row in people for key in row.tokens.split() if key.startswith(KEY_MARK)]
    rows = find_key_owners(SYSTEM, "person", [*keys, f"{KEY_MARK}nobody0"], 100)
    assert {row.id for row in rows} == {row.id for row in people[1:]}
    assert all(set(keys) & set(row.tokens.split()) for row in rows)
    assert find_key_owners(SYSTEM, "organization", keys, 100) == []
    assert [row.id for row in find_key_owners(SYSTEM, "person", keys, 2)] == [row.id for row in people[1:3]]
    assert find_key_owners(SYSTEM, "person", [], 2) == []


@pytest.mark.parametrize("scanned_records", [0, 1_000])
def test_owners_of_each_key_are_the_oldest_of_their_group(session, actor, monkeypatch, scanned_records):
    monkeypatch.setattr(key_owners, "_SCANNED_RECORDS", scanned_records)
    rows = [person(f"Qin{letter}", "Wei") for letter in "abcdef"]
    archive_record(rows[0], "Left")
    confidential = person("Qing", "Wei", team="Bay", confidential=True)
    session.flush()
    keys = {row.id: set(find_keys(row.tokens)) for row in (*rows, confidential)}
    groups = [set().union(*keys.values()), keys[rows[4].id], keys[confidential.id], {f"{KEY_MARK}nobody0"}, set()]
    first, one, hidden, *unknown = map(list_ids, find_owners_by_key(actor("anna"), "person", groups, 3))
    oldest = [row.id for row in rows[1:4]]
    assert first == {key: ids for key in groups[0] if (ids := [i for i in oldest if key in keys[i]])}
    assert rows[4].id in set().union(*one.values())
    assert confidential.id not in set().union(*hidden.values(), ())
    assert unknown == [{}, {}]


def test_many_keys_are_looked_up_in_few_statements(session, sql):
    person("Qin", "Wei")
    session.flush()
    sql.clear()
    groups = [[f"{KEY_MARK}wei0{number}"] for number in range(40)]
    assert list(find_owners_by_key(SYSTEM, "person", groups, 3)) == [{}] * 40
    assert len(sql) == (3 if on_sqlite() else 40)
