"""Access to emails, and actions on an uncertain one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail, MailAttempt, MailChannel
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.mail.outbox.put import put_mail
from crm.mail.queries import count_mails, list_mails
from crm.organizations.models import Organization
from tests.factories import client_of, team_id_of

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def mail(session, people):
    """Create an email of anna's in a state."""

    def make(state=MailState.pending, **more) -> Mail:
        mail_row = put_mail(
            "followup_due",
            RenderedMail("Call Zhou", "About the price", "<p>x</p>"),
            to=people["anna"],
            dedupe_key=f"key-{state.value}-{len(more)}",
            **more,
        )
        mail_row.state = state
        session.flush()
        return mail_row

    return make


def test_tabs_count_only_emails_that_the_user_may_list(mail, actor):
    mail()
    mail(MailState.dead)
    numbers = {
        name: {tab: n for tab, n in count_mails(actor(name)).items() if n} for name in ("anna", "boris", "admin")
    }
    assert numbers == {"anna": {"due": 1, "dead": 1}, "boris": {}, "admin": {"due": 1, "dead": 1}}


def test_own_email_is_listed_and_opened(client, mail):
    mail_row = mail()
    client.login_as("anna")
    assert "Call Zhou" in client.get("/mail/").text
    assert "About the price" in client.get(f"/mail/{mail_row.id}").text


@pytest.mark.parametrize(
    ("demo", "server", "message"),
    [
        (False, "", "No mail server is configured."),
        (True, "", "Emails are shown here but not sent."),
        (False, "smtp://mail.example:25", ""),
    ],
)
def test_page_explains_why_emails_are_not_sent(app, client, monkeypatch, demo, server, message):
    monkeypatch.setitem(app.config, "CRM_DEMO", demo)
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", server)
    page = client.login_as("anna").get("/mail/").text
    visible_texts = [
        text for text in ("No mail server is configured.", "Emails are shown here but not sent.") if text in page
    ]
    assert visible_texts == ([message] if message else [])


@pytest.mark.parametrize(
    ("viewer", "page_status", "subject", "text"),
    [
        ("boris", 404, False, False),
        ("nora", 404, False, False),
        ("clara", 200, True, False),
        ("admin", 200, False, False),
    ],
)
def test_emails_of_others_are_visible_by_role(client, mail, viewer, page_status, subject, text):
    mail_row = mail()
    client.login_as(viewer)
    page = client.get(f"/mail/{mail_row.id}")
    assert (page.status_code, "Call Zhou" in page.text, "About the price" in page.text) == (page_status, subject, text)
    assert ("Call Zhou" in client.get("/mail/").text) is subject


@pytest.mark.parametrize("state", [MailState.canceled, MailState.sent, MailState.display_only])
def test_email_cannot_be_read_once_its_record_is_hidden(client, mail, session, state):
    client_of("Inland", "Still visible")
    mail_row = mail(state, record=client_of("Inland"))
    anna = client.login_as("anna")
    assert "Call Zhou" in anna.get("/mail/").text
    session.get_one(Organization, mail_row.record_id).team_id = team_id_of("Bay")
    session.commit()
    pages = anna.get("/mail/").text + anna.get(f"/mail/{mail_row.id}").text
    assert ("Call Zhou" in pages, "About the price" in pages) == (False, False)
    assert "have access to the text of this email." in pages


def test_page_does_not_reveal_the_id_of_a_hidden_record(client, mail, session):
    mail_row = mail(MailState.sent, record=client_of("Inland"))
    anna, link = client.login_as("anna"), f"/mail/explain/{mail_row.record_id}"
    assert link in anna.get(f"/mail/{mail_row.id}").text
    session.get_one(Organization, mail_row.record_id).team_id = team_id_of("Bay")
    session.commit()
    assert "/mail/explain/" not in anna.get(f"/mail/{mail_row.id}").text


def test_confidential_subject_is_hidden_from_the_manager(client, mail):
    mail_row = mail(confidential=True)
    assert "Call Zhou" not in client.login_as("clara").get(f"/mail/{mail_row.id}").text


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (MailState.dead, "resend", MailState.pending),
        (MailState.uncertain, "delivered", MailState.sent),
        (MailState.pending, "cancel", MailState.canceled),
    ],
)
def test_actions_change_the_state(client, mail, session, state, action, after):
    mail_row = mail(state)
    assert client.login_as("anna").post(f"/mail/{mail_row.id}/{action}").status_code == 303
    assert session.scalar(sa.select(Mail.state).where(Mail.id == mail_row.id)) is after


@pytest.mark.parametrize(("viewer", "status"), [("boris", 404), ("admin", 403), ("clara", 303)])
def test_actions_on_emails_of_others_follow_the_role(client, mail, session, viewer, status):
    mail_row = mail(MailState.dead)
    assert client.login_as(viewer).post(f"/mail/{mail_row.id}/resend").status_code == status
    state_after = session.scalar(sa.select(Mail.state).where(Mail.id == mail_row.id))
    assert state_after is (MailState.pending if status == 303 else MailState.dead)


def test_sent_email_cannot_be_canceled(client, mail, session):
    mail_row = mail(MailState.sent)
    assert client.login_as("anna").post(f"/mail/{mail_row.id}/cancel").status_code == 409
    assert session.scalar(sa.select(Mail.state).where(Mail.id == mail_row.id)) is MailState.sent


def test_only_administrators_can_pause_the_channel(client, session):
    assert client.login_as("clara").post("/mail/channel/pause").status_code == 403
    assert session.get(MailChannel, 1) is None
    client.post("/logout")
    assert client.login_as("admin").post("/mail/channel/pause").status_code == 303
    assert session.get(MailChannel, 1).paused_at is not None
    page = client.get("/mail/").text
    assert ("Paused since" in page, page.count("paused by")) == (True, 1)
    assert client.post("/mail/channel/resume").status_code == 303
    assert session.get(MailChannel, 1).paused_at is None


def test_administrators_retry_all_waiting_emails_now(client, mail, session):
    waiting, failed = mail(MailState.retry), mail(MailState.dead)
    waiting.next_at = failed.next_at = later = clock.now() + timedelta(hours=1)
    session.flush()
    assert client.login_as("clara").post("/mail/channel/retry").status_code == 403
    client.login_as("admin")
    assert "Retry all now" in client.get("/mail/").text
    assert client.post("/mail/channel/retry").status_code == 303
    session.expire_all()
    assert waiting.next_at < later == failed.next_at


def test_unknown_view_is_refused(client):
    client.login_as("anna")
    assert [client.get(f"/mail/?{q}").status_code for q in ("state=zzz", "after=x")] == [400, 400]


@pytest.mark.parametrize("count", [1, 50])
def test_list_statement_count_is_constant(client, mail, sql, count, people, session):
    for n in range(count):
        put_mail("digest", RenderedMail(f"s{n}", "t", "<p>t</p>"), to=people["anna"], dedupe_key=f"d{n}")
    # Statements are executed together from the second time on.
    for _ in range(2):
        client.login_as("anna").get("/mail/")
    sql.clear()
    client.get("/mail/")
    assert len(sql) == 7


def test_each_tab_has_the_emails_of_its_states(actor, mail):
    tabs = {
        "due": (MailState.pending, MailState.claimed, MailState.sending),
        "retrying": (MailState.retry,),
        "held": (MailState.uncertain,),
        "dead": (MailState.dead,),
        "sent": (MailState.sent, MailState.display_only),
        "cancelled": (MailState.canceled,),
    }
    for states in tabs.values():
        for state in states:
            mail(state)
    anna = actor("anna")
    assert {name: {row.state for row in list_mails(anna, name)} for name in tabs} == {
        n: set(s) for n, s in tabs.items()
    }
    assert len(list_mails(anna, None)) == len(MailState)


def test_held_emails_and_those_once_unconfirmed_have_a_tab_each(client, mail, session):
    waiting, arrived = mail(MailState.uncertain), mail(MailState.sent)
    waiting.ever_ambiguous = arrived.ever_ambiguous = True
    waiting.subject, arrived.subject, mail(MailState.display_only).subject = "Zqwaiting", "Zqarrived", "Zqplain"
    session.flush()
    anna = client.login_as("anna")
    pages = {query: anna.get(f"/mail/?{query}").text for query in ("state=held", "ever=unsure")}
    in_tabs = {query: re.findall("Zq[a-z]+", page) for query, page in pages.items()}
    assert in_tabs == {"state=held": ["Zqwaiting"], "ever=unsure": ["Zqarrived", "Zqwaiting"]}
    for query, label in (("state=held", "Held"), ("ever=unsure", "Was unconfirmed")):
        assert re.search(rf'href="/mail/\?{query}" aria-current="true">{label}', pages[query])
        assert pages[query].count('aria-current="true"') == 1
    assert f"/mail/{waiting.id}/resend" in pages["state=held"]


def test_page_says_that_the_mail_server_cannot_be_reached(app, client, mail, session, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "smtp://mail.example:25")
    mail_row = mail(MailState.retry)
    session.add(_attempt(mail_row, AttemptOutcome.unreachable, "mail.example:25: Connection refused"))
    session.flush()
    text = "Causeway can't connect to the mail server."
    assert text in client.login_as("anna").get("/mail/").text
    assert "Connection refused" not in client.get("/mail/").text
    assert "mail.example:25: Connection refused" in client.login_as("admin").get("/mail/").text
    session.add(_attempt(mail_row, AttemptOutcome.deferred, "451 later"))
    session.flush()
    assert text not in client.get("/mail/").text


def test_canceled_email_says_nothing_about_the_mail_server(app, client, mail, session, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_SMTP_URL", "smtp://mail.example:25")
    session.add(_attempt(mail(MailState.canceled), AttemptOutcome.unreachable, "mail.example:25: Connection refused"))
    session.flush()
    assert "Causeway can't connect to the mail server." not in client.login_as("anna").get("/mail/").text


def _attempt(mail_row: Mail, outcome: AttemptOutcome, text: str) -> MailAttempt:
    return MailAttempt(mail_id=mail_row.id, at=clock.now(), outcome=outcome, text=text)
