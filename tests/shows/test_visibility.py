"""Participants of a show and its meetings: only visible ones are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.desk.history import load_history
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.shows import queries
from crm.shows.queries.guests import load_guests
from crm.shows.services import save_meeting, save_participant, save_show
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person
from tests.shows.conftest import DAY


def test_hidden_organizer_is_not_shown(people, actor, trade_show):
    trade_show.organizer_id = organization("Quiet Expo", team="Bay", counselor=people["boris"]).id
    db.session.flush()
    assert queries.organizer_of(actor("anna"), trade_show) is None
    assert queries.organizer_of(actor("boris"), trade_show).label == "Quiet Expo"
    trade_show.organizer_id = None
    assert queries.organizer_of(actor("boris"), trade_show) is None


def test_participant_is_found_only_at_its_show_and_if_visible(people, actor, trade_show, show_records):
    line = save_participant(trade_show, {"record_id": show_records.other.id})
    staff = save_participant(trade_show, {"user_id": people["anna"].id})
    assert queries.get_participant(actor("boris"), trade_show.id, line.id) is line
    assert queries.get_participant(actor("anna"), trade_show.id, staff.id) is staff
    for user_name, show_id, participant_id in (
        ("anna", trade_show.id, line.id),
        ("boris", trade_show.id + 1, line.id),
        ("boris", trade_show.id, 99),
    ):
        with pytest.raises(NotFound):
            queries.get_participant(actor(user_name), show_id, participant_id)


def test_deactivated_user_can_not_be_added_to_the_participants(people, trade_show):
    people["dora"].active = False
    with pytest.raises(Invalid) as refused:
        save_participant(trade_show, {"user_id": people["dora"].id})
    assert refused.value.field == "user_id"


def test_confidential_client_is_not_among_the_participants(people, actor, trade_show, show_records):
    save_participant(trade_show, {"record_id": show_records.client.id})
    make_confidential(show_records.client)
    assert queries.load_participant_rows(actor("dora"), trade_show.id) == []
    assert [g.record_id for g in queries.load_participant_rows(actor("anna"), trade_show.id)] == [
        show_records.client.id
    ]


def test_own_meetings_are_those_the_user_attends(people, actor, trade_show, meet):
    own = meet("anna", time(9), staff=[people["anna"].id])
    meet("anna", time(10), table="15", staff=[people["dora"].id])
    meet("anna", time(11), table="16")
    assert [m.id for m in queries.agenda(actor("anna"), trade_show.id, own_only=True)[DAY]] == [own.id]
    assert len(queries.agenda(actor("anna"), trade_show.id)[DAY]) == 3


def test_meeting_names_only_visible_people(people, actor, trade_show, show_records):
    """Shen is in all teams: a meeting of Inland with people of Bay."""
    other_teams = person("Zhao", "Ming", team="Bay", counselor=people["boris"])
    host = organization("Bay Metering Works", team="Bay", counselor=people["boris"])
    values = {"day": DAY, "time": time(9), "client_id": show_records.client.id, "host_id": host.id}
    row = save_meeting(actor("shen"), trade_show, values | {"people": [show_records.li.id, other_teams.id]})
    texts = queries.meeting_row(actor("anna"), row)
    assert (texts.client.id, texts.host, [p.id for p in texts.people]) == (
        show_records.client.id,
        None,
        [show_records.li.id],
    )
    whole = queries.meeting_row(actor("shen"), row)
    assert (whole.host.id, {p.id for p in whole.people}) == (host.id, {show_records.li.id, other_teams.id})
    for user_name, texts_of_user in (("anna", texts), ("shen", whole)):
        assert [m.id for m in queries.agenda(actor(user_name), trade_show.id)[DAY]] == [row.id]
        (guests,) = load_guests(actor(user_name), [texts_of_user]).values()
        assert {guest.id for guest in guests} == {p.id for p in texts_of_user.people}


def test_meeting_is_visible_to_its_team_and_the_network_manager(actor, meet):
    row = meet("boris")
    for name in ("boris", "shen", "nora"):
        assert queries.get_meeting(actor(name), row.id) is row
    for name in ("anna", "dora", "admin"):
        with pytest.raises(NotFound):
            queries.get_meeting(actor(name), row.id)
    both = replace(actor("anna"), team_ids=frozenset({*actor("anna").team_ids, *actor("boris").team_ids}))
    assert queries.get_meeting(both, row.id) is row


def test_meeting_at_a_hidden_show_is_not_found(people, actor, trade_show, meet):
    row = meet("anna")
    trade_show.team_id, trade_show.counselor_id = client_of("Bay").team_id, people["boris"].id
    db.session.flush()
    with pytest.raises(NotFound):
        queries.get_meeting(actor("anna"), row.id)


def test_interaction_of_a_meeting_is_shown_only_if_visible(people, actor, trade_show, show_records, meet, clock):
    row = meet("anna")
    talk = log_interaction(
        actor("anna"),
        {"wall": datetime(2026, 3, 9, 10), "zone": "UTC"},
        InteractionDetails([PartyValues(show_records.li.id)]),
    )
    row.interaction_id = talk.id
    db.session.flush()
    assert queries.meeting_row(actor("dora"), row).interaction_id == talk.id
    make_confidential(talk)
    db.session.flush()
    assert queries.meeting_row(actor("dora"), row).interaction_id is None
    assert queries.meeting_row(actor("anna"), row).interaction_id == talk.id
    archived(talk)
    assert queries.meeting_row(actor("anna"), row).interaction_id is None


def test_staff_without_access_to_a_meeting_are_named(people, actor, meet):
    """The team's manager sees a confidential meeting; a colleague and another team's counselor don't."""
    names = ("anna", "boris", "clara", "dora")
    employer = organization("Quiet Water", team="Inland", counselor=people["anna"].id)
    yu = person("Yu", "Na")
    affiliation(yu, employer)
    row = meet("anna", people=[yu.id], staff=[people[name].id for name in names])
    assert queries.list_staff_without_access(row.id) == [people["boris"].name]
    make_confidential(employer)
    assert queries.list_staff_without_access(row.id) == sorted(people[name].name for name in ("boris", "dora"))


def test_history_has_no_cost_for_the_china_desk(session, actor, trade_show):
    save_show(actor("anna"), {"cost": 12_000, "currency": "USD", "venue": "Hall 2"}, trade_show)
    fields = {
        name: {field.label for entry in load_history(actor(name), trade_show) for field in entry.fields}
        for name in ("dora", "shen")
    }
    assert fields["dora"] - fields["shen"] == {"Cost", "Currency"}
    assert "Venue" in fields["shen"]
