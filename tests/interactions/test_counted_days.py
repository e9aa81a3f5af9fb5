"""Agreements and figures of a client count from their first to their last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crm.interactions import queries
from crm.interactions.counting import RequiredFact
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, PartyValues
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind
from crm.organizations.services import set_facts
from tests.factories import archived, client_of, person

DAY = date(2026, 12, 8)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def missing(anna, client_firm) -> tuple[RequiredFact, ...]:
    """Return what is missing to count a session on DAY."""
    return queries.missing_requirements(anna, client_firm.id, DAY)


@pytest.mark.parametrize(
    ("agreement", "counts"),
    [
        ({"from_on": BEFORE}, True),
        ({"from_on": DAY}, True),
        ({"from_on": AFTER}, False),
        ({"from_on": BEFORE, "to_on": BEFORE}, False),
        ({"from_on": BEFORE, "to_on": DAY}, True),
        ({"from_on": BEFORE, "on_file": False}, False),
    ],
)
def test_agreement_counts_from_its_first_day_to_its_last_when_it_is_on_file(anna, client_firm, agreement, counts):
    set_facts(ClientAgreement(organization_id=client_firm.id), {"on_file": True} | agreement)
    assert (RequiredFact.agreement not in missing(anna, client_firm)) is counts


def test_newest_agreement_up_to_the_day_decides(anna, client_firm):
    for agreement in ({"from_on": date(2026, 1, 1), "to_on": date(2026, 6, 30)}, {"from_on": date(2026, 7, 1)}):
        set_facts(ClientAgreement(organization_id=client_firm.id), {"on_file": True} | agreement)
    assert RequiredFact.agreement not in missing(anna, client_firm)


@pytest.mark.parametrize("kind", [FactKind.staff, FactKind.sales])
@pytest.mark.parametrize(("as_of", "number", "counts"), [(DAY, 0, True), (AFTER, 5, False), (DAY, None, False)])
def test_figure_counts_from_its_day_on(anna, client_firm, kind, as_of, number, counts):
    fact: dict[str, Any] = {"kind": kind, "number": number, "as_of": as_of, "source": "asked"}
    if number is None:
        fact["text"] = "a few"
    set_facts(DatedFact(organization_id=client_firm.id), fact)
    requirement = RequiredFact.staff if kind is FactKind.staff else RequiredFact.sales
    assert (requirement not in missing(anna, client_firm)) is counts


def test_newest_figure_up_to_the_day_is_taken(anna, client_firm):
    for as_of, number in ((BEFORE, 7), (DAY, 9), (AFTER, 11), (date(2020, 1, 1), 3)):
        fact = {"kind": FactKind.staff, "number": number, "as_of": as_of, "source": "asked"}
        set_facts(DatedFact(organization_id=client_firm.id), fact)
    assert queries.count_facts(anna, [client_firm.id], DAY)[client_firm.id].staff == 9


def test_last_interaction_is_visible_to_the_reader(log, anna, actor, wang):
    log(parties=[PartyValues(wang.id)], subject="Theirs")
    assert queries.find_last_interaction(actor("boris"), [wang.id]) is None
    assert queries.find_last_interaction(anna, [wang.id]).subject == "Theirs"


def test_last_interaction_is_not_archived(log, anna, wang):
    archived(log(parties=[PartyValues(wang.id)]))
    assert queries.find_last_interaction(anna, [wang.id]) is None


def test_archived_interaction_is_in_no_timeline(log, anna, actor, wang):
    archived(log(parties=[PartyValues(wang.id)]))
    archived(log(parties=[PartyValues(wang.id)], state=InteractionState.planned))
    for reader in (anna, actor("boris")):
        entries = queries.timeline(reader, wang.id)
        assert (entries.entries, entries.upcoming) == ([], [])


def test_planned_interaction_of_another_team_is_hidden(log, anna, actor, wang):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.planned)
    assert [e.id for e in queries.timeline(anna, wang.id).upcoming] == [row.id]
    assert queries.timeline(actor("boris"), wang.id).upcoming == []


def test_canceled_interaction_is_hidden_from_another_team(log, anna, actor, wang):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.canceled)
    assert [e.id for e in queries.timeline(anna, wang.id).entries] == [row.id]
    assert queries.timeline(actor("boris"), wang.id).entries == []


def test_interaction_with_a_team_person_is_hidden_from_another_team(log, anna, actor, wang):
    inland_person = person("Li", "Hui", team="Inland")
    log(parties=[PartyValues(inland_person.id), PartyValues(wang.id)])
    assert queries.timeline(actor("boris"), inland_person.id).entries == []
    assert len(queries.timeline(actor("boris"), wang.id).entries) == 1


def test_interaction_shows_only_names_visible_to_the_reader(log, anna, actor, people, wang, client_firm):
    """Shen is in all teams and logs people of two; a reader of one team sees those of that team."""
    bay = client_of("Bay", "Bay Cold Chain", counselor=people["boris"])
    bay_person = person("Zhao", "Ming", team="Bay", counselor=people["boris"])
    row = log(
        by=actor("shen"),
        parties=[
            PartyValues(bay_person.id),
            PartyValues(wang.id, organization_id=bay.id),
            PartyValues(label="engineers", count=2),
        ],
        clients=[ClientMinutes(client_firm.id, 10), ClientMinutes(bay.id, 10)],
        about=[bay.id, client_firm.id],
    )
    assert row.team_id == client_firm.team_id
    details = queries.load_details(anna, row)
    assert [(p.label, p.organization) for p in details.parties] == [("Wang Xiaoming", ""), ("engineers", "")]
    assert [c.client_id for c in details.clients] == [client_firm.id]
    assert [a.id for a in details.about] == [client_firm.id]
    whole = queries.load_details(actor("shen"), row)
    assert (len(whole.parties), len(whole.clients), len(whole.about)) == (3, 2, 2)
