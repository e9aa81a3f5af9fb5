"""Creating and closing follow-ups: stored values, derived dates, refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.data.base import db
from crm.core.data.record import archive_record, restore_record
from crm.core.data.record_dates import RecordDates
from crm.core.errors import Invalid, NotFound
from crm.followups import queries
from crm.followups.dates import rebuild_next_steps, wrong_next_steps
from crm.followups.enums import FollowUpState, RepeatRule, Tier
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
    set_cadence,
)
from crm.people.services import add_affiliation
from crm.records.services import set_confidentiality
from tests.factories import team_id_of
from tests.followups.lookups import FRIDAY, TODAY

pytestmark = pytest.mark.usefixtures("dates_hold")


def next_of(record) -> set[date | None]:
    stmt = sa.select(RecordDates.next_follow_up_on).where(RecordDates.record_id == record.id, RecordDates.team_key != 0)
    return set(db.session.scalars(stmt))


def test_follow_up_about_a_person_includes_the_organization(make, anna, wang, prime):
    row = make()
    assert (set(about_of(row)), row.team_id, row.counselor_id) == ({wang.id, prime.id}, anna.first_team_id, anna.id)
    assert (next_of(wang), next_of(prime)) == ({FRIDAY}, {FRIDAY})


@pytest.mark.parametrize(("name", "team"), [("boris", "Bay"), ("anna", "Inland"), ("nora", "Inland")])
def test_follow_up_for_another_user_has_the_team_of_that_user(actor, people, name, team):
    values = {"title": "Call", "due_on": FRIDAY, "counselor_id": people[name].id, "team_id": team_id_of("Inland")}
    assert add_follow_up(actor("nora"), values).team_id == team_id_of(team)


def test_follow_up_about_a_person_and_another_organization_includes_the_employer(make, wang, prime, client_firm):
    row = make(about=[wang.id, client_firm.id])
    assert set(about_of(row)) == {wang.id, client_firm.id, prime.id}


def test_follow_up_promised_by_a_person_includes_the_employer(make, rosa, wang, prime, client_firm):
    row = make(promised_by_id=rosa.id)
    assert set(about_of(row)) == {wang.id, prime.id, client_firm.id}


def test_follow_up_is_confidential_with_the_employer_although_another_is_named(make, anna, rosa, client_firm, prime):
    row = make(about=[rosa.id, prime.id])
    add_affiliation(anna, rosa, {"organization_id": prime.id})
    set_confidentiality(client_firm, confidential=True, readers=[])
    assert (rosa.confidential, row.confidential) == (False, True)


def test_follow_up_with_a_time_stores_local_time_zone_and_utc(make):
    row = make(due_wall=datetime(2026, 12, 10, 17, 0), zone="America/Los_Angeles")
    assert (row.due_on, row.due_at) == (date(2026, 12, 10), datetime(2026, 12, 11, 1, tzinfo=UTC))


def test_title_and_due_date_are_required(make):
    for values in ({"title": None}, {"title": ""}, {"due_on": None}):
        with pytest.raises(Invalid):
            make(**values)


def test_follow_up_without_a_team_is_refused(make, actor):
    with pytest.raises(Invalid, match="belongs to a team"):
        make(by=actor("nora"))


def test_invisible_record_is_not_found(make, actor, rosa):
    with pytest.raises(NotFound):
        make(by=actor("boris"), about=[rosa.id])


def test_follow_up_about_a_confidential_record_is_confidential(make, client_firm):
    set_confidentiality(client_firm, confidential=True, readers=[])
    assert make(about=[client_firm.id]).confidential is True


def test_linked_records_can_change(make, anna, wang, prime, rosa, client_firm):
    row = make()
    change_follow_up(anna, row, {"about": [rosa.id]})
    assert (set(about_of(row)), next_of(wang), next_of(prime)) == ({rosa.id, client_firm.id}, {None}, {None})
    assert (next_of(rosa), next_of(client_firm)) == ({FRIDAY}, {FRIDAY})


def test_done_counts_once_and_can_be_reopened(make, anna, wang):
    row = make()
    assert complete_follow_up(anna, row, "3 of 4 passed") is None
    assert (row.state, row.result, row.closed_by_id, next_of(wang)) == (
        FollowUpState.done,
        "3 of 4 passed",
        anna.id,
        {None},
    )
    cancel_follow_up(anna, row)
    assert row.state is FollowUpState.done
    reopen_follow_up(row)
    assert (row.state, row.result, row.closed_at, next_of(wang)) == (FollowUpState.open, None, None, {FRIDAY})


def test_repeating_follow_up_creates_the_next_and_reopening_removes_it(make, anna, wang):
    row = make(repeat=RepeatRule.weekly, due_on=date(2026, 11, 20))
    created = complete_follow_up(anna, row)
    assert (created.due_on, created.repeat, about_of(created), created.team_id) == (
        FRIDAY,
        RepeatRule.weekly,
        about_of(row),
        row.team_id,
    )
    assert complete_follow_up(anna, row) is None
    reopen_follow_up(row)
    assert (created.archived_at is None, next_of(wang)) == (False, {date(2026, 11, 20)})


def test_postponing_counts_and_keeps_the_time_of_day(make, anna):
    row = make(due_wall=datetime(2026, 12, 9, 17, 0), zone="America/Los_Angeles")
    postpone_follow_up(anna, row, FRIDAY)
    assert (row.due_wall, row.postponed_count) == (datetime(2026, 12, 11, 17, 0), 1)
    with pytest.raises(Invalid):
        postpone_follow_up(anna, row, date(2026, 12, 7))


def test_no_answer_tries_again_in_two_working_days(make, anna):
    row = make(due_on=TODAY)
    assert (note_no_answer(anna, row), row.tries) == (date(2026, 12, 10), 1)
    assert (note_no_answer(anna, row), row.tries) == (date(2026, 12, 10), 2)


def test_closed_follow_up_is_not_postponed(make, anna):
    row = make()
    complete_follow_up(anna, row)
    for action in (lambda: postpone_follow_up(anna, row, FRIDAY), lambda: note_no_answer(anna, row)):
        with pytest.raises(Invalid, match="Reopen this follow-up first"):
            action()


def test_follow_up_is_reassigned_only_to_a_user_with_access(make, anna, people, actor):
    row = make()
    reassign_follow_up(anna, row, people["clara"].id)
    assert row.counselor_id == people["clara"].id
    with pytest.raises(Invalid, match="isn't on this follow-up's team"):
        reassign_follow_up(anna, row, people["boris"].id)
    with pytest.raises(Invalid, match="Choose a member of the record's team"):
        change_follow_up(actor("clara"), row, {"counselor_id": people["boris"].id})
    people["dora"].active = False
    for without_counselor in (people["dora"].id, 99999):
        with pytest.raises(Invalid, match="Choose a colleague"):
            reassign_follow_up(anna, row, without_counselor)
    assert row.counselor_id == people["clara"].id


def test_staff_reassign_own_and_managers_team_follow_ups(make, anna, people, actor):
    row = make(by=actor("clara"))
    for act in (reassign_follow_up, lambda by_actor, row, to: change_follow_up(by_actor, row, {"counselor_id": to})):
        with pytest.raises(Invalid, match="Only the counselor or a manager"):
            act(anna, row, anna.id)
    assert row.counselor_id == people["clara"].id
    change_follow_up(anna, row, {"counselor_id": row.counselor_id, "title": "Price to Wang, in RMB"})
    reassign_follow_up(actor("clara"), row, anna.id)
    assert row.counselor_id == anna.id


def test_archive_and_visibility_update_derived_dates(make, anna, wang):
    row = make()
    archive_record(row, "x")
    assert next_of(wang) == {None}
    restore_record(row)
    set_confidentiality(row, confidential=True, readers=[])
    assert next_of(wang) == {None}
    set_confidentiality(row, confidential=False, readers=[])
    assert next_of(wang) == {FRIDAY}


def test_wrong_derived_date_is_detected_and_repaired(make, wang):
    make()
    db.session.execute(sa.update(RecordDates).values(next_follow_up_on=None))
    assert {record_id for record_id, _team in wrong_next_steps()} >= {wang.id}
    assert rebuild_next_steps() > 0


def test_cadence_is_created_then_updated(anna, wang):
    set_cadence(wang, Tier.a, None, TODAY)
    remaining = set_cadence(wang, Tier.b, 45, date(2026, 12, 20))
    assert (remaining.tier, remaining.every_days, remaining.counts_from) == (Tier.b, 45, TODAY)
    assert queries.find_cadence(wang.id) is remaining


STEPS = st.lists(
    st.sampled_from(["done", "drop", "later", "no answer", "again", "archive", "restore", "about", "seclude", "open"]),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_derived_dates_are_correct_after_any_sequence_of_actions(steps, make, anna, wang, rosa):
    row = make(repeat=RepeatRule.monthly)
    for step in steps:
        is_open = row.state is FollowUpState.open
        if step == "done":
            complete_follow_up(anna, row)
        elif step == "drop":
            cancel_follow_up(anna, row)
        elif step in ("later", "no answer") and is_open:
            postpone_follow_up(anna, row, date(2026, 12, 20)) if step == "later" else note_no_answer(anna, row)
        elif step == "again":
            reopen_follow_up(row)
        elif step in ("archive", "restore"):
            archive_record(row, "x") if step == "archive" else restore_record(row)
        elif step == "about":
            change_follow_up(anna, row, {"about": [rosa.id]})
        elif step in ("seclude", "open"):
            set_confidentiality(row, confidential=step == "seclude", readers=[])
        assert wrong_next_steps() == []
