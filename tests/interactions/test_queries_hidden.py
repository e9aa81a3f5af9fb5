"""Timelines and the last interaction leave out hidden interactions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.interactions import queries
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import PartyValues
from crm.interactions.services.new_people import name_parts
from crm.people.policy import DisplayOrder
from tests.factories import make_confidential


def test_timeline_search_ignores_hidden_texts(log, anna, actor, wang):
    row = log(parties=[PartyValues(wang.id)], subject="Samples", notes="price 4.20 RMB")
    assert [e.id for e in queries.timeline(actor("boris"), wang.id).entries] == [row.id]
    for text in ("samples", "4.20"):
        assert [e.id for e in queries.timeline(anna, wang.id, q=text).entries] == [row.id]
        assert queries.timeline(actor("boris"), wang.id, q=text).entries == []


def test_only_interactions_with_the_shared_person_are_public_facts(log, anna, actor, wang, rosa, prime):
    with_rosa = log(parties=[PartyValues(rosa.id)])
    both = log(datetime(2026, 12, 6, 9), parties=[PartyValues(rosa.id), PartyValues(wang.id)])
    boris = actor("boris")
    assert [e.id for e in queries.timeline(anna, rosa.id).entries] == [with_rosa.id, both.id]
    assert queries.timeline(boris, rosa.id).entries == []
    assert [e.id for e in queries.timeline(boris, wang.id).entries] == [both.id]
    assert queries.timeline(boris, prime.id).entries == []


def test_confidential_or_planned_interaction_is_not_a_public_fact(log, actor, wang):
    log(datetime(2026, 12, 20, 9), parties=[PartyValues(wang.id)], state=InteractionState.planned)
    log(parties=[PartyValues(wang.id)]).confidential = True
    log(datetime(2026, 12, 5, 9), parties=[PartyValues(wang.id)], state=InteractionState.canceled)
    db.session.flush()
    assert queries.timeline(actor("boris"), wang.id).entries == []


def test_last_with_returns_only_visible_interactions(log, anna, actor, wang, rosa):
    first = log(datetime(2026, 12, 1, 9), parties=[PartyValues(wang.id)])
    last = log(datetime(2026, 12, 2, 9), parties=[PartyValues(wang.id)])
    log(datetime(2026, 12, 3, 9), parties=[PartyValues(rosa.id)])
    log(datetime(2026, 12, 20, 9), parties=[PartyValues(wang.id)], state=InteractionState.planned)
    gone = log(datetime(2026, 12, 4, 9), parties=[PartyValues(wang.id)])
    archive_record(gone, "twice")
    db.session.flush()
    assert queries.find_last_interaction(anna, [wang.id]).id == last.id
    assert queries.find_last_interaction(actor("boris"), [wang.id]) is None
    assert queries.find_last_interaction(anna, []) is None
    archive_record(last, "twice")
    db.session.flush()
    assert queries.find_last_interaction(anna, [wang.id]).id == first.id


def test_name_parts_splits_family_and_given_name():
    family_first = DisplayOrder.family_first
    assert name_parts("Li Wei") == {"family_latin": "Li", "given_latin": "Wei", "display_order": family_first}
    assert name_parts("Rosa Delgado") == {"family_latin": "Delgado", "given_latin": "Rosa"}
    assert name_parts("Li Hui Delgado") == {"family_latin": "Delgado", "given_latin": "Li Hui"}
    assert name_parts("Wang Li Hui Min Mei") == {"family_latin": "Mei", "given_latin": "Wang Li Hui Min"}
    assert name_parts("Rosa") == {"given_latin": "Rosa"}
    assert name_parts("周立民 Zhou Limin") == {
        "family_native": "周",
        "given_native": "立民",
        "display_order": family_first,
        "family_latin": "Zhou",
        "given_latin": "Limin",
    }


@pytest.mark.parametrize(("count", "has_more"), [(20, False), (21, True)])
def test_timeline_has_a_cursor_only_when_there_is_more(log, anna, wang, count, has_more):
    for n in range(count):
        log(datetime(2026, 11, 1, 9) + timedelta(hours=n), parties=[PartyValues(wang.id)])
    page = queries.timeline(anna, wang.id)
    assert (len(page.entries), page.next_cursor is not None) == (20, has_more)


def test_list_has_interactions_of_own_teams_and_own_confidential_ones(log, actor, wang, session):
    own, of_bay = log(), log(by=actor("boris"), staff_ids=[actor("boris").id])
    secret = make_confidential(log())
    ids = {
        name: set(session.scalars(queries.visible_to(actor(name)).with_only_columns(Interaction.id)))
        for name in ("anna", "dora", "boris", "nora")
    }
    assert ids == {
        "anna": {own.id, secret.id},
        "dora": {own.id},
        "boris": {of_bay.id},
        "nora": {own.id, of_bay.id},
    }
