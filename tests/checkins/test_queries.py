"""Which email an answer cancels, for whom a check-in is due, and what the counselor sees of stopped ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.checkins.mails import mail_check_in
from crm.checkins.models import CheckIn
from crm.checkins.policy import CheckInState
from crm.checkins.queries import get_check_in, list_answers, list_check_ins, list_due_plans, list_stopped
from crm.checkins.services import accept_answer, save_answer, start_check_ins, stop_by_rep
from crm.core.errors import Invalid, NotFound
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.desk.history import load_history
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.factories import affiliation, archived, client_of, make_confidential, person, reachable, representation

from .lookups import MARCH


def test_answer_cancels_its_own_email_only(rep, sent, session):
    (first,) = sent(MARCH)
    other = CheckIn(id=first.id * 10, representation_id=rep.id, person_id=first.person_id, token_hash="0" * 64)
    other.sent_at, other.month, other.address = MARCH, "2026-04", first.address
    other.language, other.state = "en", CheckInState.sent
    session.add(other)
    session.flush()
    mail_check_in(other, rep, session.get_one(Person, first.person_id), "token")
    save_answer(first, "All fine")
    states = session.scalars(sa.select(Mail.state).where(Mail.kind == "checkin").order_by(Mail.id))
    assert list(states) == [MailState.canceled, MailState.pending]


def test_check_in_is_found_by_those_who_see_the_rep(rep, sent, actor):
    (row,) = sent(MARCH)
    assert get_check_in(actor("clara"), row.id, "representation:edit") is row
    for viewer, check_in_id in ((actor("boris"), row.id), (actor("clara"), 999_999)):
        with pytest.raises(NotFound):
            get_check_in(viewer, check_in_id, "representation:edit")


def test_answer_of_a_confidential_person_is_hidden_with_the_person(anna, actor, rep, sent, session):
    zhou = session.get_one(Person, rep.person_id)
    affiliation(zhou, session.get_one(Organization, rep.client_id))
    (row,) = sent(MARCH)
    save_answer(row, "They build a second plant")
    assert [x.answer for x in list_check_ins(actor("dora"), rep.id)] == [row.answer]
    make_confidential(zhou, anna)
    assert [x.answer for x in list_check_ins(anna, rep.id)] == [x.answer for x in list_answers(anna)] == [row.answer]
    assert list_check_ins(actor("dora"), rep.id) == []
    with pytest.raises(NotFound):
        get_check_in(actor("dora"), row.id, "representation:see")
    rep.counselor_id = actor("dora").id
    session.flush()
    assert list_answers(actor("dora")) == []


def test_answer_is_hidden_with_its_interaction(anna, actor, rep, sent):
    (row,) = sent(MARCH)
    save_answer(row, "They build a second plant")
    interaction = accept_answer(anna, row)
    assert [x.interaction_id for x in list_check_ins(actor("dora"), rep.id)] == [interaction.id]
    make_confidential(interaction)
    assert [x.interaction_id for x in list_check_ins(anna, rep.id)] == [interaction.id]
    assert list_check_ins(actor("dora"), rep.id) == []


def test_history_of_the_rep_has_no_answer_that_the_reader_may_not_see(anna, actor, rep, sent, session):
    (row,) = sent(MARCH)
    save_answer(row, "They build a second plant")
    interaction = accept_answer(anna, row)

    def has_answer(name: str) -> bool:
        return "They build a second plant" in str(load_history(actor(name), rep))

    assert has_answer("dora")
    make_confidential(interaction)
    assert (has_answer("anna"), has_answer("dora")) == (True, False)


@pytest.mark.parametrize(
    ("zone", "country", "due_at"),
    [
        (None, None, datetime(2026, 3, 2, 1, tzinfo=UTC)),
        (None, "CN", datetime(2026, 3, 2, 1, tzinfo=UTC)),
        ("Europe/Berlin", None, datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("America/New_York", "US", datetime(2026, 3, 2, 14, tzinfo=UTC)),
    ],
)
def test_check_in_is_due_at_nine_where_the_rep_is(anna, zone, country, due_at):
    row = reachable(person("Zhou", "Limin", zone=zone, country=country), email="zhou@example.cn")
    rep = representation(client_of("Inland", "Client", counselor=anna), row, counselor=anna)
    start_check_ins(anna, rep)
    assert list_due_plans(due_at - timedelta(seconds=1)) == []
    assert list_due_plans(due_at) == [rep.id]


def test_first_working_day_is_that_of_the_country_or_else_of_the_time_zone(anna):
    """October 1 to 7, 2026 is a holiday in China; in the United States and in Japan it isn't."""
    reps = []
    for country, zone in (("CN", None), ("US", "Asia/Shanghai"), (None, "Asia/Tokyo"), (None, "UTC")):
        row = reachable(person("Zhou", "Limin", country=country, zone=zone), email="zhou@example.cn")
        reps.append(representation(client_of("Inland", "Client", counselor=anna), row, counselor=anna))
        start_check_ins(anna, reps[-1])
    assert list_due_plans(datetime(2026, 10, 1, 9, tzinfo=UTC)) == [reps[1].id, reps[2].id]


@pytest.mark.parametrize(
    ("label", "native_label", "name"), [("Zhou Limin", "周立民", "Zhou Limin"), ("", "周立民", "周立民")]
)
def test_logged_answer_names_the_rep(anna, rep, sent, session, label, native_label, name):
    (row,) = sent(MARCH)
    zhou = session.get_one(Person, row.person_id)
    zhou.label, zhou.native_label = label, native_label
    session.flush()
    save_answer(row, "All fine")
    interaction = accept_answer(anna, row)
    assert (interaction.subject, interaction.notes) == (f"Check-in of {name}", "All fine")
    assert (interaction.zone, interaction.wall) == ("Asia/Shanghai", datetime(2026, 3, 2, 9, 0))


def test_stopped_check_ins_are_listed_for_the_counselor_since_a_moment(anna, actor, rep, sent):
    (row,) = sent(MARCH)
    stop_by_rep(row)
    assert [x.id for x in list_stopped(anna, MARCH)] == [rep.id]
    assert list_stopped(anna, MARCH + timedelta(seconds=1)) == list_stopped(actor("clara"), MARCH) == []
    archived(rep)
    assert list_stopped(anna, MARCH) == []


def test_rep_past_the_end_of_the_agreement_gets_no_check_in(anna, rep, sent, clock):
    rep.to_on = MARCH.date() - timedelta(days=1)
    assert sent(MARCH) == []
    rep.to_on = MARCH.date()
    assert len(sent(MARCH)) == 1
    clock.set(MARCH + timedelta(days=2))
    with pytest.raises(Invalid, match=r"The agreement ended Mar 2"):
        start_check_ins(anna, rep)
