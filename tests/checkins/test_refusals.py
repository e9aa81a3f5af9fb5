"""A China rep who asked not to be emailed or withdrew the consent gets no check-in; the page says why."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.checkins.services import start_check_ins, stop_check_ins
from crm.core.data.record import Record, archive_record, restore_record
from crm.core.errors import Invalid
from crm.core.mail.outbox.encryption import unseal
from crm.core.mail.outbox.kinds import KINDS
from crm.people.models import Person
from crm.people.policy import ConsentKind, RepresentationStatus
from crm.records.opt_outs import opt_in, opt_out
from tests.checkins.lookups import APRIL, MARCH, mail_of


def test_check_in_waits_until_email_is_allowed_again(session, rep, sent, client):
    opt_out(["zhou@example.cn"])
    assert sent(MARCH) == []
    client.login_as("anna")
    page = client.get(f"/people/reps/{rep.id}/check-ins").text
    assert "No check-ins are sent to this person: Asked not to be emailed." in page
    opt_in(["zhou@example.cn"])
    assert len(sent(MARCH)) == 1


def test_unsent_check_in_is_canceled_when_the_consent_is_withdrawn(session, rep, sent):
    assert len(sent(MARCH)) == 1
    mail = mail_of(session)
    assert KINDS["checkin"].still_wanted(session, mail)
    session.scalars(sa.select(Person).where(Person.id == rep.person_id)).one().consent = ConsentKind.withdrawn
    session.flush()
    assert not KINDS["checkin"].still_wanted(session, mail)
    assert len(sent(APRIL)) == 1


@pytest.mark.parametrize("archived", ["person_id", "client_id"])
def test_no_check_in_is_sent_to_an_archived_person_or_about_an_archived_client(session, rep, sent, archived):
    row = session.get_one(Record, getattr(rep, archived))
    archive_record(row, "Retired")
    assert sent(MARCH) == []
    restore_record(row)
    assert len(sent(MARCH)) == 1


@pytest.mark.parametrize("archived", ["person_id", "client_id", "id"])
def test_unsent_check_in_is_canceled_when_the_person_the_client_or_the_rep_is_archived(session, rep, sent, archived):
    sent(MARCH)
    archive_record(session.get_one(Record, getattr(rep, archived)), "Retired")
    session.flush()
    assert not KINDS["checkin"].still_wanted(session, mail_of(session))


def test_unsent_check_in_is_canceled_when_the_rep_has_ended(session, rep, sent):
    sent(MARCH)
    rep.status = RepresentationStatus.ended
    session.flush()
    assert not KINDS["checkin"].still_wanted(session, mail_of(session))


def test_chinese_salutation_is_not_used_in_an_english_email(session, rep, sent):
    zhou = session.scalars(sa.select(Person).where(Person.id == rep.person_id)).one()
    zhou.address_as, zhou.mail_language = "周经理", "en"
    sent(MARCH)
    assert "Hello Zhou Limin," in unseal(mail_of(session).text.encode()).decode()


def test_check_ins_are_not_turned_on_for_who_gets_no_email(session, anna, rep, client):
    stop_check_ins(rep)
    opt_out(["zhou@example.cn"])
    with pytest.raises(Invalid, match="Asked not to be emailed"):
        start_check_ins(anna, rep)
    client.login_as("anna")
    assert "Turn on check-ins" not in client.get(f"/people/reps/{rep.id}/check-ins").text
