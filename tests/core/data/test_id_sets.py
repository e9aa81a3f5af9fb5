"""Sets of ids as bytes."""

from __future__ import annotations

import random

from crm.core.data.id_sets import has_id, pack_ids


def test_packed_ids_contain_exactly_the_ids():
    rng = random.Random(7)
    ids = rng.sample(range(2_000_000), 500)
    packed = pack_ids([*ids, ids[0]])
    assert all(has_id(packed, i) for i in ids)
    assert not any(has_id(packed, i + 1) for i in ids if i + 1 not in ids)
    assert not has_id(pack_ids([]), 0)
    assert len(pack_ids(range(1, 1_000_000))) < 20_000
