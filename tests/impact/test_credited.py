"""Which posts and shows get credit: only those of the milestone's own chain, as far as the viewer may see it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.impact.queries import list_milestones_of
from crm.impact.queries.chain import load_chains
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reports.queries import Scope, count_credits
from crm.shows.services import save_show
from tests.factories import affiliation, client_of, holder, make_confidential, person, post, post_role, team_id_of
from tests.factories.impact import CONFIRMED, make_milestone
from tests.factories.opportunities import make_opportunity


def credits_of(actor, code) -> dict[int, tuple[int, int]]:
    return count_credits(Scope(actor, tuple(sorted(actor.team_ids))), code)


@pytest.fixture
def other_show(chain):
    """Return a show at which another opportunity was talked about."""
    days = {"starts_on": date(2025, 12, 1), "ends_on": date(2025, 12, 2)}
    show = save_show(SYSTEM, days | {"name": "Food Week", "zone": "Asia/Shanghai"})
    client = client_of("Inland", "Other client")
    opportunity = make_opportunity(client, "Other opportunity")
    values = {"wall": datetime(2025, 12, 1, 10), "zone": "Asia/Shanghai", "state": InteractionState.held}
    details = InteractionDetails(clients=[ClientMinutes(client.id, contact=30)], about=[opportunity.id, show.id])
    log_interaction(SYSTEM, values | {"minutes": 30, "subject": "Other talk"}, details)
    return show


def test_show_is_credited_for_the_opportunities_of_its_own_meetings(actor, chain, other_show):
    make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    assert credits_of(actor("anna"), "show") == {chain.show.id: (0, 1)}
    assert list_milestones_of(actor("anna"), other_show) == []


@pytest.mark.parametrize("is_holder", [False, True], ids=["employee", "holder"])
def test_officer_speaks_for_the_own_post_if_visible(actor, chain, is_holder):
    second, third = post("Consulate Wuhan", country="CN"), post("Consulate Chengdu", country="CN")
    officer, other = person("Whitcombe", "Daniel"), person("Other", "Officer")
    for one, place in ((officer, second), (other, third)):
        if is_holder:
            holder(post_role(place), one)
        else:
            affiliation(one, place)
    chain.project.source_id = officer.id
    row = make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    assert credits_of(actor("anna"), "post") == {second.id: (0, 1)}
    assert [[x.id for x in list_milestones_of(actor("anna"), place)] for place in (second, third)] == [[row.id], []]
    officer.team_id, officer.counselor_id = team_id_of("Bay"), None
    make_confidential(officer)
    db.session.flush()
    assert credits_of(actor("anna"), "post") == {}
    assert list_milestones_of(actor("anna"), second) == []


def test_chain_has_the_records_of_its_milestone_only(actor, chain, other_show):
    first = make_milestone(opportunity_id=chain.opportunity.id, **CONFIRMED)
    second = make_milestone(chain.client, show_id=other_show.id, **CONFIRMED)
    chains = load_chains(actor("anna"), [first.id, second.id])
    assert {i: [(step.kind, step.id) for step in steps] for i, steps in chains.items()} == {
        first.id: [
            ("organization", chain.post.id),
            ("project", chain.project.id),
            ("show", chain.show.id),
            ("interaction", chain.talk.id),
            ("representation", chain.rep.id),
            ("opportunity", chain.opportunity.id),
        ],
        second.id: [("show", other_show.id)],
    }
    for row in (first, second):
        assert load_chains(actor("anna"), [row.id]) == {row.id: chains[row.id]}
