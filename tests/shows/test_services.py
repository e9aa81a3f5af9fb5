"""Shows keep meetings within their days; nobody is at two tables at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.shows import queries, services
from crm.shows.lists.shows import after_page
from crm.shows.models import MeetingPerson, MeetingStaff, ShowParticipant
from crm.shows.policy import Attendance, MeetingState, ParticipantRole
from tests.shows.conftest import DAY


def test_saved_show_is_shared_and_needs_a_name_and_ordered_days(actor, trade_show):
    assert (trade_show.team_id, trade_show.label, trade_show.native_label) == (None, "Smart City Fair", "智慧城市展")
    days = {"starts_on": DAY, "ends_on": date(2026, 12, 8)}
    wrong = [(days | {"name": "X"}, "ends_on"), (days | {"ends_on": DAY}, "name")]
    wrong += [({"name": "X", "starts_on": DAY, "ends_on": DAY, field: -1}, field) for field in ("cost", "staff_days")]
    for values, field in wrong:
        with pytest.raises(Invalid) as refused:
            services.save_show(actor("anna"), values)
        assert refused.value.field == field


def test_meeting_time_is_in_the_zone_of_the_show_and_moves_with_it(actor, trade_show, meet):
    row = meet()
    assert (row.zone, row.at) == ("Asia/Shanghai", datetime(2026, 12, 9, 2, 30, tzinfo=UTC))
    services.save_show(actor("anna"), {"zone": "Asia/Tokyo"}, trade_show)
    assert (row.wall.time(), row.at) == (time(10, 30), datetime(2026, 12, 9, 1, 30, tzinfo=UTC))


def test_show_dates_cannot_exclude_an_existing_meeting(actor, trade_show, meet):
    row = meet()
    with pytest.raises(Invalid) as refused:
        services.save_show(actor("anna"), {"starts_on": date(2026, 12, 10)}, trade_show)
    assert refused.value.field == "starts_on"
    services.set_meeting_state(actor("anna"), row, MeetingState.canceled)
    services.save_show(actor("anna"), {"starts_on": date(2026, 12, 10)}, trade_show)


def test_meeting_belongs_to_the_team_of_its_new_client(actor, trade_show, show_records, meet):
    shen, values = actor("shen"), {"day": DAY, "time": time(9), "host_id": show_records.host.id}
    row = services.save_meeting(shen, trade_show, values)
    teams = []
    for client in (show_records.other, show_records.client, None):
        services.save_meeting(shen, trade_show, values | {"client_id": client.id if client else None}, row)
        teams.append(row.team_id)
    assert teams == [show_records.other.team_id, show_records.client.team_id, show_records.client.team_id]


def test_meeting_outside_the_days_or_without_people_is_refused(meet):
    for more, field in (
        ({"day": date(2026, 12, 12)}, "day"),
        ({"minutes": 0}, "minutes"),
        ({"client_id": None, "host_id": None}, "people"),
    ):
        with pytest.raises(Invalid) as refused:
            meet(**more)
        assert refused.value.field == field


def test_meeting_belongs_to_the_team_of_its_client(actor, meet, show_records):
    assert meet().team_id == actor("anna").first_team_id
    assert meet("shen", time(12), client_id=show_records.other.id).team_id == show_records.other.team_id
    assert meet("nora", time(13), client_id=show_records.client.id).team_id == show_records.client.team_id
    with pytest.raises(Invalid):
        meet("nora", time(14), client_id=None)


def test_person_at_two_tables_is_refused_naming_the_other_meeting(meet, show_records):
    meet(people=[show_records.li.id])
    with pytest.raises(Invalid) as refused:
        meet(starts_at=time(10, 45), table="9", people=[show_records.li.id], host_id=None)
    assert (
        str(refused.value.message)
        == "Hui Li meets ClearAir Sensors and Jiangchuan at 10:30 AM, table 14. Choose another time."
    )
    assert refused.value.field == "people"
    meet(starts_at=time(11), table="9", people=[show_records.li.id])


def test_staff_and_table_clashes_are_named(actor, meet):
    meet(staff=[actor("anna").id])
    with pytest.raises(Invalid) as refused:
        meet(starts_at=time(10), minutes=60, table="2", staff=[actor("anna").id])
    assert str(refused.value.message).startswith("Anna Reyes meets ClearAir Sensors")
    assert refused.value.field == "staff"
    with pytest.raises(Invalid) as refused:
        meet(starts_at=time(10, 59))
    assert (str(refused.value.message), refused.value.field) == (
        "Table 14 is booked at 10:30 AM (ClearAir Sensors and Jiangchuan). Choose another table or time.",
        "table",
    )


def test_clash_with_a_meeting_of_another_team_reveals_nothing(meet, show_records):
    meet("boris", people=[show_records.li.id])
    with pytest.raises(Invalid) as refused:
        meet(table="9", people=[show_records.li.id])
    assert str(refused.value.message) == "Hui Li has another meeting at that time. Choose another time."
    with pytest.raises(Invalid) as refused:
        meet()
    assert str(refused.value.message) == "Table 14 is booked at that time. Choose another table or time."


def test_people_clash_across_shows_but_tables_do_not(actor, meet, show_records):
    values = {"name": "Other fair", "zone": "Asia/Tokyo", "starts_on": DAY, "ends_on": DAY}
    other = services.save_show(actor("anna"), values)
    meet(people=[show_records.li.id])
    meet(starts_at=time(11, 30), show=other, client_id=None)
    with pytest.raises(Invalid):
        meet(starts_at=time(11, 30), show=other, client_id=None, table="3", people=[show_records.li.id])


@pytest.mark.parametrize("state", [MeetingState.wished, MeetingState.no_show, MeetingState.canceled])
def test_canceled_meeting_clashes_only_when_restored(actor, clock, meet, show_records, state):
    clock.set(datetime(2026, 12, 9, 3, 0, tzinfo=UTC))
    first = meet(people=[show_records.li.id])
    second = meet(state=state, people=[show_records.li.id])
    with pytest.raises(Invalid):
        services.set_meeting_state(actor("anna"), second, MeetingState.agreed)
    db.session.refresh(second)
    services.set_meeting_state(actor("anna"), first, MeetingState.canceled)
    services.set_meeting_state(actor("anna"), second, MeetingState.agreed)
    assert second.state is MeetingState.agreed


def test_editing_a_meeting_keeps_people_hidden_from_the_actor(actor, trade_show, meet, show_records):
    from crm.people.services import add_person

    values = {"given_latin": "Tom", "organization_id": show_records.other.id}
    tom = add_person(actor("boris"), values)
    row = meet("shen", people=[show_records.li.id, tom.id])
    existing = {"day": DAY, "time": time(10, 30), "people": [], "staff": [actor("anna").id]}
    services.save_meeting(actor("anna"), trade_show, existing, row)
    assert db.session.scalars(sa.select(MeetingPerson.person_id)).all() == [tom.id]
    assert db.session.scalars(sa.select(MeetingStaff.user_id)).all() == [actor("anna").id]


def test_participant_is_one_record_or_user_once(actor, trade_show, show_records):
    anna = actor("anna")
    services.save_participant(
        trade_show, {"record_id": show_records.client.id, "going_as": ParticipantRole.exhibitor, "booth": "B12"}
    )
    line = services.save_participant(trade_show, {"user_id": anna.id, "going_as": ParticipantRole.staff})
    for values in (
        {"record_id": show_records.client.id},
        {"user_id": anna.id},
        {},
        {"record_id": show_records.host.id, "user_id": anna.id},
    ):
        with pytest.raises(Invalid):
            services.save_participant(trade_show, values)
    services.save_participant(trade_show, {"user_id": anna.id, "attendance": Attendance.attended}, line)
    hours_by_day = [
        (g.label, g.going_as, g.booth, g.attendance) for g in queries.load_participant_rows(anna, trade_show.id)
    ]
    assert hours_by_day == [
        ("ClearAir Sensors", ParticipantRole.exhibitor, "B12", Attendance.registered),
        ("Anna Reyes", ParticipantRole.staff, None, Attendance.attended),
    ]
    assert [g.label for g in queries.load_participant_rows(actor("boris"), trade_show.id)] == ["Anna Reyes"]
    assert [after_page([trade_show.id], actor(name))[trade_show.id]["going"] for name in ("anna", "boris")] == [2, 1]
    services.remove_participant(line)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ShowParticipant)) == 1


def test_agenda_has_meetings_of_own_teams_by_day_and_hour(actor, trade_show, meet, show_records):
    meet(starts_at=time(15))
    meet(starts_at=time(9, 30), staff=[actor("anna").id])
    meet(day=date(2026, 12, 10))
    meet("boris", time(12))
    hours_by_day = {
        day: [m.wall.hour for m in rows] for day, rows in queries.agenda(actor("anna"), trade_show.id).items()
    }
    assert hours_by_day == {DAY: [9, 15], date(2026, 12, 10): [10]}
    own = queries.agenda(actor("anna"), trade_show.id, own_only=True)
    assert [m.wall.hour for m in own[DAY]] == [9]
    assert [m.wall.hour for m in queries.agenda(actor("nora"), trade_show.id)[DAY]] == [9, 12, 15]
    foreign = queries.agenda(actor("boris"), trade_show.id)[DAY][0]
    assert (foreign.client.label, foreign.host.label) == ("Bay Metering", "Jiangchuan")


def test_agenda_names_the_table_if_there_is_one(actor, trade_show, meet):
    for hour, table in ((9, "14"), (10, "Room 3B"), (11, None)):
        meet(starts_at=time(hour), table=table)
    assert [row.seat for row in queries.agenda(actor("anna"), trade_show.id)[DAY]] == ["table 14", "Room 3B", ""]


def test_meeting_of_another_team_is_not_found(actor, meet):
    row = meet()
    with pytest.raises(NotFound):
        queries.get_meeting(actor("boris"), row.id)
    assert queries.get_meeting(actor("nora"), row.id) is row


def test_longest_meeting_occupies_its_table_to_the_last_minute(meet):
    meet(starts_at=time(8), minutes=480)
    with pytest.raises(Invalid) as refused:
        meet(starts_at=time(15, 59), minutes=1)
    assert refused.value.field == "table"
    meet(starts_at=time(16), minutes=480)


def test_meeting_cannot_end_during_another(meet):
    meet(starts_at=time(12))
    with pytest.raises(Invalid):
        meet(starts_at=time(11), minutes=61)
    assert meet(starts_at=time(11), minutes=60).minutes == 60


def test_agenda_has_meetings_of_one_show_only(actor, trade_show, meet):
    values = {"name": "Other fair", "zone": "Asia/Tokyo", "starts_on": DAY, "ends_on": DAY}
    other = services.save_show(actor("anna"), values)
    first, second = meet(), meet(show=other)
    of = {
        show.id: [row.id for rows in queries.agenda(actor("anna"), show.id).values() for row in rows]
        for show in (trade_show, other)
    }
    assert of == {trade_show.id: [first.id], other.id: [second.id]}
    assert queries.agenda(actor("boris"), trade_show.id) == {}


def test_each_meeting_lists_its_own_people_and_staff(actor, trade_show, show_records, meet):
    anna, clara = actor("anna"), actor("clara")
    first = meet(people=[show_records.li.id], staff=[anna.id])
    second = meet(starts_at=time(12), staff=[anna.id, clara.id])
    third = meet(starts_at=time(14))
    rows = {row.id: row for rows in queries.agenda(anna, trade_show.id).values() for row in rows}
    names = {i: ([p.label for p in row.people], sorted(s.label for s in row.staff)) for i, row in rows.items()}
    assert names == {
        first.id: (["Hui Li"], [anna.name]),
        second.id: ([], sorted([anna.name, clara.name])),
        third.id: ([], []),
    }
    assert queries.meeting_row(anna, second).staff == rows[second.id].staff
