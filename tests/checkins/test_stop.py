"""The link that stops check-ins: no sign-in, a GET changes nothing, one click of a mail program, undo."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa

from crm.checkins.mails import _still_wanted
from crm.checkins.models import CheckInPlan
from crm.checkins.services import start_check_ins
from crm.core.data.history import Change
from crm.core.mail.outbox.encryption import unseal
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.notifications.queries import list_notifications
from crm.people.models import Person
from crm.reminders.kinds import DigestContext, get_kind
from crm.reminders.queries.readers import readers
from tests.checkins.lookups import APRIL, MARCH, mail_of, token_in
from tests.factories import client_of, representation

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def token(rep, sent, session):
    sent(MARCH)
    return token_in(mail_of(session))


def action_in(page: str, path: str) -> str:
    return urljoin(path, html.unescape(re.search(r'<form method="post"\s+action="([^"]+)"', page)[1]))


def stopped_at(session, rep):
    session.expire_all()
    return session.get(CheckInPlan, rep.id).stopped_at


def test_email_has_the_link_and_the_header(token, session):
    mail = mail_of(session)
    message = message_from_bytes(unseal(mail.mime))
    assert message["List-Unsubscribe"] == f"<http://localhost/check-in/{token}/one-click>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = unseal(mail.text.encode()).decode()
    assert re.search(rf"不再接收此类邮件 +http://localhost/check-in/{token}/stop\n", text)


def test_page_is_in_the_language_of_the_rep_and_changes_nothing_until_confirmed(token, rep, session, client):
    for path in ("stop", "one-click"):
        page = client.get(f"/check-in/{token}/{path}", follow_redirects=True)
        assert (page.status_code, "停止每月邮件？" in page.text) == (200, True)
        assert client.head(f"/check-in/{token}/{path}").status_code < 400
    assert len(page.data) < 20_000
    assert "<script" not in page.text
    assert "Stop the monthly emails?" in client.get(f"/check-in/{token}/stop?lang=en").text
    assert stopped_at(session, rep) is None


def test_rep_stops_and_undoes(token, rep, sent, session, client):
    page = client.post(f"/check-in/{token}/stop?lang=en", data={"do": "stop"}, follow_redirects=True)
    assert "You won&#39;t get these emails anymore" in page.text
    assert stopped_at(session, rep) is not None
    assert session.scalars(sa.select(Mail.state).where(Mail.kind == "checkin")).all() == [MailState.canceled]
    assert len(sent(APRIL)) == 1
    page = client.post(f"/check-in/{token}/stop?lang=en", data={"do": "undo"}, follow_redirects=True)
    assert "You&#39;ll get these emails again" in page.text
    assert "Stop the monthly emails?" not in page.text
    assert stopped_at(session, rep) is None
    assert len(sent(APRIL)) == 2
    in_chinese = html.unescape(re.search(r'hreflang="zh-Hans" href="([^"]+)"', page.text)[1])
    assert "已恢复发送" in client.get(urljoin(f"/check-in/{token}/stop", in_chinese)).text
    path = action_in(page.text, f"/check-in/{token}/stop?lang=en")
    page = client.post(path, data={"do": "stop"}, follow_redirects=True)
    assert "You won&#39;t get these emails anymore" in page.text


def test_page_after_undo_asks_nothing_of_reps_who_stopped_again(token, rep, client):
    client.post(f"/check-in/{token}/stop", data={"do": "stop"})
    assert "已停止发送" in client.get(f"/check-in/{token}/stop?undo=1").text


def test_page_stops_and_undoes_in_a_browser_without_cookies(token, rep, session, app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    path = f"/check-in/{token}/stop?lang=en"
    client = app.test_client(use_cookies=False)
    answer = client.post(action_in(client.get(path).text, path), data={"do": "stop"}, follow_redirects=True)
    assert (answer.status_code, "You won&#39;t get these emails anymore" in answer.text) == (200, True)
    assert stopped_at(session, rep) is not None
    page = client.post(action_in(answer.text, path), data={"do": "undo"}, follow_redirects=True)
    assert "You&#39;ll get these emails again" in page.text
    assert stopped_at(session, rep) is None


def test_mail_program_stops_with_one_click_without_a_token_of_a_session(token, rep, session, client):
    for _time in range(2):
        response = client.post(f"/check-in/{token}/one-click", data=ONE_CLICK)
        assert (response.status_code, "Location" in response.headers) == (200, False)
    assert stopped_at(session, rep) is not None


def test_old_link_still_stops_and_a_forged_one_does_not(token, rep, session, client, clock):
    clock.set(MARCH + timedelta(days=400))
    assert client.post("/check-in/forged/one-click", data=ONE_CLICK).status_code == 404
    assert client.post("/check-in/forged/stop", data={"do": "stop"}).status_code == 404
    assert stopped_at(session, rep) is None
    assert client.post(f"/check-in/{token}/one-click", data=ONE_CLICK).status_code == 200
    assert stopped_at(session, rep) is not None


def test_all_clients_of_the_person_stop_and_those_of_others_go_on(token, rep, anna, session, client):
    zhou = session.get(Person, rep.person_id)
    second = representation(client_of("Inland", "Delta Orchards", counselor=anna), zhou, counselor=anna)
    start_check_ins(anna, second)
    session.commit()
    client.post(f"/check-in/{token}/one-click", data=ONE_CLICK)
    assert stopped_at(session, rep) is not None
    assert stopped_at(session, second) is not None


def test_counselor_is_told_once_and_turns_it_on_again(token, rep, anna, people, session, client, clock):
    client.post(f"/check-in/{token}/one-click", data=ONE_CLICK)
    client.post(f"/check-in/{token}/one-click", data=ONE_CLICK)
    assert [line.title for line in list_notifications(anna)] == ["A China rep stopped the monthly check-ins"]
    (reader,) = readers([people["anna"].id])
    (line,) = get_kind("checkin_stopped").find_due(DigestContext(reader, MARCH, MARCH - timedelta(days=1))).items
    assert line.title == "Zhou Limin stopped the monthly check-ins"
    stmt = sa.select(Change.diff).where(Change.table == "checkin_plan", Change.action == "changed")
    assert ["stopped_at" in diff for diff in session.scalars(stmt)] == [True]
    client.login_as("anna")
    page = client.get(f"/people/reps/{rep.id}/check-ins").text
    assert "Turn them on again only if the rep agrees" in page
    client.post(f"/people/reps/{rep.id}/check-ins/start")
    assert stopped_at(session, rep) is None


def test_email_that_is_about_to_be_sent_is_not_wanted_after_a_stop(token, rep, session, clock):
    mail = mail_of(session)
    assert _still_wanted(session(), mail)
    session.get(CheckInPlan, rep.id).stopped_at = MARCH
    session.flush()
    assert not _still_wanted(session(), mail)
