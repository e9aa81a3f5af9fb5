"""Who may see a match, and who may decide about it."""

from __future__ import annotations

import pytest

from crm.core.errors import Forbidden, NotFound
from crm.matching.queries import get_match
from crm.records.services import set_confidentiality


def test_match_is_decided_by_those_who_see_it_and_have_the_right(actor, people, match, meter):
    row = get_match(actor("anna"), match.id, "product:edit")
    assert (row.id, row.product.id) == (match.id, meter.id)
    with pytest.raises(Forbidden):
        get_match(actor("shen"), match.id, "organization:money")
    for name, match_id in (("boris", match.id), ("anna", 999)):
        with pytest.raises(NotFound):
            get_match(actor(name), match_id, "product:edit")
    set_confidentiality(meter, confidential=True, readers=[])
    with pytest.raises(NotFound):
        get_match(actor("dora"), match.id, "product:edit")
