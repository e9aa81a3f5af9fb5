"""Undo of an import restores fields, but never opens a confidential record."""

from __future__ import annotations

import pytest

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch, in_batch
from crm.imports.services.revert import RevertResult, revert_slice
from tests.factories import make_confidential, organization, team_id_of


@pytest.mark.parametrize("is_confidential", [False, True])
def test_team_is_restored_unless_that_would_open_a_confidential_record(session, actor, people, is_confidential):
    mill, inland = organization("Mill", city="Suzhou"), team_id_of("Inland")
    batch = Batch(uid=new_uid(), kind="import", title="List", at=clock.now(), actor_id=people["anna"].id)
    session.add(batch)
    session.flush()
    with in_batch(db.session(), batch):
        mill.team_id, mill.city = inland, "Wuxi"
        session.flush()
    if is_confidential:
        make_confidential(mill, people["anna"])
    result = RevertResult()
    assert revert_slice(actor("anna"), batch.id, result)
    assert (mill.city, mill.team_id) == ("Suzhou", inland if is_confidential else None)
    assert (result.restored, result.edited, result.removed) == (1, [], 0)
    assert not revert_slice(actor("anna"), batch.id, result)
