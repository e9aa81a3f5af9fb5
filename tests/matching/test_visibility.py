"""Who sees which match: need, product and client have to be visible and in use, each by itself."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.matching import services
from crm.matching.models import ProductMatch
from crm.matching.policy import DismissReason, MatchState
from crm.matching.queries import MAX_SHOWN, find_buyer, list_matches, load_match
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Organization
from crm.projects.policy import ProjectRole
from crm.projects.services import save_need, save_party
from tests.factories import archived, make_confidential, prime, product
from tests.matching.conftest import refreshed

METER = {"name": "Ultrasonic water meter", "hs6": "902820"}


@pytest.fixture
def records(need, meter, match, plant):
    """Return the records of the match by name."""
    return {
        "need": need,
        "product": meter,
        "client": db.session.get_one(Organization, meter.client_id),
        "project": plant,
    }


def visible_match_ids(actor: Actor, need) -> list[int]:
    return [row.id for row in list_matches(actor, of="need", record_id=need.id)]


def second_pair(actor, need, meter) -> ProductMatch:
    """Return a match of another need with another product; both also match the first ones."""
    other = save_need(actor("anna"), {"title": need.title, "hs6": need.hs6, "project_id": need.project_id})
    item = product(db.session.get_one(Organization, meter.client_id), **METER)
    return refreshed()[other.id, item.id]


@pytest.mark.parametrize("name", ["need", "product", "client"])
def test_hidden_side_hides_the_match(actor, need, match, records, name):
    # Only this row: the records that depend on it keep their own access here.
    record = records[name]
    record.team_id, record.confidential = records["client"].team_id, True
    record.counselor_id = actor("anna").id
    db.session.flush()
    assert (visible_match_ids(actor("anna"), need), visible_match_ids(actor("dora"), need)) == ([match.id], [])
    with pytest.raises(NotFound):
        load_match(actor("dora"), match.id)


def test_hidden_project_isn_t_named(actor, need, match, records):
    plant = records["project"]
    plant.team_id, plant.counselor_id, plant.confidential = records["client"].team_id, actor("anna").id, True
    db.session.flush()
    names = {user: load_match(actor(user), match.id).project for user in ("anna", "dora")}
    assert (names["anna"].label, names["dora"]) == (plant.label, None)


@pytest.mark.parametrize("name", ["need", "product", "client", "project"])
def test_archived_record_ends_the_match(actor, need, match, records, name):
    assert visible_match_ids(actor("anna"), need) == [match.id]
    archived(records[name])
    assert visible_match_ids(actor("anna"), need) == []


def test_need_without_a_project_has_matches(actor, people, meter):
    buyer = prime("Ningbo Works")
    need = save_need(actor("anna"), {"title": "Ultrasonic water meters", "hs6": "902820", "organization_id": buyer.id})
    match = refreshed()[need.id, meter.id]
    assert (load_match(actor("anna"), match.id).id, load_match(actor("anna"), match.id).project) == (match.id, None)


def test_best_matches_of_each_record_come_first(actor, need, meter, match):
    owner = db.session.get_one(Organization, meter.client_id)
    items = [meter, *(product(owner, **METER) for _number in range(MAX_SHOWN))]
    rows = refreshed()
    for points, item in zip((60, 50, 70, 40, 45, 50), items, strict=True):
        rows[need.id, item.id].points = points
    db.session.flush()
    expected = [rows[need.id, items[number].id].id for number in (2, 0, 1, 5, 4)]
    sides = {"need": need.id, "client": owner.id, "project": need.project_id}
    assert [[row.id for row in list_matches(actor("anna"), of=of, record_id=i)] for of, i in sides.items()] == (
        [expected] * 3
    )
    assert [row.id for row in list_matches(actor("anna"), of="product", record_id=meter.id)] == [match.id]


def test_each_match_is_loaded_with_its_own_decision(actor, need, meter, match):
    anna, other = actor("anna"), second_pair(actor, need, meter)
    pairs = {(row.need_id, row.product_id): row.id for row in db.session.query(ProductMatch)}
    assert len(pairs) == 4
    services.dismiss_match(anna, need.id, meter.id, DismissReason.capacity, "Too small")
    for pair, match_id in pairs.items():
        row = load_match(anna, match_id)
        assert (row.id, row.need.id, row.product.id) == (match_id, *pair)
        expected = (MatchState.dismissed, DismissReason.capacity, "Too small")
        assert (row.state, row.dismiss_reason, row.note) == (
            expected if pair == (need.id, meter.id) else (MatchState.suggested, None, None)
        )
    services.reopen_match(other.need_id, other.product_id)
    assert visible_match_ids(anna, need) == [pairs[need.id, other.product_id]]


def test_accepted_match_keeps_its_first_opportunity(actor, need, meter, match):
    anna = actor("anna")
    services.dismiss_match(anna, need.id, meter.id, DismissReason.other, "Wait")
    for opportunity_id in (need.id, meter.id):
        services.accept_match(anna, need.id, meter.id, opportunity_id)
    services.reopen_match(need.id, meter.id)
    row = load_match(anna, match.id)
    assert (row.state, row.dismiss_reason, row.note, row.opportunity_id) == (MatchState.accepted, None, None, need.id)


def test_match_with_a_hidden_opportunity_is_still_suggested(actor, need, meter, match):
    anna, dora = actor("anna"), actor("dora")
    parts = {"client_id": meter.client_id, "need_id": need.id, "product_id": meter.id}
    secret = make_confidential(add_opportunity(anna, parts))

    def states() -> list[tuple[MatchState, int | None]]:
        rows = [load_match(reader, match.id) for reader in (anna, dora)]
        return [(row.state, row.opportunity_id) for row in rows]

    accepted, suggested = (MatchState.accepted, secret.id), (MatchState.suggested, None)
    assert states() == [accepted, suggested]
    services.dismiss_match(dora, need.id, meter.id, DismissReason.capacity)
    assert [state for state, _id in states()] == [MatchState.dismissed] * 2
    services.reopen_match(need.id, meter.id)
    assert states() == [accepted, suggested]
    assert load_match(anna, match.id).dismiss_reason is None
    opened = add_opportunity(dora, parts)
    assert states() == [(MatchState.accepted, opened.id)] * 2


@pytest.mark.parametrize(
    ("role", "is_hidden", "buys"),
    [
        (ProjectRole.prime, False, True),
        (ProjectRole.prime, True, False),
        (ProjectRole.owner, False, False),
    ],
)
def test_buyer_is_a_visible_prime_of_the_project(actor, need, meter, plant, role, is_hidden, buys):
    works = prime("Ningbo Works")
    save_party(plant, {"organization_id": works.id, "role": role})
    if is_hidden:
        works.team_id, works.counselor_id, works.confidential = meter.team_id, actor("anna").id, True
    db.session.flush()
    assert find_buyer(actor("dora"), need.id) == (works.id if buys else None)
