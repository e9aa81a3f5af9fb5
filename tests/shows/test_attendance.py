"""Attendance at workshops: checked, pasted, counted, and on the pages of people and clients."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.errors import Invalid, NotFound
from crm.shows.attendance import MAX_LINES, add_attendees, match_lines, set_attendance, split_lines
from crm.shows.models import ShowParticipant
from crm.shows.policy import Attendance, ParticipantRole, ShowKind, mark_attendance
from crm.shows.queries import list_attendees, list_events
from crm.shows.services import add_participants, save_participant, save_show
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.factories.records import reachable
from tests.tools.pages import submitted_values

DAY = date(2026, 3, 5)
A = Attendance


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


@pytest.fixture
def workshop(anna):
    values = {"name": "Export basics", "type": ShowKind.workshop, "zone": "America/Los_Angeles"}
    return save_show(anna, values | {"starts_on": DAY, "ends_on": DAY})


@pytest.fixture
def zhou(anna):
    return reachable(person("Zhou", "Limin", family_native="周", given_native="立民"), email="zhou@lotus.example")


@pytest.fixture
def statuses(session, workshop):
    def read() -> dict[int, Attendance]:
        stmt = sa.select(ShowParticipant.record_id, ShowParticipant.attendance).where(
            ShowParticipant.show_id == workshop.id
        )
        return dict(session.execute(stmt).all())

    return read


@pytest.mark.parametrize(
    ("before", "has_attended", "others_missed", "after"),
    [
        (A.registered, True, False, A.attended),
        (A.invited, True, True, A.attended),
        (A.no_show, True, False, A.attended),
        (A.registered, False, False, A.registered),
        (A.registered, False, True, A.no_show),
        (A.attended, False, False, A.registered),
        (A.attended, False, True, A.no_show),
        (A.invited, False, True, A.invited),
        (A.canceled, False, True, A.canceled),
        (A.no_show, False, False, A.no_show),
    ],
)
def test_ticked_list_sets_the_status(before, has_attended, others_missed, after):
    assert mark_attendance(before, has_attended=has_attended, others_missed=others_missed) is after


def test_page_ticks_who_attended(client, anna, workshop, zhou, statuses, session):
    wu = person("Wu", "Min")
    add_participants(workshop, {"record_id": [zhou.id, wu.id], "going_as": ParticipantRole.visitor})
    rows = dict(session.execute(sa.select(ShowParticipant.record_id, ShowParticipant.id)).all())
    session.commit()
    client.login_as("anna")
    page = client.get(f"/shows/{workshop.id}/attendance").text
    assert "Zhou Limin (Registered)" in page
    data = {"attended": [rows[zhou.id]], "others_missed": "y"}
    assert client.post(f"/shows/{workshop.id}/attendance", data=data).status_code == 303
    session.expire_all()
    assert statuses() == {zhou.id: A.attended, wu.id: A.no_show}
    page = client.get(f"/shows/{workshop.id}").text
    assert "Attended: 1, No-show: 1" in page


def test_ticking_leaves_participants_whom_the_user_may_not_see(anna, actor, workshop, statuses, session):
    hidden = make_confidential(client_of("Bay", "Secret Works", counselor=actor("boris")))
    save_participant(workshop, {"record_id": hidden.id, "attendance": A.registered})
    row_ids = session.scalars(sa.select(ShowParticipant.id)).all()
    assert set_attendance(anna, workshop, [], others_missed=row_ids) == 0
    assert statuses() == {hidden.id: A.registered}
    assert "Secret Works" not in str(list_attendees(anna, DAY, DAY))


def test_pasted_lines_are_matched_by_address_and_by_name(anna, zhou):
    wu, other = person("Wu", "Min"), person("Wu", "Min")
    text = "ZHOU@lotus.example\n周立民\tLotus\nWu Min\nNobody Known, nobody@x.example\n\n周立民\tLotus\n"
    lines = match_lines(anna, split_lines(text))
    assert [[candidate.id for candidate in row.candidates] for row in lines[:2]] == [[zhou.id], [zhou.id]]
    assert {candidate.id for candidate in lines[2].candidates} == {wu.id, other.id}
    assert lines[3].candidates == ()
    assert len(lines) == 4


def test_people_with_one_name_are_told_apart_by_their_organization(anna):
    for name in ("Lotus Works", "Port of Ningbo"):
        affiliation(person("Wu", "Min"), organization(name))
    (line,) = match_lines(anna, ["Wu Min"])
    assert {candidate.organization for candidate in line.candidates} == {"Lotus Works", "Port of Ningbo"}


def test_surname_alone_chooses_nobody(anna, zhou):
    other = person("Wu", "Guoqiang")
    lines = match_lines(anna, ["Zhou, Limin", "Zhou Limin; Lotus", "Wu, Limin", "Wu", "周立民"])
    assert [row.chosen_id for row in lines] == [zhou.id, zhou.id, 0, 0, zhou.id]
    assert [candidate.id for candidate in lines[2].candidates] == [other.id]


def test_pasted_list_finds_nobody_whom_the_user_may_not_see(anna, actor):
    client = client_of("Bay", "Secret Works", counselor=actor("boris"))
    hidden = reachable(person("Sun", "Li", organization=client), email="sun@secret.example")
    hidden.counselor_id = actor("boris").id
    make_confidential(hidden)
    assert hidden.confidential
    assert [row.candidates for row in match_lines(anna, ["sun@secret.example", "Sun Li"])] == [(), ()]
    assert len(match_lines(actor("boris"), ["sun@secret.example"])[0].candidates) == 1


@pytest.mark.parametrize("text", ["", " \n ", "\n".join(f"Name {n}" for n in range(MAX_LINES + 1))])
def test_empty_and_too_long_lists_are_refused(anna, text):
    with pytest.raises(Invalid) as refused:
        match_lines(anna, split_lines(text))
    assert refused.value.field == "text"


def test_chosen_people_are_added_once_and_get_the_status(anna, workshop, zhou, statuses, people, session):
    assert add_attendees(anna, workshop, [zhou.id], A.registered) == 1
    assert add_attendees(anna, workshop, [zhou.id], A.attended) == 1
    assert statuses() == {zhou.id: A.attended}
    with pytest.raises(Invalid, match="Choose at least one person"):
        add_attendees(anna, workshop, [], A.attended)
    with pytest.raises(Invalid, match="Choose people and clients"):
        add_attendees(anna, workshop, [workshop.id], A.attended)


def test_people_whom_the_user_may_not_see_cannot_be_added(anna, actor, workshop, statuses):
    client = client_of("Bay", "Secret Works", counselor=actor("boris"))
    with pytest.raises(NotFound):
        add_attendees(anna, workshop, [client.id], A.attended)
    assert statuses() == {}


def test_pages_paste_check_and_save(client, workshop, zhou, statuses, session):
    session.commit()
    client.login_as("anna")
    data = {"text": "Zhou Limin\nNobody Known", "attendance": "attended"}
    page = client.post(f"/shows/{workshop.id}/attendance/list", data=data).text
    assert f'<option value="{zhou.id}" selected>' in " ".join(page.split())
    assert "No person with this name or address." in page
    assert statuses() == {}
    refused = client.post(f"/shows/{workshop.id}/attendance/add", data=data | {"records": ["0"]})
    assert (refused.status_code, "Zhou Limin" in refused.text) == (422, True)
    saved = client.post(f"/shows/{workshop.id}/attendance/add", data=data | {"records": ["0", str(zhou.id)]})
    assert saved.status_code == 303
    session.expire_all()
    assert statuses() == {zhou.id: A.attended}
    assert "Export basics" in client.get(f"/people/{zhou.id}").text


def test_client_and_its_people_count_once(anna, workshop, session):
    tri_valley, second = client_of("Inland", "Tri-Valley"), client_of("Inland", "Delta")
    zhou, wu = person("Zhou", "Limin"), person("Wu", "Min")
    for one in (zhou, wu):
        affiliation(one, tri_valley)
    add_attendees(anna, workshop, [tri_valley.id, second.id, zhou.id, wu.id], A.attended)
    save_participant(
        workshop,
        {"record_id": person("Speaker", "One").id, "going_as": ParticipantRole.speaker, "attendance": A.attended},
    )
    assert {row.record_id for row in list_attendees(anna, DAY, DAY)} == {second.id, zhou.id, wu.id}
    assert list_attendees(anna, date(2026, 3, 6), date(2026, 12, 31)) == []


def test_former_colleague_does_not_count_for_the_client(anna, workshop, zhou):
    former, later = client_of("Inland", "Tri-Valley"), client_of("Inland", "Delta")
    affiliation(zhou, former, to_on=date(2026, 3, 4))
    affiliation(zhou, later, from_on=date(2026, 3, 6))
    add_attendees(anna, workshop, [former.id, later.id, zhou.id], A.attended)
    assert {row.record_id for row in list_attendees(anna, DAY, DAY)} == {former.id, later.id, zhou.id}
    assert [event.person for event in list_events(anna, former.id)] == [""]
    affiliation(zhou, later, from_on=DAY, to_on=DAY)
    assert {row.record_id for row in list_attendees(anna, DAY, DAY)} == {former.id, zhou.id}
    assert {event.person for event in list_events(anna, later.id)} == {"", "Zhou Limin"}


def test_trade_shows_are_not_counted(anna, workshop, zhou):
    add_attendees(anna, workshop, [zhou.id], A.attended)
    workshop.type = ShowKind.trade_show
    assert list_attendees(anna, DAY, DAY) == []
    assert [event.attendance for event in list_events(anna, zhou.id)] == [A.attended]


def test_client_page_lists_the_events_of_its_people(anna, workshop):
    tri_valley, zhou = client_of("Inland", "Tri-Valley"), person("Zhou", "Limin")
    affiliation(zhou, tri_valley)
    add_attendees(anna, workshop, [zhou.id], A.no_show)
    (event,) = list_events(anna, tri_valley.id)
    assert (event.label, event.person, event.attendance) == ("Export basics", "Limin Zhou", A.no_show)


def test_attendee_is_confidential_with_the_guest_or_the_workshop(anna, actor, workshop, zhou, session):
    secret = client_of("Inland", "Secret Works", counselor=anna)
    for row in (zhou, secret):
        save_participant(workshop, {"record_id": row.id, "attendance": A.attended})
    make_confidential(secret)
    session.flush()
    assert {row.record_id: row.confidential for row in list_attendees(anna, DAY, DAY)} == {
        zhou.id: False,
        secret.id: True,
    }
    assert [row.record_id for row in list_attendees(actor("dora"), DAY, DAY)] == [zhou.id]


def test_address_in_a_pasted_list_is_not_matched_if_it_would_reveal_a_confidential_employer(anna, actor, zhou):
    affiliation(zhou, organization("Port"), to_on=date(2025, 1, 1))
    affiliation(zhou, client_of("Inland", "Quiet Harbor", counselor=anna, confidential=True))
    for viewer, ids in ((anna, [zhou.id]), (actor("dora"), []), (actor("boris"), [])):
        (row,) = match_lines(viewer, ["zhou@lotus.example"])
        assert [choice.id for choice in row.candidates] == ids


@pytest.mark.parametrize("others_missed", [False, True])
def test_attendance_ticked_by_two_people_at_once_counts_both(client, anna, workshop, session, others_missed):
    values = {"record_id": [person("Wu", name).id for name in ("Min", "Lan", "Jun")]}
    first, second, third = add_participants(workshop, values)
    third.attendance = A.attended
    session.commit()
    path = f"/shows/{workshop.id}/attendance"
    opened = {name: submitted_values(client.login_as(name).get(path).text, "") for name in ("clara", "anna")}
    checked = opened["clara"] | {"attended": [str(first.id), str(third.id)]}
    assert client.login_as("clara").post(path, data=checked).status_code == 303
    checked = opened["anna"] | {"attended": [str(second.id)]} | ({"others_missed": "y"} if others_missed else {})
    assert client.login_as("anna").post(path, data=checked).status_code == 303
    session.expire_all()
    unticked = A.no_show if others_missed else A.registered
    assert [row.attendance for row in (first, second, third)] == [A.attended, A.attended, unticked]
