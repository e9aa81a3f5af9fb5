"""The archive: which records it has, and restoring several."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.data.record import archive_record
from tests.factories import client_of, organization, person

pytestmark = pytest.mark.usefixtures("people")


def gone(row, why="Closed"):
    archive_record(row, why)
    db.session.flush()
    return row


def test_archive_lists_visible_archived_records_with_reason(client):
    gone(client_of("Inland", "Tri-Valley Sensors"), "Moved to Texas")
    gone(client_of("Bay", "Bay Cold Chain"))
    gone(person("Zhou", "Limin"))
    organization("Huadong Water")
    page = client.login_as("anna").get("/records/archive").text
    assert [name for name in ("Tri-Valley", "Moved to Texas", "Limin", "Bay Cold", "Huadong") if name in page] == [
        "Tri-Valley",
        "Moved to Texas",
        "Limin",
    ]
    people = client.get("/records/archive?kind=person").text
    assert ("Limin" in people, "Tri-Valley" in people) == (True, False)


def test_selected_records_are_restored_as_far_as_the_user_may(client):
    own, shared, hidden = (
        gone(client_of("Inland", "Own")),
        gone(organization("Shared")),
        gone(client_of("Bay", "Hidden")),
    )
    page_before = client.login_as("anna").get("/records/archive").text
    ids = [own.id, shared.id, hidden.id, "x"]
    page = client.post("/records/restore", data={"ids": ids}, follow_redirects=True).text
    assert ('name="ids"' in page_before, 'action="/records/restore"' in page_before) == (True, True)
    assert "1 record was restored. You don&#39;t have permission to restore 2 records." in page
    states = [db.session.get(type(row), row.id, populate_existing=True).archived_at for row in (own, shared, hidden)]
    assert [state is None for state in states] == [True, False, False]
