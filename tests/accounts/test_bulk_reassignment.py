"""Bulk reassignment has the same result as reassigning each record, with a fixed number of statements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts.queries import records_to_reassign
from crm.accounts.services.reassignment import reassign_user_records
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.reassign import reassign
from crm.core.data.record import Record
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.opportunities.models import OpportunityChange
from crm.projects.services import add_project, save_need
from tests.factories import client_of, make_confidential, organization, person, product, representation
from tests.factories.opportunities import make_opportunity, step


@pytest.fixture
def owned_records(clock, people, actor):
    """Assign records of every kind to anna: some confidential, some archived, some of her clients."""
    anna, dora, me = people["anna"], people["dora"], actor("anna")
    for n in range(3):
        client_record = client_of("Inland", f"Client {n}", counselor=anna)
        product(client_record, f"Pump {n}")
        representation(
            client_record, person("Zhou", f"Limin {n}", organization=client_record, counselor=anna), counselor=anna
        )
        chance = make_opportunity(client_record, f"Chance {n}", counselor=anna)
        put_mail(
            "digest",
            RenderedMail("Call", "Call", "<p>Call</p>"),
            to=anna,
            dedupe_key=f"m:{n}",
            record=step(chance, date(2026, 3, 20)),
        )
    secret = make_confidential(client_of("Inland", "Secret pumps", counselor=anna), dora)
    product(secret, "Secret valve")
    make_confidential(person("Lu", "Hua", organization=secret, counselor=anna))
    organization("Gone", counselor=anna, archived_at=now())
    organization("Not hers", counselor=dora)
    client_record = client_of("Inland", "With an opportunity of dora", counselor=anna)
    make_opportunity(client_record, "Dora's", counselor=dora)
    project = add_project(me, {"name": "Water plant", "country": "CN"})
    save_need(me, {"title": "Filters", "project_id": project.id})
    save_need(me, {"title": "Pipes", "organization_id": client_record.id})
    db.session.flush()
    db.session.expire_all()


def database_state(before: int) -> dict[str, Any]:
    """Return all rows that a reassignment may change."""
    db.session.flush()
    db.session.expire_all()
    r, c, o = Record, Change, OpportunityChange
    stmt = {
        "records": sa.select(
            r.id, r.counselor_id, r.team_id, r.confidential, r.label, r.tokens, r.version, r.changed_at, r.changed_by_id
        ),
        "history": sa.select(c.root_id, c.table, c.row_id, c.action, c.diff, c.at, c.actor_id, c.via).where(
            c.id > before
        ),
        "opportunities": sa.select(o.opportunity_id, o.field, o.old, o.new, o.by_id),
        "mails": sa.select(Mail.dedupe_key, Mail.state),
    }
    return {name: sorted(map(repr, db.session.execute(rows))) for name, rows in stmt.items()}


def test_bulk_reassignment_equals_single_reassignments(owned_records, people):
    anna, clara = people["anna"], people["clara"]
    before = db.session.scalar(sa.select(sa.func.max(Change.id)))
    with db.session.begin_nested() as undo:
        anna_records = db.session.scalars(
            sa.select(Record).where(records_to_reassign(anna.id)).order_by(Record.id)
        ).all()
        one_by_one, many = reassign(clara.id, *anna_records), len(anna_records)
        one_by_one = database_state(before)
        undo.rollback()
    assert reassign_user_records(anna, clara) == many
    assert database_state(before) == one_by_one
    assert db.session.scalar(sa.select(sa.func.count()).where(records_to_reassign(anna.id))) == 0


def test_reassignment_statements_do_not_grow_with_records(people, sql):
    anna, clara = people["anna"], people["clara"]

    def sent(many: int) -> int:
        for _ in range(many):
            product(client_of("Inland", counselor=anna))
        sql.clear()
        reassign_user_records(anna, clara)
        return len(sql)

    sent(1)
    assert sent(30) == sent(1)
