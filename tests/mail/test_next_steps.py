"""What the page of an email that wasn't delivered says to do next."""

from __future__ import annotations

import pytest

from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from tests.factories import team_id_of
from tests.tools.pages import visible_text

ASK = "What to do: If the address is wrong, ask an administrator to correct it."
RESEND = "“Send again” uses the address of this email, not the new one."
MANAGER = "A manager of the team can send this email again."


def put_undelivered(session, to, state=MailState.dead, **more):
    row = put_mail("followup_due", RenderedMail("Call Zhou", "Price", "<p>x</p>"), to=to, dedupe_key="key", **more)
    row.state = state
    session.flush()
    return row


def read_page(client, viewer, row):
    return " ".join(visible_text(client.login_as(viewer).get(f"/mail/{row.id}").text).split())


@pytest.mark.parametrize(
    ("viewer", "text"),
    [
        ("anna", f"{ASK} {RESEND}"),
        ("clara", f"{ASK} {RESEND}"),
        ("admin", f"What to do: If the address is wrong, correct it on the page of the user. {MANAGER}"),
    ],
)
def test_page_of_an_undelivered_email_says_what_each_reader_can_do(client, session, people, viewer, text):
    row = put_undelivered(session, people["anna"])
    assert text in read_page(client, viewer, row)


def test_address_of_a_person_is_corrected_on_their_page(client, session, people):
    row = put_undelivered(session, "zhou@lotus.example", team_id=team_id_of("Inland"))
    text = f"What to do: If the address is wrong, correct it on the page of the person. {RESEND}"
    assert text in read_page(client, "clara", row)


@pytest.mark.parametrize("state", [MailState.pending, MailState.retry, MailState.sent, MailState.canceled])
def test_other_emails_say_nothing_about_a_next_step(client, session, people, state):
    row = put_undelivered(session, people["anna"], state)
    assert "What to do:" not in read_page(client, "anna", row)
