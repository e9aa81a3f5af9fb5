"""Questions to colleagues: who may ask about what, emails, lines on Today, the answer that closes a question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import reassign_user_records
from crm.core.errors import Conflict, Forbidden, Invalid, NotFound
from crm.core.i18n.formats import as_read_by
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.organizations.models import Organization
from crm.referrals.models import Referral
from crm.referrals.policy import ReferralState
from crm.referrals.queries import get_referral, load_referral
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.factories import client_of, make_confidential
from tests.records.lookups import undo_last

MORNING = datetime(2026, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
def anna(people, actor, clock):
    clock.set(MORNING)
    return actor("anna")


@pytest.fixture
def row(anna, people):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    return ask_colleague(anna, people["dora"].id, "May we send drawings?", client.id)


@pytest.fixture
def mails(session):
    """Return the emails about questions."""

    def read() -> list[Mail]:
        stmt = sa.select(Mail).where(Mail.kind.like("referral%")).options(sa.orm.undefer("*")).order_by(Mail.id)
        return list(session.scalars(stmt))

    return read


def news_of(actor, moment: datetime) -> list[tuple[str, str]]:
    reader = readers([actor.id])[0]
    with as_read_by(reader.actor):
        items = [item for block in blocks_for(reader, moment) if block.code == "news" for item in block.items]
    return [(item.title, item.path) for item in items if item.kind == "referral"]


def test_question_is_emailed_and_stays_on_today_until_answered(row, anna, actor, mails):
    dora = actor("dora")
    (mail,) = mails()
    assert (mail.address, mail.subject) == ("dora@demo.example", "Question from Anna Reyes")
    assert "May we send drawings?" in mail.text
    assert "About: Tri-Valley Sensors" in mail.text
    line = ("Anna Reyes asks: May we send drawings?", f"/referrals/{row.id}")
    assert news_of(dora, MORNING) == news_of(dora, MORNING + timedelta(days=20)) == [line]
    assert news_of(anna, MORNING) == []
    answer_referral(dora, row, "Not before the NNN is signed.")
    assert news_of(dora, MORNING) == []


def test_question_is_sent_after_an_undo_in_its_record(client, row, anna, mails, session):
    web = client.login_as("anna")
    organization = session.get_one(Organization, row.record_id)
    data = {"city": "Corona", "version": organization.version}
    assert web.post(f"/bulk/cells/{organization.id}?list=organizations&fields=city", data=data).status_code == 200
    assert undo_last(web).status_code == 303
    session.expire_all()
    assert (organization.city, [mail.state for mail in mails()]) == (None, [MailState.pending])


def test_answer_closes_and_is_emailed_to_the_asker(row, anna, actor, mails, clock):
    answer_referral(actor("dora"), row, "Not before the NNN is signed.")
    assert (row.state, row.closed_at) == (ReferralState.answered, MORNING)
    question, answer = mails()
    assert question.state is MailState.canceled
    assert (answer.address, answer.subject) == ("anna@demo.example", "Answer from Dora Lindqvist")
    assert "Not before the NNN is signed." in answer.text
    tomorrow = MORNING + timedelta(days=1)
    line = ("Dora Lindqvist answered: Not before the NNN is signed.", f"/referrals/{row.id}")
    assert news_of(anna, tomorrow) == [line]
    assert news_of(anna, tomorrow + timedelta(days=3)) == []
    with pytest.raises(Conflict, match="already closed"):
        answer_referral(actor("dora"), row, "Again")


def test_only_the_colleague_answers_and_only_the_asker_withdraws(row, anna, actor, mails):
    with pytest.raises(Forbidden):
        answer_referral(anna, row, "Yes")
    with pytest.raises(Forbidden):
        withdraw_referral(actor("dora"), row)
    withdraw_referral(anna, row)
    assert row.state is ReferralState.withdrawn
    assert [mail.state for mail in mails()] == [MailState.canceled]


def test_nobody_else_sees_a_question(row, actor):
    for name in ("clara", "boris", "nora", "admin"):
        with pytest.raises(NotFound):
            get_referral(actor(name), row.id)
        with pytest.raises(NotFound):
            load_referral(actor(name), row.id)


def test_colleague_who_may_not_see_the_record_is_refused(anna, people, actor, session):
    client = client_of("Inland", "Secret Works", counselor=anna)
    make_confidential(client)
    with pytest.raises(Invalid, match="doesn't have access to this record"):
        ask_colleague(anna, people["dora"].id, "Why?", client.id)
    with pytest.raises(NotFound):
        ask_colleague(actor("dora"), people["anna"].id, "Why?", client.id)
    with pytest.raises(Invalid, match="someone else"):
        ask_colleague(anna, people["anna"].id, "Why?")
    people["dora"].active = False
    with pytest.raises(Invalid, match="active colleague"):
        ask_colleague(anna, people["dora"].id, "Why?")
    assert session.scalars(sa.select(Referral)).all() == []


def test_record_that_became_hidden_is_not_named(row, anna, people, actor, session):
    make_confidential(session.get_one(type(client_of("Inland", "Other")), row.record_id))
    assert load_referral(actor("dora"), row.id).record is None
    assert load_referral(anna, row.id).record == "Tri-Valley Sensors"


def test_email_about_a_confidential_record_has_no_text(anna, people, mails):
    client = client_of("Inland", "Secret Works", counselor=anna)
    make_confidential(client, people["dora"])
    ask_colleague(anna, people["dora"].id, "Drawings of the valve?", client.id)
    (mail,) = mails()
    assert "valve" not in mail.text
    assert "Secret" not in mail.text


def test_open_questions_of_a_user_who_leaves_go_to_the_new_owner_by_email(row, people, mails, session):
    reassign_user_records(people["dora"], people["clara"])
    assert row.to_id == people["clara"].id
    first, second = mails()
    assert [mail.address for mail in (first, second)] == ["dora@demo.example", "clara@demo.example"]
    assert [KINDS[mail.kind].still_wanted(session, mail) for mail in (first, second)] == [False, True]
    assert "May we send drawings?" in second.text


@pytest.mark.parametrize(("new_owner", "state"), [("clara", ReferralState.open), ("shen", ReferralState.withdrawn)])
def test_question_about_a_record_that_the_new_owner_may_not_see_is_withdrawn(
    anna, people, client, mails, new_owner, state
):
    secret = make_confidential(client_of("Inland", "Secret Mill", counselor=anna), people["dora"])
    row = ask_colleague(anna, people["dora"].id, "Does Secret Mill sell to Huayue?", secret.id)
    moved = reassign_user_records(people["dora"], people[new_owner])
    assert (row.state, moved) == (state, int(state is ReferralState.open))
    last = mails()[-1]
    assert last.address == (f"{new_owner}@demo.example" if state is ReferralState.open else "anna@demo.example")
    is_asked = "Does Secret Mill sell" in client.login_as(new_owner).get("/referrals/").text
    assert is_asked is (state is ReferralState.open)


def test_asker_of_a_question_that_nobody_can_answer_gets_an_email(row, people, client, mails, session):
    reassign_user_records(people["dora"], people["anna"])
    question, news = mails()
    assert question.state is MailState.canceled
    assert (news.address, news.subject) == ("anna@demo.example", "Dora Lindqvist can't answer your question")
    assert "May we send drawings?" in news.text
    assert KINDS[news.kind].still_wanted(session, news)
    assert "can&#39;t answer your question" in client.login_as("anna").get("/notifications/").text


def test_question_is_answered_on_its_page(client, anna, row, session):
    session.commit()
    client.login_as("dora")
    assert "May we send drawings?" in client.get("/referrals/?view=to_answer").text
    assert "Tri-Valley Sensors" in client.get(f"/referrals/{row.id}").text
    refused = client.post(f"/referrals/{row.id}", data={"answer": " "})
    assert refused.status_code == 422
    assert client.post(f"/referrals/{row.id}", data={"answer": "No."}).status_code == 303
    client.login_as("anna")
    assert "No." in client.get(f"/referrals/{row.id}").text
    client.login_as("boris")
    assert client.get(f"/referrals/{row.id}").status_code == 404
    assert client.post(f"/referrals/{row.id}", data={"answer": "x"}).status_code == 404
    assert client.post(f"/referrals/{row.id}/withdraw").status_code == 404


def test_form_is_filled_from_the_address(client, anna, row, people, session):
    session.commit()
    client.login_as("anna")
    page = client.get(f"/referrals/new?record={row.record_id}&to={people['dora'].id}").text
    assert "Tri-Valley Sensors" in page
    data = {"to_id": people["dora"].id, "question": "And samples?", "record_id": row.record_id}
    assert client.post("/referrals/new", data=data).status_code == 303
    assert client.post("/referrals/new", data=data | {"to_id": people["anna"].id}).status_code == 422
    assert session.scalars(sa.select(Referral.question).order_by(Referral.id)).all()[1:] == ["And samples?"]
