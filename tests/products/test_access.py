"""Access to a confidential product, and to what is about it, after its client has another counselor."""

from __future__ import annotations

from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.opportunities.services import add_opportunity
from crm.organizations.services import change_organization
from crm.records.services import change_counselor, find_wrong_access
from tests.factories import client_of, make_confidential
from tests.factories.products import product
from tests.records.lookups import users_of


def test_confidential_product_and_its_opportunities_follow_the_new_counselor(people):
    client = client_of("Inland", counselor=people["anna"])
    secret = make_confidential(product(client, "Membrane"), people["shen"])
    row = add_opportunity(SYSTEM, {"title": "Suzhou plant", "client_id": client.id, "product_id": secret.id})
    row.counselor_id = people["anna"].id
    assert users_of(row) == {"Anna", "Shen"}
    change_counselor(client, people["dora"].id)
    assert users_of(secret) == {"Dora", "Shen"}
    assert users_of(row) <= {"Dora", "Shen"}
    assert find_wrong_access() == []


def test_confidential_product_of_a_client_without_counselor_keeps_its_own(people):
    client = client_of("Inland", counselor=people["anna"])
    secret = make_confidential(product(client, "Membrane"), people["shen"])
    row = add_opportunity(SYSTEM, {"title": "Suzhou plant", "client_id": client.id, "product_id": secret.id})
    change_organization(SYSTEM, client, {"counselor_id": None})
    assert [users_of(each) for each in (secret, row)] == [{"Anna", "Shen"}] * 2
    assert find_wrong_access() == []


def test_confidential_product_follows_when_all_records_of_a_user_are_reassigned(people):
    client = client_of("Inland", counselor=people["anna"])
    secret = make_confidential(product(client, "Membrane"), people["shen"])
    plain = product(client, "Filter")
    row = add_opportunity(SYSTEM, {"title": "Suzhou plant", "client_id": client.id, "product_id": secret.id})
    row.counselor_id = people["shen"].id
    reassign_all(Record.id == client.id, people["anna"].id, people["dora"].id)
    assert plain.counselor_id == people["dora"].id
    assert [users_of(each) for each in (secret, row)] == [{"Dora", "Shen"}] * 2
    assert find_wrong_access() == []
