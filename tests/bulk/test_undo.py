"""The undo of a change of many records leaves the database as it was, with few statements."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.bulk.services import begin_undo, continue_run
from crm.core.data.base import db
from crm.core.data.history import UNDO, Batch, Change
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.notifications.models import Notification
from crm.opportunities.models import OpportunityChange
from crm.projects.services import save_need
from crm.records.services import set_tags
from tests.factories import client_of, person, product
from tests.factories.opportunities import make_opportunity, step
from tests.factories.products import representation
from tests.merging.dumps import HISTORY, difference, dump_database
from tests.records.lookups import WHEN
from tests.tools.statements import executions_on

CALL = {
    **WHEN,
    "state": InteractionState.held,
    "type": InteractionType.call,
    "reached": InteractionOutcome.talked,
    "zone": "UTC",
}

pytestmark = pytest.mark.engine_in_turn

CASES = [
    ("people", "edit", {"field": "city", "value": "宁波"}),
    ("people", "edit", {"field": "country", "value": "DE"}),
    ("people", "edit", {"field": "note", "value": "Met at the fair"}),
    ("people", "assign", {"counselor_id": "clara"}),
    ("people", "tag", {"tags": "vip, water"}),
    ("people", "untag", {"tags": "first"}),
    ("people", "archive", {"why": "Twice"}),
    ("organizations", "edit", {"field": "city", "value": "宁波"}),
    ("organizations", "edit", {"field": "region", "value": "Zhejiang"}),
    ("organizations", "assign", {"counselor_id": "clara"}),
    ("organizations", "archive", {"why": "Twice"}),
    ("products", "edit", {"field": "hs6", "value": "902680"}),
    ("products", "edit", {"field": "certificates", "value": "CE"}),
    ("opportunities", "edit", {"field": "amount", "value": "5000.00"}),
    ("opportunities", "edit", {"field": "close_on", "value": "2027-05-05"}),
    ("opportunities", "edit", {"field": "probability", "value": 35}),
    ("opportunities", "edit", {"field": "waiting_for", "value": "client"}),
    ("opportunities", "assign", {"counselor_id": "clara"}),
    ("followups", "assign", {"counselor_id": "clara"}),
]


@pytest.fixture
def make_rows(actor, people):
    """Return a function that adds rows of all kinds that refer to each other, and returns them by list."""

    def make(count):
        rows = {name: [] for name in ("people", "organizations", "products", "opportunities", "followups")}
        for number in range(count):
            client = client_of("Inland", f"Harbor {number}", counselor=people["anna"], city="Suzhou", region="Jiangsu")
            worker = person("Zhou", f"Limin {number}", organization=client, counselor=people["anna"], city="Suzhou")
            set_tags(worker, "first")
            party = InteractionDetails(parties=[PartyValues(person_id=worker.id)])
            log_interaction(actor("anna"), CALL, party)
            representation(client, worker)
            save_need(actor("anna"), {"title": f"Pumps {number}", "organization_id": client.id})
            meter = product(client, f"Meter {number}", hs6="902820")
            sale = make_opportunity(client, f"Sale {number}", counselor=people["anna"], product_id=meter.id)
            follow_up = step(sale, date(2026, 12, 15), counselor=people["anna"])
            for name, row in zip(rows, (worker, client, meter, sale, follow_up), strict=True):
                rows[name].append(row)
        db.session.commit()
        return rows

    return make


@pytest.fixture
def undo(actor, in_slices):
    """Return a function that lets the job undo a change."""

    def run_undo(run):
        begin_undo(actor("anna"), run)
        assert continue_run(run.id)

    return run_undo


def list_lines(kind):
    """Return what the history has of the batches of a kind."""
    batches = sa.select(Batch.id).where(Batch.kind == kind)
    stmt = sa.select(Change.root_id, Change.table, Change.action, Change.diff).where(Change.batch_id.in_(batches))
    return sorted((tuple(line) for line in db.session.execute(stmt)), key=repr)


def list_last_changes(count):
    """Return the last recorded changes of opportunities, without their order."""
    c = OpportunityChange
    stmt = sa.select(c.opportunity_id, c.field, c.old, c.new, c.by_id, c.why, c.skipped)
    return sorted((tuple(row) for row in db.session.execute(stmt.order_by(c.id.desc()).limit(count))), key=repr)


@pytest.mark.parametrize(("listing", "operation", "params"), CASES)
def test_undo_restores_the_database(change, people, make_rows, undo, listing, operation, params):
    rows = make_rows(3)[listing]
    params = params | ({"counselor_id": people["clara"].id} if "counselor_id" in params else {})
    skipped = {*HISTORY, "bulk_run", "notification", "tag", "index_backlog"}
    before = dump_database(skipped, is_exact=False)
    run = change("anna", operation, rows, listing, **params)
    assert continue_run(run.id)
    assert (run.changed, run.refused) == (3, [])
    changed = dump_database(skipped, is_exact=False)
    notified = db.session.scalar(sa.select(sa.func.count(Notification.id)))
    undo(run)
    assert (run.undone >= 3, run.refused) == (True, [])
    assert difference(before, dump_database(skipped, is_exact=False)) == {}
    assert changed != before
    assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == notified


@pytest.mark.parametrize(("listing", "operation", "params"), [c for c in CASES if c[1] != "archive"])
def test_undo_of_many_writes_the_history_of_an_undo_one_by_one(
    change, people, make_rows, undo, monkeypatch, listing, operation, params
):
    rows = make_rows(2)[listing]
    params = params | ({"counselor_id": people["clara"].id} if "counselor_id" in params else {})
    run = change("anna", operation, rows, listing, **params)
    continue_run(run.id)
    undo(run)
    last_changes = list_last_changes(2)
    lines, columns = list_lines(UNDO), [(row.tokens, row.label, row.counselor_id) for row in rows]
    db.session.execute(sa.update(Batch).where(Batch.kind == UNDO).values(kind="earlier"))
    run = change("anna", operation, rows, listing, **params)
    continue_run(run.id)
    monkeypatch.setattr("crm.records.services.undo_quick.QUICK_UNDO", {})
    undo(run)
    assert (list_lines(UNDO), list_last_changes(2)) == (lines, last_changes)
    db.session.expire_all()
    assert [(row.tokens, row.label, row.counselor_id) for row in rows] == columns
    assert lines


@pytest.mark.parametrize(
    ("listing", "operation", "params"), [c for c in CASES if c[0] in ("people", "organizations", "opportunities")]
)
def test_undo_of_more_records_takes_no_more_statements(
    change, people, make_rows, undo, monkeypatch, listing, operation, params
):
    for name in ("FIRST_ROWS", "MIN_ROWS", "MAX_ROWS"):
        monkeypatch.setattr(f"crm.bulk.services.slices.{name}", 100)
    params = params | ({"counselor_id": people["clara"].id} if "counselor_id" in params else {})
    rows, counts = make_rows(6)[listing], []
    for part in (rows[:2], rows[2:]):
        run = change("anna", operation, part, listing, **params)
        continue_run(run.id)
        with executions_on(db.session.connection(), 1) as executions:
            undo(run)
        # Matches are compared for each changed product.
        counts.append(sum(not execution.place.startswith("matching") for execution in executions))
    assert counts[0] == counts[1]
