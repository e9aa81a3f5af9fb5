"""Which matches stay when others end, and who would buy what a need is for."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.matching.queries import find_buyer, list_matches, visible_matches
from crm.products.policy import Jurisdiction
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_need, save_party
from tests.factories import archived, client_of, prime, product

from .conftest import refreshed


def test_match_that_ends_leaves_the_others(actor, people, need, meter, match):
    owner = client_of("Inland", "Delta Metering", counselor=people["anna"])
    other = product(owner, name="Ultrasonic water meter D-1", hs6="902820")
    assert set(refreshed()) == {(need.id, meter.id), (need.id, other.id)}
    other.name, other.hs6 = "Almonds", "080212"
    assert set(refreshed()) == {(need.id, meter.id)}


def test_matches_of_an_archived_project_are_not_listed(actor, plant, match):
    ids = [row.id for row in db.session.scalars(visible_matches(actor("anna")))]
    assert ids == [match.id]
    archive_record(plant, "Entered twice")
    db.session.flush()
    assert list(db.session.scalars(visible_matches(actor("anna")))) == []


def test_buyer_is_the_only_prime_of_the_project(actor, plant, need):
    anna, works, other = actor("anna"), prime("Ningbo Works"), prime("Other Works")
    save_party(add_project(anna, {"name": "Other plant"}), {"organization_id": other.id, "role": ProjectRole.prime})
    assert find_buyer(anna, need.id) is None
    save_party(plant, {"organization_id": works.id, "role": ProjectRole.prime})
    assert find_buyer(anna, need.id) == works.id
    save_party(plant, {"organization_id": other.id, "role": ProjectRole.owner})
    assert find_buyer(anna, need.id) == works.id
    save_party(plant, {"organization_id": prime("Third Works").id, "role": ProjectRole.prime})
    assert find_buyer(anna, need.id) is None
    need_of_other = save_need(anna, {"title": "Valves", "project_id": plant.id, "organization_id": other.id})
    assert find_buyer(anna, need_of_other.id) == other.id
    archived(other)
    assert find_buyer(anna, need_of_other.id) is None


def test_reasons_have_the_warnings_first_and_then_the_most_points(actor, need, meter, match):
    meter.eccn, meter.jurisdiction = "3A001", Jurisdiction.ear
    refreshed()
    (row,) = list_matches(actor("anna"), of="need", record_id=need.id)
    points = [reason.points for reason in row.reasons]
    warnings, benefits = [x for x in points if x < 0], [x for x in points if x > 0]
    assert (len(warnings), len(benefits) > 1) == (1, True)
    assert points == sorted(warnings) + sorted(benefits, reverse=True)
