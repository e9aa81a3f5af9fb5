"""Links to the merge of a suspected pair: only where the reader may merge both."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.data.record import RecordReader
from crm.merging.links import find_merge_urls
from tests.factories import client_of, make_confidential, organization

pytestmark = pytest.mark.usefixtures("people")


def test_pair_has_a_link_if_the_reader_may_merge_both(actor, app):
    shared = tuple(organization(name).id for name in ("Huayue Water", "Hua Yue Water"))
    own = tuple(client_of("Inland", name).id for name in ("Delta Sensors", "Delta Sensor"))
    two_teams = (client_of("Inland", "Bay Cold Chain").id, client_of("Bay", "Bay Cold Chains").id)
    pairs = [shared, own, two_teams]
    with app.test_request_context():
        staff, manager = (set(find_merge_urls(actor(name), pairs)) for name in ("anna", "clara"))
    assert staff == {own}
    assert manager == {shared, own}


def test_confidential_pair_has_a_link_if_both_have_the_same_readers(actor, app, people):
    row, other, open_row = (
        client_of("Inland", name, counselor=people["anna"]) for name in ("Vista Labs", "Vista Lab", "Vistalabs")
    )
    make_confidential(row)
    make_confidential(other)
    pairs = [(row.id, other.id), (row.id, open_row.id)]
    with app.test_request_context():
        assert set(find_merge_urls(actor("clara"), pairs)) == {pairs[0]}
        db.session.add(RecordReader(record_id=other.id, user_id=people["dora"].id))
        db.session.flush()
        assert find_merge_urls(actor("clara"), pairs) == {}
