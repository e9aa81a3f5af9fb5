"""The digest line of a client's report about assistance."""

from __future__ import annotations

from datetime import timedelta

from crm.core.policy import SYSTEM
from crm.funding.models import Assistance
from crm.funding.policy.step import AssistanceState
from crm.funding.services.assistance import save_part
from tests.factories import client_of
from tests.reminders.digest_data import TODAY


def test_report_that_is_due_soon_is_a_line_of_the_clients_counselor(mails, anna):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    approved = {"report_received_on": None, "state": AssistanceState.approved}
    for title, days, more in (
        ("Booth", 30, {}),
        ("Catalog", 30, {"report_received_on": TODAY}),
        ("Trip", 31, {}),
        ("Video", 30, {"state": AssistanceState.withdrawn}),
    ):
        values = {
            "client_id": client.id,
            "description": title,
            "on": TODAY,
            "report_due_on": TODAY + timedelta(days=days),
        }
        save_part(SYSTEM, Assistance(), values | approved | more)
    text = mails()["digest"].text
    assert "Report of Tri-Valley Sensors about “Booth” is due Apr 9" in text
    assert [title in text for title in ("Catalog", "“Trip”", "Video")] == [False] * 3
