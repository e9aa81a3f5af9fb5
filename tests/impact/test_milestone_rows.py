"""Which milestones, meetings and recipients count: archived ones, other kinds and other clients don't."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.impact.policy import Confirmation, MilestoneKind, PublishConsent
from crm.impact.queries import ChainPart, list_milestones, list_milestones_of, load_chains
from crm.impact.queries.recipients import find_survey_refusals, list_recipients
from crm.impact.services import add_milestone, change_milestone
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, log_interaction
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from crm.records.services import set_evidence
from tests.factories import affiliation, archived, client_of, make_confidential, person, post, reachable
from tests.factories.impact import make_milestone

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 3, 10)


def log(chain, wall: datetime, kind: InteractionType, **values):
    """Log something about the opportunity of the chain in Shanghai."""
    values = {"wall": wall, "zone": "Asia/Shanghai", "type": kind, "subject": kind.value} | values
    return log_interaction(SYSTEM, values, InteractionDetails(about=[chain.opportunity.id]))


def test_chain_has_held_meetings_visits_and_introductions_by_their_local_date(actor, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    introduction = log(chain, datetime(2025, 10, 2, 9), InteractionType.introduction)
    visit = log(chain, datetime(2025, 9, 30, 18), InteractionType.visit)
    log(chain, datetime(2025, 10, 1, 9), InteractionType.call)
    log(chain, datetime(2026, 4, 1, 9), InteractionType.meeting, state=InteractionState.planned)
    archived(log(chain, datetime(2025, 10, 1, 9), InteractionType.meeting))
    chains = {name: load_chains(actor(name), [row.id])[row.id] for name in ("anna", "shen")}
    meetings = {name: [(x.id, x.on) for x in steps if x.part is ChainPart.meeting] for name, steps in chains.items()}
    days = [(visit.id, date(2025, 9, 30)), (introduction.id, date(2025, 10, 2)), (chain.talk.id, date(2025, 11, 4))]
    assert meetings == {"anna": days, "shen": days}
    show = next(x for x in chains["anna"] if x.part is ChainPart.show)
    assert (show.kind, show.id, show.label, show.on) == ("show", chain.show.id, "Aquatech China", date(2025, 11, 3))
    assert load_chains(actor("anna"), []) == {}


def test_only_meetings_that_took_place_credit_the_show(actor, chain):
    archived(chain.talk)
    row = make_milestone(opportunity_id=chain.opportunity.id)
    for kind, state in (
        (InteractionType.call, InteractionState.held),
        (InteractionType.meeting, InteractionState.planned),
    ):
        wall = datetime(2026, 4, 1, 9) if state is InteractionState.planned else datetime(2025, 11, 4, 9)
        values = {"wall": wall, "zone": "Asia/Shanghai", "type": kind, "state": state}
        log_interaction(SYSTEM, values, InteractionDetails(about=[chain.opportunity.id, chain.show.id]))
    assert list_milestones_of(actor("anna"), chain.show) == list_milestones_of(actor("anna"), chain.talk) == []
    parts = [step.part for step in load_chains(actor("anna"), [row.id])[row.id]]
    assert parts == [ChainPart.source, ChainPart.project, ChainPart.rep, ChainPart.opportunity]


def test_records_that_are_hidden_from_the_reader_are_left_out_of_the_chain(actor, people, chain):
    chosen = post("Consulate Wuhan", country="CN")
    parts = {"post_id": chosen, "project_id": chain.project, "show_id": chain.show, "representation_id": chain.rep}
    row = make_milestone(chain.client, **{name: record.id for name, record in parts.items()})
    for record in (chosen, chain.post, chain.project, chain.show, chain.rep):
        before = [x.id for x in load_chains(actor("anna"), [row.id])[row.id]]
        record.team_id, record.counselor_id = chain.client.team_id, people["dora"].id
        make_confidential(record)
        steps = {name: [x.id for x in load_chains(actor(name), [row.id])[row.id]] for name in ("anna", "dora")}
        assert (set(before) - set(steps["anna"]), record.id in steps["dora"]) == ({record.id}, True), record.kind
    assert steps["anna"] == []


def test_open_meeting_about_a_hidden_opportunity_is_no_part_of_the_chain(actor, people, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    chain.opportunity.counselor_id = people["dora"].id
    make_confidential(chain.opportunity)
    chain.talk.confidential = False
    db.session.flush()
    steps = {name: {x.part for x in load_chains(actor(name), [row.id])[row.id]} for name in ("anna", "dora")}
    assert steps == {"anna": set(), "dora": set(ChainPart)}


def test_archived_milestones_are_in_no_period_and_on_no_page(actor, chain):
    row = make_milestone(chain.client, on=YEAR[1], status="expected")
    archived(make_milestone(chain.client))
    assert [x.id for x in list_milestones(actor("anna"), *YEAR)] == [row.id]
    assert [x.id for x in list_milestones_of(actor("anna"), chain.client)] == [row.id]


def test_row_has_the_names_of_client_and_counselor(actor, people, chain):
    make_milestone(chain.client, counselor_id=people["dora"].id, amount=5)
    (loaded,) = list_milestones_of(actor("anna"), chain.client)
    assert (loaded.client, loaded.counselor, loaded.amount, loaded.publish) == (
        "Tri-Valley Sensors",
        "Dora Lindqvist",
        5,
        PublishConsent.not_asked,
    )
    native = client_of("Inland", native_name="三谷")
    make_milestone(native)
    assert [row.native_client for row in list_milestones_of(actor("anna"), native)] == ["三谷"]


def test_recipients_work_at_the_client_now_and_are_offered_once(actor, chain):
    rosa, former = person("Ortega", "Rosa", organization=chain.client), person("Quillon", "Paul")
    affiliation(rosa, chain.client, title="Owner", main=False)
    affiliation(former, chain.client, to_on=date(2026, 3, 1))
    assert [row.id for row in list_recipients(actor("anna"), chain.client.id)] == [rosa.id]
    assert list_recipients(actor("boris"), chain.client.id) == list_recipients(actor("anna"), None) == []
    other = client_of("Inland", "Other")
    affiliation(former, other, main=False)
    for row, name in ((rosa, "rosa"), (former, "paul")):
        reachable(row, email=f"{name}@example.org")
    pairs = [(chain.client.id, rosa.id), (chain.client.id, former.id), (other.id, former.id), (other.id, rosa.id)]
    refusals = find_survey_refusals(pairs)
    assert [pair in refusals for pair in pairs] == [False, True, False, True]
    assert find_survey_refusals([]) == {}


def test_counselor_is_changed_by_the_counselor_or_a_manager_to_someone_with_access(actor, people, chain):
    row = make_milestone(chain.client)
    with pytest.raises(Invalid, match="Only the counselor or a manager"):
        change_milestone(actor("dora"), row, {"counselor_id": people["dora"].id})
    with pytest.raises(Invalid, match="Choose a member of the record's team"):
        change_milestone(actor("anna"), row, {"counselor_id": people["boris"].id})
    change_milestone(actor("dora"), row, {"counselor_id": people["anna"].id, "note": "By phone"})
    assert (row.counselor_id, row.note) == (people["anna"].id, "By phone")
    change_milestone(actor("anna"), row, {"counselor_id": people["dora"].id})
    assert row.counselor_id == people["dora"].id
    change_milestone(actor("dora"), row, {"counselor_id": None})
    assert row.counselor_id == people["dora"].id


def test_person_who_confirmed_a_result_needs_the_day(actor, chain):
    rosa = person("Ortega", "Rosa", organization=chain.client)
    values = {"client_id": chain.client.id, "on": TODAY, "confirmed_by_id": rosa.id}
    with pytest.raises(Invalid, match="Enter the date of the confirmation"):
        add_milestone(actor("anna"), values)
    row = add_milestone(actor("anna"), values | {"confirmed_on": TODAY, "confirmed_how": Confirmation.meeting})
    assert row.confirmed_by_id == rosa.id


def test_blank_currency_and_title_get_their_usual_values(actor, chain):
    values = {"client_id": chain.client.id, "on": TODAY, "currency": None, "title": None, "type": MilestoneKind.capital}
    row = add_milestone(actor("anna"), values)
    assert (row.currency, row.title, row.publish, row.status.value) == (
        "USD",
        "Capital: Tri-Valley Sensors",
        PublishConsent.not_asked,
        "actual",
    )


def test_other_requirements_of_the_opportunity_stay_when_a_confirmation_is_withdrawn(actor, chain):
    set_evidence(SYSTEM, chain.opportunity, "quote", EvidenceState.met, "x", "x")
    confirmed = {"confirmed_on": TODAY, "confirmed_how": Confirmation.email}
    row = add_milestone(actor("anna"), {"opportunity_id": chain.opportunity.id, "on": TODAY} | confirmed)
    assert set(evidence_of(chain.opportunity.id)) == {"quote", "milestone"}
    change_milestone(actor("anna"), row, dict.fromkeys(confirmed))
    assert set(evidence_of(chain.opportunity.id)) == {"quote"}
