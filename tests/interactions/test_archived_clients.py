"""Clients of an interaction that were archived since it was logged."""

from __future__ import annotations

from crm.interactions.services import ClientMinutes
from tests.factories import archived, client_of
from tests.tools.pages import submitted_values


def test_archived_client_of_an_interaction_may_move_to_another_row(web, log, client_firm):
    other = client_of("Inland", "Delta Orchards")
    row = log(clients=[ClientMinutes(client_firm.id, 40), ClientMinutes(other.id, 20)], notes="before")
    archived(other)
    path = f"/interactions/{row.id}/edit"
    data = submitted_values(web.get(path).text, "") | {"notes": "after"}
    first, second = data["clients-0-client_id"], data["clients-1-client_id"]
    swapped = data | {"clients-0-client_id": second, "clients-1-client_id": first}
    assert web.post(path, data=swapped).status_code == 303
    third = archived(client_of("Inland", "Gone Farms"))
    data = submitted_values(web.get(path).text, "") | {"clients-0-client_id": str(third.id)}
    answer = web.post(path, data=data)
    assert (answer.status_code, row.notes) == (422, "after")
    assert "“Gone Farms” is archived. Restore it, or choose another one." in answer.text
