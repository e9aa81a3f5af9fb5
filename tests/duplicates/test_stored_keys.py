"""Records from before an upgrade get the keys of their names."""

from __future__ import annotations

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.summaries import find_wrong_sums
from crm.core.policy import SYSTEM
from crm.core.search.search import search
from crm.duplicates.stored_keys import add_missing_keys, find_without_keys
from crm.names.folding import KEY_MARK
from crm.names.matching.keys import find_keys
from tests.factories import organization, person, product


def test_missing_keys_are_added_without_a_new_version(people):
    rows = [person(family_native="张", given_native="伟"), organization("Clear Air Sensors")]
    for row in rows:
        row.tokens = " ".join(token for token in row.tokens.split() if not token.startswith(KEY_MARK))
    db.session.flush()
    versions = [row.version for row in rows]
    assert search(SYSTEM, "Cheung Wai") == []
    assert find_without_keys() == [row.id for row in rows]

    assert add_missing_keys() == 2
    assert (find_without_keys(), add_missing_keys()) == ([], 0)
    assert [hit.id for hit in search(SYSTEM, "Cheung Wai")] == [rows[0].id]
    stmt = sa.select(Record.version).where(Record.id.in_([row.id for row in rows])).order_by(Record.id)
    assert db.session.scalars(stmt).all() == versions


def test_keys_of_a_new_release_are_added_to_those_stored(people):
    row = organization("Zhejiang Geely Holding Group", native_name="浙江吉利控股集团有限公司")
    keys = find_keys(row.tokens)
    row.tokens = " ".join(token for token in row.tokens.split() if token not in keys[1:])
    db.session.flush()

    assert find_without_keys() == [row.id]
    assert add_missing_keys() == 1
    db.session.refresh(row)
    assert set(find_keys(row.tokens)) == set(keys)


def test_names_in_another_script_get_search_tokens_and_a_sort_key(people):
    row = person(family_latin="Al Mansoori", given_latin="Khalid", family_native="المنصوري", given_native="خالد")
    row.tokens = names.person_tokens(None, None, "Al Mansoori", "Khalid")
    other = organization("สยาม")
    other.sort_key = "~00e2a"
    db.session.flush()
    assert (search(SYSTEM, "المنصوري"), find_without_keys()) == ([], [row.id, other.id])

    assert add_missing_keys() == 2

    assert [hit.id for hit in search(SYSTEM, "المنصوري")] == [row.id]
    db.session.refresh(other)
    assert (other.sort_key, add_missing_keys()) == ("syam", 0)


def test_other_kinds_of_records_and_cities_are_repaired_too(people):
    valve, host = product(name="Δ Valve"), organization("Bosphorus Pumps", city="İstanbul")
    valve.tokens, host.city_key = "valve", "i stanbul"
    db.session.flush()
    assert find_without_keys() == sorted([valve.id, host.id])

    assert add_missing_keys() == 2

    db.session.refresh(valve)
    db.session.refresh(host)
    assert ("d" in valve.tokens.split(), host.city_key) == (True, "istanbul")
    assert (find_without_keys(), find_wrong_sums()) == ([], [])
