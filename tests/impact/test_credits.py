"""The report on sources counts the results of a chain: expected and confirmed apart."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import current_app

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.impact.policy import MilestoneStatus
from crm.impact.queries import list_milestones_of
from crm.opportunities.policy import SalesPath
from crm.reports.context import ReportContext
from crm.reports.periods import PeriodKind, find_period
from crm.reports.queries import Scope, count_credits
from crm.reports.sources import build_sources_report
from crm.shows.services import save_show
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    make_confidential,
    person,
    post,
    post_role,
    team_id_of,
)
from tests.factories.impact import CONFIRMED, make_milestone


def scope_of(actor, **narrower) -> Scope:
    return Scope(actor, tuple(sorted(actor.team_ids)), **narrower)


@pytest.fixture
def results(chain):
    """Return an expected and a confirmed result of the chain, one that wasn't confirmed, and one of another client."""
    expected = make_milestone(opportunity_id=chain.opportunity.id, status=MilestoneStatus.expected)
    confirmed = make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    make_milestone(opportunity_id=chain.opportunity.id)
    make_milestone(client_of("Inland", "Bay Cold Chain"), **CONFIRMED)
    return expected, confirmed


@pytest.mark.parametrize("code", ["post", "show", "rep"])
def test_each_part_of_the_chain_is_credited_once(actor, chain, results, code):
    record = getattr(chain, code)
    assert count_credits(scope_of(actor("anna")), code) == {record.id: (1, 1)}
    rows = list_milestones_of(actor("anna"), record)
    assert sum(row.status is MilestoneStatus.expected for row in rows) == 1
    assert sum(row.status is MilestoneStatus.actual and row.is_confirmed for row in rows) == 1


def test_chosen_records_and_officers_of_a_post_are_credited(actor, chain):
    second = post("Consulate Wuhan", country="CN")
    officer = person("Whitcombe", "Daniel")
    affiliation(officer, second)
    chain.project.source_id = officer.id
    make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    make_milestone(chain.client, post_id=chain.post.id, project_id=chain.project.id, **CONFIRMED)
    assert count_credits(scope_of(actor("anna")), "post") == {chain.post.id: (0, 1), second.id: (0, 2)}


def test_post_is_credited_for_what_the_holder_of_a_role_reported(actor, chain):
    second = post("Consulate Wuhan", country="CN")
    officer = person("Whitcombe", "Daniel")
    holder(post_role(second), officer)
    post_role(chain.post)
    chain.project.source_id = officer.id
    make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    assert count_credits(scope_of(actor("anna")), "post") == {second.id: (0, 1)}


def test_scope_narrows_and_confidential_ones_are_left_out(actor, chain, results):
    anna = actor("anna")
    assert count_credits(scope_of(actor("boris")), "post") == {}
    assert count_credits(scope_of(anna, counselor_id=actor("dora").id), "post") == {}
    assert count_credits(Scope(actor("nora"), (team_id_of("Bay"),)), "rep") == {}
    assert count_credits(scope_of(anna, path=SalesPath.direct_sale), "post") == {}
    assert count_credits(scope_of(anna, path=SalesPath.project), "post") == {chain.post.id: (1, 1)}
    make_confidential(chain.talk, anna)
    assert count_credits(scope_of(actor("dora")), "show") == {}
    make_confidential(results[0], anna)
    assert count_credits(scope_of(anna), "post") == {chain.post.id: (0, 1)}
    archived(results[1])
    assert count_credits(scope_of(anna), "post") == {}


def test_numbers_open_exactly_their_milestones(actor, chain, results, client, session):
    session.commit()
    period = find_period(PeriodKind.federal, date(2026, 3, 10))
    with current_app.test_request_context():
        report = build_sources_report(ReportContext(scope_of(actor("anna")), period, {}, 10))
    (section,) = (section for section in report.sections if section.name == "post")
    (row,) = section.rows
    assert [cell.value for cell in row[-2:]] == [1, 1]
    assert [heading.name for heading in section.columns[-2:]] == ["expected_results", "confirmed_results"]
    assert section.totals == []
    client.login_as("anna")
    for cell, milestone in zip(row[-2:], results, strict=True):
        page = client.get(cell.url).text
        assert urlsplit(cell.url).path == "/milestones/"
        assert f"/milestones/{milestone.id}" in page
        assert "<span>1 total" in page


def test_record_with_results_but_no_opportunity_is_shown(actor, chain, people):
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 3)}
    show = save_show(SYSTEM, days | {"name": "Food Fair", "zone": "Asia/Shanghai"})
    make_milestone(client_of("Inland", "Bay Cold Chain"), show_id=show.id, **CONFIRMED)
    chain.opportunity.archived_at = chain.talk.at
    period = find_period(PeriodKind.federal, date(2026, 3, 10))
    with current_app.test_request_context():
        report = build_sources_report(ReportContext(scope_of(actor("anna")), period, {}, 10))
    (section,) = (section for section in report.sections if section.name == "show")
    assert [[cell.value for cell in row[1:]] for row in section.rows] == [[0, 0, 0, 0, 0, 1]]
    assert section.is_filled


def test_post_that_reported_a_hidden_project_gets_no_credit_for_it(actor, chain, people):
    anna, dora = actor("anna"), actor("dora")
    chain.project.source_id = chain.post.id
    make_milestone(chain.client, project_id=chain.project.id, **CONFIRMED)
    assert count_credits(scope_of(dora), "post") == {chain.post.id: (0, 1)}
    chain.project.team_id, chain.project.counselor_id, chain.project.confidential = anna.first_team_id, anna.id, True
    db.session.flush()
    assert count_credits(scope_of(dora), "post") == {}


def test_page_of_a_record_has_at_most_fifty_milestones(actor, chain):
    for _number in range(51):
        make_milestone(chain.client, post_id=chain.post.id)
    assert len(list_milestones_of(actor("anna"), chain.post)) == 50
