"""Interactions are found by the present names of the people in them, after renames, merges, undo and upgrades."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_derived
from crm.core.data.history import Change
from crm.core.policy import SYSTEM
from crm.core.search.search import search
from crm.desk.checks import check_search_index
from crm.interactions.derived import load_tokens
from crm.interactions.models import IndexBacklog, Interaction, InteractionParty
from crm.interactions.services import InteractionDetails, PartyValues, index_next, log_interaction
from crm.merging.queries import build_plan
from crm.merging.services import merge_records, unmerge
from crm.opportunities.services import add_opportunity
from crm.people.services import add_affiliation, change_person
from crm.products.services import save_product
from tests.factories import client_of, make_confidential, organization, person, product
from tests.merging.dumps import difference, dump_database


@pytest.fixture
def log(actor):
    """Return a function that logs a call of anna with people: `log(zhou, subject="Prices")`."""

    def run(*people, **values) -> Interaction:
        values = {"wall": datetime(2026, 3, 2, 9), "zone": "UTC", "subject": "Call"} | values
        return log_interaction(actor("anna"), values, InteractionDetails(parties=[PartyValues(p.id) for p in people]))

    return run


def search_ids(viewer, text) -> set[int]:
    return {hit.id for hit in search(viewer, text) if hit.kind == "interaction"}


def test_interaction_is_found_by_the_new_name_without_a_change_of_its_own(actor, log):
    anna, zhou = actor("anna"), person("Zhou", "Limin")
    row, other = log(zhou), log(person("Ma", "Jun"))
    before = (row.version, row.changed_at, other.tokens)
    change_person(anna, zhou, {"family_latin": "Nakamura", "family_native": "中村"})
    assert (search_ids(anna, "Nakamura"), search_ids(anna, "中村"), search_ids(anna, "Zhou")) == (
        {row.id},
        {row.id},
        set(),
    )
    assert (row.version, row.changed_at, other.tokens) == before
    assert db.session.query(Change).filter_by(root_id=row.id, action="changed").all() == []
    assert check_search_index() == []


def test_request_updates_the_latest_interactions_and_the_job_the_others(actor, log, monkeypatch):
    monkeypatch.setattr("crm.interactions.services.search_words.MAX_AT_ONCE", 2)
    monkeypatch.setattr("crm.interactions.services.search_words.SLICE", 2)
    anna, zhou = actor("anna"), person("Zhou", "Limin")
    rows = [log(zhou) for _number in range(5)]
    change_person(anna, zhou, {"family_latin": "Nakamura"})
    assert search_ids(anna, "Nakamura") == {rows[3].id, rows[4].id}
    change_person(anna, zhou, {"family_latin": "Yamada"})
    assert (index_next(), index_next(), index_next()) == (2, 1, 0)
    assert (search_ids(anna, "Yamada"), search_ids(anna, "Nakamura")) == ({row.id for row in rows}, set())
    assert check_search_index() == []


def test_merge_and_its_undo_move_the_names_and_restore_everything(actor, log):
    anna, limin, duplicate = actor("anna"), person("Zhou", "Limin"), person("Chow", "Lap Man")
    first, second = log(limin), log(duplicate, person("Ma", "Jun"))
    before = dump_database()
    merge = merge_records(SYSTEM, build_plan(SYSTEM, limin, duplicate, {}))
    assert (search_ids(anna, "Limin"), search_ids(anna, "Chow")) == ({first.id, second.id}, set())
    unmerge(SYSTEM, merge)
    assert difference(before, dump_database()) == {}
    assert (search_ids(anna, "Limin"), search_ids(anna, "Chow")) == ({first.id}, {second.id})


def test_un_merge_gives_the_right_names_to_interactions_left_to_the_job(actor, log, monkeypatch):
    monkeypatch.setattr("crm.interactions.services.search_words.MAX_AT_ONCE", 1)
    anna, limin, duplicate = actor("anna"), person("Zhou", "Limin"), person("Chow", "Lap Man")
    rows = [log(limin), log(duplicate), log(limin), log(duplicate)]
    before = dump_database()
    merge = merge_records(SYSTEM, build_plan(SYSTEM, limin, duplicate, {}))
    index_next()
    assert search_ids(anna, "Limin") == {row.id for row in rows}
    unmerge(SYSTEM, merge)
    index_next()
    assert difference(before, dump_database()) == {}


def test_person_who_becomes_visible_to_the_team_is_named(actor, log, people):
    shared = organization("Huadong Water")
    hidden = person("Zhou", "Limin", team="Bay")
    row = log(person("Ma", "Jun"))
    db.session.query(InteractionParty).filter_by(interaction_id=row.id).one().person_id = hidden.id
    db.session.flush()
    set_derived(db.session(), Interaction, {row.id: {"tokens": load_tokens([row.id])[row.id]}})
    db.session.expire_all()
    assert "limin" not in row.tokens.split()
    add_affiliation(actor("boris"), hidden, {"organization_id": shared.id})
    assert "limin" in row.tokens.split()


def test_interaction_of_the_backlog_is_found_by_its_notes_and_people(actor, people, log):
    anna = actor("anna")
    limin = person("Zhou", "Limin", family_native="周", given_native="立民")
    secret = make_confidential(person("Ma", "Jun", team="Inland", counselor=people["anna"]))
    row = log(limin, secret, notes="Wants desalination pumps")
    tokens, version = row.tokens, row.version
    set_derived(db.session(), Interaction, {row.id: {"tokens": "call"}})
    db.session.add(IndexBacklog(record_id=row.id))
    db.session.flush()
    db.session.expire_all()
    assert search(anna, "desalination") == []

    assert (index_next(), index_next()) == (1, 0)
    assert [hit.id for hit in search(anna, "desalination")] == [row.id]
    assert (row.tokens, row.version, check_search_index()) == (tokens, version, [])


def test_opportunity_is_found_by_the_new_name_of_its_product(actor, people):
    anna, client = actor("anna"), client_of("Inland", counselor=people["anna"])
    meter = product(client, "Flow meter")
    row = add_opportunity(anna, {"client_id": client.id, "title": "Suzhou", "product_id": meter.id})
    save_product(anna, {"client_id": client.id, "name": "Ultrasonic gauge"}, meter)
    assert [hit.id for hit in search(anna, "ultrasonic") if hit.kind == "opportunity"] == [row.id]
