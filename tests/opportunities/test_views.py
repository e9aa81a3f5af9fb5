"""Pages of cases."""

from __future__ import annotations

import pytest

from crm.opportunities.policy import Stage
from tests.factories import client_of, organization
from tests.factories.cases import case


@pytest.fixture
def firm(people):
    return client_of("Inland", "ClearAir Sensors", counselor=people["anna"])


@pytest.mark.parametrize("path", ["/opportunities/", "/opportunities/board", "/opportunities/new"])
def test_pages_open_for_staff(client, firm, path):
    assert client.login_as("anna").get(path).status_code == 200


def test_board_shows_the_case_in_its_column(client, firm):
    case(firm, "Sensors for Suzhou", stage=Stage.introduced, amount=1_240_000, buyer_id=organization("Huayue").id)
    page = client.login_as("anna").get("/opportunities/board").get_data(as_text=True)
    column = page.split('id="introduced"')[1].split("</section>")[0]
    assert "Sensors for Suzhou" in column
    assert "US$1.24M" in column
    assert "Huayue" in column


def test_record_and_move_pages_open(client, firm):
    row = case(firm)
    anna = client.login_as("anna")
    assert [anna.get(f"/opportunities/{row.id}{x}").status_code for x in ("", "/edit", "/move", "/tests/nnn")] == [
        200
    ] * 4
