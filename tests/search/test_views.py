"""The palette's JSON, what it never shows, and kept views."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.people.policy import DisplayOrder
from crm.search.models import SavedView
from crm.shows.policy import Attendance
from crm.shows.services import save_going, save_meeting, save_show
from tests.factories import archived, client_of, organization, person, product, secluded

pytestmark = pytest.mark.usefixtures("people")
JSON = {"Accept": "application/json"}


def found(client, address: str) -> list[str]:
    return [hit["label"] for hit in client.get(address, headers=JSON).json["hits"]]


def test_json_has_hits_in_groups(client):
    firm = organization("Huadong Water", "华东水务", country="CN")
    person("Zhou", "Limin", family_native="周", given_native="立民", at=firm)
    answer = client.login_as("anna").get("/search?q=zhoulimin", headers=JSON)
    (hit,) = answer.json["hits"]
    assert answer.json["groups"] == [{"label": "People", "hits": [hit]}]
    assert set(hit) == {"id", "kind", "label", "native", "hint", "url", "lang", "initials"}
    assert (hit["kind"], hit["native"], hit["lang"], hit["hint"]) == ("person", "周立民", "zh-Hans", "Huadong Water")
    assert client.get(hit["url"]).status_code == 200
    assert "周立民" in client.get("/search?q=zhoulimin").text


def test_pickers_of_people_are_told_whose_clock_it_is(client):
    person("Zhou", "Limin", zone="Asia/Shanghai")
    person("Zhou", "Rosa")
    picked = client.login_as("anna").get("/search?q=zhou&kinds=person", headers=JSON).json["hits"]
    assert {hit["label"]: hit.get("zone") for hit in picked} == {"Limin Zhou": "Asia/Shanghai", "Rosa Zhou": None}


def test_kinds_narrow_and_unknown_ones_are_refused(client):
    firm = organization("Zhoushan Port")
    person("Zhou", "Limin", at=firm)
    client.login_as("anna")
    assert sorted(found(client, "/search?q=zhou")) == ["Limin Zhou", "Zhoushan Port"]
    assert found(client, "/search?q=zhou&kinds=organization") == ["Zhoushan Port"]
    assert client.get("/search?q=zhou&kinds=secret").status_code == 400


def test_without_words_the_records_opened_last_are_shown(client):
    firm, who = organization("Zhoushan Port"), person("Zhou", "Limin")
    client.login_as("anna")
    assert found(client, "/search") == []
    client.get(f"/organizations/{firm.id}")
    client.get(f"/people/{who.id}")
    assert set(found(client, "/search")) == {"Zhoushan Port", "Limin Zhou"}
    assert found(client, "/search?kinds=person") == ["Limin Zhou"]
    archived(firm)
    assert found(client, "/search") == ["Limin Zhou"]


def test_foreign_and_confidential_records_never_appear_and_archived_ones_last(client, people):
    client_of("Bay", "Dragon Foreign")
    client_of("Inland", "Dragon Hidden", confidential=True, counselor=people["dora"])
    archived(organization("Dragon Archived"))
    client_of("Inland", "Dragon Seen")
    client.login_as("anna")
    hits = client.get("/search?q=dragon", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"]) for h in hits] == [("Dragon Seen", ""), ("Dragon Archived", "archived")]
    page = client.get("/search?q=dragon").text
    assert [w for w in ("Foreign", "Hidden") if w in page] == []


def test_who_one_has_to_do_with_comes_first_and_a_name_before_a_city(client, actor):
    by_city = person("Li", "Hui", city="Zhoushan", display_order=DisplayOrder.family_first)
    others = [person("Zhou", f"A{n}", display_order=DisplayOrder.family_first) for n in range(30)]
    met, owed = (person("Zhou", n, display_order=DisplayOrder.family_first) for n in ("Wen", "Zhong"))
    anna = actor("anna")
    for who, day in ((met, 9), (others[7], 2), (by_city, 10)):
        word = {"subject": "Call", "wall": datetime(2026, 3, day, 9), "zone": "UTC"}
        log_interaction(
            anna if who is not others[7] else actor("boris"),
            word,
            InteractionDetails(parties=[PartyValues(person_id=who.id)]),
        )
    add_follow_up(anna, {"title": "Price", "due_on": date(2026, 3, 20)}, about=[owed.id])
    client.login_as("anna")
    hits = found(client, "/search?q=zhou")
    assert (hits[:4], "Li Hui" in hits) == (["Zhou Wen", "Zhou Zhong", "Zhou A7", "Zhou A0"], False)
    assert found(client, "/search?q=zhoushan") == ["Li Hui"]
    assert found(client, "/search?q=zhou+zhong") == ["Zhou Zhong"]


def test_groups_begin_with_the_kind_of_the_best_hit(client):
    firm = organization("Lotus Bridge")
    person("Zhou", "Ting", at=firm)
    groups = client.login_as("anna").get("/search?q=lotus", headers=JSON).json["groups"]
    assert [g["label"] for g in groups] == ["Organizations", "People"]


def test_hints_say_nothing_of_others(client, actor, people):
    foreign = client_of("Bay", "Bay Cold Chain")
    who = person("Zhou", "Limin", team=None)
    from tests.factories import affiliation

    affiliation(who, foreign)
    who.team_id = None
    add_follow_up(actor("boris"), {"title": "Bay only", "due_on": date(2026, 3, 10)}, about=[who.id])
    (hit,) = client.login_as("anna").get("/search?q=zhou", headers=JSON).json["hits"]
    assert hit["hint"] == ""
    add_follow_up(actor("anna"), {"title": "Mine", "due_on": date(2026, 3, 10)}, about=[who.id])
    word = {"subject": "Quiet word", "wall": datetime(2026, 3, 9, 9), "zone": "UTC"}
    secluded(log_interaction(actor("anna"), word, InteractionDetails(parties=[PartyValues(person_id=who.id)])))
    (hit,) = client.get("/search?q=zhou", headers=JSON).json["hits"]
    assert hit["hint"] == "open promises: 1"


def test_products_of_one_name_are_told_apart_by_their_clients(client):
    inland, bay = client_of("Inland", "Mojave Noise"), client_of("Bay", "Bay Cold Chain")
    for client_record in (inland, client_of("Inland", "Otay Thermal"), bay):
        product(client_record, "Edge gateway")
    hits = client.login_as("anna").get("/search?q=edge", headers=JSON).json["hits"]
    assert sorted(h["hint"] for h in hits) == ["Mojave Noise", "Otay Thermal"]


def keep(client, name="Quiet ones", address="/people/?q=zhou", **more):
    return client.post("/views", data={"name": name, "address": address, **more})


def kept(session) -> list[tuple]:
    stmt = sa.select(SavedView.name, SavedView.endpoint, SavedView.query, SavedView.team_id.is_not(None))
    return [tuple(row) for row in session.execute(stmt.order_by(SavedView.id))]


def test_a_view_is_kept_from_the_list_and_stands_in_the_rail(client, session):
    page = client.login_as("anna").get("/people/?q=zhou").text
    assert 'action="/views"' in page
    assert 'name="address" value="/people/?q=zhou"' in page
    answer = keep(client, address="/people/?q=zhou&sort=name&after=abc&as=csv")
    assert (answer.status_code, kept(session)) == (303, [("Quiet ones", "people.index", "q=zhou&sort=name", False)])
    assert 'href="/people/?q=zhou&amp;sort=name" title="Quiet ones"' in client.get("/").text
    client.post("/logout")
    assert "Quiet ones" not in client.login_as("clara").get("/views").text


def test_a_shared_view_is_the_teams_and_forgotten_by_its_maker_alone(client, session):
    keep(client.login_as("anna"), shared="y")
    view_id = session.scalar(sa.select(SavedView.id))
    for name, seen in (("clara", True), ("boris", False)):
        client.post("/logout")
        assert ("Quiet ones" in client.login_as(name).get("/views").text) is seen
        assert client.post(f"/views/{view_id}/forget").status_code == 404
    client.post("/logout")
    assert client.login_as("anna").post(f"/views/{view_id}/forget").status_code == 303
    assert kept(session) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://evil.example/",
        "//evil.example/people/",
        "/\\evil.example",
        "/people/1",
        "/login",
        "/logout",
        "/nowhere",
        "",
        "/static/app.css",
        "/people/?q=" + "x" * 1100,
    ],
)
def test_what_is_no_list_of_ours_is_refused(client, session, address):
    answer = keep(client.login_as("anna"), address=address)
    assert (answer.status_code, kept(session)) == (422, [])
    assert client.get("/").status_code == 200


def test_a_view_wants_a_name_and_there_is_a_limit(client, session, people):
    client.login_as("anna")
    assert keep(client, name=" ").status_code == 422
    for name, count in (("anna", 29), ("boris", 1)):
        session.add_all(
            SavedView(user_id=people[name].id, endpoint="people.index", name=f"v{n}", query="") for n in range(count)
        )
    assert [keep(client).status_code for _ in range(2)] == [303, 422]
    assert len(kept(session)) == 31


def test_a_list_that_is_gone_does_not_break_the_rail(client, session, people):
    session.add(SavedView(user_id=people["anna"].id, endpoint="gone.index", name="Old", query=""))
    assert client.login_as("anna").get("/").status_code == 200


def test_guests_are_sent_to_sign_in(client):
    assert [client.get(a).status_code for a in ("/search?q=x", "/views")] == [303, 303]
    assert client.get("/search?q=x", headers=JSON).status_code == 401


def test_show_finds_the_people_met_there_as_far_as_the_reader_may_know(client, people, actor):
    show = save_show(SYSTEM, {"name": "CIIE Shanghai", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)})
    firm = organization("Huadong Water")
    talked, guest, missed, hidden = (person(name, at=firm) for name in ("Lu", "Bai", "Gao", "Tan"))
    theirs = person("Hu", at=client_of("Bay", "Redwood Filters"))
    values = {"wall": datetime(2026, 3, 3, 9), "zone": "Asia/Shanghai"}
    for who, name in ((talked, "anna"), (hidden, "boris")):
        log_interaction(
            actor(name), values, InteractionDetails(parties=[PartyValues(person_id=who.id)], about=[show.id])
        )
    save_going(show, {"record_id": guest.id})
    save_going(show, {"record_id": theirs.id})
    save_going(show, {"record_id": missed.id, "attendance": Attendance.no_show})
    client.login_as("anna")
    hits = client.get("/search?q=ciie", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"].split(" · ")[0]) for h in hits] == [
        ("CIIE Shanghai", hits[0]["hint"]),
        ("Bai", "at CIIE Shanghai"),
        ("Lu", "at CIIE Shanghai"),
    ]
    assert "contact" in hits[2]["hint"]
    assert found(client, "/search?q=ciie&kinds=show") == ["CIIE Shanghai"]
    picked = client.get("/search?q=ciie&kinds=person", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"].split(" · ")[0]) for h in picked] == [
        ("Bai", "at CIIE Shanghai"),
        ("Lu", "at CIIE Shanghai"),
    ]
    assert found(client, "/search?q=ciie&kinds=organization") == []
    client.login_as("boris")
    assert found(client, "/search?q=ciie") == ["CIIE Shanghai", "Bai", "Hu", "Tan"]


def test_people_of_a_show_meeting_are_found_by_its_team_alone(client, people, actor):
    show = save_show(SYSTEM, {"name": "CIIE Shanghai", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)})
    who = person("Lu", at=organization("Huadong Water"))
    slot = {"day": date(2026, 3, 3), "time": time(10), "people": [who.id]}
    save_meeting(actor("anna"), show, slot)
    client.login_as("anna")
    assert found(client, "/search?q=ciie") == ["CIIE Shanghai", "Lu"]
    client.login_as("boris")
    assert found(client, "/search?q=ciie") == ["CIIE Shanghai"]
