"""Interactions from before an upgrade become searchable by their notes."""

from __future__ import annotations

from datetime import datetime

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_derived
from crm.core.search.search import search
from crm.desk.checks import check_search_index
from crm.interactions.models import Interaction
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.search.backlog import index_next
from crm.search.models import IndexBacklog
from tests.factories import make_confidential, person


def test_interaction_of_the_backlog_is_found_by_its_notes_and_people(actor, people):
    anna = actor("anna")
    limin = person("Zhou", "Limin", family_native="周", given_native="立民")
    secret = make_confidential(person("Ma", "Jun", team="Inland", counselor=people["anna"]))
    values = {"wall": datetime(2026, 3, 2, 9), "zone": "UTC", "notes": "Wants desalination pumps", "subject": "Call"}
    details = InteractionDetails(parties=[PartyValues(limin.id), PartyValues(secret.id)])
    row = log_interaction(anna, values, details)
    tokens, version = row.tokens, row.version
    set_derived(db.session(), Interaction, {row.id: {"tokens": "call"}})
    db.session.add(IndexBacklog(record_id=row.id))
    db.session.flush()
    db.session.expire_all()
    assert search(anna, "desalination") == []

    assert (index_next(), index_next()) == (1, 0)
    assert [hit.id for hit in search(anna, "desalination")] == [row.id]
    assert (row.tokens, row.version, check_search_index()) == (tokens, version, [])
