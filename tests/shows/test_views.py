"""Pages of shows, as a browser requests them: form, list, participants."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.shows import services
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import ParticipantRole
from tests.shows.conftest import DAY
from tests.tools.rows import count


def test_new_show_is_saved_and_shown(anna):
    data = {
        "name": "CIIE",
        "type": "trade_show",
        "starts_on": "2026-11-05",
        "ends_on": "2026-11-10",
        "city": "Shanghai",
        "zone": "Asia/Shanghai",
    }
    answer = anna.post("/shows/new", data=data)
    created = db.session.scalars(sa.select(Show)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/shows/{created.id}")
    page = anna.get(f"/shows/{created.id}").text
    assert "No meetings yet" in page
    assert "All times are Shanghai time." in page


@pytest.mark.parametrize(
    ("city", "country", "zone"),
    [
        ("Shanghai", "CN", "Asia/Shanghai"),
        ("hanoi ", "VN", "Asia/Ho_Chi_Minh"),
        ("蘇州", "CN", "Asia/Shanghai"),
        ("Riverside", None, "Asia/Shanghai"),
    ],
)
def test_blank_country_of_a_show_is_that_of_a_known_city(anna, city, country, zone):
    data = {"name": "CIIE", "type": "trade_show", "starts_on": "2026-11-05", "city": city, "zone": "Asia/Shanghai"}
    anna.post("/shows/new", data=data)
    created = db.session.scalars(sa.select(Show)).one()
    assert (created.country, created.zone) == (country, zone)


def test_country_of_a_show_is_filled_in_when_its_city_is_changed_but_can_be_removed(anna, trade_show):
    data = {"name": "Fair", "type": "summit", "zone": "Asia/Shanghai", "starts_on": "2026-12-09"}
    for city, country in (("Suzhou", None), ("Ningbo", "CN")):
        anna.post(f"/shows/{trade_show.id}/edit", data=data | {"city": city, "version": trade_show.version})
        db.session.refresh(trade_show)
        assert (trade_show.city, trade_show.country) == (city, country)


def test_show_without_a_last_day_is_one_day(anna):
    data = {"name": "Webinar", "type": "webinar", "zone": "Asia/Shanghai", "starts_on": "2026-11-05", "ends_on": ""}
    assert anna.post("/shows/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(Show.ends_on)).all() == [date(2026, 11, 5)]
    wrong = anna.post("/shows/new", data=data | {"ends_on": "11/55/2026"})
    assert (wrong.status_code, count(Show)) == (422, 1)


def test_show_that_ends_before_it_starts_changes_nothing(anna, trade_show):
    days = {"starts_on": "2026-12-09", "ends_on": "2026-12-08"}
    answer = anna.post("/shows/new", data={"name": "X", "type": "summit", "zone": "Asia/Shanghai"} | days)
    assert (answer.status_code, count(Show)) == (422, 1)
    assert "Choose a last day on or after the first day." in answer.text


def test_edit_of_a_show_saves_and_an_old_version_is_a_409(anna, trade_show):
    data = {
        "name": "Fair",
        "type": "summit",
        "zone": "Asia/Shanghai",
        "starts_on": "2026-12-09",
        "ends_on": "2026-12-11",
    }
    old = trade_show.version
    assert "Smart City Fair" in anna.get(f"/shows/{trade_show.id}/edit").text
    assert anna.post(f"/shows/{trade_show.id}/edit", data=data | {"version": old}).status_code == 303
    assert trade_show.label == "Fair"
    assert anna.post(f"/shows/{trade_show.id}/edit", data=data | {"name": "Late", "version": old}).status_code == 409


def test_cost_without_a_currency_asks_for_it(client, people, trade_show):
    anna = client.login_as("anna")
    data = {"name": "Fair", "type": "summit", "zone": "Asia/Shanghai", "starts_on": "2026-12-09", "cost": "12k"}
    data |= {"version": trade_show.version}
    address = f"/shows/{trade_show.id}/edit"
    answer = anna.post(address, data=data)
    assert (answer.status_code, "Choose a currency." in answer.text) == (422, True)
    assert anna.post("/shows/new", data=data).status_code == 422
    assert anna.post(address, data=data | {"currency": "CNY"}).status_code == 303
    assert "CN¥12,000" in anna.get(f"/shows/{trade_show.id}").text


def test_stored_cost_without_a_currency_is_no_amount_of_dollars(client, actor, trade_show):
    services.save_show(actor("anna"), {"cost": Decimal(12000)}, trade_show)
    anna = client.login_as("anna")
    page = anna.get(f"/shows/{trade_show.id}").text
    assert ("12,000" in page, "$12,000" in page) == (True, False)
    data = {"name": "Fair", "type": "summit", "zone": "Asia/Shanghai", "starts_on": "2026-12-09", "cost": "12000"}
    assert anna.post(f"/shows/{trade_show.id}/edit", data=data | {"version": trade_show.version}).status_code == 303


def test_china_desk_cannot_see_or_change_the_cost(client, actor, trade_show):
    services.save_show(actor("anna"), {"cost": 12000, "currency": "USD"}, trade_show)
    shen = client.login_as("shen")
    assert "12,000" not in shen.get(f"/shows/{trade_show.id}").text
    assert 'name="cost"' not in shen.get(f"/shows/{trade_show.id}/edit").text
    data = {
        "name": "Fair",
        "type": "summit",
        "zone": "Asia/Shanghai",
        "starts_on": "2026-12-09",
        "ends_on": "2026-12-11",
        "cost": "1",
        "version": trade_show.version,
    }
    assert shen.post(f"/shows/{trade_show.id}/edit", data=data).status_code == 303
    assert trade_show.cost == 12000


def test_participant_is_added_changed_and_removed(anna, actor, trade_show, show_records):
    base = f"/shows/{trade_show.id}/participants"
    data = {"record_id": show_records.client.id, "going_as": "exhibitor", "booth": "B12", "attendance": "registered"}
    assert anna.post(f"{base}/new", data=data).status_code == 303
    line = db.session.scalars(sa.select(ShowParticipant)).one()
    assert "booth B12" in anna.get(f"/shows/{trade_show.id}").text
    changed = data | {"attendance": "attended", "version": trade_show.version}
    assert anna.post(f"{base}/{line.id}", data=changed).status_code == 303
    assert anna.post(f"{base}/new", data=data).status_code == 422
    assert anna.post(f"{base}/{line.id}/remove").status_code == 303
    assert count(ShowParticipant) == 0


def test_participating_client_of_another_team_is_hidden(client, trade_show, show_records):
    line = services.save_participant(
        trade_show, {"record_id": show_records.client.id, "going_as": ParticipantRole.exhibitor}
    )
    boris = client.login_as("boris")
    assert "ClearAir" not in boris.get(f"/shows/{trade_show.id}").text
    assert boris.post(f"/shows/{trade_show.id}/participants/{line.id}/remove").status_code == 404
    assert count(ShowParticipant) == 1


def test_guest_is_sent_to_sign_in(client, trade_show):
    assert client.get(f"/shows/{trade_show.id}").headers["Location"].startswith("/login")
    assert client.post("/shows/new", data={"name": "X"}).status_code == 401


def test_list_shows_upcoming_shows_and_filters(clock, anna, actor, trade_show):
    for name, first, kind, city in (
        ("Past fair", date(2025, 5, 1), "trade_show", "Wuhan"),
        ("Spring summit", date(2026, 4, 1), "summit", "Wuhan"),
    ):
        values = {"name": name, "starts_on": first, "ends_on": first, "zone": "Asia/Shanghai", "city": city}
        services.save_show(actor("anna"), values | {"type": Show.type.type.enum_class(kind)})
    names = ("Past fair", "Spring summit", "Smart City Fair")
    page_text = {
        "": ["Smart City Fair", "Spring summit", "Past fair"],
        "view=coming": ["Spring summit", "Smart City Fair"],
        "view=past": ["Past fair"],
        "kind=summit": ["Spring summit"],
        "city=wuhan": ["Spring summit", "Past fair"],
        "year=2025": ["Past fair"],
    }
    for list_values, expected in page_text.items():
        page = anna.get(f"/shows/?{list_values}").text
        rows_found = sorted((n for n in names if f">{n}</a>" in page), key=lambda n: page.index(f">{n}</a>"))
        assert rows_found == expected, list_values
    assert anna.get("/shows/?year=99999").status_code == 400


@pytest.mark.parametrize("path", ["/shows/", "/shows/{id}"])
def test_page_statement_count_is_the_same_for_few_and_many_rows(anna, actor, sql, trade_show, show_records, meet, path):
    from crm.organizations.services import add_organization

    def more(hours: list[int]) -> None:
        for hour in hours:
            meet(starts_at=time(hour), people=[show_records.li.id], staff=[actor("anna").id])
            organization = add_organization(actor("anna"), {"name": f"Firm {hour}"})
            services.save_participant(trade_show, {"record_id": organization.id, "going_as": ParticipantRole.visitor})
            days = {"starts_on": DAY, "ends_on": DAY, "zone": "Asia/Shanghai"}
            services.save_show(actor("anna"), {"name": f"Show {hour}"} | days)

    def list_values() -> int:
        assert anna.get(path.format(id=trade_show.id)).status_code == 200
        sql.clear()
        anna.get(path.format(id=trade_show.id))
        return len(sql)

    more([8])
    few = list_values()
    more([9, 10, 11, 12, 13, 14])
    assert list_values() == few


def test_form_says_that_the_last_day_may_be_blank(anna):
    assert "Leave blank for a one-day show." in anna.get("/shows/new").text
