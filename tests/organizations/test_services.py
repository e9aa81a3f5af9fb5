"""What changing an organization brings up to date, and what is refused."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.data.record import FOLLOWERS
from crm.core.errors import Invalid
from crm.organizations.policy import AliasKind, OrganizationRole
from crm.organizations.services import add_organization, change_organization, set_aliases
from tests.factories import client_of, product, secluded
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def followed(monkeypatch):
    """Give the labels of records whose dependents were brought up to date."""
    labels: list[str] = []
    monkeypatch.setattr("crm.core.data.record.FOLLOWERS", [*FOLLOWERS, lambda record: labels.append(record.label)])
    return labels


def test_what_hangs_on_an_organization_follows_its_name_team_and_counselor(actor, people, mine, followed):
    clara, pump, chance = (
        actor("clara"),
        product(mine, "Pump"),
        make_opportunity(mine, "Chance", counselor=people["anna"]),
    )
    change_organization(clara, mine, {"name": "Redwood Sensors"})
    change_organization(clara, mine, {"native_name": "红木"})
    change_organization(clara, mine, {"counselor_id": people["clara"].id})
    assert followed == ["Redwood Sensors"] * 3
    db.session.refresh(pump)
    db.session.refresh(chance)
    assert (pump.counselor_id, "redwood" in chance.tokens) == (people["clara"].id, True)


def test_nothing_follows_what_nothing_else_repeats(actor, mine, followed):
    change_organization(actor("anna"), mine, {"website": "https://tri.example", "city": "Fresno"})
    assert followed == []


def test_counselor_must_see_the_client(actor, people, mine):
    values = {"name": "New", "counselor_id": people["boris"].id}
    for call in (
        lambda: add_organization(actor("anna"), values, roles=[OrganizationRole.client]),
        lambda: change_organization(actor("clara"), mine, {"counselor_id": people["boris"].id}),
    ):
        with pytest.raises(Invalid, match="record's team") as refused:
            call()
        assert refused.value.field == "counselor_id"


def test_confidential_client_keeps_a_counselor(actor, people):
    organization = secluded(client_of("Inland", counselor=people["anna"]), people["clara"])
    with pytest.raises(Invalid, match="needs a counselor"):
        change_organization(actor("anna"), organization, {"counselor_id": None})


def test_client_without_a_counselor_is_taken(actor, mine):
    change_organization(actor("anna"), mine, {"counselor_id": None})
    assert mine.counselor_id is None


def test_organization_is_found_by_its_other_names_as_they_are_now(mine):
    former = AliasKind.former
    set_aliases(mine, [(AliasKind.trading, " Huadong Pumps "), (former, "Delta Valves"), (former, " ")])
    assert ("huadong" in mine.tokens, "valves" in mine.tokens) == (True, True)
    set_aliases(mine, [(former, "Delta Valves")])
    assert ("huadong" in mine.tokens, "valves" in mine.tokens) == (False, True)


def test_client_moves_to_the_team_named_and_stays_where_none_is(actor, mine):
    bay = client_of("Bay").team_id
    mine.counselor_id = None
    change_organization(actor("nora"), mine, {"team_id": bay})
    assert mine.team_id == bay
    change_organization(actor("nora"), mine, {"city": "Oakland"})
    assert mine.team_id == bay
    change_organization(actor("nora"), mine, {}, roles=[OrganizationRole.prime])
    assert mine.team_id is None
