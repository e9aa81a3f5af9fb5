"""Logging contacts: what is kept, what follows from it, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.db import db
from crm.core.errors import Invalid, NotFound
from crm.core.record import RecordDates, archive_record, restore_record
from crm.followups.dates import wrong_next_steps
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, repeat_of
from crm.followups.words import FollowUpState, RepeatRule
from crm.interactions.dates import rebuild_last_contacts, wrong_last_contacts
from crm.interactions.models import Interaction, InteractionClient, InteractionParty, InteractionTime
from crm.interactions.policy import InteractionState, Kind, PartySide, Reached, SentKind
from crm.interactions.services import (
    ForClient,
    Party,
    Told,
    add_strangers,
    change_interaction,
    log_interaction,
    move_interaction,
    settle_planned,
    take_back,
    take_inquiry,
)
from crm.organizations.queries import client_facts, roles_of
from crm.people.services import add_affiliation, change_affiliation
from crm.records.queries import points_of
from crm.records.services import set_sight


@pytest.fixture(autouse=True)
def dates_hold(session):
    """After every test the derived dates are those that can be computed."""
    yield
    assert (wrong_last_contacts(), wrong_next_steps()) == ([], [])


def last(record) -> tuple[datetime | None, datetime | None]:
    row = db.session.get(RecordDates, (record.id, 0), populate_existing=True)
    return (row.last_interaction_at, row.last_reached_at) if row else (None, None)


def parties(row) -> list[tuple]:
    asked = sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id).order_by(InteractionParty.id)
    return [(p.person_id, p.organization_id, p.label, p.count, p.side) for p in db.session.scalars(asked)]


def times(row) -> dict[int, tuple[int, int, int]]:
    asked = sa.select(InteractionTime).where(InteractionTime.interaction_id == row.id)
    return {t.client_id: (t.contact, t.prep, t.travel) for t in db.session.scalars(asked)}


def test_a_contact_keeps_the_local_time_and_its_moment(log, wang):
    row = log(datetime(2026, 12, 8, 9, 0), zone="Asia/Shanghai", parties=[Party(wang.id)])
    assert (row.wall, row.zone, row.at) == (
        datetime(2026, 12, 8, 9),
        "Asia/Shanghai",
        datetime(2026, 12, 8, 1, tzinfo=UTC),
    )
    assert (row.subject, row.label) == ("Meeting with Wang Xiaoming", "Meeting with Wang Xiaoming")


def test_parties_have_the_organization_of_that_day(log, anna, wang, prime, client_firm):
    old = add_affiliation(anna, wang, {"organization_id": client_firm.id, "main": False})
    change_affiliation(anna, wang, old, {"from_on": date(2020, 1, 1), "to_on": date(2022, 1, 1)})
    now, crowd = Party(wang.id), Party(label="engineers", count=2, organization_id=prime.id)
    row = log(parties=[now, crowd])
    assert parties(row) == [
        (wang.id, prime.id, None, 1, PartySide.host), (None, prime.id, "engineers", 2, PartySide.host),
    ]  # fmt: skip


def test_a_party_kept_stays_at_the_organization_it_had(log, anna, wang, prime, client_firm):
    row = log(parties=[Party(wang.id)])
    add_affiliation(anna, wang, {"organization_id": client_firm.id})
    change_interaction(anna, row, {"notes": "more"}, Told(parties=[Party(wang.id)]))
    assert parties(row) == [(wang.id, prime.id, None, 1, PartySide.host)]


def test_only_a_talk_ends_the_silence(log, wang):
    moment = datetime(2026, 12, 7, 22, tzinfo=UTC)
    log(datetime(2026, 12, 1, 14), parties=[Party(wang.id)], what=Kind.note)
    assert last(wang) == (datetime(2026, 12, 1, 22, tzinfo=UTC), None)
    log(datetime(2026, 12, 2, 14), parties=[Party(wang.id)], reached=Reached.no_answer, what=Kind.call)
    assert last(wang)[1] is None
    log(parties=[Party(wang.id)], reached=Reached.talked)
    assert last(wang) == (moment, moment)


def test_a_plan_is_no_contact_until_it_took_place(log, anna, wang, prime):
    row = log(parties=[Party(wang.id)], state=InteractionState.planned, reached=Reached.talked)
    assert (row.reached, last(wang), last(prime)) == (None, (None, None), (None, None))
    settle_planned(anna, row, InteractionState.held)
    assert (row.reached, last(prime)[0]) == (Reached.talked, row.at)
    settle_planned(anna, row, InteractionState.cancelled)
    assert (row.reached, last(wang)) == (None, (None, None))


def test_what_is_still_to_come_was_not_held(log, anna):
    with pytest.raises(Invalid, match="still to come"):
        log(datetime(2026, 12, 9, 9, 0))
    plan = log(datetime(2026, 12, 9, 9, 0), state=InteractionState.planned)
    with pytest.raises(Invalid, match="still to come"):
        settle_planned(anna, plan, InteractionState.held)


def test_minutes_are_of_each_of_us_for_each_client(log, anna, people, client_firm, step):
    told = ForClient(client_firm.id, 40, 15, 5, funder_id=step.id)
    row = log(clients=[told], staff_ids=[anna.id, people["clara"].id])
    asked = sa.select(InteractionTime.user_id, InteractionTime.contact, InteractionTime.prep, InteractionTime.travel)
    assert sorted(db.session.execute(asked.where(InteractionTime.interaction_id == row.id))) == sorted(
        [(anna.id, 40, 15, 5), (people["clara"].id, 40, 15, 5)]
    )


def test_minutes_that_differ_between_us_survive_an_edit_of_the_notes(log, anna, people, client_firm):
    row = log(clients=[ForClient(client_firm.id, 40)], staff_ids=[anna.id, people["clara"].id])
    db.session.get(InteractionTime, (row.id, client_firm.id, people["clara"].id)).contact = 10
    change_interaction(anna, row, {"notes": "x"}, Told(clients=[ForClient(client_firm.id, 40)]))
    assert db.session.get(InteractionTime, (row.id, client_firm.id, people["clara"].id)).contact == 10
    change_interaction(anna, row, {}, Told(clients=[ForClient(client_firm.id, 30)]))
    assert {t.contact for t in db.session.scalars(sa.select(InteractionTime))} == {30}


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_minutes_that_cannot_be_are_refused(log, client_firm, minutes):
    with pytest.raises(Invalid):
        log(clients=[ForClient(client_firm.id, minutes)])
    with pytest.raises(Invalid):
        log(minutes=minutes)


def test_a_client_taken_out_takes_its_minutes_along(log, anna, client_firm):
    row = log(clients=[ForClient(client_firm.id, 40)])
    change_interaction(anna, row, {}, Told(clients=[]))
    assert (times(row), db.session.scalars(sa.select(InteractionClient)).all()) == ({}, [])
    assert last(client_firm) == (None, None)


def test_the_china_desk_leaves_the_funder_it_does_not_see(log, actor, anna, client_firm, step):
    row = log(clients=[ForClient(client_firm.id, 40, funder_id=step.id)])
    change_interaction(actor("shen"), row, {}, Told(clients=[ForClient(client_firm.id, 20)]))
    assert db.session.get(InteractionClient, (row.id, client_firm.id)).funder_id == step.id


def test_who_is_in_several_teams_logs_into_that_of_the_client(log, actor, people, client_firm):
    from crm.organizations.policy import OrganizationRole
    from crm.organizations.services import add_organization

    bay = add_organization(actor("boris"), {"name": "Bay Cold Chain"}, roles=[OrganizationRole.client])
    assert log(by=actor("shen"), clients=[ForClient(bay.id, 10)]).team_id == bay.team_id
    assert log(by=actor("shen")).team_id == actor("shen").first_team_id


def test_who_is_above_the_teams_logs_into_that_of_the_client_and_else_is_asked(log, actor, client_firm):
    assert log(by=actor("nora"), clients=[ForClient(client_firm.id, 10)]).team_id == client_firm.team_id
    with pytest.raises(Invalid, match="Choose the team"):
        log(by=actor("nora"))


def test_who_is_in_no_team_logs_nothing(log, actor):
    with pytest.raises(Invalid, match="in none"):
        log(by=replace(actor("anna"), team_ids=frozenset(), first_team_id=None))


def test_a_contact_about_something_confidential_is_confidential(log, anna, client_firm, rosa):
    set_sight(client_firm, confidential=True, readers=[])
    row = log(clients=[ForClient(client_firm.id, 10)], parties=[Party(rosa.id)])
    assert (row.confidential, last(rosa)) == (True, (None, None))


def test_an_invisible_record_is_not_found(log, actor, rosa, client_firm):
    for told in ({"parties": [Party(rosa.id)]}, {"clients": [ForClient(client_firm.id)]}, {"about": [client_firm.id]}):
        with pytest.raises(NotFound):
            log(by=actor("boris"), **told)


def test_promises_are_made_about_those_who_were_there_and_the_settled_one_is_closed(
    log, anna, wang, prime, client_firm
):
    old = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 7)}, about=[wang.id])
    told = {"title": "Send the price", "due_on": date(2026, 12, 10)}
    row = log(parties=[Party(wang.id)], clients=[ForClient(client_firm.id)], follow_ups=[told], closes=[old.id])
    made = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    assert (made.title, made.team_id, old.state, old.result) == (
        "Send the price", client_firm.team_id, FollowUpState.done, row.subject,
    )  # fmt: skip
    asked = sa.select(RecordDates.record_id).where(RecordDates.next_follow_up_on == date(2026, 12, 10))
    assert set(db.session.scalars(asked)) == {wang.id, prime.id, client_firm.id}


def test_a_moved_plan_leads_to_the_new_one(log, anna, wang, client_firm, prime):
    plan = log(
        state=InteractionState.planned, parties=[Party(wang.id)], clients=[ForClient(client_firm.id)], about=[prime.id]
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
    plan = log(state=InteractionState.planned, parties=[Party(wang.id)])
    set_sight(plan, confidential=True, readers=[people["dora"].id])
    made = move_interaction(plan, datetime(2026, 12, 10, 17, 0))
    assert (made.confidential, made.counselor_id) == (True, plan.counselor_id)
    assert made.reader_ids == {people["dora"].id}


def test_what_was_just_logged_can_be_taken_back(log, anna, wang):
    old = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 7)}, about=[wang.id])
    told = {"title": "Send the price", "due_on": date(2026, 12, 10)}
    row = log(parties=[Party(wang.id)], follow_ups=[told], closes=[old.id])
    take_back(anna, row, [old.id])
    made = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    assert (row.archived_at is None, made.archived_at is None, old.state) == (False, False, FollowUpState.open)
    assert last(wang) == (None, None)


def test_taking_back_leaves_one_of_what_repeats(log, anna, wang):
    told = {"title": "Ask for news", "due_on": date(2026, 12, 7), "repeat": RepeatRule.weekly}
    old = add_follow_up(anna, told, about=[wang.id])
    row = log(parties=[Party(wang.id)], closes=[old.id])
    assert (old.state, repeat_of(old).due_on) == (FollowUpState.done, date(2026, 12, 14))
    take_back(anna, row, [old.id])
    asked = sa.select(FollowUp.id).where(FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None))
    assert list(db.session.scalars(asked)) == [old.id]


def test_archive_and_restore_move_the_dates(log, wang):
    row = log(parties=[Party(wang.id)])
    archive_record(row, "twice")
    assert last(wang) == (None, None)
    restore_record(row)
    assert last(wang)[0] == row.at


def test_a_wrong_date_is_found_and_mended(log, wang):
    log(parties=[Party(wang.id)])
    db.session.execute(sa.update(RecordDates).values(last_reached_at=None))
    assert wang.id in wrong_last_contacts()
    assert rebuild_last_contacts() > 0


def test_what_stays_the_same_leaves_no_trace_in_the_history(log, anna, wang, client_firm):
    from crm.core.audit import Change

    told = Told(parties=[Party(wang.id)], clients=[ForClient(client_firm.id, 10)], sent=[(SentKind.file, "price list")])
    row = log_interaction(anna, {"wall": datetime(2026, 12, 7, 14), "zone": "UTC"}, told)
    db.session.flush()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Change))
    change_interaction(anna, row, {}, told)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change)) == before


@pytest.mark.parametrize(
    ("text", "shown", "mail"),
    [
        ("Li Wei", "Li Wei", None),
        ("周立民", "周立民", None),
        ("Tom Okafor", "Tom Okafor", None),
        ("Zhou Limin <zhou@lotus.example>", "Zhou Limin", "zhou@lotus.example"),
        ("zhou@lotus.example", "zhou", "zhou@lotus.example"),
        ("周立民 Zhou Limin", "Zhou Limin", None),
    ],
)
def test_a_typed_name_becomes_a_person(anna, text, shown, mail):
    (made,) = add_strangers(anna, [text])
    assert (made.label, [p.value for p in points_of([made.id])[made.id]]) == (shown, [mail] if mail else [])


def inquiry(**more):
    values = {"name": "Rosa Delgado", "reach": "760 555 0148", "heard": "call", "wish": "Leak prediction in Zhejiang"}
    return values | {"title": "Call back", "due_on": date(2026, 12, 10)} | more


def test_an_inquiry_makes_firm_person_contact_and_step(anna):
    row = take_inquiry(anna, inquiry(minutes=15, county="San Diego"), ["Vista Predictive"])
    (firm_id,) = [c.client_id for c in db.session.scalars(sa.select(InteractionClient))]
    facts = client_facts(firm_id)
    assert (facts.wish, facts.county, [str(r) for r in roles_of([firm_id])[firm_id]]) == (
        "Leak prediction in Zhejiang", "San Diego", ["Client"],
    )  # fmt: skip
    assert (row.subject, row.what, row.notes, times(row)) == (
        "Inquiry: Vista Predictive", Kind.call, "Leak prediction in Zhejiang", {firm_id: (15, 0, 0)},
    )  # fmt: skip
    assert db.session.scalars(sa.select(FollowUp)).one().title == "Call back"


def test_an_inquiry_needs_no_more_than_a_name(anna):
    row = take_inquiry(anna, {"name": "Rosa", "heard": "email"})
    assert (row.subject, row.what, parties(row)[0][1]) == ("Inquiry: Rosa", Kind.email, None)


def test_an_inquiry_with_a_wrong_mail_is_refused(anna):
    with pytest.raises(Invalid):
        take_inquiry(anna, inquiry(reach="rosa@nowhere@x"), ["Vista"])


def test_an_inquiry_of_a_known_firm_fills_gaps_and_overwrites_nothing(anna, client_firm):
    client_facts(client_firm.id).wish = "Sensors"
    take_inquiry(anna, inquiry(firm=client_firm.id, county="Alameda"))
    facts = client_facts(client_firm.id)
    assert (facts.wish, facts.county) == ("Sensors", "Alameda")


STEPS = st.lists(
    st.sampled_from(["hold", "cancel", "plan", "archive", "restore", "seclude", "open", "people", "none"]), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_dates_hold_whatever_is_done(steps, log, anna, wang, rosa):
    row = log(parties=[Party(wang.id)], state=InteractionState.planned)
    for step in steps:
        if step in ("hold", "cancel", "plan"):
            state = {
                "hold": InteractionState.held,
                "cancel": InteractionState.cancelled,
                "plan": InteractionState.planned,
            }
            settle_planned(anna, row, state[step])
        elif step == "archive":
            archive_record(row, "x")
        elif step == "restore":
            restore_record(row)
        elif step in ("seclude", "open"):
            set_sight(row, confidential=step == "seclude", readers=[])
        else:
            told = Told(parties=[Party(rosa.id)] if step == "people" else [])
            change_interaction(anna, row, {}, told)
        assert (wrong_last_contacts(), wrong_next_steps()) == ([], [])


def test_a_contact_is_found_by_its_people(log, anna, wang):
    from crm.core.find import search

    row = log(parties=[Party(wang.id)], subject="Needs for the air network")
    assert [f.id for f in search(anna, "xiaoming air", ("interaction",))] == [row.id]
    assert db.session.get(Interaction, row.id).what is Kind.meeting
