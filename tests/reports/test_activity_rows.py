"""Activity: whose interactions and minutes count, by user, team, type, funder and client, with exact figures."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reference.models import Funder
from crm.reports.queries import Scope, list_long_term_clients, load_activity, load_activity_totals
from tests.factories import archived, client_of, make_confidential

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)


@pytest.fixture
def month(people, actor, session, clock):
    """Log the interactions of February, with others that don't count; return the clients and the funder."""
    funder = Funder(code="STEP", name="State Trade")
    session.add(funder)
    session.flush()
    a, b = (client_of("Inland", name, counselor=people["anna"]) for name in ("Alpha", "Beta"))

    def talk(by: str, wall: datetime, *clients: ClientMinutes, staff=(), **values):
        data = {"wall": wall, "zone": "America/Los_Angeles", "type": InteractionType.call, "reached": "talked"} | values
        details = InteractionDetails(clients=list(clients), staff_ids=[people[x].id for x in (by, *staff)])
        return log_interaction(actor(by), data, details)

    talk("anna", datetime(2026, 2, 1, 0, 0), ClientMinutes(a.id, 200, 10, 5, funder_id=funder.id), staff=["dora"])
    talk(
        "anna",
        datetime(2026, 2, 28, 23, 59),
        ClientMinutes(b.id, 60),
        ClientMinutes(a.id, 90, 0, 1),
        type=InteractionType.visit,
    )
    talk("clara", datetime(2026, 2, 3, 9), type=InteractionType.visit)
    talk("boris", datetime(2026, 2, 3, 9), ClientMinutes(client_of("Bay", "Gamma").id, 7))
    talk("anna", datetime(2026, 1, 31, 23, 59), ClientMinutes(a.id, 1000))
    talk("anna", datetime(2026, 3, 1, 0, 0), ClientMinutes(a.id, 1000))
    talk("anna", datetime(2026, 4, 1, 9), ClientMinutes(a.id), state=InteractionState.planned)
    archived(talk("anna", datetime(2026, 2, 4, 9), ClientMinutes(a.id, 1000)))
    make_confidential(talk("anna", datetime(2026, 2, 5, 9), ClientMinutes(a.id, 1000)))
    return a, b, funder


def test_activity_of_a_team_by_user_type_funder_and_client(month, people, actor):
    a, b, funder = month
    inland = actor("anna").first_team_id
    activity = load_activity(Scope(actor("anna"), (inland,)), FIRST, LAST)
    assert activity.totals == (3, 1, 550, 20, 11, 2)
    assert activity.totals == load_activity_totals(Scope(actor("anna"), (inland,)), FIRST, LAST)
    assert [tuple(row) for row in activity.staff] == [
        (people["anna"].id, "Anna Reyes", 2, 350, 10, 6, 2),
        (people["clara"].id, "Clara Whitfield", 1, 0, 0, 0, 0),
        (people["dora"].id, "Dora Lindqvist", 1, 200, 10, 5, 1),
    ]
    assert [tuple(row) for row in activity.teams] == [(inland, "Inland", 3, 550, 20, 11, 2)]
    assert [tuple(row) for row in activity.kinds] == [(InteractionType.visit, 2, 150), (InteractionType.call, 1, 400)]
    assert [tuple(row) for row in activity.funders] == [
        (funder.id, "State Trade", 1, 400, 1),
        (None, None, 1, 150, 2),
    ]
    assert [tuple(row) for row in activity.clients] == [
        (a.id, "Alpha", "", 2, 490, 521),
        (b.id, "Beta", "", 1, 60, 60),
    ]
    assert load_activity(Scope(actor("shen"), (inland,)), FIRST, LAST).funders == []


def test_activity_of_a_counselor_has_the_own_minutes_only(month, people, actor):
    scope = Scope(actor("clara"), (actor("clara").first_team_id,), counselor_id=people["dora"].id)
    activity = load_activity(scope, FIRST, LAST)
    assert activity.totals == load_activity_totals(scope, FIRST, LAST) == (1, 0, 200, 10, 5, 1)
    assert [(row.name, row.interactions, row.contact) for row in activity.staff] == [("Dora Lindqvist", 1, 200)]
    assert [(row.label, row.minutes) for row in activity.clients] == [("Alpha", 215)]
    other = Scope(actor("nora"), None, counselor_id=people["boris"].id)
    assert [(row.label, row.minutes) for row in load_activity(other, FIRST, LAST).clients] == [("Gamma", 7)]


def test_long_term_clients_have_five_hours_of_contact_and_preparation(people, actor, session, clock):
    anna, scope = actor("anna"), Scope(actor("anna"), (actor("anna").first_team_id,))
    for contact, prep, travel in ((290, 10, 0), (290, 9, 60), (150, 0, 0)):
        client = client_of("Inland")
        values = {"wall": datetime(2026, 2, 3, 9), "zone": "UTC", "reached": "talked"}
        for _number in range(2 if contact == 150 else 1):
            log_interaction(anna, values, InteractionDetails(clients=[ClientMinutes(client.id, contact, prep, travel)]))
    rows, number = list_long_term_clients(scope, FIRST, LAST, 1)
    assert (len(rows), number) == (1, 2)
    assert list_long_term_clients(Scope(anna, scope.teams, counselor_id=people["dora"].id), FIRST, LAST, 9) == ([], 0)
    assert list_long_term_clients(scope, date(2026, 3, 1), date(2026, 3, 31), 9) == ([], 0)
