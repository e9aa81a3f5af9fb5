"""Effects of interactions: dates, follow-ups, rescheduling and undo."""

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
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.interactions.dates import find_wrong_last_dates, rebuild_last_dates
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    PartyValues,
    change_interaction,
    move_interaction,
    resolve_planned,
)
from crm.records.services import set_confidentiality
from tests.interactions.lookups import last_dates, parties

pytestmark = pytest.mark.usefixtures("check_dates")


def test_only_a_talk_updates_last_reached(log, wang):
    moment = datetime(2026, 12, 7, 22, tzinfo=UTC)
    log(datetime(2026, 12, 1, 14), parties=[PartyValues(wang.id)], type=InteractionType.note)
    assert last_dates(wang) == (datetime(2026, 12, 1, 22, tzinfo=UTC), None)
    log(
        datetime(2026, 12, 2, 14),
        parties=[PartyValues(wang.id)],
        reached=InteractionOutcome.no_answer,
        type=InteractionType.call,
    )
    assert last_dates(wang)[1] is None
    log(parties=[PartyValues(wang.id)], reached=InteractionOutcome.talked)
    assert last_dates(wang) == (moment, moment)


def test_planned_interaction_updates_dates_only_when_held(log, anna, wang, prime):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.planned, reached=InteractionOutcome.talked)
    assert (row.reached, last_dates(wang), last_dates(prime)) == (None, (None, None), (None, None))
    resolve_planned(row, InteractionState.held)
    assert (row.reached, last_dates(prime)[0]) == (InteractionOutcome.talked, row.at)
    resolve_planned(row, InteractionState.canceled)
    assert (row.reached, last_dates(wang)) == (None, (None, None))


def test_follow_ups_are_about_the_parties_and_closed_ones_are_done(log, anna, wang, prime, client_firm):
    old = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 7)}, about=[wang.id])
    follow_up = {"title": "Send the price", "due_on": date(2026, 12, 10)}
    row = log(
        parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id)], follow_ups=[follow_up], closes=[old.id]
    )
    created = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    assert (created.title, created.team_id, old.state, old.result) == (
        "Send the price",
        client_firm.team_id,
        FollowUpState.done,
        row.subject,
    )
    stmt = sa.select(RecordDates.record_id).where(RecordDates.next_follow_up_on == date(2026, 12, 10))
    assert set(db.session.scalars(stmt)) == {wang.id, prime.id, client_firm.id}


def test_rescheduled_plan_links_to_the_new_one(log, anna, wang, client_firm, prime):
    plan = log(
        state=InteractionState.planned,
        parties=[PartyValues(wang.id)],
        clients=[ClientMinutes(client_firm.id)],
        about=[prime.id],
    )
    new = move_interaction(plan, datetime(2026, 12, 10, 17, 0))
    assert (plan.state, plan.rescheduled_to_id, new.state) == (
        InteractionState.rescheduled,
        new.id,
        InteractionState.planned,
    )
    assert (new.wall, new.subject, new.team_id) == (datetime(2026, 12, 10, 17), plan.subject, plan.team_id)
    assert parties(new) == parties(plan)


def test_rescheduled_confidential_plan_keeps_its_readers(log, people, wang):
    plan = log(state=InteractionState.planned, parties=[PartyValues(wang.id)])
    set_confidentiality(plan, confidential=True, readers=[people["dora"].id])
    new = move_interaction(plan, datetime(2026, 12, 10, 17, 0))
    assert (new.confidential, new.counselor_id) == (True, plan.counselor_id)
    assert new.reader_ids == {people["dora"].id}


def test_archive_and_restore_update_the_dates(log, wang):
    row = log(parties=[PartyValues(wang.id)])
    archive_record(row, "twice")
    assert last_dates(wang) == (None, None)
    restore_record(row)
    assert last_dates(wang)[0] == row.at


def test_wrong_date_is_found_and_rebuilt(log, wang):
    log(parties=[PartyValues(wang.id)])
    db.session.execute(sa.update(RecordDates).values(last_reached_at=None))
    assert wang.id in find_wrong_last_dates()
    assert rebuild_last_dates() > 0


STEPS = st.lists(
    st.sampled_from(["hold", "cancel", "plan", "archive", "restore", "seclude", "open", "people", "none"]), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_dates_stay_correct_after_any_changes(steps, log, anna, wang, rosa):
    row = log(parties=[PartyValues(wang.id)], state=InteractionState.planned)
    for step in steps:
        if step in ("hold", "cancel", "plan"):
            state = {
                "hold": InteractionState.held,
                "cancel": InteractionState.canceled,
                "plan": InteractionState.planned,
            }
            resolve_planned(row, state[step])
        elif step == "archive":
            archive_record(row, "x")
        elif step == "restore":
            restore_record(row)
        elif step in ("seclude", "open"):
            set_confidentiality(row, confidential=step == "seclude", readers=[])
        else:
            details = InteractionDetails(parties=[PartyValues(rosa.id)] if step == "people" else [])
            change_interaction(anna, row, {}, details)
        assert (find_wrong_last_dates(), wrong_next_steps()) == ([], [])
