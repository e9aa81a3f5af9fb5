"""One field of many opportunities: what is refused for which, what follows from it, and which changes are recorded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities.conditions import NO_CLOSE_DATE
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField, OpportunityStage, SalesPath, WaitingFor
from crm.opportunities.services import change_opportunities
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity


def changes_of(*rows) -> list[tuple]:
    """Return the recorded changes of opportunities after their first stage, and read them again."""
    db.session.expire_all()
    stmt = db.session.query(OpportunityChange).filter(OpportunityChange.old.is_not(None))
    stmt = stmt.filter(OpportunityChange.opportunity_id.in_([row.id for row in rows]))
    return [(x.opportunity_id, x.field, x.old, x.new, x.by_id) for x in stmt.order_by(OpportunityChange.opportunity_id)]


def test_close_date_derives_the_key_and_is_recorded_where_it_is_new(actor, people):
    anna, day = actor("anna"), date(2026, 6, 1)
    first, same, quarter = (make_opportunity(close_on=x) for x in (None, day, None))
    quarter.close_quarter, quarter.close_key = "2026Q4", date(2026, 12, 31)
    db.session.flush()
    assert change_opportunities(anna, [first.id, same.id, quarter.id], {"close_on": day}) == {}
    assert changes_of(first, same, quarter) == [
        (first.id, ChangedField.close.value, "", "2026-06-01", anna.id),
        (quarter.id, ChangedField.close.value, "2026-12-31", "2026-06-01", anna.id),
    ]
    assert [(x.close_on, x.close_quarter, x.close_key) for x in (first, same, quarter)] == [(day, None, day)] * 3
    assert change_opportunities(anna, [first.id], {"close_on": None}) == {}
    assert changes_of(first)[-1][1:4] == (ChangedField.close.value, "2026-06-01", "")
    assert first.close_key == NO_CLOSE_DATE


def test_probability_derives_the_chance_of_each_stage(actor, people):
    quoted, lost = make_opportunity(stage=OpportunityStage.quoted), make_opportunity(stage=OpportunityStage.lost)
    assert change_opportunities(actor("anna"), [quoted.id, lost.id], {"probability": 35}) == {}
    assert changes_of(quoted, lost) == []
    assert [(x.probability, x.chance) for x in (quoted, lost)] == [(35, 35), (35, 0)]
    message = "Enter a probability from 0 to 100."
    assert change_opportunities(actor("anna"), [quoted.id], {"probability": 101}) == {quoted.id: message}
    db.session.expire_all()
    assert quoted.probability == 35


def test_amounts_are_recorded_and_other_fields_are_not(actor, people, clock):
    row = make_opportunity(amount=Decimal(5))
    waiting_since = row.waiting_since
    clock.forward(hours=1)
    anna = actor("anna")
    assert change_opportunities(anna, [row.id], {"amount": Decimal(7)}) == {}
    assert changes_of(row) == [(row.id, ChangedField.amount.value, "USD 5.00", "USD 7.00", anna.id)]
    assert (row.amount, row.waiting_since) == (7, waiting_since)
    assert change_opportunities(anna, [row.id], {"waiting_for": WaitingFor.client}) == {}
    db.session.expire_all()
    assert (row.waiting_for, row.waiting_since) == (WaitingFor.client, business_clock.now())
    assert waiting_since == business_clock.now() - timedelta(hours=1)
    assert len(changes_of(row)) == 1


def test_direct_sale_is_refused_for_those_in_vendor_qualification(actor, people):
    qualifying, matched = make_opportunity(stage=OpportunityStage.qualifying), make_opportunity()
    refused = change_opportunities(actor("anna"), [qualifying.id, matched.id], {"path": SalesPath.direct_sale})
    db.session.expire_all()
    assert refused.keys() == {qualifying.id}
    assert [x.path for x in (qualifying, matched)] == [SalesPath.project, SalesPath.direct_sale]


def test_second_counselor_is_refused_by_counselor_and_team(actor, people):
    inland, dora = client_of("Inland"), people["dora"]
    own, of_dora = make_opportunity(inland, counselor=people["anna"]), make_opportunity(inland, counselor=dora)
    of_bay = make_opportunity(client_of("Bay"), counselor=people["boris"])
    ids = [own.id, of_dora.id, of_bay.id]
    refused = change_opportunities(actor("nora"), ids, {"second_counselor_id": dora.id})
    assert refused == {
        of_dora.id: "Choose a different user than the counselor.",
        of_bay.id: "Choose a member of the record's team. Others don't have access to it.",
    }
    db.session.expire_all()
    assert [x.second_counselor_id for x in (own, of_dora, of_bay)] == [dora.id, None, None]
    assert change_opportunities(actor("nora"), ids, {"second_counselor_id": None}) == {}
    db.session.expire_all()
    assert own.second_counselor_id is None
