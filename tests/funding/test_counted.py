"""Sessions that count by the condition in SQL: those without a reason against them, on each side of each rule."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.funding.models import FunderRule
from crm.funding.policy.filing import DifferenceKind
from crm.funding.queries.differences import load_differences
from crm.funding.queries.sessions import list_counted_sessions, list_sessions
from crm.funding.services.awards import save_award
from crm.funding.services.filing import file_report
from crm.interactions.counting import RequiredFact
from crm.interactions.policy import InteractionOutcome, InteractionState, SessionType
from crm.organizations.models import Client, ClientAgreement, DatedFact
from crm.organizations.policy import FactKind
from crm.organizations.services import set_facts
from crm.reference.models import Funder
from tests.factories import archived, client_of, make_confidential

from .conftest import WALL, complete_client

DAY = WALL.date()
BEFORE, AFTER = date(2026, 12, 6), date(2026, 12, 8)


@pytest.fixture
def count_of(anna, session_for, step):
    """Log sessions of anna for a client, and return how many count; the rows list the same ones without a reason."""

    def count(client, *changes):
        for change in changes or ({},):
            session_for(client, **change)
        rows = [x for x in list_sessions(anna, date(2026, 1, 1), date(2027, 12, 31)) if x.client_id == client.id]
        counted = list_counted_sessions(anna, date(2026, 1, 1), date(2027, 12, 31), step.id)
        keys = {x.key for x in counted if x.client_id == client.id}
        assert keys == {x.key for x in rows if not x.reasons}
        return len(keys)

    return count


@pytest.mark.parametrize(
    ("change", "is_counted"),
    [
        ({"contact": 1}, True),
        ({"contact": 0, "prep": 30}, False),
        ({"contact": 0, "prep": 30, "session_type": SessionType.prepare_only}, True),
        ({"contact": 0, "prep": 0, "session_type": SessionType.prepare_only}, False),
        ({"prep": 30, "reached": InteractionOutcome.no_answer, "session_type": SessionType.prepare_only}, True),
        ({"reached": InteractionOutcome.no_answer}, False),
        ({"session_type": SessionType.update_only}, False),
        ({"countable": False}, False),
        ({"funder": None}, False),
        ({"state": InteractionState.planned}, False),
    ],
)
def test_session_counts_by_its_state_type_and_minutes(client_firm, count_of, change, is_counted):
    complete_client(client_firm)
    assert count_of(client_firm, change) == is_counted


@pytest.mark.parametrize(
    ("field", "value"),
    [("county", None), ("county", ""), ("legal_form", None), ("founded_on", None)],
)
def test_session_of_a_client_without_a_fact_does_not_count(session, client_firm, count_of, field, value):
    complete_client(client_firm)
    complete_client(client_of("Inland", "Complete client"))
    setattr(session.get(Client, client_firm.id), field, value)
    session.flush()
    assert count_of(client_firm) == 0


def test_zip_code_is_as_good_as_a_county(session, client_firm, count_of):
    complete_client(client_firm)
    session.get(Client, client_firm.id).county, client_firm.postal_code = None, "94550"
    session.flush()
    assert count_of(client_firm) == 1


@pytest.mark.parametrize(
    ("agreements", "is_counted"),
    [
        ([{"from_on": DAY}], True),
        ([{"from_on": AFTER}], False),
        ([{"from_on": BEFORE, "to_on": DAY}], True),
        ([{"from_on": BEFORE, "to_on": BEFORE}], False),
        ([{"from_on": BEFORE, "on_file": False}], False),
        ([{"from_on": date(2026, 1, 1)}, {"from_on": BEFORE, "to_on": BEFORE}], False),
        ([{"from_on": date(2026, 1, 1), "to_on": BEFORE}, {"from_on": BEFORE}], True),
        ([{"from_on": date(2026, 1, 1)}, {"from_on": AFTER, "to_on": AFTER}], True),
    ],
)
def test_latest_agreement_of_the_day_decides(session, client_firm, count_of, agreements, is_counted):
    complete_client(client_firm)
    complete_client(client_of("Inland", "Complete client"))
    for row in session.query(ClientAgreement).filter_by(organization_id=client_firm.id):
        session.delete(row)
    for agreement in agreements:
        set_facts(ClientAgreement(organization_id=client_firm.id), {"on_file": True} | agreement)
    assert count_of(client_firm) == is_counted


@pytest.mark.parametrize("kind", [FactKind.staff, FactKind.sales])
@pytest.mark.parametrize(
    ("change", "is_counted"),
    [({"as_of": DAY}, True), ({"as_of": AFTER}, False), ({"number": None, "text": "many"}, False)],
)
def test_figure_of_the_day_is_required(session, client_firm, count_of, kind, change, is_counted):
    complete_client(client_firm, BEFORE)
    complete_client(client_of("Inland", "Complete client"), BEFORE)
    row = session.query(DatedFact).filter_by(organization_id=client_firm.id, kind=kind).one()
    for name, value in change.items():
        if hasattr(row, name):
            setattr(row, name, value)
    session.flush()
    assert count_of(client_firm) == is_counted


@pytest.mark.parametrize(
    ("rules", "is_counted"),
    [
        ([{"from_on": DAY}], False),
        ([{"from_on": AFTER}], True),
        ([{"from_on": BEFORE, "to_on": DAY}], False),
        ([{"from_on": BEFORE, "to_on": BEFORE}], True),
        ([{"from_on": BEFORE}, {"from_on": DAY, "is_required": False}], True),
        ([{"from_on": BEFORE, "is_required": False}, {"from_on": DAY}], False),
        ([{"from_on": DAY, "requirement": RequiredFact.english_line}], False),
        ([{"from_on": DAY, "requirement": RequiredFact.founded, "is_required": False}], True),
        ([{"from_on": DAY, "of_other_funder": True}], True),
    ],
)
def test_latest_rule_of_the_funder_decides(session, client_firm, step, count_of, rules, is_counted):
    complete_client(client_firm)
    other = Funder(code="OTHER", name="Other funder", from_on=date(2026, 1, 1))
    session.add(other)
    session.flush()
    for rule in rules:
        values = {"funder_id": (other if rule.get("of_other_funder") else step).id, "requirement": RequiredFact.naics}
        session.add(FunderRule(**values | {k: v for k, v in rule.items() if k != "of_other_funder"}))
    session.flush()
    assert count_of(client_firm) == is_counted


@pytest.mark.parametrize(
    ("naics", "english_line", "is_counted"),
    [("334513", "HS codes of sensors", True), ("", "HS codes of sensors", False), ("334513", "", False)],
)
def test_funder_gets_the_industry_and_the_summary_that_it_requires(
    session, client_firm, step, count_of, naics, english_line, is_counted
):
    complete_client(client_firm)
    session.get(Client, client_firm.id).naics = naics
    for fact in (RequiredFact.naics, RequiredFact.english_line):
        session.add(FunderRule(funder_id=step.id, requirement=fact, from_on=BEFORE))
    session.flush()
    assert count_of(client_firm, {"english_line": english_line}) == is_counted


def test_differences_of_a_report_are_open_sessions_of_its_days_funder_and_team(
    session, actor, client_firm, session_for, step
):
    values = {"funder_id": step.id, "number": "STEP-26", "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
    award = save_award(actor("nora"), values | {"location_code": 249003, "goals": [], "reports": []})
    period = {"first": BEFORE, "last": DAY, "note": None}
    of_bay, secret = client_of("Bay", "Bay firm"), client_of("Inland", "Secret")
    for client in (client_firm, of_bay, secret):
        complete_client(client)
    boris = actor("boris")
    session_for(client_firm, wall=datetime(2026, 12, 6, 12, 0))
    session_for(of_bay, by=boris, staff_ids=[boris.id])
    report, report_of_bay = (
        file_report(actor("nora"), award, period | {"team_id": actor(name).first_team_id}) for name in ("anna", "boris")
    )
    first, last = (session_for(client_firm, wall=datetime(2026, 12, *moment)) for moment in ((6, 0, 0), (7, 23, 59)))
    session_for(client_firm, wall=datetime(2026, 12, 5, 23, 59))
    session_for(client_firm, wall=datetime(2026, 12, 8, 0, 0))
    session_for(client_firm, funder=None)
    archived(session_for(client_firm))
    make_confidential(session_for(client_firm))
    session_for(secret)
    make_confidential(secret)
    assert [(x.kind, x.key) for x in load_differences(report)] == [
        (DifferenceKind.added, (first.id, client_firm.id)),
        (DifferenceKind.added, (last.id, client_firm.id)),
    ]
    assert load_differences(report_of_bay) == []
