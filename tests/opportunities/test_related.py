"""Opportunities on the pages of other records, leads of a post, and names that follow a rename."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.core.data.reassign import reassign
from crm.core.errors import Forbidden
from crm.opportunities import queries
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField, OpportunityStage
from crm.opportunities.queries.opportunities import load_amounts
from crm.opportunities.queries.related import find_second_counselor, list_parts
from crm.opportunities.queries.reported import add_reported, list_reported_leads
from crm.organizations.services import change_organization
from crm.projects.services import add_project
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    organization,
    person,
    post,
    post_role,
    product,
    representation,
)
from tests.factories.opportunities import make_opportunity


def test_opportunities_are_on_the_page_of_each_record_that_has_a_part(people, actor):
    anna, client, buyer = actor("anna"), client_of("Inland"), organization("Harbor")
    trader, contact = organization("Trading firm"), person("Zhao", organization=buyer)
    row = make_opportunity(
        client,
        buyer_id=buyer.id,
        buyer_contact_id=contact.id,
        project_id=add_project(anna, {"name": "Water plant"}).id,
        product_id=product(client).id,
        representation_id=representation(client, trader).id,
    )
    lost, later = make_opportunity(client, stage=OpportunityStage.lost), make_opportunity(client)
    archived(make_opportunity(client))
    parts = (buyer.id, contact.id, row.project_id, row.product_id, row.representation_id, trader.id)
    rows = queries.list_opportunities_of(anna, [*parts, client.id])
    assert {i: [x.id for x in rows[i]] for i in parts} == {i: [row.id] for i in parts}
    assert [x.id for x in rows[client.id]] == [later.id, row.id, lost.id]
    assert queries.list_opportunities_of(actor("boris"), [buyer.id, client.id]) == {buyer.id: [], client.id: []}
    kinds = [kind for _label, _name, kind in list_parts(anna, row)]
    assert kinds == ["organization", "project", "organization", "person", "product", "representation"]


def test_row_names_who_may_be_known_and_the_second_counselor(people, actor):
    client, project = client_of("Inland", "ClearAir"), add_project(actor("anna"), {"name": "Water plant"})
    row = make_opportunity(client, project_id=project.id, amount=5, counselor=people["anna"])
    loaded = queries.load_opportunities(actor("anna"), [row.id])[row.id]
    assert (loaded.client, loaded.counselor, loaded.parties) == (
        (client.id, "ClearAir", ""),
        "Anna Reyes",
        "ClearAir\xa0· Water plant",
    )
    assert [x.client.id for x in queries.load_opportunities(actor("nora"), [row.id]).values()] == [client.id]
    assert queries.load_opportunities(actor("boris"), [row.id]) == queries.load_opportunities(actor("anna"), []) == {}
    assert [tuple(x) for x in load_amounts(actor("anna"), [row.id])] == [(row.id, 5, "USD")]
    assert list(load_amounts(actor("boris"), [row.id])) == list(load_amounts(actor("anna"), [])) == []
    assert find_second_counselor(row) == ""
    row.second_counselor_id = people["dora"].id
    assert find_second_counselor(row) == "Dora Lindqvist"


def test_opportunity_of_another_team_that_awaits_review_is_seen_but_not_edited(people, actor):
    row = make_opportunity(client_of("Bay"))
    assert queries.get_opportunity(actor("dora"), row.id) is row
    with pytest.raises(Forbidden):
        queries.get_opportunity(actor("dora"), row.id, "opportunity:edit")


def test_leads_of_a_post_come_newest_first_with_their_active_opportunities(people, actor):
    anna, consulate, elsewhere = actor("anna"), post("Consulate Shanghai"), post("Consulate Wuhan")
    officer, worker, other = person("Whitcombe"), person("Ellis"), person("Other")
    holder(post_role(consulate), officer)
    affiliation(worker, consulate)
    holder(post_role(elsewhere), other)
    leads = {
        name: add_project(anna, {"name": name, "source_id": source.id, "heard_on": heard_on})
        for name, source, heard_on in (
            ("Undated", consulate, None),
            ("Older", officer, date(2026, 1, 1)),
            ("Newer", worker, date(2026, 2, 1)),
            ("Former", consulate, date(2026, 3, 1)),
            ("Of another post", elsewhere, date(2026, 3, 1)),
            ("Of another officer", other, date(2026, 3, 1)),
        )
    }
    archived(leads["Former"])
    client, project_id = client_of("Inland"), leads["Newer"].id
    make_opportunity(client, project_id=project_id, amount=5, stage=OpportunityStage.contracted)
    make_opportunity(client, project_id=project_id, amount=3)
    archived(make_opportunity(client, project_id=project_id, amount=100))
    rows = list_reported_leads(anna, consulate.id)
    assert [row.label for row in rows] == ["Newer", "Older", "Undated"]
    total, signed = add_reported(rows)
    assert (total.count, signed.count, [x.amount for x in signed.sums]) == (2, 1, [5])


def test_search_words_follow_new_names_of_client_and_buyer(people, actor):
    client, buyer, other = client_of("Inland", "ClearAir"), organization("Harbor"), organization("Works")
    row = make_opportunity(client, "Sensors", buyer_id=buyer.id)
    unrelated = make_opportunity(client_of("Inland"), "Valves", buyer_id=other.id)
    change_organization(actor("anna"), client, {"name": "Quickfox"})
    change_organization(actor("anna"), buyer, {"name": "Lazydog"})
    db.session.refresh(row)
    assert ("quickfox" in row.tokens, "lazydog" in row.tokens, "clearair" in row.tokens) == (True, True, False)
    assert "quickfox" not in unrelated.tokens


def test_reassignment_is_a_change_of_the_opportunity_only_if_the_counselor_is_new(people, actor):
    row, lead = make_opportunity(counselor=people["anna"]), add_project(actor("anna"), {"name": "Water plant"})
    for user, record in ((people["anna"], row), (people["clara"], row), (people["clara"], lead)):
        reassign(user.id, record)
    changes = db.session.query(OpportunityChange).filter_by(field=ChangedField.counselor.value)
    assert [(x.opportunity_id, x.old, x.new) for x in changes] == [
        (row.id, str(people["anna"].id), str(people["clara"].id))
    ]
