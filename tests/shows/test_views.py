"""Pages of shows, as a browser asks for them: form, list, who goes."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.shows import services
from crm.shows.models import Show, ShowGoing
from crm.shows.policy import GoingAs
from tests.shows.conftest import DAY
from tests.tools.rows import count


def test_new_show_is_saved_and_shown(anna):
    data = {
        "name": "CIIE",
        "what": "trade_show",
        "starts_on": "2026-11-05",
        "ends_on": "2026-11-10",
        "city": "Shanghai",
        "zone": "Asia/Shanghai",
    }
    answer = anna.post("/shows/new", data=data)
    made = db.session.scalars(sa.select(Show)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/shows/{made.id}")
    page = anna.get(f"/shows/{made.id}").text
    assert "No meetings yet" in page
    assert "All times are Shanghai time." in page


def test_show_that_ends_before_it_begins_changes_nothing(anna, fair):
    days = {"starts_on": "2026-12-09", "ends_on": "2026-12-08"}
    answer = anna.post("/shows/new", data={"name": "X", "what": "summit", "zone": "Asia/Shanghai"} | days)
    assert (answer.status_code, count(Show)) == (422, 1)
    assert "Choose a last day on or after the first day." in answer.text


def test_edit_of_a_show_saves_and_an_old_version_is_a_409(anna, fair):
    data = {
        "name": "Fair",
        "what": "summit",
        "zone": "Asia/Shanghai",
        "starts_on": "2026-12-09",
        "ends_on": "2026-12-11",
    }
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
        "name": "Fair",
        "what": "summit",
        "zone": "Asia/Shanghai",
        "starts_on": "2026-12-09",
        "ends_on": "2026-12-11",
        "cost": "1",
        "version": fair.version,
    }
    assert shen.post(f"/shows/{fair.id}/edit", data=data).status_code == 303
    assert fair.cost == 12000


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
        ("Past fair", date(2025, 5, 1), "trade_show", "Wuhan"),
        ("Spring summit", date(2026, 4, 1), "summit", "Wuhan"),
    ):
        values = {"name": name, "starts_on": first, "ends_on": first, "zone": "Asia/Shanghai", "city": city}
        services.save_show(actor("anna"), values | {"what": services.Show.what.type.enum_class(kind)})
    names = ("Past fair", "Spring summit", "Smart City Fair")
    shown = {
        "": ["Smart City Fair", "Spring summit", "Past fair"],
        "view=coming": ["Spring summit", "Smart City Fair"],
        "view=past": ["Past fair"],
        "kind=summit": ["Spring summit"],
        "city=wuhan": ["Spring summit", "Past fair"],
        "year=2025": ["Past fair"],
    }
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
            organization = add_organization(actor("anna"), {"name": f"Firm {hour}"})
            services.save_going(fair, {"record_id": organization.id, "going_as": GoingAs.visitor})
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
