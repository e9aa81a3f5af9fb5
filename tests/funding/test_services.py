"""What the services of funding refuse, on both sides of each limit, and what they change."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm.core.errors import Invalid, NotFound
from crm.funding.models import AwardGoal, FunderRule
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.sessions import list_sessions
from crm.funding.services.awards import save_award, save_rules
from crm.funding.services.filing import file_report, record_correction
from crm.funding.services.session_facts import add_session_facts
from crm.interactions.counting import RequiredFact
from crm.interactions.models import InteractionClient, InteractionTime
from crm.interactions.policy import InteractionOutcome, SessionType
from crm.organizations.models import Client, ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, LegalForm
from crm.reference.models import Funder
from tests.factories import archived, client_of

from .conftest import WALL, complete_client

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)
AWARD = {"number": "STEP-26", "from_on": FIRST, "to_on": LAST, "reports": [], "goals": []}


@pytest.fixture
def award(actor, step):
    return save_award(actor("nora"), AWARD | {"funder_id": step.id, "location_code": 249003})


@pytest.mark.parametrize(
    ("by", "team", "first", "last", "message"),
    [
        ("nora", None, FIRST, date(2026, 12, 7), ""),
        ("nora", "bay", FIRST, date(2026, 12, 7), "Choose a different period. No session counts in this one."),
        ("clara", "inland", FIRST, date(2026, 12, 7), ""),
        ("clara", "bay", FIRST, date(2026, 12, 7), "Choose one of your teams."),
        ("clara", None, FIRST, date(2026, 12, 7), "Choose one of your teams."),
        ("nora", None, date(2026, 9, 30), date(2026, 12, 7), "Choose days in the period of the award."),
        ("nora", None, date(2026, 12, 7), date(2026, 12, 6), "Choose days in the period of the award."),
        ("nora", None, FIRST, date(2027, 10, 1), "Choose days in the period of the award."),
        ("nora", None, FIRST, date(2026, 12, 8), "Choose a last day in the past."),
        ("nora", None, FIRST, date(2026, 12, 6), "Choose a different period. No session counts in this one."),
    ],
)
def test_report_is_filed_for_own_teams_and_past_days_of_the_award(
    actor, award, client_firm, session_for, now, by, team, first, last, message
):
    complete_client(client_firm)
    row = session_for(client_firm)
    teams = {None: None, "inland": actor("anna").first_team_id, "bay": actor("boris").first_team_id}
    values = {"team_id": teams[team], "first": first, "last": last, "note": "First quarter"}
    if message:
        with pytest.raises(Invalid, match=message):
            file_report(actor(by), award, values)
    else:
        report = file_report(actor(by), award, values)
        assert [x["interaction_id"] for x in report.sessions] == [row.id]
        assert (report.filed_by_id, report.filed_at, report.note) == (actor(by).id, now, "First quarter")
        with pytest.raises(Invalid, match="nothing to correct"):
            record_correction(actor(by), report, "No change")


def test_report_needs_the_location_code_of_the_award(actor, award, client_firm, session_for):
    complete_client(client_firm)
    session_for(client_firm)
    award.location_code = None
    with pytest.raises(Invalid, match="NEXUS location code"):
        file_report(actor("nora"), award, {"team_id": None, "first": FIRST, "last": WALL.date(), "note": None})


def test_goals_that_the_user_may_not_see_stay_and_cannot_be_set(actor, session, step):
    inland, bay = actor("anna").first_team_id, actor("boris").first_team_id
    goal = {"measure": GoalMeasure.clients, "team_id": bay, "user_id": None, "target": 9}
    values = AWARD | {"funder_id": step.id}
    award = save_award(actor("nora"), values | {"goals": [goal]})
    with pytest.raises(Invalid, match="Choose one of your teams for each goal"):
        save_award(actor("clara"), values | {"goals": [goal]}, award)
    save_award(actor("clara"), values | {"goals": [goal | {"team_id": inland, "target": 4}]}, award)
    rows = session.query(AwardGoal).filter_by(award_id=award.id).order_by(AwardGoal.target)
    assert [(row.team_id, row.target) for row in rows] == [(inland, 4), (bay, 9)]
    with pytest.raises(NotFound):
        save_award(actor("nora"), values | {"funder_id": 999})


@pytest.mark.parametrize(("to_on", "is_refused"), [(None, False), (FIRST, False), (date(2026, 9, 30), True)])
def test_rule_of_a_funder_does_not_end_before_it_begins(session, step, to_on, is_refused):
    rules = [{"requirement": RequiredFact.naics, "is_required": True, "from_on": FIRST, "to_on": to_on}]
    if is_refused:
        with pytest.raises(Invalid, match="Enter an end date on or after the start date"):
            save_rules(step, rules)
    else:
        save_rules(step, rules)
        assert [(x.funder_id, x.to_on) for x in session.query(FunderRule)] == [(step.id, to_on)]


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_refused"),
    [
        (None, None, False),
        (date(2026, 12, 7), date(2026, 12, 7), False),
        (date(2026, 12, 8), None, True),
        (None, date(2026, 12, 6), True),
    ],
)
def test_award_of_the_added_funder_includes_the_day(
    session, anna, client_firm, session_for, from_on, to_on, is_refused
):
    row = session_for(client_firm, funder=None)
    funder = Funder(code="ITA", name="ITA", from_on=from_on, to_on=to_on)
    session.add(funder)
    session.flush()
    if is_refused:
        with pytest.raises(Invalid, match="Choose a funder whose award includes Dec 7, 2026"):
            add_session_facts(anna, row.id, client_firm.id, anna.id, {"funder_id": funder.id})
    else:
        add_session_facts(anna, row.id, client_firm.id, anna.id, {"funder_id": funder.id})
        assert session.get(InteractionClient, (row.id, client_firm.id)).funder_id == funder.id


def test_added_minutes_are_those_of_a_colleague_who_took_part(session, anna, actor, people, client_firm, session_for):
    row = session_for(client_firm, contact=0, staff_ids=[anna.id, people["dora"].id])
    for name, minutes in (("clara", 10), ("dora", 20)):
        user = actor(name)
        add_session_facts(user, row.id, client_firm.id, user.id, {"contact": minutes})
    times = session.query(InteractionTime).filter_by(interaction_id=row.id).all()
    assert {x.user_id: x.contact for x in times} == {anna.id: 10, people["dora"].id: 20}


def test_unknown_funder_and_client_of_another_session_are_not_found(anna, client_firm, session_for):
    row, other = session_for(client_firm), client_of("Inland", "Other")
    with pytest.raises(NotFound):
        add_session_facts(anna, row.id, client_firm.id, anna.id, {"funder_id": 999})
    with pytest.raises(NotFound):
        add_session_facts(anna, row.id, other.id, anna.id, {"county": "Kern"})


@pytest.mark.parametrize(("lacking", "message"), [("figures_on", "date of the figures"), ("source", "who gave")])
@pytest.mark.parametrize("figure", ["staff", "sales"])
def test_added_figures_need_a_date_and_a_source(anna, client_firm, session_for, lacking, message, figure):
    values = {figure: 5, "figures_on": date(2026, 12, 1), "source": "Client"}
    del values[lacking]
    with pytest.raises(Invalid, match=message):
        add_session_facts(anna, session_for(client_firm).id, client_firm.id, anna.id, values)


def test_entered_facts_are_saved_where_they_belong_and_blank_ones_left(session, anna, actor, client_firm, session_for):
    row = session_for(client_firm, contact=45, prep=15, reached=InteractionOutcome.no_answer, english_line="Codes")
    version = row.version
    facts = {"county": "Kern", "legal_form": LegalForm.llc, "founded_on": date(2019, 1, 1), "naics": "334513"}
    values = facts | {
        "contact": 50,
        "prep": None,
        "english_line": "",
        "reached": InteractionOutcome.talked,
        "countable": False,
    }
    values |= {"session_type": SessionType.online, "postal_code": "94550", "agreement_on": date(2026, 12, 1)}
    values |= {"staff": 0, "sales": Decimal(7), "currency": "CNY", "figures_on": date(2026, 11, 1), "source": "Rosa"}
    add_session_facts(anna, row.id, client_firm.id, anna.id, values)
    session.expire_all()
    assert row.version > version
    assert (row.reached, row.english_line) == (InteractionOutcome.talked, "Codes")
    part = session.get(InteractionClient, (row.id, client_firm.id))
    assert (part.session_type, part.countable) == (SessionType.online, False)
    minutes = session.get(InteractionTime, (row.id, client_firm.id, anna.id))
    assert (minutes.contact, minutes.prep) == (50, 15)
    client = session.get(Client, client_firm.id)
    assert {name: getattr(client, name) for name in facts} == facts
    assert client_firm.postal_code == "94550"
    agreement = session.query(ClientAgreement).one()
    assert (agreement.from_on, agreement.on_file) == (date(2026, 12, 1), True)
    figures = {x.kind: (x.number, x.currency, x.as_of, x.source) for x in session.query(DatedFact)}
    assert figures == {
        FactKind.staff: (0, None, date(2026, 11, 1), "Rosa"),
        FactKind.sales: (7, "CNY", date(2026, 11, 1), "Rosa"),
    }
    version = row.version
    add_session_facts(anna, row.id, client_firm.id, actor("dora").id, {"county": "Alameda"})
    assert (row.version, session.get(InteractionTime, (row.id, client_firm.id, actor("dora").id))) == (version, None)
    add_session_facts(
        anna, row.id, client_firm.id, anna.id, {"prep": 5, "sales": 8, "figures_on": FIRST, "source": "R"}
    )
    assert row.version > version
    assert session.query(DatedFact).filter_by(number=8).one().currency == "USD"


def test_sessions_of_one_interaction_client_user_or_day(session, anna, actor, client_firm, session_for):
    other = client_of("Inland", "Other")
    first = session_for(client_firm, wall=datetime(2026, 12, 7, 9, 0))
    second = session_for(other, wall=datetime(2026, 12, 7, 10, 0), staff_ids=[actor("dora").id])
    former = archived(session_for(client_firm, wall=datetime(2026, 12, 7, 11, 0)))
    session_for(client_firm, wall=datetime(2026, 12, 8, 0, 0))
    session_for(client_firm, wall=datetime(2026, 12, 6, 23, 59))
    day = WALL.date()

    def ids(**only) -> list[int]:
        return [x.interaction_id for x in list_sessions(anna, day, day, **only)]

    assert ids() == [first.id, second.id]
    assert ids(user=actor("dora").id) == [second.id]
    assert ids(client=other.id) == [second.id]
    assert ids(interaction=first.id) == [first.id]
    assert ids(interaction=former.id) == [former.id]
