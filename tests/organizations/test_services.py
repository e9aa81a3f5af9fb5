"""Changing an organization: what is updated, and what is refused."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.forms.new_records import offer_text
from crm.core.hooks import DEPENDENT_UPDATES
from crm.organizations.policy import AliasKind, OrganizationRole
from crm.organizations.queries import list_organization_sectors
from crm.organizations.services import (
    add_organization,
    change_organization,
    remove_part,
    set_aliases,
    set_sectors,
)
from tests.factories import client_of, make_confidential, owner, product, sector
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def updated_labels(monkeypatch):
    """Return the labels of records whose dependents were updated."""
    labels: list[str] = []
    monkeypatch.setattr(
        "crm.core.data.record.DEPENDENT_UPDATES", [*DEPENDENT_UPDATES, lambda record: labels.append(record.label)]
    )
    return labels


def test_dependents_follow_the_name_and_counselor_of_an_organization(actor, people, own_client, updated_labels):
    clara, pump, chance = (
        actor("clara"),
        product(own_client, "Pump"),
        make_opportunity(own_client, "Chance", counselor=people["anna"]),
    )
    change_organization(clara, own_client, {"name": "Redwood Sensors"})
    change_organization(clara, own_client, {"native_name": "红木"})
    change_organization(clara, own_client, {"counselor_id": people["clara"].id})
    assert updated_labels == ["Redwood Sensors"] * 3
    db.session.refresh(pump)
    db.session.refresh(chance)
    assert (pump.counselor_id, "redwood" in chance.tokens) == (people["clara"].id, True)


def test_change_of_unrepeated_values_updates_no_other_records(actor, own_client, updated_labels):
    change_organization(actor("anna"), own_client, {"website": "https://tri.example", "city": "Fresno"})
    assert updated_labels == []


def test_counselor_must_have_access_to_the_client(actor, people, own_client):
    values = {"name": "New", "counselor_id": people["boris"].id}
    for call in (
        lambda: add_organization(actor("anna"), values, roles=[OrganizationRole.client]),
        lambda: change_organization(actor("clara"), own_client, {"counselor_id": people["boris"].id}),
    ):
        with pytest.raises(Invalid, match="record's team") as refused:
            call()
        assert refused.value.field == "counselor_id"


def test_confidential_client_requires_a_counselor(actor, people):
    organization = make_confidential(client_of("Inland", counselor=people["anna"]), people["clara"])
    with pytest.raises(Invalid, match="Confidential records need one"):
        change_organization(actor("anna"), organization, {"counselor_id": None})


def test_counselor_of_a_client_can_be_removed(actor, own_client):
    change_organization(actor("anna"), own_client, {"counselor_id": None})
    assert own_client.counselor_id is None


def test_organization_is_found_by_its_current_other_names(own_client):
    former = AliasKind.former
    set_aliases(own_client, [(AliasKind.trading, " Huadong Pumps "), (former, "Delta Valves"), (former, " ")])
    assert ("huadong" in own_client.tokens, "valves" in own_client.tokens) == (True, True)
    set_aliases(own_client, [(former, "Delta Valves")])
    assert ("huadong" in own_client.tokens, "valves" in own_client.tokens) == (False, True)


def test_other_names_are_those_of_the_organization_alone(own_client):
    set_aliases(client_of("Inland"), [(AliasKind.trading, "Huadong Pumps")])
    set_aliases(own_client, [(AliasKind.trading, "Delta Valves")])
    assert ("huadong" in own_client.tokens, "valves" in own_client.tokens) == (False, True)


def test_client_changes_team_only_if_a_team_is_given(actor, own_client):
    bay = client_of("Bay").team_id
    own_client.counselor_id = None
    change_organization(actor("nora"), own_client, {"team_id": bay})
    assert own_client.team_id == bay
    change_organization(actor("nora"), own_client, {"city": "Oakland"})
    assert own_client.team_id == bay
    change_organization(actor("nora"), own_client, {}, roles=[OrganizationRole.prime])
    assert own_client.team_id is None


def test_form_with_the_same_counselor_needs_no_right_to_reassign(actor, people):
    row = client_of("Inland", "Tri-Valley", counselor=people["clara"])
    change_organization(actor("anna"), row, {"counselor_id": people["clara"].id, "city": "Fresno"})
    assert (row.counselor_id, row.city) == (people["clara"].id, "Fresno")


def test_only_a_picker_of_clients_offers_to_create_a_client(session):
    makers = ("organization.client", "organization", "organization.post")
    client, other, post = (offer_text(maker, "Mill") for maker in makers)
    assert client == "Create client “Mill”"
    assert other == post == "Create organization “Mill”, shared with all teams"


def test_sectors_of_one_organization_are_replaced(own_client):
    water, metering, air = (sector(name) for name in ("Water", "Metering", "Air"))
    other = client_of("Inland", sectors=[air])
    for sector_ids in ([water.id, air.id], [water.id, metering.id]):
        set_sectors(own_client, sector_ids)
    assert [list_organization_sectors(row.id) for row in (own_client, other)] == [
        [(metering.id, "Metering"), (water.id, "Water")],
        [(air.id, "Air")],
    ]


def test_removed_row_of_details_changes_the_version_of_its_organization(own_client):
    share = owner(own_client, "Wei Holding")
    before = own_client.version
    remove_part(own_client, share)
    db.session.flush()
    assert own_client.version == before + 1


def test_organization_is_not_above_itself(actor):
    anna = actor("anna")
    group, holding, plant = (add_organization(anna, {"name": name}) for name in ("Group", "Holding", "Plant"))
    change_organization(anna, holding, {"parent_id": group.id})
    change_organization(anna, plant, {"parent_id": holding.id})
    for parent in (group, holding, plant):
        with pytest.raises(Invalid) as refused:
            change_organization(anna, group, {"parent_id": parent.id})
        assert refused.value.field == "parent_id"
        group.parent_id = None
    change_organization(anna, plant, {"parent_id": group.id})
    assert plant.parent_id == group.id
