"""The team of an email: the given one, that of the record, or the first of the user."""

from __future__ import annotations

import pytest

from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from tests.factories import client_of, organization, team_id_of


@pytest.mark.parametrize(
    ("team_argument", "record_team", "team"),
    [("Valley", "Bay", "Valley"), ("Valley", None, "Valley"), (None, "Bay", "Bay"), (None, None, "Inland")],
)
def test_email_belongs_to_its_team_else_to_that_of_its_record_or_user(
    session, people, team_argument, record_team, team
):
    mail = put_mail(
        "followup_due",
        RenderedMail("Call", "Call", "<p>Call</p>"),
        to=people["anna"],
        dedupe_key="call",
        record=client_of(record_team) if record_team else organization(),
        team_id=team_id_of(team_argument) if team_argument else None,
    )
    assert mail.team_id == team_id_of(team)
