"""Default probabilities from the win rates of a team."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.errors import Invalid
from crm.opportunities.models import Opportunity, OpportunityChange, StageRates
from crm.opportunities.policy import Certainty, OpportunityStage
from crm.opportunities.rates import load_own_rates
from crm.opportunities.services import change_opportunity, choose_own_rates, choose_standard_rates, move_opportunity
from tests.factories import archived, client_of, make_confidential, person, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.records.lookups import undo_last

S = OpportunityStage
STANDARD = {"matched": 5, "export_cleared": 10, "introduced": 15, "qualifying": 25}
STANDARD |= {"quoted": 40, "evaluating": 50, "negotiating": 70}
RATES = "/opportunities/rates"


@pytest.fixture
def of_team(people):
    """Return a client of Inland; its opportunities belong to the team."""
    return client_of("Inland", "ClearAir Sensors", counselor=people["anna"])


def end(client, stage: OpportunityStage, count: int, furthest: OpportunityStage = S.matched) -> list[Opportunity]:
    """Add opportunities in an end state or a signed stage, that came to a stage before."""
    rows = []
    for _number in range(count):
        row = make_opportunity(client, stage=furthest)
        row.stage = stage
        change = OpportunityChange(opportunity_id=row.id, field="stage", old=furthest.value, new=stage.value)
        change.at = row.stage_since
        db.session.add(change)
        rows.append(row)
    db.session.flush()
    return rows


CLOSED = (
    (S.contracted, 5, S.matched),
    (S.delivering, 1, S.matched),
    (S.lost, 12, S.introduced),
    (S.lost, 8, S.quoted),
    (S.no_bid, 4, S.negotiating),
)
"""30 closed opportunities: stage, number, and the stage before it."""


@pytest.fixture
def closed(of_team):
    """Return 30 closed opportunities: 6 signed, 12 lost early, 8 after a quote, 4 not bid for while negotiating."""
    return [row for stage, count, furthest in CLOSED for row in end(of_team, stage, count, furthest)]


OWN = {"matched": 20, "export_cleared": 20, "introduced": 20, "qualifying": 33}
OWN |= {"quoted": 33, "evaluating": 60, "negotiating": 60}


def chances(*rows: Opportunity) -> list[int | None]:
    stmt = sa.select(Opportunity.id, Opportunity.chance).where(Opportunity.id.in_([row.id for row in rows]))
    by_id = dict(map(tuple, db.session.execute(stmt)))
    return [by_id[row.id] for row in rows]


def test_rate_of_a_stage_is_the_signed_share_of_those_that_came_so_far(people, of_team, closed):
    secret, gone = end(of_team, S.lost, 2)
    make_confidential(secret)
    archived(gone)
    end(client_of("Bay"), S.lost, 3)
    make_opportunity(of_team, stage=S.dormant)
    rates = {
        rate.stage.value: (rate.percent, rate.signed, rate.closed) for rate in load_own_rates(team_id_of("Inland"))
    }
    assert {stage: percent for stage, (percent, *_counts) in rates.items()} == OWN
    assert (rates["matched"], rates["quoted"], rates["negotiating"]) == ((20, 6, 30), (33, 6, 18), (60, 6, 10))


def test_without_closed_opportunities_the_rates_are_the_standard_ones(people, of_team):
    assert {rate.stage.value: rate.percent for rate in load_own_rates(team_id_of("Inland"))} == STANDARD


def test_own_rates_change_open_opportunities_without_an_entered_probability(people, actor, of_team, closed):
    clara, team_id = actor("clara"), team_id_of("Inland")
    plain, quoted = make_opportunity(of_team), make_opportunity(of_team, stage=S.quoted)
    number = make_opportunity(of_team, probability=77)
    word = make_opportunity(of_team, certainty=Certainty.possible)
    other, asleep = make_opportunity(client_of("Bay")), make_opportunity(of_team, stage=S.dormant)
    rows = (plain, quoted, number, word, other, asleep, closed[0], closed[-1])
    before = chances(*rows)
    assert before[:6] == [5, 40, 77, 25, 5, None]
    assert choose_own_rates(clara, team_id) == 2
    assert chances(*rows) == [20, 33, *before[2:]]
    assert choose_own_rates(clara, team_id) == 0
    change_opportunity(clara, plain, {"title": "Renamed"})
    new = make_opportunity(of_team)
    change_opportunity(clara, new, {"probability": None})
    move_opportunity(clara, new, S.introduced)
    change_opportunity(clara, number, {"probability": 55})
    assert chances(plain, new, number) == [20, 20, 55]
    assert choose_standard_rates(clara, team_id) == 3
    assert chances(plain, quoted, new, number, word) == [5, 40, 15, 55, 25]
    choices = db.session.scalars(sa.select(StageRates).order_by(StageRates.id)).all()
    assert [(row.percents, row.by_id) for row in choices] == [(OWN, clara.id), ({}, clara.id)]
    assert choices[0].counts["quoted"] == [6, 18]


def test_fewer_than_thirty_closed_opportunities_are_too_few(people, actor, closed):
    archived(closed[-1])
    with pytest.raises(Invalid, match="until the team has 30 closed opportunities"):
        choose_own_rates(actor("clara"), team_id_of("Inland"))
    assert db.session.scalar(sa.select(sa.func.count(StageRates.id))) == 0


def test_manager_uses_the_own_rates_and_goes_back(client, people, of_team, closed):
    web, team_id = client.login_as("clara"), team_id_of("Inland")
    page = web.get(RATES).text
    assert ("30 closed opportunities" in page, "Use team win rates" in page, "6 of 18" in page) == (True, True, True)
    assert "Use standard probabilities" not in page
    page = web.get(web.post(f"{RATES}/{team_id}/own").location).text
    assert "Clara" in page.split("team win rates from 30 closed opportunities")[0].rsplit("<p", 1)[1]
    assert "Use standard probabilities" in page
    page = web.get(web.post(f"{RATES}/{team_id}/standard").location).text
    assert "Use standard probabilities" not in page


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("admin", 403), ("clara", 404), ("nora", 303)])
def test_only_managers_of_the_team_choose(client, people, name, status):
    web, team_id = client.login_as(name), team_id_of("Bay")
    assert web.post(f"{RATES}/{team_id}/standard").status_code == status
    assert web.get(RATES).status_code == (403 if status == 403 else 200)


def test_too_few_closed_opportunities_are_refused_on_the_page(client, people, of_team):
    web = client.login_as("clara")
    assert "Use team win rates" not in web.get(RATES).text
    assert web.post(f"{RATES}/{team_id_of('Inland')}/own").status_code in (303, 409, 422)
    assert db.session.scalar(sa.select(sa.func.count(StageRates.id))) == 0


def test_message_does_not_count_opportunities_that_the_manager_may_not_see(client, people, actor, of_team, closed):
    plain, secret, gone = (make_opportunity(of_team) for _number in range(3))
    make_confidential(secret)
    secret.without_managers = True
    archived(gone)
    db.session.commit()
    web = client.login_as("clara")
    page = web.get(web.post(f"{RATES}/{team_id_of('Inland')}/own").location).text
    assert "Default probabilities saved. 1 open opportunity changed." in page
    assert chances(plain, secret, gone) == [20, 20, 20]


def test_undo_of_an_entered_probability_leads_to_the_default_of_now(client, people, actor, of_team, closed):
    row = make_opportunity(of_team)
    db.session.commit()
    web = client.login_as("clara")
    data = {"probability": "77", "certainty": "", "version": row.version}
    path = f"/bulk/cells/{row.id}?list=opportunities&fields=probability,certainty"
    assert web.post(path, data=data).status_code == 200
    assert web.post(f"{RATES}/{team_id_of('Inland')}/own").status_code == 303
    assert chances(row) == [77]
    batch_id = db.session.scalar(sa.select(sa.func.max(Batch.id)).where(Batch.title.contains("changes saved")))
    assert web.post(f"/records/changes/{batch_id}/undo").status_code == 303
    assert chances(row) == [20]


def test_many_opportunities_of_a_transaction_read_the_choice_once(people, actor, of_team, session):
    statements: list[str] = []
    note = lambda _c, _cursor, text, *_rest: statements.append(text)  # noqa: E731 - a listener
    sa.event.listen(session.connection(), "before_cursor_execute", note)
    for _number in range(3):
        make_opportunity(of_team)
    sa.event.remove(session.connection(), "before_cursor_execute", note)
    assert len([text for text in statements if "FROM stage_rates" in text]) == 1


def test_undo_of_other_records_asks_for_no_team_of_opportunities(client, people, sql):
    row = person("Zhou", "Limin")
    db.session.commit()
    web = client.login_as("anna")
    data = {"city": "Ningbo", "version": row.version}
    assert web.post(f"/bulk/cells/{row.id}?list=people&fields=city", data=data).status_code == 200
    sql.clear()
    assert undo_last(web).status_code == 303
    assert row.city is None
    assert [text for text in sql if "SELECT DISTINCT record.team_id" in text] == []
