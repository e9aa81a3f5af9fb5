"""What an interaction stores besides its own columns: staff, items, copies, follow-ups, and people of inquiries."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import Record
from crm.core.errors import Invalid, NotFound
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions import queries
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import (
    InteractionOutcome,
    InteractionState,
    InteractionType,
    PartySide,
    SentKind,
    SessionType,
    StaffRole,
)
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    PartyValues,
    change_interaction,
    move_interaction,
    save_inquiry,
)
from crm.organizations.queries import get_client
from crm.people.queries import load_affiliations
from crm.records.queries import points_of
from crm.records.services import name_action, undo_action
from tests.factories import client_of, make_confidential, organization, person
from tests.interactions.lookups import last_dates, parties

DAY = date(2026, 12, 7)


def test_copy_at_another_time_has_everything_but_the_minutes(log, anna, people, wang, prime, client_firm, step):
    client = ClientMinutes(
        client_firm.id, 40, 15, 5, funder_id=step.id, session_type=SessionType.online, countable=False
    )
    engineers = PartyValues(label="engineers", count=2, side=PartySide.other)
    plan = log(
        state=InteractionState.planned,
        type=InteractionType.visit,
        place="Hall 4",
        notes="Bring samples",
        time_known=False,
        minutes=45,
        parties=[PartyValues(wang.id), engineers],
        clients=[client],
        about=[prime.id],
        staff_ids=[people["dora"].id, people["clara"].id],
    )
    new = move_interaction(plan, datetime(2026, 12, 10, 17, 0), "Asia/Shanghai")
    assert (new.at, new.zone, new.time_known) == (datetime(2026, 12, 10, 9, tzinfo=UTC), "Asia/Shanghai", True)
    names = ("type", "place", "notes", "minutes", "subject", "team_id", "counselor_id", "confidential")
    assert [getattr(new, name) for name in names] == [getattr(plan, name) for name in names]
    details, before = queries.load_details(anna, new), queries.load_details(anna, plan)
    assert (details.staff, details.parties, details.about) == (before.staff, before.parties, before.about)
    assert [x.id for x in details.about] == [prime.id]
    assert details.clients == (before.clients[0]._replace(contact=0, prep=0, travel=0),)
    assert (details.clients[0].funder_id, details.clients[0].countable) == (step.id, False)
    assert move_interaction(new, datetime(2026, 12, 11, 9, 0)).zone == "Asia/Shanghai"


def test_staff_are_users_once_each_and_keep_their_roles(log, anna, people):
    row = log(staff_ids=[anna.id, people["dora"].id, anna.id])
    stmt = sa.select(InteractionStaff).where(InteractionStaff.interaction_id == row.id)
    assert sorted(x.user_id for x in db.session.scalars(stmt)) == sorted([anna.id, people["dora"].id])
    db.session.get(InteractionStaff, (row.id, anna.id)).role = StaffRole.interpreter
    change_interaction(anna, row, {}, InteractionDetails(staff_ids=[people["clara"].id, anna.id]))
    roles = {x.user_id: x.role for x in db.session.scalars(stmt)}
    assert roles == {anna.id: StaffRole.interpreter, people["clara"].id: StaffRole.attended}
    with pytest.raises(NotFound):
        change_interaction(anna, row, {}, InteractionDetails(staff_ids=[anna.id, 999]))
    assert queries.load_details(anna, log()).staff == ((anna.id, "Anna Reyes"),)


def test_items_without_a_text_are_left_out_and_long_ones_cut(log, anna):
    row = log(sent=[(SentKind.sample, "  2 valves "), (SentKind.file, " "), (SentKind.drawing, "x" * 201)])
    assert queries.load_details(anna, row).sent == ((SentKind.sample, "2 valves"), (SentKind.drawing, "x" * 200))


def test_subject_names_the_first_three_people_that_all_readers_may_know(log, anna):
    guests = [person(name) for name in ("Ma", "Li", "Wu", "Xu")]
    row = log(parties=[PartyValues(x.id) for x in guests], type=InteractionType.call)
    assert (row.subject, "xu" in row.tokens) == ("Call with Ma, Li, Wu", True)
    assert log(type=InteractionType.note).subject == "Note"
    secret = make_confidential(person("Hu", team="Inland", counselor=anna))
    row = log(parties=[PartyValues(secret.id)])
    assert (row.confidential, row.subject, row.label) == (True, "Meeting with Hu", "Meeting with Hu")
    names = [person("N" * 80) for _number in range(3)]
    assert len(log(parties=[PartyValues(x.id) for x in names]).subject) == 200


def test_attempt_counts_for_open_follow_ups_and_a_talk_closes_them(log, anna, wang, prime):
    first, second = (add_follow_up(anna, {"title": x, "due_on": DAY}, about=[wang.id]) for x in ("Call", "Write"))
    complete_follow_up(anna, second, "By mail")
    log(reached=InteractionOutcome.no_answer, closes=[first.id, second.id])
    assert [(x.state, x.tries) for x in (first, second)] == [(FollowUpState.open, 1), (FollowUpState.done, 0)]
    row = log(closes=[first.id], subject="Agreed")
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == first.id)
    assert (first.state, first.result) == (FollowUpState.done, "Agreed")
    assert set(db.session.scalars(about)) == {wang.id, prime.id, row.id}


def test_confidential_interaction_leaves_no_trace_in_a_follow_up_that_it_closes(log, anna, wang, prime):
    follow_up = add_follow_up(anna, {"title": "Call", "due_on": DAY}, about=[wang.id])
    secret = make_confidential(client_of("Inland", "Secret", counselor=anna))
    row = log(closes=[follow_up.id], clients=[ClientMinutes(secret.id)], subject="Agreed")
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == follow_up.id)
    assert (row.confidential, follow_up.state, follow_up.result) == (True, FollowUpState.done, None)
    assert set(db.session.scalars(about)) == {wang.id, prime.id}


def test_follow_up_of_a_stored_interaction_is_about_its_people_and_clients(log, anna, wang, prime, client_firm):
    row = log(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id)])
    change_interaction(anna, row, {}, InteractionDetails(follow_ups=[{"title": "Price", "due_on": DAY}]))
    follow_up = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == follow_up.id)
    assert set(db.session.scalars(about)) == {wang.id, prime.id, client_firm.id}
    row = log(about=[prime.id], follow_ups=[{"title": "Catalog", "due_on": DAY}])
    follow_up = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == follow_up.id)
    assert set(db.session.scalars(about)) == {prime.id}


@pytest.mark.usefixtures("check_dates")
def test_undo_brings_back_people_to_the_timeline_and_the_dates(log, anna, wang, rosa):
    row = log(parties=[PartyValues(wang.id)])
    db.session.commit()
    act_as(db.session(), anna, ChangeSource.web)
    change_interaction(anna, row, {}, InteractionDetails(parties=[PartyValues(rosa.id)]))
    batch_id = name_action("Changed")
    db.session.commit()
    assert (last_dates(wang), last_dates(rosa)) == ((None, None), (row.at, row.at))
    act_as(db.session(), anna, ChangeSource.web)
    undo_action(anna, batch_id)
    assert (last_dates(wang), last_dates(rosa)) == ((row.at, row.at), (None, None))
    assert [len(queries.timeline(anna, x.id).entries) for x in (wang, rosa)] == [1, 0]


def test_unknown_funder_is_not_found(log, client_firm, step):
    with pytest.raises(NotFound):
        log(clients=[ClientMinutes(client_firm.id, funder_id=step.id + 100)])


def test_clients_of_other_teams_stay_with_their_values(log, actor, anna, client_firm, step):
    bay = client_of("Bay", "Bay Cold Chain")
    hidden = ClientMinutes(bay.id, 30, 20, 10, funder_id=step.id, session_type=SessionType.online, countable=False)
    row = log(by=actor("nora"), team_id=anna.first_team_id, clients=[ClientMinutes(client_firm.id, 10), hidden])
    before = [x for x in queries.load_details(actor("nora"), row).clients if x.client_id == bay.id]
    change_interaction(anna, row, {}, InteractionDetails(clients=[ClientMinutes(client_firm.id, 15)]))
    clients = {x.client_id: x for x in queries.load_details(actor("nora"), row).clients}
    assert (clients[client_firm.id].contact, clients[bay.id]) == (15, before[0])
    assert clients[bay.id][3:6] == (30, 20, 10)


INQUIRY = {"name": "Rosa", "interaction_type": "call", "contact_text": "+1 760 555 0148"}


def test_records_of_an_inquiry_belong_to_the_chosen_counselor_else_to_the_author(anna, people):
    for name, counselor in (("Vista", people["dora"]), ("Harbor", None)):
        values = INQUIRY | {"counselor_id": counselor and counselor.id, "title": "Call back", "due_on": DAY}
        row = save_inquiry(anna, values, [name])
        records = [db.session.get_one(Record, i) for i in parties(row)[0][:2]]
        follow_up = db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)).one()
        expected = (counselor or anna).id
        assert {x.counselor_id for x in (*records, follow_up)} == {expected}
        assert (records[1].name, records[1].country, follow_up.due_on) == (name, "US", DAY)


def test_known_person_of_an_inquiry_gets_the_phone_and_a_position(anna, client_firm):
    free, employed = person("Ortega", "Rosa"), person("Ma", "Jun", organization=organization("Harbor"))
    for row in (free, employed):
        for _number in range(2):
            inquiry = save_inquiry(anna, INQUIRY | {"person_id": row.id, "organization": client_firm.id})
        assert parties(inquiry)[0][:2] == (row.id, client_firm.id)
    jobs = load_affiliations(anna, [free.id, employed.id])
    assert [(x.organization_id, x.main) for x in jobs[free.id]] == [(client_firm.id, True)]
    assert [x.main for x in jobs[employed.id] if x.organization_id == client_firm.id] == [False]
    assert {x.value for x in points_of([free.id])[free.id]} == {"+17605550148"}


def test_person_of_a_team_gets_no_position_at_a_shared_organization(anna):
    row, shared = person("Ortega", "Rosa", team="Inland"), organization("Harbor")
    save_inquiry(anna, {"interaction_type": "call", "person_id": row.id, "organization": shared.id})
    assert load_affiliations(anna, [row.id])[row.id] == []


@pytest.mark.parametrize("field", ["county", "postal_code", "legal_form", "founded_on"])
def test_facts_for_the_funder_need_a_client(anna, field):
    values = {field: date(2020, 1, 1) if field == "founded_on" else "llc"}
    for place in ({}, {"organization": organization("Harbor").id}):
        with pytest.raises(Invalid, match="Enter an organization, or clear the county"):
            save_inquiry(anna, INQUIRY | values | place)
    assert save_inquiry(anna, INQUIRY | {"wish": "Sensors"}).is_inquiry


def test_facts_of_a_client_are_filled_where_they_are_blank(anna, client_firm):
    client_firm.postal_code = "94550"
    facts = {"postal_code": "95202", "county": "Kern", "founded_on": date(2020, 1, 1), "wish": "Sensors"}
    save_inquiry(anna, INQUIRY | facts | {"organization": client_firm.id})
    row = get_client(client_firm.id)
    assert (client_firm.postal_code, row.county, row.founded_on, row.wish) == (
        "94550",
        "Kern",
        date(2020, 1, 1),
        "Sensors",
    )
