"""Links to the merge of a suspected pair: only where the reader may merge both."""

from __future__ import annotations

import pytest

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


def test_pair_with_a_confidential_record_has_no_link(actor, app):
    row, other = client_of("Inland", "Vista Labs"), client_of("Inland", "Vista Lab")
    make_confidential(row)
    with app.test_request_context():
        assert find_merge_urls(actor("clara"), [(row.id, other.id)]) == {}
