"""Monthly check-ins of China reps: when they are sent, the page without sign-in, and what becomes of the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.checkins.models import CheckIn
from crm.checkins.policy import CheckInState
from crm.checkins.queries import list_answers, list_check_ins
from crm.checkins.services import (
    accept_answer,
    dismiss_answer,
    save_answer,
    start_check_ins,
    stop_check_ins,
)
from crm.core.errors import Invalid
from crm.core.mail.outbox.encryption import unseal
from crm.core.mail.outbox.policy import Audience, MailState
from crm.interactions.models import Interaction, InteractionClient, InteractionParty
from crm.people.policy import RepresentationStatus
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.checkins.lookups import APRIL, MARCH, mail_of, token_in
from tests.factories import client_of, make_confidential, organization, person, representation


def test_check_in_is_sent_once_a_month_from_nine_on_the_first_working_day(rep, sent):
    assert sent(MARCH - timedelta(minutes=1)) == []
    assert [row.month for row in sent(MARCH)] == ["2026-03"]
    assert len(sent(MARCH + timedelta(days=20))) == 1
    assert [row.month for row in sent(APRIL)] == ["2026-03", "2026-04"]


def test_email_is_in_the_language_of_the_rep_and_to_an_outsider(rep, sent, session):
    sent(MARCH)
    mail = mail_of(session)
    text = unseal(mail.text.encode()).decode()
    assert (mail.address, mail.audience, mail.secret) == ("zhou@example.cn", Audience.outside, True)
    assert mail.subject == "Tri-Valley Sensors 近况如何？"
    assert "周立民，您好：" in text
    row = session.scalars(sa.select(CheckIn)).one()
    assert token_in(mail) not in row.token_hash


@pytest.mark.parametrize("change", ["ended", "archived", "off", "no address"])
def test_no_check_in_without_an_active_rep_with_an_address(rep, sent, session, change):
    if change == "ended":
        rep.status = RepresentationStatus.ended
    elif change == "archived":
        rep.archived_at = MARCH
    elif change == "off":
        stop_check_ins(rep)
    else:
        from crm.records.models import ContactPoint

        for point in session.scalars(sa.select(ContactPoint)):
            session.delete(point)
    assert sent(MARCH) == []


def test_check_ins_need_an_active_person_with_an_address(anna):
    client = client_of("Inland", "Bay Cold Chain", counselor=anna)
    with pytest.raises(Invalid, match="Choose an active"):
        start_check_ins(anna, representation(client, organization("Trading Co"), counselor=anna))
    with pytest.raises(Invalid, match="Add an email address"):
        start_check_ins(anna, representation(client, person("Wu", "Min"), counselor=anna))


def test_answer_is_saved_and_corrected_without_signing_in(rep, sent, client, session):
    sent(MARCH)
    path = f"/check-in/{token_in(mail_of(session))}"
    page = client.get(path)
    assert page.status_code == 200
    assert len(page.data) < 20_000
    assert "<script" not in page.text
    assert '<html lang="zh-Hans">' in page.text
    assert "<textarea" in client.get(f"{path}?sent=1").text
    assert "Tri-Valley" not in page.text
    assert client.post(path, data={"answer": " "}).status_code == 422
    assert "提交更正" not in page.text
    sent_page = client.post(path, data={"answer": "三个样品合格"}, follow_redirects=True).text
    assert "修改回复" in sent_page
    page = client.get(path).text
    for text in ("三个样品合格", "您的回复已提交", "提交更正"):
        assert text in page
    assert client.post(f"{path}?sent=1", data={"answer": "四个样品合格"}).status_code == 303
    session.expire_all()
    row = session.scalars(sa.select(CheckIn)).one()
    assert (row.answer, row.state) == ("四个样品合格", CheckInState.answered)


def test_wrong_expired_and_used_links_show_nothing(rep, anna, sent, client, session, clock):
    sent(MARCH)
    path = f"/check-in/{token_in(mail_of(session))}"
    assert client.get("/check-in/no-such").status_code == 404
    clock.set(MARCH + timedelta(days=31))
    assert client.get(path).status_code == 404
    clock.set(MARCH)
    row = session.scalars(sa.select(CheckIn)).one()
    save_answer(row, "Fine")
    dismiss_answer(row)
    session.commit()
    page = client.get(path)
    assert page.status_code == 200
    assert "我们已查看您的回复" in page.text
    assert "Fine" not in page.text
    page = client.post(path, data={"answer": "Changed"})
    assert page.status_code == 404
    assert "请直接回复邮件" in page.text
    session.expire_all()
    assert row.answer == "Fine"


def test_answer_waits_on_today_and_becomes_an_interaction(rep, anna, actor, sent, session):
    (row,) = sent(MARCH)
    save_answer(row, "Three of four samples passed.")
    reader = readers([anna.id])[0]
    items = [item for block in blocks_for(reader, MARCH) if block.code == "news" for item in block.items]
    assert [(item.title, item.path) for item in items if "answered" in item.title] == [
        ("Zhou Limin answered: Three of four samples passed.", f"/people/reps/{rep.id}/check-ins")
    ]
    assert list_answers(actor("clara")) == []
    interaction = accept_answer(anna, row)
    assert session.get_one(Interaction, interaction.id).notes == "Three of four samples passed."
    party = session.scalars(sa.select(InteractionParty.person_id)).one()
    client_id = session.scalars(sa.select(InteractionClient.client_id)).one()
    assert (party, client_id) == (rep.person_id, rep.client_id)
    assert list_answers(anna) == []
    with pytest.raises(Invalid, match="already"):
        accept_answer(anna, row)


def test_answered_email_that_waits_is_canceled(rep, sent, session):
    (row,) = sent(MARCH)
    save_answer(row, "Fine")
    session.flush()
    assert mail_of(session).state is MailState.canceled


def test_check_ins_of_a_hidden_rep_are_not_listed(rep, actor, sent):
    (row,) = sent(MARCH)
    make_confidential(rep)
    assert list_check_ins(actor("dora"), rep.id) == []
    assert [one.id for one in list_check_ins(actor("anna"), rep.id)] == [row.id]


def test_counselor_logs_an_answer_on_the_page_of_check_ins(rep, sent, client, session):
    (row,) = sent(MARCH)
    save_answer(row, "Fine")
    session.commit()
    client.login_as("anna")
    page = client.get(f"/people/reps/{rep.id}/check-ins").text
    assert "Fine" in page
    assert "Turn off check-ins" in page
    assert "March 2026\xa0· " in page
    client.login_as("boris")
    assert client.get(f"/people/reps/{rep.id}/check-ins").status_code == 404
    assert client.post(f"/check-ins/{row.id}/accept").status_code == 404
    client.login_as("anna")
    assert client.post(f"/check-ins/{row.id}/accept").status_code == 303
    again = client.post(f"/check-ins/{row.id}/dismiss")
    assert again.status_code == 422
    assert "Reload the page. This answer was already logged or dismissed" in again.text
    assert client.post(f"/people/reps/{rep.id}/check-ins/stop").status_code == 303
    assert "Turn on check-ins" in client.get(f"/people/reps/{rep.id}/check-ins").text


def test_answer_of_a_browser_without_cookies_is_saved(rep, sent, session, app, monkeypatch):
    sent(MARCH)
    path = f"/check-in/{token_in(mail_of(session))}"
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    guest = app.test_client(use_cookies=False)
    assert guest.post(path, data={"answer": "Three samples passed."}).status_code == 303
    assert session.scalars(sa.select(CheckIn.answer)).all() == ["Three samples passed."]
