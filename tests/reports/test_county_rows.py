"""Counties: which clients and opportunities are in them, and who was served in the period."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crm.core.data.base import db
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.organizations.models import Client
from crm.reports.queries import Scope, list_counties, sum_counties
from tests.factories import archived, client_of, make_confidential, prime
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.test_views import count_listed, numbers_of

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)


def client_in(county: str | None, team: str = "Inland", **facts):
    """Add a client in a county."""
    row = client_of(team, **facts)
    db.session.get_one(Client, row.id).county = county
    db.session.flush()
    return row


def test_counties_count_clients_and_those_served_with_their_minutes(people, actor, clock):
    anna, clara = actor("anna"), actor("clara")
    kern, second = client_in("Kern", counselor=anna), client_in("Kern", counselor=clara)
    orange, unknown = client_in("Orange", counselor=anna), client_in(None)
    client_in("Alameda")
    client_in("Kern", "Bay")
    former = client_in("Kern")
    make_confidential(client_in("Kern", counselor=anna))
    prime("No client", team="Inland")
    for wall, clients in (
        (
            datetime(2026, 2, 1, 0, 0),
            [ClientMinutes(kern.id, 10, 20, 30), ClientMinutes(orange.id, 5), ClientMinutes(former.id, 9)],
        ),
        (datetime(2026, 2, 28, 23, 59), [ClientMinutes(kern.id, 1), ClientMinutes(unknown.id)]),
        (datetime(2026, 1, 31, 23, 59), [ClientMinutes(second.id, 100)]),
        (datetime(2026, 3, 1, 0, 0), [ClientMinutes(second.id, 100)]),
    ):
        values = {"wall": wall, "zone": "America/Los_Angeles", "reached": "talked"}
        log_interaction(anna, values, InteractionDetails(clients=clients))
    archived(former)
    scope = Scope(anna, (anna.first_team_id,))
    for reader in (anna, actor("nora")):
        assert [tuple(row) for row in list_counties(Scope(reader, scope.teams), FIRST, LAST)] == [
            ("Kern", 2, 1, 61),
            ("Alameda", 1, 0, 0),
            ("Orange", 1, 1, 5),
            ("", 1, 1, 0),
        ]
    own = Scope(clara, scope.teams, counselor_id=anna.id)
    assert [tuple(row) for row in list_counties(own, FIRST, LAST)] == [("Kern", 1, 1, 61), ("Orange", 1, 1, 5)]
    of_all_teams = {row.county: row.clients for row in list_counties(Scope(actor("nora"), None), FIRST, LAST)}
    assert of_all_teams == {"Kern": 3, "Alameda": 1, "Orange": 1, "": 1}


def test_opportunities_of_a_county_are_open_today_or_signed_in_the_period(people, actor, clock):
    kern, unknown = client_in("Kern"), client_in(None)
    make_opportunity(kern, amount=1)
    make_opportunity(unknown, amount=2)
    make_opportunity(kern, amount=4, stage=OpportunityStage.lost)
    for amount, moved_at in (
        (8, datetime(2026, 2, 1, 8, tzinfo=UTC)),
        (16, datetime(2026, 2, 1, 7, 59, tzinfo=UTC)),
        (32, datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ):
        row = make_opportunity(kern, amount=amount)
        move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, moved_at)
    archived(make_opportunity(kern, amount=64))
    make_opportunity(client_in("Kern", "Bay"), amount=128)
    rows = sum_counties(Scope(actor("anna"), (actor("anna").first_team_id,)), FIRST, LAST)
    assert {row.key: (row.opportunity_count, row.amount) for row in rows} == {
        ("Kern", "open"): (1, 1),
        ("Kern", "signed"): (1, 8),
        ("", "open"): (1, 2),
    }


def test_county_with_opportunities_of_an_archived_client_only_is_in_the_table_and_in_the_total(client, people, clock):
    kern, orange = client_in("Kern"), client_in("Orange")
    for own in (kern, orange):
        row = make_opportunity(own, amount=8)
        move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, datetime(2026, 2, 10, tzinfo=UTC))
    archived(kern)
    web = client.login_as("anna")
    page = web.get("/reports/counties?period=month&at=2026-02-10").text
    numbers = [(url, n) for url, n in numbers_of(page) if "signed=" in url]
    assert [number for _url, number in numbers] == [2, 1, 1]
    assert [count_listed(web, url) for url, _number in numbers] == [2, 1, 1]


def test_hidden_open_opportunities_are_beside_the_open_ones_not_the_signed_ones(client, people):
    make_opportunity(client_in("Kern"), counselor=people["clara"])
    web = client.login_as("anna")
    before = web.get("/reports/counties").text
    make_opportunity(client_in("Kern"), counselor=people["clara"], confidential=True)
    page = web.get("/reports/counties").text
    assert page.count("+1 confidential") == 1
    assert "Open opportunities: 1, +1 confidential" in page
    # Nothing but the number tells that there are confidential ones.
    assert "Open opportunities: 1<" in before
