"""Everything of somebody at once goes as each record by itself would: same counselors, names, versions and history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts.services.handover import hand_over, passing
from crm.core.audit import Change
from crm.core.clock import now
from crm.core.db import db
from crm.core.giving import give_to
from crm.core.outbox.models import Mail
from crm.core.outbox.put import put_mail
from crm.core.record import Record
from crm.opportunities.models import OpportunityChange
from crm.projects.services import add_project, save_need
from tests.factories import client_of, organization, person, product, representation, secluded
from tests.factories.cases import case, step


@pytest.fixture
def desk(clock, people, actor):
    """Give anna a bit of everything, some of it secret, some put away, some hanging on what is hers."""
    anna, dora, me = people["anna"], people["dora"], actor("anna")
    for n in range(3):
        firm = client_of("Inland", f"Client {n}", counselor=anna)
        product(firm, f"Pump {n}")
        representation(firm, person("Zhou", f"Limin {n}", at=firm, counselor=anna), counselor=anna)
        chance = case(firm, f"Chance {n}", counselor=anna)
        put_mail("digest", to=anna, subject="Call", text="Call", html="<p>Call</p>", dedupe_key=f"m:{n}",
                 record=step(chance, date(2026, 3, 20)))  # fmt: skip
    secret = secluded(client_of("Inland", "Secret pumps", counselor=anna), dora)
    product(secret, "Secret valve")
    secluded(person("Lu", "Hua", at=secret, counselor=anna))
    organization("Gone", counselor=anna, archived_at=now())
    organization("Not hers", counselor=dora)
    firm = client_of("Inland", "Hers, with a case of dora's", counselor=anna)
    case(firm, "Dora's", counselor=dora)
    project = add_project(me, {"name": "Water plant", "country": "CN"})
    save_need(me, {"title": "Filters", "project_id": project.id})
    save_need(me, {"title": "Pipes", "organization_id": firm.id})
    db.session.flush()
    db.session.expire_all()


def standing(before: int) -> dict[str, Any]:
    """What a hand-over leaves behind."""
    db.session.flush()
    db.session.expire_all()
    r, c, o = Record, Change, OpportunityChange
    asked = {
        "records": sa.select(r.id, r.counselor_id, r.team_id, r.confidential, r.label, r.tokens, r.version,
                             r.changed_at, r.changed_by_id),
        "history": sa.select(c.root_id, c.table, c.row_id, c.what, c.diff, c.at, c.actor_id, c.via)
        .where(c.id > before),
        "cases": sa.select(o.opportunity_id, o.field, o.old, o.new, o.by_id),
        "mails": sa.select(Mail.dedupe_key, Mail.state),
    }  # fmt: skip
    return {name: sorted(map(repr, db.session.execute(rows))) for name, rows in asked.items()}


def test_all_at_once_is_the_same_as_one_by_one(desk, people):
    anna, clara = people["anna"], people["clara"]
    before = db.session.scalar(sa.select(sa.func.max(Change.id)))
    with db.session.begin_nested() as undo:
        hers = db.session.scalars(sa.select(Record).where(passing(anna.id)).order_by(Record.id)).all()
        one_by_one, many = give_to(clara.id, *hers), len(hers)
        one_by_one = standing(before)
        undo.rollback()
    assert hand_over(anna, clara) == many
    assert standing(before) == one_by_one
    assert db.session.scalar(sa.select(sa.func.count()).where(passing(anna.id))) == 0


def test_statements_do_not_grow_with_the_records(people, sql):
    anna, clara = people["anna"], people["clara"]

    def sent(many: int) -> int:
        for _ in range(many):
            product(client_of("Inland", counselor=anna))
        sql.clear()
        hand_over(anna, clara)
        return len(sql)

    sent(1)
    assert sent(30) == sent(1)
