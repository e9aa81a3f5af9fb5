"""Pages of shows and meetings, as a browser asks for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.interactions.models import Interaction
from crm.shows import services
from crm.shows.models import MeetingPerson, Show, ShowGoing, ShowMeeting
from crm.shows.policy import GoingAs, MeetingState
from tests.shows.conftest import DAY


def count(cls) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(cls.__table__))


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def meeting_data(cast, **more):
    """What the form of a meeting sends."""
    return {
        "day": "2026-12-09", "time": "10:30", "minutes": "30", "table": "14", "state": "agreed",
        "client_id": cast.client.id, "host_id": cast.host.id, "people": [cast.li.id],
    } | more  # fmt: skip


def test_new_show_is_saved_and_shown(anna):
    data = {
        "name": "CIIE", "what": "trade_show", "starts_on": "2026-11-05", "ends_on": "2026-11-10", "city": "Shanghai",
        "zone": "Asia/Shanghai",
    }  # fmt: skip
    answer = anna.post("/shows/new", data=data)
    made = db.session.scalars(sa.select(Show)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/shows/{made.id}")
    page = anna.get(f"/shows/{made.id}").text
    assert "No meeting yet" in page
    assert "Times are Shanghai time." in page


def test_show_that_ends_before_it_begins_changes_nothing(anna, fair):
    days = {"starts_on": "2026-12-09", "ends_on": "2026-12-08"}
    answer = anna.post("/shows/new", data={"name": "X", "what": "summit", "zone": "Asia/Shanghai"} | days)
    assert (answer.status_code, count(Show)) == (422, 1)
    assert "The last day is before the first." in answer.text


def test_edit_of_a_show_saves_and_an_old_version_is_a_409(anna, fair):
    data = {
        "name": "Fair", "what": "summit", "zone": "Asia/Shanghai", "starts_on": "2026-12-09", "ends_on": "2026-12-11",
    }  # fmt: skip
    old = fair.version
    assert "Smart City Fair" in anna.get(f"/shows/{fair.id}/edit").text
    assert anna.post(f"/shows/{fair.id}/edit", data=data | {"version": old}).status_code == 303
    assert fair.label == "Fair"
    assert anna.post(f"/shows/{fair.id}/edit", data=data | {"name": "Late", "version": old}).status_code == 409


def test_china_desk_neither_sees_nor_changes_the_cost(client, actor, fair):
    services.save_show(actor("anna"), {"cost": 12000, "currency": "USD"}, fair)
    shen = client.login_as("shen")
    assert "12,000" not in shen.get(f"/shows/{fair.id}").text
    assert 'name="cost"' not in shen.get(f"/shows/{fair.id}/edit").text
    data = {
        "name": "Fair", "what": "summit", "zone": "Asia/Shanghai", "starts_on": "2026-12-09", "ends_on": "2026-12-11",
        "cost": "1", "version": fair.version,
    }  # fmt: skip
    assert shen.post(f"/shows/{fair.id}/edit", data=data).status_code == 303
    assert fair.cost == 12000


def test_meeting_is_made_on_a_day_of_the_show_and_shown_in_the_agenda(anna, fair, cast):
    page = anna.get(f"/shows/{fair.id}/meetings/new?client={cast.client.id}&day=2026-12-10").text
    assert 'value="2026-12-10"' in page
    assert 'min="2026-12-09"' in page
    assert anna.get(f"/shows/{fair.id}/meetings/new?day=soon").status_code == 200
    assert "ClearAir Sensors" in page
    answer = anna.post(f"/shows/{fair.id}/meetings/new", data=meeting_data(cast))
    assert answer.headers["Location"] == f"/shows/{fair.id}"
    page = anna.get(f"/shows/{fair.id}").text
    for words in ("Wed 9 Dec", "10:30", "Hui Li", "Jiangchuan", "ClearAir Sensors", "table 14"):
        assert words in page


@pytest.mark.parametrize(("name", "value"), [("day", "2026-12-12"), ("day", "soon"), ("time", ""), ("minutes", "-5")])
def test_meeting_that_cannot_be_is_refused(anna, fair, cast, name, value):
    answer = anna.post(f"/shows/{fair.id}/meetings/new", data=meeting_data(cast, **{name: value}))
    assert (answer.status_code, count(ShowMeeting), count(MeetingPerson)) == (422, 0, 0)
    assert "One thing to mend" in answer.text


def test_clash_is_refused_and_leaves_the_database_unchanged(anna, actor, fair, cast, meet):
    first = meet(people=[cast.li.id])
    second = meet(at=time(15), people=[cast.li.id])
    before = (second.wall, second.table, second.version)
    answer = anna.post(f"/shows/{fair.id}/meetings/new", data=meeting_data(cast, table="9"))
    assert (answer.status_code, count(ShowMeeting)) == (422, 2)
    assert "Hui Li meets ClearAir Sensors and Jiangchuan at 10:30, table 14." in answer.text
    data = meeting_data(cast, table="9", version=second.version)
    assert anna.post(f"/shows/meetings/{second.id}", data=data).status_code == 422
    assert (second.wall, second.table, second.version) == before
    moved = meeting_data(cast, time="11:00", version=first.version)
    assert anna.post(f"/shows/meetings/{first.id}", data=moved).status_code == 303
    assert first.wall == datetime(2026, 12, 9, 11, 0)


def test_meeting_of_another_team_is_a_404_everywhere(client, fair, cast, meet):
    row = meet(people=[cast.li.id])
    boris = client.login_as("boris")
    assert {boris.get(f"/shows/meetings/{row.id}{rest}").status_code for rest in ("", "/log")} == {404}
    answers = [
        boris.post(f"/shows/meetings/{row.id}", data=meeting_data(cast)),
        boris.post(f"/shows/meetings/{row.id}/state", data={"state": "cancelled"}),
    ]
    assert ([a.status_code for a in answers], row.state) == ([404, 404], MeetingState.agreed)
    page = boris.get(f"/shows/{fair.id}").text
    assert "ClearAir" not in page
    assert "Hui Li" not in page


def test_network_manager_sees_all_teams_meetings(client, fair, meet):
    meet()
    meet("boris", time(12))
    page = client.login_as("nora").get(f"/shows/{fair.id}").text
    assert "ClearAir Sensors" in page
    assert "Bay Metering" in page


def test_state_is_said_and_a_cancelled_meeting_comes_back(anna, meet):
    row = meet()
    url = f"/shows/meetings/{row.id}/state"
    assert anna.get(url).status_code == 405
    assert anna.post(url, data={"state": "no_show"}).status_code == 303
    assert row.state is MeetingState.no_show
    anna.post(url, data={"state": "agreed"})
    anna.post(url, data={"state": "cancelled"})
    assert row.state is MeetingState.cancelled
    assert anna.post(f"{url}?state=agreed").status_code == 303
    assert row.state is MeetingState.agreed
    assert anna.post(url, data={"state": "moon"}).status_code == 422


def test_arrival_is_asked_only_from_the_day_of_the_meeting_on(client, clock, fair, meet):
    clock.set(datetime(2026, 12, 8, 14, 0, tzinfo=UTC))
    meet()
    anna = client.login_as("anna")
    assert "Arrived" not in anna.get(f"/shows/{fair.id}").text
    clock.forward(hours=1)
    assert "Arrived" in anna.get(f"/shows/{fair.id}").text


def test_state_that_would_clash_is_refused(anna, cast, meet):
    meet(people=[cast.li.id])
    wish = meet(state=MeetingState.wished, people=[cast.li.id])
    answer = anna.post(f"/shows/meetings/{wish.id}/state", data={"state": "agreed"})
    assert (answer.status_code, wish.state) == (422, MeetingState.wished)
    assert "Hui Li meets ClearAir Sensors" in answer.text


def test_meeting_is_logged_with_what_it_knows_and_keeps_its_contact(client, clock, fair, cast, meet):
    clock.set(datetime(2026, 12, 9, 4, 0, tzinfo=UTC))
    row, anna = meet(people=[cast.li.id]), client.login_as("anna")
    answer = anna.get(f"/shows/meetings/{row.id}/log")
    assert answer.headers["Location"] == f"/interactions/new?meeting={row.id}"
    page = anna.get(answer.headers["Location"]).text
    for words in ("Hui Li", "ClearAir Sensors", 'value="2026-12-09"', 'value="10:30', "table 14, Smart City Fair"):
        assert words in page
    data = {
        "state": "held", "what": "meeting", "reached": "talked", "day": "2026-12-09", "time": "10:30",
        "zone": "Asia/Shanghai", "people": [cast.li.id], "clients-0-client_id": cast.client.id, "about": [fair.id],
    }  # fmt: skip
    assert anna.post(f"/interactions/new?meeting={row.id}", data=data).status_code == 303
    made = db.session.scalars(sa.select(Interaction)).one()
    assert (row.interaction_id, row.state) == (made.id, MeetingState.held)
    assert anna.get(f"/shows/meetings/{row.id}/log").headers["Location"] == f"/interactions/{made.id}"


def test_contact_is_not_logged_from_another_teams_meeting(client, meet):
    row = meet()
    assert client.login_as("boris").get(f"/interactions/new?meeting={row.id}").status_code == 404


def test_who_goes_is_added_changed_and_taken_off(anna, actor, fair, cast):
    base = f"/shows/{fair.id}/going"
    data = {"record_id": cast.client.id, "going_as": "exhibitor", "booth": "B12", "attendance": "registered"}
    assert anna.post(f"{base}/new", data=data).status_code == 303
    line = db.session.scalars(sa.select(ShowGoing)).one()
    assert "booth B12" in anna.get(f"/shows/{fair.id}").text
    assert anna.post(f"{base}/{line.id}", data=data | {"attendance": "attended"}).status_code == 303
    assert anna.post(f"{base}/new", data=data).status_code == 422
    assert anna.post(f"{base}/{line.id}/remove").status_code == 303
    assert count(ShowGoing) == 0


def test_other_teams_client_who_goes_is_hidden(client, fair, cast):
    line = services.save_going(fair, {"record_id": cast.client.id, "going_as": GoingAs.exhibitor})
    boris = client.login_as("boris")
    assert "ClearAir" not in boris.get(f"/shows/{fair.id}").text
    assert boris.post(f"/shows/{fair.id}/going/{line.id}/remove").status_code == 404
    assert count(ShowGoing) == 1


def test_guest_is_sent_to_sign_in(client, fair):
    assert client.get(f"/shows/{fair.id}").headers["Location"].startswith("/login")
    assert client.post("/shows/new", data={"name": "X"}).status_code == 401


def test_list_shows_what_is_to_come_and_filters(clock, anna, actor, fair):
    for name, first, kind, city in (
        ("Past fair", date(2025, 5, 1), "trade_show", "Wuhan"), ("Spring summit", date(2026, 4, 1), "summit", "Wuhan"),
    ):  # fmt: skip
        values = {"name": name, "starts_on": first, "ends_on": first, "zone": "Asia/Shanghai", "city": city}
        services.save_show(actor("anna"), values | {"what": services.Show.what.type.enum_class(kind)})
    names = ("Past fair", "Spring summit", "Smart City Fair")
    shown = {
        "": ["Smart City Fair", "Spring summit", "Past fair"], "view=coming": ["Spring summit", "Smart City Fair"],
        "view=past": ["Past fair"], "kind=summit": ["Spring summit"], "city=wuhan": ["Spring summit", "Past fair"],
        "year=2025": ["Past fair"],
    }  # fmt: skip
    for asked, wanted in shown.items():
        page = anna.get(f"/shows/?{asked}").text
        found = sorted((n for n in names if f">{n}</a>" in page), key=lambda n: page.index(f">{n}</a>"))
        assert found == wanted, asked
    assert anna.get("/shows/?year=99999").status_code == 400


@pytest.mark.parametrize("path", ["/shows/", "/shows/{id}"])
def test_pages_take_the_same_statements_for_few_and_many_rows(anna, actor, sql, fair, cast, meet, path):
    from crm.organizations.services import add_organization

    def more(hours: list[int]) -> None:
        for hour in hours:
            meet(at=time(hour), people=[cast.li.id], staff=[actor("anna").id])
            firm = add_organization(actor("anna"), {"name": f"Firm {hour}"})
            services.save_going(fair, {"record_id": firm.id, "going_as": GoingAs.visitor})
            days = {"starts_on": DAY, "ends_on": DAY, "zone": "Asia/Shanghai"}
            services.save_show(actor("anna"), {"name": f"Show {hour}"} | days)

    def asked() -> int:
        assert anna.get(path.format(id=fair.id)).status_code == 200
        sql.clear()
        anna.get(path.format(id=fair.id))
        return len(sql)

    more([8])
    few = asked()
    more([9, 10, 11, 12, 13, 14])
    assert asked() == few
