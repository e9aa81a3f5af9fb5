"""Slices of an undo: more records while they are fast, and few statements for a record that others refer to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import in_batch
from crm.core.data.record import Record
from crm.imports import jobs
from crm.imports.services import revert, revert_runs, slice_size
from crm.imports.services.undo import delete_records
from tests.factories import organization, person
from tests.imports.lookups import batch_of
from tests.imports.slicing import PEOPLE, confirm_import


@pytest.mark.parametrize(("seconds", "sizes"), [(0.0, [2, 4, 8, 8, 8]), (0.3, [2] * 14), (9.0, [2] + [1] * 24)])
@pytest.mark.usefixtures("small_slices")
def test_slices_of_an_undo_have_as_many_records_as_the_time_allows(anna, monkeypatch, seconds, sizes):
    monkeypatch.setattr(revert_runs, "MAX_IMMEDIATE_ROWS", 1)
    monkeypatch.setattr(revert_runs, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(revert_runs, "UNDO_SLICE_SIZES", (2, 1, 8))
    flow = confirm_import(anna, PEOPLE)
    jobs.write_imports()
    anna.post(f"{flow.url}/undo")
    moments, used = [0.0], []

    def revert_slice(*args):
        used.append(args[-1])
        moments.append(moments[-1] + seconds)
        return revert.revert_slice(*args)

    monkeypatch.setattr(revert_runs, "revert_slice", revert_slice)
    monkeypatch.setattr(slice_size.time, "monotonic", lambda: moments[-1])
    jobs.write_imports()
    db.session.expire_all()
    assert (flow.run.state, flow.run.options["revert"]["removed"]) == ("undone", 25)
    assert used[: len(sizes)] == sizes


def test_one_record_with_references_is_separated_in_few_steps(session, people, sql):
    batch = batch_of(people["anna"])
    with in_batch(db.session(), batch):
        rows = [organization(f"Mill {number}") for number in range(16)]
    person("Zhou", "Limin", organization=rows[5])
    session.flush()
    sql.clear()
    assert delete_records(batch.id, [row.id for row in rows]) == [rows[5].id]
    assert sum(text.startswith("DELETE FROM change") for text in sql) == 9
    stmt = sa.select(Record.label).where(Record.kind == "organization")
    assert db.session.scalars(stmt).all() == ["Mill 5"]
