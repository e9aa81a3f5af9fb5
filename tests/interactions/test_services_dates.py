"""What follows from a contact: last talk and next step, promises, a moved plan, what is taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.data.base import db
from crm.core.data.record import archive_record, restore_record
from crm.core.data.record_dates import RecordDates
from crm.followups.dates import wrong_next_steps
from crm.followups.enums import FollowUpState, RepeatRule
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, repeat_of
from crm.interactions.dates import find_wrong_last_dates, rebuild_last_dates
from crm.interactions.policy import InteractionState, Kind, Reached
from crm.interactions.services import (
    ForClient,
    InteractionDetails,
    PartyValues,
    change_interaction,
    move_interaction,
    resolve_planned,
    take_back,
)
from crm.records.services import set_confidentiality
from tests.interactions.lookups import last, parties

pytestmark = pytest.mark.usefixtures("dates_hold")


def test_only_a_talk_ends_the_silence(log, wang):
    moment = datetime(2026, 12, 7, 22, tzinfo=UTC)
    log(datetime(2026, 12, 1, 14), parties=[PartyValues(wang.id)], what=Kind.note)
    assert last(wang) == (datetime(2026, 12, 1, 22, tzinfo=UTC), None)
    log(datetime(2026, 12, 2, 14), parties=[PartyValues(wang.id)], reached=Reached.no_answer, what=Kind.call)
    assert last(wang)[1] is None
    log(parties=[PartyValues(wang.id)], reached=Reached.talked)
    assert last(wang) == (moment, moment)


def test_a_plan_is_no_contact_until_it_took_place(log, anna, wang, prime):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.planned, reached=Reached.talked)
    assert (row.reached, last(wang), last(prime)) == (None, (None, None), (None, None))
    resolve_planned(anna, row, InteractionState.held)
    assert (row.reached, last(prime)[0]) == (Reached.talked, row.at)
    resolve_planned(anna, row, InteractionState.cancelled)
    assert (row.reached, last(wang)) == (None, (None, None))


def test_promises_are_made_about_those_who_were_there_and_the_settled_one_is_closed(
    log, anna, wang, prime, client_firm
):
    old = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 7)}, about=[wang.id])
    told = {"title": "Send the price", "due_on": date(2026, 12, 10)}
    row = log(parties=[PartyValues(wang.id)], clients=[ForClient(client_firm.id)], follow_ups=[told], closes=[old.id])
    made = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    assert (made.title, made.team_id, old.state, old.result) == (
        "Send the price",
        client_firm.team_id,
        FollowUpState.done,
        row.subject,
    )
    stmt = sa.select(RecordDates.record_id).where(RecordDates.next_follow_up_on == date(2026, 12, 10))
    assert set(db.session.scalars(stmt)) == {wang.id, prime.id, client_firm.id}


def test_a_moved_plan_leads_to_the_new_one(log, anna, wang, client_firm, prime):
    plan = log(
        state=InteractionState.planned,
        parties=[PartyValues(wang.id)],
        clients=[ForClient(client_firm.id)],
        about=[prime.id],
    )
    made = move_interaction(plan, datetime(2026, 12, 10, 17, 0))
    assert (plan.state, plan.rescheduled_to_id, made.state) == (
        InteractionState.rescheduled,
        made.id,
        InteractionState.planned,
    )
    assert (made.wall, made.subject, made.team_id) == (datetime(2026, 12, 10, 17), plan.subject, plan.team_id)
    assert parties(made) == parties(plan)


def test_a_moved_confidential_plan_keeps_its_readers(log, people, wang):
    plan = log(state=InteractionState.planned, parties=[PartyValues(wang.id)])
    set_confidentiality(plan, confidential=True, readers=[people["dora"].id])
    made = move_interaction(plan, datetime(2026, 12, 10, 17, 0))
    assert (made.confidential, made.counselor_id) == (True, plan.counselor_id)
    assert made.reader_ids == {people["dora"].id}


def test_what_was_just_logged_can_be_taken_back(log, anna, wang):
    old = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 7)}, about=[wang.id])
    told = {"title": "Send the price", "due_on": date(2026, 12, 10)}
    row = log(parties=[PartyValues(wang.id)], follow_ups=[told], closes=[old.id])
    take_back(anna, row, [old.id])
    made = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    assert (row.archived_at is None, made.archived_at is None, old.state) == (False, False, FollowUpState.open)
    assert last(wang) == (None, None)


def test_taking_back_leaves_one_of_what_repeats(log, anna, wang):
    told = {"title": "Ask for news", "due_on": date(2026, 12, 7), "repeat": RepeatRule.weekly}
    old = add_follow_up(anna, told, about=[wang.id])
    row = log(parties=[PartyValues(wang.id)], closes=[old.id])
    assert (old.state, repeat_of(old).due_on) == (FollowUpState.done, date(2026, 12, 14))
    take_back(anna, row, [old.id])
    stmt = sa.select(FollowUp.id).where(FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None))
    assert list(db.session.scalars(stmt)) == [old.id]


def test_archive_and_restore_move_the_dates(log, wang):
    row = log(parties=[PartyValues(wang.id)])
    archive_record(row, "twice")
    assert last(wang) == (None, None)
    restore_record(row)
    assert last(wang)[0] == row.at


def test_a_wrong_date_is_found_and_mended(log, wang):
    log(parties=[PartyValues(wang.id)])
    db.session.execute(sa.update(RecordDates).values(last_reached_at=None))
    assert wang.id in find_wrong_last_dates()
    assert rebuild_last_dates() > 0


STEPS = st.lists(
    st.sampled_from(["hold", "cancel", "plan", "archive", "restore", "seclude", "open", "people", "none"]), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_dates_hold_whatever_is_done(steps, log, anna, wang, rosa):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.planned)
    for step in steps:
        if step in ("hold", "cancel", "plan"):
            state = {
                "hold": InteractionState.held,
                "cancel": InteractionState.cancelled,
                "plan": InteractionState.planned,
            }
            resolve_planned(anna, row, state[step])
        elif step == "archive":
            archive_record(row, "x")
        elif step == "restore":
            restore_record(row)
        elif step in ("seclude", "open"):
            set_confidentiality(row, confidential=step == "seclude", readers=[])
        else:
            told = InteractionDetails(parties=[PartyValues(rosa.id)] if step == "people" else [])
            change_interaction(anna, row, {}, told)
        assert (find_wrong_last_dates(), wrong_next_steps()) == ([], [])
