"""The day that counts when a follow-up moves, and the emails about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.followups.enums import RepeatRule
from crm.followups.services import (
    about_of,
    add_follow_up,
    cancel_follow_up,
    change_follow_up,
    complete_follow_up,
    note_no_answer,
    postpone_follow_up,
    reassign_follow_up,
    reopen_follow_up,
    repeat_of,
)
from crm.reference.models import DayOff
from tests.factories import archived, client_of, organization, person
from tests.followups.lookups import FRIDAY, TODAY

pytestmark = pytest.mark.usefixtures("dates_hold")
LA = "America/Los_Angeles"
WEDNESDAY_IN_SHANGHAI = datetime(2026, 12, 8, 17, 0, tzinfo=UTC)
"""01:00 on December 9 there, 09:00 on December 8 in Los Angeles."""


@pytest.fixture
def email(people):
    """Put an email about a follow-up into the outbox, not sent yet."""

    def put(row) -> Mail:
        mail = put_mail(
            "followup_due",
            RenderedMail("Call", "Call", "<p>Call</p>"),
            to=people["anna"],
            dedupe_key=f"test:{row.id}",
            record=row,
        )
        db.session.flush()
        return mail

    return put


ACTIONS = {
    "done": lambda anna, row, _people: complete_follow_up(anna, row),
    "canceled": lambda anna, row, _people: cancel_follow_up(anna, row),
    "later": lambda anna, row, _people: postpone_follow_up(anna, row, date(2026, 12, 14)),
    "no answer": lambda anna, row, _people: note_no_answer(anna, row),
    "reassigned": lambda anna, row, people: reassign_follow_up(anna, row, people["clara"].id),
    "another day": lambda anna, row, _people: change_follow_up(anna, row, {"due_on": date(2026, 12, 14)}),
    "a time": lambda anna, row, _people: change_follow_up(anna, row, {"due_wall": datetime(2026, 12, 11, 9, 0)}),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_email_about_an_outdated_follow_up_is_not_sent(make, anna, people, email, action):
    row, other = make(), make()
    mail, unconcerned = email(row), email(other)
    ACTIONS[action](anna, row, people)
    db.session.expire_all()
    assert (mail.state, unconcerned.state) == (MailState.canceled, MailState.pending)


def test_email_is_sent_when_only_the_text_changes(make, anna, email):
    row = make()
    mail = email(row)
    change_follow_up(anna, row, {"title": "Price to Wang, in RMB", "note": "CIF", "due_on": FRIDAY})
    db.session.expire_all()
    assert mail.state is MailState.pending


def test_linked_record_hidden_from_the_editor_stays(anna, actor, client_firm, wang, prime):
    hidden = client_of("Bay", "Bay Metering")
    values = {"title": "Call", "due_on": FRIDAY, "counselor_id": anna.id}
    row = add_follow_up(actor("shen"), values, about=[client_firm.id, hidden.id])
    change_follow_up(anna, row, {"about": [wang.id, prime.id]})
    assert set(about_of(row)) == {wang.id, prime.id, hidden.id}


def test_no_answer_counts_working_days_from_the_day_of_the_caller(make, anna, actor):
    with clock.frozen(WEDNESDAY_IN_SHANGHAI):
        assert note_no_answer(actor("shen"), make(zone=LA)) == date(2026, 12, 11)
        assert note_no_answer(anna, make(zone="Asia/Shanghai")) == date(2026, 12, 10)


def test_postponing_uses_today_in_the_zone_of_the_user(make, anna, actor):
    row = make()
    with clock.frozen(WEDNESDAY_IN_SHANGHAI):
        postpone_follow_up(anna, row, TODAY)
        with pytest.raises(Invalid) as refused:
            postpone_follow_up(actor("shen"), row, TODAY)
        postpone_follow_up(actor("shen"), row, date(2026, 12, 9))
    assert (refused.value.field, row.due_on, row.postponed_count) == ("due_on", date(2026, 12, 9), 2)


@pytest.mark.parametrize(("zone", "due"), [(LA, date(2026, 12, 9)), ("Asia/Shanghai", date(2026, 12, 16))])
def test_next_repeat_is_after_today_in_its_own_zone(make, anna, zone, due):
    row = make(due_on=date(2026, 12, 2), repeat=RepeatRule.weekly, zone=zone)
    with clock.frozen(WEDNESDAY_IN_SHANGHAI):
        created = complete_follow_up(anna, row)
    assert (created.due_on, created.due_wall, created.zone) == (due, None, zone)


def test_next_repeat_copies_time_source_and_confidentiality(log, make, anna, wang):
    due_moment = datetime(2026, 12, 7, 17, 0)
    source = log()
    row = add_follow_up(
        anna,
        {"title": "Call", "due_wall": due_moment, "zone": LA, "repeat": RepeatRule.weekly},
        about=[wang.id],
        source_id=source.id,
    )
    row.confidential = True
    created = complete_follow_up(anna, row)
    assert (created.due_wall, created.source_id, created.confidential) == (
        datetime(2026, 12, 14, 17, 0),
        source.id,
        True,
    )
    assert (created.due_at, created.repeat_from) == (datetime(2026, 12, 15, 1, 0, tzinfo=UTC), date(2026, 12, 7))


@pytest.mark.parametrize("promiser", ["promised_by_id", "promised_to_id"])
def test_next_repeat_of_a_promise_is_about_the_same_records(anna, promiser):
    port = organization("Port")
    liu = person("Liu", organization=port)
    values = {"title": "Send the list", "due_on": date(2026, 12, 7), "repeat": RepeatRule.weekly, promiser: liu.id}
    row = add_follow_up(anna, values, about=[liu.id])
    created = complete_follow_up(anna, row)
    assert sorted(about_of(created)) == sorted(about_of(row)) == sorted([liu.id, port.id])
    assert getattr(created, promiser) == liu.id


def test_next_repeat_is_found_until_it_is_closed(make, anna):
    row, once = make(repeat=RepeatRule.weekly), make()
    assert (repeat_of(row), complete_follow_up(anna, once), repeat_of(once)) == (None, None, None)
    created = complete_follow_up(anna, row)
    assert repeat_of(row) is created
    created.archived_at = clock.now()
    assert repeat_of(row) is None
    created.archived_at = None
    cancel_follow_up(anna, created)
    assert repeat_of(row) is None


@pytest.mark.parametrize("close", [complete_follow_up, cancel_follow_up])
def test_reopening_archives_the_next_repeat_only_while_open(make, anna, close):
    row, again = make(repeat=RepeatRule.weekly), make(repeat=RepeatRule.weekly)
    created, row_after = complete_follow_up(anna, row), complete_follow_up(anna, again)
    close(anna, row_after)
    reopen_follow_up(row)
    reopen_follow_up(again)
    assert (created.archived_at is None, row_after.archived_at is None) == (False, True)


def test_new_zone_keeps_the_local_time_and_moves_the_moment(anna):
    row = add_follow_up(anna, {"title": "Call", "due_wall": datetime(2026, 12, 11, 9, 0), "zone": LA})
    change_follow_up(anna, row, {"zone": "Asia/Shanghai"})
    assert (row.due_wall, row.due_at) == (datetime(2026, 12, 11, 9, 0), datetime(2026, 12, 11, 1, 0, tzinfo=UTC))


def test_counselor_of_a_new_follow_up_is_in_the_team_of_its_record(anna, people):
    client = client_of("Inland")
    values = {"title": "Call", "due_on": FRIDAY, "counselor_id": people["boris"].id}
    with pytest.raises(Invalid, match="record's team") as refused:
        add_follow_up(anna, values, about=[client.id])
    assert refused.value.field == "counselor_id"


def test_repeat_is_only_one_created_when_the_former_was_completed(make, anna):
    values = {"repeat": RepeatRule.weekly, "due_on": date(2026, 12, 2)}
    row, older = make(**values), make(**values | {"due_on": date(2026, 12, 30)})
    older.repeat_from = row.repeat_from
    with clock.frozen(clock.now() + timedelta(hours=1)):
        created = complete_follow_up(anna, row)
    assert repeat_of(row) == created
    archived(created)
    assert repeat_of(row) is None


@pytest.mark.parametrize("counselor", ["nora", "anna"])
def test_network_manager_without_a_team_completes_a_repeating_follow_up(actor, people, make, client_firm, counselor):
    row = make(by=actor(counselor), about=[client_firm.id], repeat=RepeatRule.weekly)
    created = complete_follow_up(actor("nora"), row)
    assert (created.team_id, created.counselor_id) == (row.team_id, people[counselor].id)


def test_next_repeat_on_workdays_skips_days_off_of_the_center(make, anna):
    db.session.add(DayOff(country="US", day=date(2026, 12, 9), name="Moving", is_workday=False))
    db.session.flush()
    row = make(due_on=date(2026, 12, 8), repeat=RepeatRule.workdays)
    assert complete_follow_up(anna, row).due_on == date(2026, 12, 10)
