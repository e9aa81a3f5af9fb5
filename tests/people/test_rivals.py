"""Other clients of the same China rep, and reps that conflict with an exclusive one."""

from __future__ import annotations

from datetime import date

import pytest

from crm.organizations.models import OrganizationSector
from crm.people.policy import Exclusivity, RepresentationStatus
from crm.people.queries.representations import list_exclusive_conflicts, list_rivals
from tests.factories import archived, client_of, organization, person, representation, sector


def test_rivals_are_current_reps_of_other_clients_by_the_same_party(session, actor, people):
    agent, company, client = person("Agent"), organization("Firm"), client_of("Inland", "Client")
    water, air = sector("Water"), sector("Air")
    own = representation(client, agent, territory="Jiangsu")
    clients = {
        name: client_of("Inland", name) for name in ("Rival", "Apart", "Proposed", "Ended", "Archived", "Firm's")
    }
    rows = {
        "Rival": representation(clients["Rival"], agent, territory="Jiangsu"),
        "Apart": representation(clients["Apart"], agent, territory="Guangdong"),
        "Proposed": representation(clients["Proposed"], agent, status=RepresentationStatus.proposed),
    }
    representation(clients["Ended"], agent, status=RepresentationStatus.ended)
    representation(client_of("Inland", "Past"), agent, to_on=date(2020, 1, 1))
    archived(representation(clients["Archived"], agent))
    representation(clients["Firm's"], company)
    representation(client, agent)
    bay = representation(client_of("Bay", "Bay client"), agent, territory="Jiangsu")
    representation(client_of("Bay", "Secret"), agent, confidential=True, counselor=people["boris"])
    for place, lines in ((client, (water,)), (clients["Rival"], (water, air)), (clients["Apart"], (air,))):
        session.add_all(OrganizationSector(organization_id=place.id, sector_id=line.id) for line in lines)
    session.flush()
    rivals = {row.id: row for row in list_rivals(actor("anna"), own)}
    assert set(rivals) == {bay.id, *(row.id for row in rows.values())}
    assert [rivals[bay.id].label, rivals[rows["Rival"].id].label] == [None, rows["Rival"].label]
    assert {rivals[row.id].client_id for row in rows.values()} == {clients[name].id for name in rows}
    overlaps = {name: rivals[row.id].is_overlapping for name, row in rows.items()}
    assert overlaps == {"Rival": True, "Apart": False, "Proposed": True}
    sectors = {name: rivals[row.id].shared_sectors for name, row in rows.items()}
    assert sectors == {"Rival": ("Water",), "Apart": (), "Proposed": ()}
    of_firm = list_rivals(actor("anna"), representation(client, company))
    assert [row.client_id for row in of_firm] == [clients["Firm's"].id]


@pytest.mark.parametrize(
    ("exclusive", "own", "territory", "status", "is_conflict"),
    [
        (Exclusivity.yes, Exclusivity.no, "Jiangsu", RepresentationStatus.active, True),
        (Exclusivity.no, Exclusivity.yes, "Jiangsu", RepresentationStatus.active, True),
        (Exclusivity.no, Exclusivity.no, "Jiangsu", RepresentationStatus.active, False),
        (Exclusivity.yes, Exclusivity.no, "Guangdong", RepresentationStatus.active, False),
        (Exclusivity.yes, Exclusivity.no, None, RepresentationStatus.proposed, True),
        (Exclusivity.yes, Exclusivity.no, "Jiangsu", RepresentationStatus.ended, False),
    ],
)
def test_exclusive_rep_conflicts_with_current_ones_in_its_territory(
    actor, people, exclusive, own, territory, status, is_conflict
):
    client = client_of("Inland", "Client")
    row = representation(client, person("Agent"), territory=territory, exclusive=own, status=status)
    other_client = client_of("Inland", "Other")
    representation(other_client, client, territory="Jiangsu", exclusive=Exclusivity.yes)
    conflicts = list_exclusive_conflicts(actor("anna"), client.id, "Jiangsu", exclusive)
    assert [x.id for x in conflicts] == ([row.id] if is_conflict else [])
    assert list_exclusive_conflicts(actor("anna"), client.id, "Jiangsu", exclusive, except_id=row.id) == []
