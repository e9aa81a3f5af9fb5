"""Minutes in the form of an existing interaction: the totals, and the minutes of each client."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.interactions.services import ClientMinutes
from tests.factories import client_of
from tests.interactions.lookups import times
from tests.tools.pages import problems_of, submitted_values


@pytest.fixture
def edit(web):
    """Return a function that submits the edit form of an interaction with other values."""

    def submit(row, **values: str) -> None:
        path = f"/interactions/{row.id}/edit"
        page = web.get(path).text
        assert problems_of(page) == []
        assert web.post(path, data=submitted_values(page, "") | values).status_code == 303
        db.session.expire_all()

    return submit


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"minutes": "55"}, (55, 0, 0)),
        ({"prep": "15", "travel": "30"}, (40, 15, 30)),
        ({"clients-0-contact": "25"}, (25, 0, 0)),
        ({"notes": "after"}, (40, 0, 0)),
    ],
)
def test_total_of_an_interaction_is_that_of_its_client(edit, log, client_firm, values, expected):
    row = log(minutes=40, clients=[ClientMinutes(client_firm.id, 40)])
    edit(row, **values)
    assert times(row) == {client_firm.id: expected}


def test_totals_of_preparation_and_travel_are_shown_and_can_be_cleared(edit, web, log, client_firm):
    row = log(minutes=40, clients=[ClientMinutes(client_firm.id, 40, 15, 20)])
    data = submitted_values(web.get(f"/interactions/{row.id}/edit").text, "")
    assert [data[name] for name in ("minutes", "prep", "travel")] == [["40"], ["15"], ["20"]]
    edit(row, prep="", travel="5")
    assert times(row) == {client_firm.id: (40, 0, 5)}


@pytest.mark.parametrize(("first", "second", "expected"), [(25, 25, (30, 30)), (10, 40, (10, 40))])
def test_new_total_is_split_only_if_the_old_one_was(edit, log, first, second, expected):
    clients = [client_of("Inland", name).id for name in ("Oak Valves", "Pine Pumps")]
    row = log(minutes=50, clients=[ClientMinutes(i, x) for i, x in zip(clients, (first, second), strict=True)])
    edit(row, minutes="60")
    assert [times(row)[i][0] for i in clients] == list(expected)


@pytest.mark.parametrize("minutes", [(13, 12), (12, 13)])
def test_edit_of_the_notes_keeps_odd_shares(edit, log, minutes):
    clients = [client_of("Inland", name).id for name in ("Oak Valves", "Pine Pumps")]
    row = log(minutes=25, clients=[ClientMinutes(i, x, 3) for i, x in zip(clients, minutes, strict=True)])
    before = times(row)
    edit(row, notes="after")
    assert times(row) == before


def test_minutes_without_a_length_stay_those_of_the_client(edit, log, client_firm):
    row = log(clients=[ClientMinutes(client_firm.id, 40, 15)])
    edit(row, notes="after")
    assert (times(row), row.minutes) == ({client_firm.id: (40, 15, 0)}, None)
