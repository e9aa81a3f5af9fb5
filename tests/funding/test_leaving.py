"""When a user leaves, the new owner prepares the reports of the awards."""

from __future__ import annotations

import pytest

from crm.accounts.services.reassignment import list_parts, reassign_user_records
from crm.accounts.services.users import deactivate_user


@pytest.mark.parametrize(("new_owner", "responsible", "count"), [("clara", "clara", 1), ("shen", "anna", 0)])
def test_new_owner_who_sees_awards_is_responsible_for_their_reports(people, award, new_owner, responsible, count):
    anna = people["anna"]
    award.responsible_id = anna.id
    reassign_user_records(anna, people["dora"])
    assert award.responsible_id == anna.id
    parts = [(str(label), number) for label, number in list_parts(anna.id, is_leaving=True)]
    assert parts == [("Awards to report on", 1)]
    assert deactivate_user(anna, people[new_owner]) == count
    assert award.responsible_id == people[responsible].id
