"""Lists and pages of organizations: contents, hidden records, number of statements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.organizations.models import DatedFact
from crm.organizations.policy import FactKind
from crm.organizations.queries import list_subsidiaries
from crm.organizations.services import set_facts
from tests.factories import archived, client_of, organization, sector


def main(answer):
    return answer.text.split("<main", 1)[1].split("</main", 1)[0]


def test_list_shows_the_country_name_and_export_its_code(client, people):
    organization("Huayue", country="CN")
    client.login_as("anna")
    page, file = main(client.get("/organizations/")), client.get("/organizations/?as=csv").text
    assert ("China" in page, ">CN<" in page) == (True, False)
    assert ('"CN"' in file, "China" in file) == (True, False)


def test_financial_figure_is_formatted_with_its_currency(client, people, own_client):
    fact = DatedFact(
        organization_id=own_client.id,
        kind=FactKind.sales,
        number=Decimal(4200000),
        currency="USD",
        as_of=date(2026, 1, 31),
        source="Intake form",
    )
    set_facts(fact, {}, own_client)
    assert "$4,200,000" in main(client.login_as("anna").get(f"/organizations/{own_client.id}"))


def test_archived_organization_is_not_listed(client, people, actor, own_client):
    child = archived(organization("Old Daughter", parent_id=own_client.id))
    client.login_as("anna")
    assert "Old Daughter" not in client.get("/organizations/").text
    assert list_subsidiaries(actor("anna"), own_client.id) == []
    assert client.get(f"/organizations/{child.id}").status_code == 200


@pytest.mark.parametrize(("days", "expected"), [("30", ["March", "Never"]), ("90", ["Never"]), ("180", ["Never"])])
def test_list_can_be_filtered_by_days_without_an_interaction(client, people, actor, clock, days, expected):
    clients = {name: client_of("Inland", name) for name in ("March", "April", "Never")}
    for name, month in (("March", 3), ("April", 4)):
        values = {"wall": datetime(2026, month, 9, 10), "zone": "America/Los_Angeles", "type": InteractionType.call}
        clock.set(datetime(2026, month, 10, 17, tzinfo=UTC))
        log_interaction(actor("anna"), values, InteractionDetails(clients=[ClientMinutes(clients[name].id, 10)]))
    clock.set(datetime(2026, 4, 20, 17, tzinfo=UTC))
    file = client.login_as("anna").get(f"/organizations/?role=client&silent={days}&as=csv").text
    assert [name for name in clients if f'"{name}"' in file] == expected
    assert client.get("/organizations/?silent=7").status_code == 400
    page = client.get(f"/reports/custom/build/organizations?by=county&role=client&silent={days}").text
    assert f"Organizations: {len(expected)}, all in one group: Not set." in page


def test_number_of_statements_is_constant(client, people, sql):
    client.login_as("anna")

    def count_statements(url):
        sql.clear()
        assert client.get(url).status_code == 200
        return len(sql)

    mother = client_of("Inland", "Mother")
    for url in ("/organizations/", f"/organizations/{mother.id}"):
        count_statements(url)
    client_of("Inland", parent_id=mother.id)
    few = [count_statements("/organizations/"), count_statements(f"/organizations/{mother.id}")]
    for _n in range(12):
        client_of("Inland", parent_id=mother.id, sectors=[sector()])
    assert [count_statements("/organizations/"), count_statements(f"/organizations/{mother.id}")] == few


def test_script_request_returns_only_the_main_block(client, people, own_client):
    client.login_as("anna")
    for url in ("/organizations/", "/organizations/new", f"/organizations/{own_client.id}"):
        answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "main"})
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert "<h1" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Record.id))) == 1


def test_city_filter_matches_the_beginning_without_accents(client, people):
    porto = organization("Porto Trading", city="São Paulo", country="BR")
    organization("Palo Labs", city="Palo Alto", country="US")
    page = client.login_as("anna").get("/organizations/?city=sao+p").text
    assert f"/organizations/{porto.id}" in page
    assert "Palo Labs" not in page
