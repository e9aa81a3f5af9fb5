"""When a user leaves, the new owner prepares the reports of the awards."""

from __future__ import annotations

import pytest

from crm.accounts.services.reassignment import list_parts, reassign_user_records
from crm.accounts.services.users import deactivate_user
from crm.core.data.base import db


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


def test_awards_that_the_new_owner_may_not_see_are_named_and_can_be_reassigned_later(client, people, award):
    anna, admin = people["anna"], client.login_as("admin")
    award.responsible_id = anna.id
    db.session.commit()
    data = {"new_owner": people["shen"].id, "version": anna.version}
    page = admin.post(f"/users/{anna.id}/disable", data=data, follow_redirects=True).text
    assert "Not reassigned, because Shen Yun doesn&#39;t have access: Awards to report on (1)." in page
    assert "Awards to report on" in admin.get(f"/users/{anna.id}/reassign").text
    data["version"] = anna.version
    page = admin.post(f"/users/{anna.id}/reassign", data=data, follow_redirects=True).text
    assert ("0 records were reassigned" in page, "Not reassigned" in page) == (False, True)
    data = {"new_owner": people["clara"].id, "version": anna.version}
    page = admin.post(f"/users/{anna.id}/reassign", data=data, follow_redirects=True).text
    assert ("1 record was reassigned." in page, "Not reassigned" in page) == (True, False)
    assert award.responsible_id == people["clara"].id
