"""A question to a colleague who is away also reaches the colleague who covers, as far as the latter may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import reassign_user_records
from crm.core.errors import Forbidden, NotFound
from crm.core.i18n.formats import as_read_by
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.records.services import set_confidentiality
from crm.referrals.queries import get_referral, load_referral
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from crm.reminders.blocks import blocks_for
from crm.reminders.covers import add_cover, end_cover
from crm.reminders.queries import readers
from tests.factories import client_of, make_confidential

MORNING = datetime(2026, 3, 10, 15, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 10), date(2026, 3, 13)


@pytest.fixture
def anna(people, actor, clock):
    """Return Anna, who asks; Boris covers for Dora."""
    clock.set(MORNING)
    add_cover(actor("dora"), people["boris"].id, FIRST, LAST)
    return actor("anna")


@pytest.fixture
def ask(anna, people):
    def ask_dora(record_id: int | None = None, text: str = "May we send drawings?"):
        return ask_colleague(anna, people["dora"].id, text, record_id)

    return ask_dora


@pytest.fixture
def questions(session):
    """Return the emails with questions by address."""

    def read() -> dict[str, Mail]:
        stmt = sa.select(Mail).where(Mail.kind == "referral_question").options(sa.orm.undefer("*"))
        return {mail.address: mail for mail in session.scalars(stmt)}

    return read


def covered_lines(actor, moment: datetime = MORNING) -> list[tuple[str, str, str]]:
    reader = readers([actor.id])[0]
    with as_read_by(reader.actor):
        items = [item for block in blocks_for(reader, moment) if block.code == "cover" for item in block.items]
    return [(item.title, item.second, item.path) for item in items]


def test_question_is_emailed_to_both(ask, questions):
    row = ask()
    assert sorted(questions()) == ["boris@demo.example", "dora@demo.example"]
    to_boris, to_dora = questions()["boris@demo.example"], questions()["dora@demo.example"]
    assert "Question from Anna Reyes to Dora Lindqvist" in to_boris.text
    assert "you cover for Dora Lindqvist" in to_boris.text
    assert f"/referrals/{row.id}" in to_boris.text
    assert "cover" not in to_dora.text


def test_question_about_a_record_hidden_from_the_cover_reaches_the_addressee_alone(
    ask, anna, actor, people, questions, session
):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    make_confidential(client, people["dora"])
    session.flush()
    row = ask(client.id)
    assert list(questions()) == ["dora@demo.example"]
    boris = actor("boris")
    with pytest.raises(NotFound):
        get_referral(boris, row.id)
    with pytest.raises(NotFound):
        load_referral(boris, row.id)
    assert covered_lines(boris) == []


def test_waiting_email_to_the_cover_is_sent_only_while_the_cover_lasts_and_sees_the_record(
    anna, actor, people, questions, session
):
    clara = actor("clara")
    cover = add_cover(clara, people["dora"].id, FIRST, LAST)
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    ask_colleague(anna, clara.id, "May we send drawings?", client.id)
    mail = questions()["dora@demo.example"]
    kind = KINDS[mail.kind]
    results = [kind.still_wanted(session, mail), "to Clara" in kind.render_current(session, mail).text]
    make_confidential(client, people["clara"])
    session.flush()
    results += [kind.still_wanted(session, mail), kind.render_current(session, mail) is not None]
    assert results == [True, True, False, False]
    set_confidentiality(client, confidential=False, readers=[])
    session.flush()
    assert kind.still_wanted(session, mail)
    end_cover(clara, cover.id)
    assert not kind.still_wanted(session, mail)


def test_cover_reads_it_until_the_cover_ends_but_neither_answers_nor_withdraws_it(ask, actor, clock):
    row, boris = ask(), actor("boris")
    assert load_referral(boris, get_referral(boris, row.id).id).question == "May we send drawings?"
    for change in (lambda: answer_referral(boris, row, "Yes."), lambda: withdraw_referral(boris, row)):
        with pytest.raises(Forbidden):
            change()
    clock.set(datetime(2026, 3, 14, 15, tzinfo=UTC))
    with pytest.raises(NotFound):
        get_referral(boris, row.id)
    with pytest.raises(NotFound):
        load_referral(boris, row.id)


def test_open_questions_are_in_the_digest_of_the_cover_also_those_from_before(ask, anna, actor, people, session):
    boris = actor("boris")
    row = ask()
    ask_colleague(boris, people["dora"].id, "May I have the form?", None)
    ask_colleague(anna, people["clara"].id, "Is Friday fine?", None)
    assert covered_lines(boris) == [
        ("Anna Reyes asks: May we send drawings?", "for Dora Lindqvist", f"/referrals/{row.id}")
    ]
    answer_referral(actor("dora"), row, "Yes.")
    assert covered_lines(boris) == []


def test_answer_cancels_the_email_to_the_cover(ask, actor, questions):
    row = ask()
    answer_referral(actor("dora"), row, "Yes.")
    assert {mail.state for mail in questions().values()} == {MailState.canceled}


def test_who_covers_and_asks_gets_no_copy(people, actor, anna, questions):
    ask_colleague(actor("boris"), people["dora"].id, "May I have the form?", None)
    assert list(questions()) == ["dora@demo.example"]


def test_pages_say_who_reads_the_question(client, ask, anna, actor, people, session):
    secret = make_confidential(client_of("Inland", "Tri-Valley Sensors", counselor=anna), people["dora"])
    open_row, hidden_row = ask(), ask(secret.id, "Is it signed?")
    session.commit()
    name = people["boris"].name
    away = f"Dora Lindqvist is away until Fri, Mar 13; {name} covers."
    page = client.login_as("anna").get(f"/referrals/{open_row.id}").text
    assert away in page
    assert f"{name} sees this question, too, and can reply to you by email." in page
    page = client.get(f"/referrals/{hidden_row.id}").text
    assert away in page
    assert f"{name} can't see the record, so coverage doesn't include this question." in page
    page = client.login_as("boris").get(f"/referrals/{open_row.id}").text
    assert "Only Dora Lindqvist can answer on this page." in page
    assert "mailto:anna@demo.example" in page
    assert "Withdraw question" not in page
    assert "Send answer" not in page
    assert client.get(f"/referrals/{hidden_row.id}").status_code == 404
    assert "May we send drawings?" in client.get("/referrals/").text
    assert "Is it signed?" not in client.get("/referrals/").text
    assert away not in client.login_as("dora").get(f"/referrals/{open_row.id}").text


@pytest.mark.parametrize("close", ["answer", "withdraw"])
def test_cover_reads_a_question_in_list_page_and_search_only_while_it_is_open(client, ask, anna, actor, session, close):
    row = ask()
    session.commit()
    web = client.login_as("boris")

    def is_readable() -> list[bool]:
        lists = [web.get(path).text for path in ("/referrals/", "/referrals/?q=drawings")]
        are_listed = ["May we send drawings?" in text for text in lists]
        return [*are_listed, web.get(f"/referrals/{row.id}").status_code == 200]

    assert is_readable() == [True, True, True]
    if close == "answer":
        answer_referral(actor("dora"), row, "Yes.")
    else:
        withdraw_referral(anna, row)
    session.commit()
    assert is_readable() == [False, False, False]
    with pytest.raises(NotFound):
        load_referral(actor("boris"), row.id)


@pytest.mark.parametrize("is_sent", [True, False])
def test_cover_who_becomes_the_new_owner_gets_an_email_of_their_own(ask, people, session, is_sent):
    row = ask()
    emails = sa.select(Mail).where(Mail.kind == "referral_question").options(sa.orm.undefer("*")).order_by(Mail.id)
    if is_sent:
        for mail in session.scalars(emails):
            mail.state = MailState.sent
    reassign_user_records(people["dora"], people["boris"])
    session.expire_all()
    *former, new = session.scalars(emails)
    assert {mail.state for mail in former} == {MailState.sent if is_sent else MailState.canceled}
    assert (len(former), new.address, new.state) == (2, "boris@demo.example", MailState.pending)
    assert ("to Dora" in new.text, "you cover" in new.text, f"/referrals/{row.id}" in new.text) == (False, False, True)
    kind = KINDS[new.kind]
    assert kind.still_wanted(session, new)
    assert kind.opens(new) == f"/referrals/{row.id}"


def test_page_of_a_question_from_the_cover_says_nothing_about_access(client, actor, people, clock, session):
    clock.set(MORNING)
    anna, clara = actor("anna"), people["clara"]
    add_cover(actor("clara"), anna.id, FIRST, LAST)
    row = ask_colleague(anna, clara.id, "Is it signed?", client_of("Inland", "Tri-Valley Sensors", counselor=anna).id)
    session.commit()
    page = client.login_as("anna").get(f"/referrals/{row.id}").text
    assert "Clara Whitfield is away until Fri, Mar 13; Anna Reyes covers." in page
    assert [text for text in ("see the record", "sees this question", "hidden from") if text in page] == []
